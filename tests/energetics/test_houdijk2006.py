"""Houdijk 2006 against its equations written out once more, and in its limits."""

import math

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

from stridesim.energetics.houdijk2006 import houdijk2006, pumping
from stridesim.energetics.model import MuscleState


def by_hand(s: MuscleState) -> tuple[float, float, float]:
    """Activation, maintenance and shortening heat, W."""
    a, m, r, fL, v = (
        float(np.asarray(field))
        for field in (
            s.activation, s.mass, s.slow_twitch_fraction, s.active_force_length, s.fiber_velocity
        )
    )  # fmt: skip
    pump = r * 10.98 + (1 - r) * 52.5
    whole = r * 24.4 + (1 - r) * 150.0
    frequency = r * (6 + 8 * a) + (1 - r) * (12 + 14 * a)
    share = 1 - math.exp(-0.25 - 18.2 / (a * a * frequency))
    share /= 1 - math.exp(-0.25 - 18.2 / frequency)
    upheld = m * whole * a * (fL - pump / whole)
    hill = (0.16 * r + 0.28 * (1 - r)) * 3000.0 * a * fL
    return m * pump * a * a * share, upheld, hill * max(-v, 0.0)


@pytest.mark.parametrize("state", [SHORTENING, LENGTHENING, ISOMETRIC])
def test_equals_the_equations_written_again(state: MuscleState):
    rates = houdijk2006(state)
    assert_allclose([rates.activation, rates.maintenance, rates.shortening], by_hand(state))
    work = -np.multiply(state.active_force, state.fiber_velocity)
    assert_allclose(rates.work, work)


@pytest.mark.parametrize(("slow", "heat"), [(1.0, 24.4), (0.0, 150.0)])
def test_full_activation_gives_the_isometric_heat_of_each_fibre_type(slow: float, heat: float):
    """Activation and maintenance add up to (g + h) fL: 24.4 W/kg of slow, 150 W/kg of fast."""
    full = ISOMETRIC._replace(activation=1.0, slow_twitch_fraction=slow, active_force_length=1.0)
    assert_allclose(houdijk2006(full).total, 0.6 * heat, rtol=1e-13)
    assert_allclose(houdijk2006(full._replace(active_force_length=0.7)).total, 0.42 * heat)


def test_pumping_rises_from_rest_to_one():
    n = np.linspace(0.0, 1.0, 21)
    share = np.asarray(pumping(n, 20.0))
    assert share[0] == 0.0
    assert share[-1] == pytest.approx(1.0, rel=1e-14)
    assert (np.diff(share) > 0.0).all()
    assert (share >= n).all()  # pumps of few pulses work at a longer time each


def test_lengthening_has_no_heat_of_its_own_and_pays_back():
    rates = houdijk2006(LENGTHENING)
    assert rates.shortening == 0.0
    assert rates.total < houdijk2006(ISOMETRIC).total
    assert houdijk2006(LENGTHENING, count_negative_work=False).work == 0.0


def test_total_can_be_held_above_zero():
    assert houdijk2006(LENGTHENING).total < 0.0
    held = houdijk2006(LENGTHENING, forbid_negative_total=True)
    assert_allclose(held.total, 0.0, atol=1e-12)
    assert_allclose(held.total, sum(held), atol=1e-12)
    assert houdijk2006(SHORTENING, forbid_negative_total=True).floor == 0.0


def test_rest_is_free():
    assert houdijk2006(OFF).total == 0.0


def test_elementwise_with_exact_gradients():
    assert_elementwise(houdijk2006)
    for state in (SHORTENING, LENGTHENING):
        assert_gradient_is_exact(houdijk2006, state)
    assert_gradient_is_finite(houdijk2006)
