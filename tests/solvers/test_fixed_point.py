"""Fixed points: found where repetition fails, alone or in a batch, and differentiated as such."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from stridesim.solvers import Result
from stridesim.solvers.fixed_point import FixedPointSettings, solve_fixed_point

ROWS = 3, 5
SETTINGS = FixedPointSettings(tolerance=1e-5, steps=40, block=8, rough=4, fine=2, damping=0.8)
TOLERANCE = SETTINGS.tolerance
_SIGNS = -np.geomspace(0.05, 2.5, 15).reshape(ROWS)
"""Slopes of a pass: where they are beyond -1, repeating it runs away."""


def _one_pass(slope: Any, at: Any, count: Any) -> tuple[Any, Any]:
    """A bent answer whose steepest slope is `slope` times that of `_SIGNS`."""
    return 2.0 + slope * _SIGNS * jnp.tanh(at - 1.0), count + 1


def _solved(one_pass: Any, problem: Any, start: Any, besides: Any) -> Result:
    return solve_fixed_point(one_pass, problem, start, besides, SETTINGS)


def _found(slope: Any) -> Result:
    return _solved(_one_pass, jnp.asarray(slope), jnp.zeros(ROWS), jnp.zeros(()))


def _exact(slope: float) -> np.ndarray:
    """By bisection of x - f(x), which rises."""
    low, high = np.zeros(ROWS), np.full(ROWS, 20.0)
    for _ in range(60):
        middle = 0.5 * (low + high)
        over = middle > np.asarray(_one_pass(slope, middle, 0)[0])
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    return low


@pytest.mark.parametrize("slope", [0.01, 0.4, 1.0])
def test_agrees_with_the_exact_fixed_point(slope: float) -> None:
    found = _found(slope)
    assert (found.residual <= TOLERANCE).all()
    assert found.besides <= SETTINGS.steps // 2
    assert_allclose(found.value, _exact(slope), atol=2 * TOLERANCE)


def test_the_first_passes_are_in_single_precision_and_the_last_are_not() -> None:
    seen = set()

    def one_pass(slope: Any, at: Any, besides: Any) -> tuple[Any, Any]:
        seen.add(str(at.dtype))
        return _one_pass(slope, at, besides)

    value = _solved(one_pass, jnp.asarray(0.4), jnp.zeros(ROWS), jnp.zeros(())).value
    assert seen == {"float32", "float64"}
    assert value.dtype == float


def test_who_agrees_at_once_takes_passes_in_double_precision_all_the_same() -> None:
    found = _found(0.01)
    assert found.besides == SETTINGS.rough + SETTINGS.fine
    single = np.finfo(np.float32).eps * np.max(found.value)
    assert_allclose(found.value, _exact(0.01), rtol=0, atol=0.1 * single)


def test_a_runner_beyond_single_precision_begins_anew() -> None:
    def one_pass(slope: Any, at: Any, besides: Any) -> tuple[Any, Any]:
        value, besides = _one_pass(slope, at, besides)
        return (value.astype(at.dtype) * large) * large / large / large, besides

    large = 1e30
    assert large**2 > float(np.finfo(np.float32).max)
    found = _solved(one_pass, jnp.asarray(0.4), jnp.zeros(ROWS), jnp.zeros(()))
    assert_allclose(found.value, _exact(0.4), atol=2 * TOLERANCE)


def test_repeating_a_pass_would_not_get_there() -> None:
    at = before = jnp.zeros(ROWS)
    for _ in range(SETTINGS.steps):
        before, (at, _) = at, _one_pass(1.0, at, 0)
    assert jnp.max(jnp.abs(at - before)) > 0.1


def test_a_batch_gives_every_runner_what_he_gets_alone() -> None:
    """Easy and hard, more than one gathering; one that never agrees and one that is no number.
    `besides` counts passes."""
    slopes = np.append(np.linspace(0.01, 1.5, 50), [1e9, np.nan])
    together = jax.jit(jax.vmap(_found))(jnp.asarray(slopes))
    passes = np.asarray(together.besides)
    assert passes[0] < passes[49] / 2, "and is not taken further with the others"
    assert len(set(passes[:50])) > 4
    for i in (0, 20, 35, 49):
        alone = _found(slopes[i])
        assert alone.besides == passes[i]
        assert_allclose(together.value[i], alone.value, rtol=1e-12)
    assert (together.residual[:50] <= TOLERANCE).all()
    assert passes[50] == SETTINGS.steps
    assert together.residual[50].max() > TOLERANCE
    assert np.isnan(together.value[51]).any()
    assert passes[51] < SETTINGS.steps


def test_a_runner_without_numbers_spoils_nobody_elses() -> None:
    """His passes are taken beside theirs, and what they give besides is no start for another's."""

    def one_pass(slope: Any, at: Any, besides: Any) -> tuple[Any, Any]:
        return _one_pass(slope, at, 0)[0] + 0 * besides, slope * jnp.ones(())

    def found(slope: Any) -> Any:
        return _solved(one_pass, slope, jnp.zeros(ROWS), jnp.zeros(())).value

    together = jax.vmap(found)(jnp.array([0.4, np.nan, 0.3]))
    assert np.isnan(together[1]).any()
    for i, slope in ((0, 0.4), (2, 0.3)):
        assert_allclose(together[i], found(jnp.asarray(slope)), rtol=1e-12)


def test_no_pass_begins_below_zero() -> None:
    """Muscles do not push; combinations of passes may want them to."""
    slopes = np.random.default_rng(0).normal(size=(20, *ROWS))

    def one_pass(slope: Any, at: Any, lowest: Any) -> tuple[Any, Any]:
        value = 0.8 * jnp.maximum(0.3 + slope * at + 0.3 * jnp.roll(at, 1), 0.0)
        return value, jnp.minimum(lowest, jnp.min(at))

    def lowest(slope: Any) -> Any:
        return _solved(one_pass, slope, jnp.zeros(ROWS), jnp.zeros(())).besides

    assert_array_equal(jax.vmap(lowest)(jnp.asarray(slopes)), 0.0)


def test_what_is_the_same_for_all_may_stay_so() -> None:
    offsets = jnp.array([0.0, 0.5])

    def one_pass(given: Any, at: Any, besides: Any) -> tuple[Any, Any]:
        slope, offset = given
        return _one_pass(slope, at, besides)[0] + offset, besides

    def found(slope: Any, offset: Any) -> Any:
        return _solved(one_pass, (slope, offset), jnp.zeros(ROWS), jnp.zeros(())).value

    together = jax.vmap(found, in_axes=(None, 0))(jnp.asarray(0.4), offsets)
    assert_array_equal(together[0], found(jnp.asarray(0.4), offsets[0]))
    assert_allclose(together[1], found(jnp.asarray(0.4), offsets[1]), rtol=1e-12)


def test_the_derivative_is_that_of_the_fixed_point() -> None:
    """dx = f_p / (1 - f_x), element by element, where it was found; both ways, and of a batch."""
    slope = 0.9
    x = np.asarray(_found(slope).value)
    t = np.tanh(x - 1.0)
    expected = _SIGNS * t / (1 - slope * _SIGNS * (1 - t**2))

    def value(slope: Any) -> Any:
        return _found(slope).value

    def weighted(slope: Any) -> Any:
        return jnp.sum(value(slope) * jnp.asarray(_SIGNS))

    assert_allclose(jax.jacfwd(value)(slope), expected, rtol=1e-8)
    assert_allclose(jax.grad(weighted)(slope), np.sum(expected * _SIGNS), rtol=1e-8)
    both = jax.vmap(jax.grad(weighted))(jnp.array([slope, 0.3]))
    assert_allclose(both[0], np.sum(expected * _SIGNS), rtol=1e-8)


def test_no_row_is_ever_negative() -> None:
    """Forces pull: a combination that would push is cut off."""

    def one_pass(_: Any, at: Any, least: Any) -> tuple[Any, Any]:
        return jnp.maximum(0.5 - 3.0 * at, 0.0), jnp.minimum(least, jnp.min(at))

    found = _solved(one_pass, jnp.zeros(()), jnp.zeros(ROWS), jnp.zeros(()))
    assert_allclose(found.value, 0.125, atol=TOLERANCE)
    assert found.besides >= 0
