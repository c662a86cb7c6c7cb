"""Minetti & Alexander 1997 by hand, and against Hill's heat."""

import numpy as np
import pytest
from energetics.states import (
    ISOMETRIC,
    LENGTHENING,
    OFF,
    SHORTENING,
    assert_elementwise,
    assert_gradient_is_exact,
    assert_gradient_is_finite,
)
from numpy.testing import assert_allclose

from stridesim.energetics.minetti1997 import minetti1997, relative_cost

HILL = 0.25
"""a/F0 = b/vmax of frog and much other muscle (Hill 1938, doi:10.1098/rspb.1938.0050)."""


def hill_force(x: np.ndarray) -> np.ndarray:
    return (1.0 - x) / (1.0 + x / HILL)


def test_by_hand():
    """phi(0) = 0.054, phi(1) = 3.02/11.03, phi(-1) = 2.008/16.57; scaled by a F0 vmax l_opt."""
    expected = [0.054, 3.02 / 11.03, 2.008 / 16.57, 0.2536 / 1.27288]
    assert_allclose(relative_cost(np.array([0.0, 1.0, -1.0, 0.2])), expected, rtol=1e-13)
    scale = 0.4 * 3000.0 * 10.0 * 0.05
    assert_allclose(minetti1997(SHORTENING).total, scale * 0.2536 / 1.27288, rtol=1e-13)
    assert_allclose(minetti1997(ISOMETRIC).total, scale * 0.054, rtol=1e-13)


def test_follows_hills_heat():
    """ab + a v + F v (Hill 1938), written in numbers of his own, from isometric to vmax."""
    x = np.linspace(0.0, 1.0, 101)
    hill = HILL**2 + HILL * x + x * hill_force(x)
    ratio = np.asarray(relative_cost(x)) / hill
    assert ratio.min() > 0.75  # at x = 0.04; above 0.87 from x = 0.2 on
    assert (ratio[20:] > 0.87).all()
    assert ratio.max() < 1.05


def test_a_muscle_on_hills_curve_is_half_efficient_at_best():
    """No recovery heat is in phi: Hill's initial efficiency (0.44 at a fifth of vmax), not 0.25."""
    x = np.linspace(0.01, 0.99, 99)
    efficiency = x * hill_force(x) / np.asarray(relative_cost(x))
    assert 0.45 < efficiency.max() < 0.52
    assert 0.05 < x[efficiency.argmax()] < 0.2
    assert efficiency[19] == pytest.approx(0.446, abs=0.002)


def test_stretch_is_cheaper_than_isometry_and_never_free():
    x = np.linspace(-0.32, -0.01, 32)
    assert (np.asarray(relative_cost(x)) < 0.054).all()
    assert (np.asarray(relative_cost(np.linspace(-3.0, 3.0, 601))) > 0.02).all()
    assert minetti1997(LENGTHENING).total > 0.0


def test_velocity_is_held_within_vmax():
    assert relative_cost(1.0) == relative_cost(1.7)
    assert relative_cost(-1.0) == relative_cost(-1.7)


def test_parts_make_the_total_and_work_is_the_fibres():
    for state, work in ((SHORTENING, 50.0), (LENGTHENING, -150.0), (ISOMETRIC, 0.0)):
        rates = minetti1997(state)
        assert_allclose(rates.work, work, rtol=1e-14)
        assert_allclose(rates.total, sum(rates), rtol=1e-13)
    assert_allclose(minetti1997(ISOMETRIC).shortening, 0.0, atol=1e-12)


def test_rest_is_free():
    assert minetti1997(OFF).total == 0.0


def test_elementwise_with_exact_gradients():
    assert_elementwise(minetti1997)
    for state in (SHORTENING, LENGTHENING):
        assert_gradient_is_exact(minetti1997, state)
    assert_gradient_is_finite(minetti1997)
