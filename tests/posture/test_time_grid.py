"""Rates and weights on nodes in time, of a cycle and of a motion that does not repeat."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.posture.time_grid import TimeGrid, node_weights, rate_of_change

TIME = np.sort(np.random.default_rng(3).uniform(0.0, 0.7, 60))
CYCLE = TimeGrid(TIME, 0.71)
MOTION = TimeGrid(TIME)


@pytest.mark.parametrize("grid", [CYCLE, MOTION], ids=["cycle", "motion"])
def test_rates_of_parabolas_are_exact(grid: TimeGrid) -> None:
    values = np.stack([0 * TIME + 3.0, 2.0 * TIME - 1.0, 5.0 * TIME**2 - TIME])
    slopes = np.stack([0 * TIME, 0 * TIME + 2.0, 10.0 * TIME - 1.0])
    found = np.asarray(rate_of_change(values, grid))
    # At its ends a cycle sees the jump of a parabola that is not periodic.
    inside = slice(1, -1) if grid.period else slice(None)
    assert_allclose(found[:, inside], slopes[:, inside], atol=1e-9)
    assert_allclose(rate_of_change(values[2], grid), found[2], rtol=1e-13)


def test_rates_of_a_cycle_close() -> None:
    time = np.arange(50) / 50 * 0.7
    grid, rate = TimeGrid(time, 0.7), 2 * np.pi / 0.7
    found = np.asarray(rate_of_change(np.sin(rate * time), grid))
    assert_allclose(found, rate * np.cos(rate * time), atol=0.003 * rate)
    assert abs(np.sum(np.asarray(node_weights(grid)) * found)) < 1e-12


def test_weights_sum_to_the_period_or_to_the_length() -> None:
    assert np.sum(node_weights(CYCLE)) == pytest.approx(0.71, rel=1e-14)
    length = TIME[-1] - TIME[0]
    weights = np.asarray(node_weights(MOTION))
    assert weights.sum() == pytest.approx(length, rel=1e-14)
    assert weights @ TIME == pytest.approx(0.5 * (TIME[-1] ** 2 - TIME[0] ** 2), rel=1e-12)
