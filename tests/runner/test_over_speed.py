"""Numbers over speed: exact where measured, smooth at the edges, straight beyond them."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.elementary import horner
from stridesim.runner.over_speed import over_speed

KNOWN = (2.5, 3.5, 4.5)
VALUES = (16.0, 19.5, 17.0)


def test_measured_values_are_reproduced() -> None:
    np.testing.assert_allclose(over_speed(KNOWN, VALUES, np.array(KNOWN)), VALUES, rtol=1e-12)


@pytest.mark.parametrize("edge", [2.5, 4.5])
def test_value_and_slope_are_continuous_at_the_edges(edge: float) -> None:
    slope = jax.grad(lambda v: over_speed(KNOWN, VALUES, v))
    inside, outside = edge + np.array([1e-7, -1e-7]) * (1 if edge < 3 else -1)
    value = [float(over_speed(KNOWN, VALUES, v)) for v in (inside, outside)]
    assert value[0] == pytest.approx(value[1], abs=1e-5)
    assert float(slope(inside)) == pytest.approx(float(slope(outside)), abs=1e-5)


@pytest.mark.parametrize(("edge", "direction"), [(2.5, -1), (4.5, 1)])
def test_beyond_the_edge_it_is_the_tangent(edge: float, direction: int) -> None:
    parabola = np.polynomial.Polynomial.fit(KNOWN, VALUES, 2)
    for away in (0.3, 1.0):
        wanted = parabola(edge) + direction * away * parabola.deriv()(edge)
        assert float(over_speed(KNOWN, VALUES, edge + direction * away)) == pytest.approx(wanted)
    slope = jax.grad(lambda v: over_speed(KNOWN, VALUES, v))
    assert float(slope(edge + 0.5 * direction)) == pytest.approx(parabola.deriv()(edge))


def test_one_speed_is_a_constant_and_two_are_a_line() -> None:
    speeds = np.array([1.5, 3.0, 9.0])
    np.testing.assert_allclose(over_speed((3.0,), (7.0,), speeds), 7.0)
    np.testing.assert_allclose(over_speed((3.0, 4.0), (7.0, 9.0), speeds), 1 + 2 * speeds)


def test_horner_is_the_polynomial_from_the_constant_up() -> None:
    x = jnp.linspace(-1, 2, 7)
    coefficients = (0.3, -1.0, 2.0, 0.5)
    wanted = np.polynomial.Polynomial(coefficients)(np.array(x))
    np.testing.assert_allclose(horner(coefficients, x), wanted, rtol=1e-14, atol=1e-14)
    assert horner(coefficients, x).shape == x.shape


def test_with_a_reach_the_trend_ends_there() -> None:
    speeds = np.array([1.0, 2.0, 5.0, 8.0])
    found = over_speed(KNOWN, VALUES, speeds, 0.5)
    np.testing.assert_allclose(found, over_speed(KNOWN, VALUES, np.clip(speeds, 2.0, 5.0)))
    assert found[0] == found[1] != over_speed(KNOWN, VALUES, 2.5)


@pytest.mark.parametrize("speed", [3.1, np.array([1.0, 3.1, 9.0])])
def test_many_quantities_at_once_are_each_alone(speed: float | np.ndarray) -> None:
    known, values = (2.5, 3.5, 4.5), np.arange(12.0).reshape(3, 4) ** 2
    together = over_speed(known, values, jnp.asarray(speed), 0.5)
    alone = [over_speed(known, values[:, k], jnp.asarray(speed), 0.5) for k in range(4)]
    assert together.shape == (4, *np.shape(speed))
    np.testing.assert_allclose(together, np.array(alone), rtol=1e-13)
