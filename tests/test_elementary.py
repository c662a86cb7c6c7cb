"""Elementary functions written out as polynomials, against NumPy's."""

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.elementary import (
    arctan,
    horner,
    largest,
    log,
    made_once,
    sin_cos,
    sin_cos_of_any,
    total,
)

EPSILON = np.finfo(float).eps


def test_horner_is_the_polynomial() -> None:
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(horner([3.0, 0.0, -1.0, 0.5], x), 3 - x**2 + 0.5 * x**3, rtol=1e-14)


def test_sums_and_largest_values_are_over_the_first_axis() -> None:
    rows = np.random.default_rng(0).normal(size=(5, 3))
    rows[1, 2] = np.nan
    for given in (rows, list(rows), jnp.asarray(rows)):
        np.testing.assert_allclose(total(given), rows.sum(axis=0), rtol=1e-15)
        np.testing.assert_array_equal(jax.jit(largest)(given), np.max(rows, axis=0))


@pytest.mark.parametrize(
    ("reach", "within"), [(0.5 * np.pi, 4e-15), (np.deg2rad(130), 1e-11), (np.pi, 4e-9)]
)
def test_sine_and_cosine(reach: float, within: float) -> None:
    angle = np.linspace(-reach, reach, 2001)
    for found, wanted in zip(sin_cos(angle), (np.sin(angle), np.cos(angle)), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=within)


@pytest.mark.parametrize("reach", [np.pi, 1e3, 3e6])
def test_sine_and_cosine_of_many_turns(reach: float) -> None:
    angle = np.concatenate([np.linspace(-reach, reach, 20001), 0.5 * np.pi * np.arange(-8, 9)])
    for found, wanted in zip(sin_cos_of_any(angle), (np.sin(angle), np.cos(angle)), strict=True):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=4e-15)


def test_arctangent_to_a_leg_lying_at_60_degrees() -> None:
    ratio = np.tan(np.deg2rad(np.linspace(-60, 60, 2001)))
    np.testing.assert_allclose(arctan(ratio), np.arctan(ratio), rtol=8 * EPSILON, atol=1e-300)


def test_logarithm_to_two_roundings_over_all_magnitudes() -> None:
    x = np.concatenate(
        [np.geomspace(1e-300, 1e300, 6001), np.linspace(0.5, 2.0, 6001), 1 + np.geomspace(1e-15, 1)]
    )
    np.testing.assert_allclose(log(x), np.log(x), rtol=2 * EPSILON, atol=0)


def test_logarithm_in_single_precision() -> None:
    x = np.concatenate([np.geomspace(1e-37, 1e38, 6001), np.linspace(0.5, 2.0, 6001)])
    x = x.astype(np.float32)
    assert log(x).dtype == np.float32
    wanted = np.log(x.astype(float))
    np.testing.assert_allclose(log(x), wanted, rtol=2 * 2.0**-23, atol=0)
    assert np.isnan(log(np.array([0, -1, 1e-40, np.inf, np.nan], np.float32))).all()


@pytest.mark.parametrize("x", [0.0, -0.0, -1.0, 1e-310, np.inf, -np.inf, np.nan])
def test_logarithm_of_what_it_does_not_hold_for_is_not_a_number(x: float) -> None:
    assert np.isnan(log(x))


def test_derivatives_of_the_logarithm_in_both_directions_mapped_and_twice() -> None:
    x = np.array([0.3, 1.0, 7.0])
    np.testing.assert_allclose(jax.vmap(jax.grad(log))(x), 1 / x, rtol=1e-15)
    np.testing.assert_allclose(jax.jvp(log, (jnp.array(x),), (jnp.array(x),))[1], 1.0, rtol=1e-15)
    np.testing.assert_allclose(jax.vmap(jax.grad(jax.grad(log)))(x), -1 / x**2, rtol=1e-15)


def _rolled(keep: Any) -> Any:
    def function(x: Any) -> Any:
        y = keep(jnp.abs(x) + 1)
        return [jnp.roll(y, shift) * y[shift] for shift in range(5)]

    return function


def test_what_is_made_once_is_compiled_once() -> None:
    def times_written(keep: Any) -> int:
        compiled = jax.jit(_rolled(keep)).lower(jnp.linspace(-1.0, 1.0, 64)).compile()
        return len(re.findall(r"f64\[64\]\S* abs\(", compiled.as_text() or ""))

    assert times_written(made_once) == 2, "and once of these for one number, which guards the loop"
    assert times_written(jax.lax.optimization_barrier) == 5, "or XLA's own barrier would do"


def test_what_is_made_once_is_the_same_and_changes_as_it_did() -> None:
    x = jnp.array([[-jnp.inf, 2.0], [jnp.nan, 3.0]])
    tree = {"a": x, "b": 2 * x.astype(jnp.float32)}
    kept = jax.jit(made_once)(tree)
    for name, values in tree.items():
        np.testing.assert_array_equal(kept[name], values)
        assert kept[name].dtype == values.dtype
    np.testing.assert_array_equal(jax.vmap(made_once)(x), x)

    def summed(keep: Any) -> Any:
        return lambda x: jnp.sum(jnp.stack(_rolled(keep)(x)))

    x = jnp.linspace(-1.0, 1.0, 7)
    for derivative in (jax.grad, jax.jacfwd):
        got = derivative(summed(made_once))(x)
        np.testing.assert_allclose(got, derivative(summed(lambda y: y))(x), rtol=1e-14)
