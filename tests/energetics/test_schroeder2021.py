"""Schroeder & Kuo 2021: Margaria's work, and the price of a force that changes its rate."""

import numpy as np
import pytest
from energetics.states import (
    ISOMETRIC,
    LENGTHENING,
    SHORTENING,
    STATES,
    assert_elementwise,
    assert_gradient_is_exact,
    assert_gradient_is_finite,
)
from numpy.testing import assert_allclose

from stridesim.energetics.margaria1968 import margaria1968
from stridesim.energetics.schroeder2021 import schroeder2021
from stridesim.posture.time_grid import TimeGrid, curvature, node_weights

CURVED = [state._replace(force_curvature=3e5) for state in (SHORTENING, LENGTHENING)]


def test_without_a_change_of_rate_it_is_margaria() -> None:
    for state in STATES:
        assert_allclose(schroeder2021(state).total, margaria1968(state).total, rtol=1e-15)


@pytest.mark.parametrize("frequency", [0.5, 1.0, 2.5])
def test_an_isometric_cycle_costs_force_times_frequency(frequency: float) -> None:
    """F = A (1 - cos wt) changes its rate by 4 A w a cycle; the nodes are not even."""
    amplitude, omega = 200.0, 2 * np.pi * frequency
    period = 1 / frequency
    even = np.linspace(0, 1, 2000, endpoint=False)
    time = period * (even + 0.1 * np.sin(2 * np.pi * even) / (2 * np.pi))
    grid = TimeGrid(time, period)
    force = amplitude * (1 - np.cos(omega * time))
    state = ISOMETRIC._replace(active_force=force, force_curvature=curvature(force, grid))
    energy = np.sum(np.asarray(node_weights(grid)) * np.asarray(schroeder2021(state).total))
    # By hand: 0.5e-3, fibres of 0.05 m, and the time sqrt(1 m / g).
    expected = 0.5e-3 * 0.05 * np.sqrt(1 / 9.80665) * 4 * amplitude * omega
    assert_allclose(energy, expected, rtol=1e-4)


def test_the_curvature_of_a_kink_is_its_change_of_slope() -> None:
    time = np.array([0.0, 0.1, 0.3, 0.4, 0.7])
    grid = TimeGrid(time, 1.0)
    tent = np.minimum(time / 0.4, (1.0 - time) / 0.6)
    turned = np.sum(np.abs(curvature(tent, grid)) * node_weights(grid))
    assert_allclose(turned, 2 * (1 / 0.4 + 1 / 0.6), rtol=1e-12)


def test_smooth_elementwise_and_a_copy_in_numpy() -> None:
    for state in CURVED:
        assert_gradient_is_exact(schroeder2021, state)
        force, velocity, length = (
            np.asarray(v)
            for v in (state.active_force, state.fiber_velocity, state.optimal_fiber_length)
        )
        power = float(-force * velocity)
        by_hand = max(power, 0) / 0.25 + max(-power, 0) / 1.2
        by_hand += 0.5e-3 * np.sqrt(1 / 9.80665) * length * 3e5
        assert_allclose(schroeder2021(state).total, by_hand, rtol=1e-12)
    assert_gradient_is_finite(schroeder2021)
    assert_elementwise(schroeder2021)
