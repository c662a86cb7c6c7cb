"""Lichtwark & Wilson 2007 by hand, against Hill, and in its limits."""

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

from stridesim.energetics.lichtwark2007 import lichtwark2007
from stridesim.muscles.degroote2016 import force_velocity

UNIT = 3000.0 * 0.05
"""F0 l_opt, J."""
STABLE = 1.5 * 10.0 / 16.0
"""C vmax / G^2, 1/s."""


def test_shortening_by_hand():
    rates = lichtwark2007(SHORTENING)
    assert_allclose(rates.activation, UNIT * 0.4 * 0.3 * STABLE, rtol=1e-14)
    assert_allclose(rates.maintenance, UNIT * 0.4 * 0.7 * 0.95 * STABLE, rtol=1e-14)
    assert_allclose(rates.shortening, UNIT * 0.4 * 0.95 * 2.0 / 4.0, rtol=1e-14)
    assert_allclose(rates.work, 50.0, rtol=1e-14)


def test_lengthening_by_hand():
    rates = lichtwark2007(LENGTHENING)
    force = float(force_velocity(0.2))
    left = 0.3 + 0.7 * math.exp(-70.0 * (force - 1.0))
    assert_allclose(rates.activation, UNIT * 0.4 * 0.3 * STABLE * left, rtol=1e-13)
    assert_allclose(rates.maintenance, UNIT * 0.4 * 0.7 * 0.95 * STABLE * left, rtol=1e-13)
    assert_allclose(rates.shortening, UNIT * 0.4 * 0.95 * 0.5 * force * 2.0, rtol=1e-13)
    assert_allclose(rates.work, -150.0, rtol=1e-14)


def test_is_hills_heat_with_his_constants():
    """Full activation, optimal length, C = 1: ab + a v with a = F0/4 and b = vmax/4 (Hill 1938)."""
    velocity = np.linspace(-1.0, 0.0, 11)
    full = SHORTENING._replace(
        activation=1.0,
        active_force_length=1.0,
        norm_fiber_velocity=velocity,
        fiber_velocity=0.5 * velocity,
    )
    a, b = 3000.0 / 4.0, 0.5 / 4.0  # N, m/s
    heat = lichtwark2007(full, maintenance_scale=1.0).heat
    assert_allclose(heat, a * b + a * 0.5 * -velocity, rtol=1e-13)


def test_stretch_leaves_three_tenths_of_the_maintenance():
    still, fast = lichtwark2007(ISOMETRIC), lichtwark2007(LENGTHENING)
    assert_allclose(fast.maintenance / still.maintenance, 0.3, rtol=1e-6)
    creep = LENGTHENING._replace(norm_fiber_velocity=1e-9, fiber_velocity=5e-10)
    assert_allclose(lichtwark2007(creep).heat, still.heat, rtol=1e-6)


def test_half_of_the_work_absorbed_becomes_heat():
    """Where force, activation and velocity belong together; the other half is credited."""
    force = 0.4 * 0.95 * 3000.0 * float(force_velocity(0.2))
    rates = lichtwark2007(LENGTHENING._replace(active_force=force))
    assert_allclose(rates.shortening, -0.5 * rates.work, rtol=1e-13)


def test_total_can_be_held_above_zero():
    assert lichtwark2007(LENGTHENING).total < 0.0
    held = lichtwark2007(LENGTHENING, forbid_negative_total=True)
    assert_allclose(held.total, 0.0, atol=1e-12)
    assert lichtwark2007(LENGTHENING, count_negative_work=False).work == 0.0


def test_rest_is_free():
    assert lichtwark2007(OFF).total == 0.0


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_maintenance_scales(scale: float):
    once, now = (lichtwark2007(ISOMETRIC, maintenance_scale=c) for c in (1.0, scale))
    assert_allclose(now.heat, scale * once.heat, rtol=1e-14)


def test_elementwise_with_exact_gradients():
    assert_elementwise(lichtwark2007)
    for state in (SHORTENING, LENGTHENING):
        assert_gradient_is_exact(lichtwark2007, state)
    assert_gradient_is_finite(lichtwark2007)
