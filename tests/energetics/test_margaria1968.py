"""Margaria 1968: two efficiencies and nothing else."""

import numpy as np
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

from stridesim.energetics.margaria1968 import margaria1968


def test_a_quarter_of_the_energy_becomes_work():
    rates = margaria1968(SHORTENING)
    assert_allclose([rates.work, rates.total], [50.0, 200.0], rtol=1e-14)


def test_stretch_costs_its_work_over_120_percent():
    rates = margaria1968(LENGTHENING)
    assert_allclose([rates.work, rates.total], [-150.0, 125.0], rtol=1e-14)
    # What was absorbed and what was burnt both leave as heat.
    assert_allclose(rates.heat, 150.0 + 125.0, rtol=1e-14)


def test_a_cycle_of_equal_works_is_four_and_five_sixths_of_one():
    velocity = np.array([-0.1, 0.1])
    cycle = margaria1968(SHORTENING._replace(fiber_velocity=velocity))
    assert_allclose(cycle.work.sum(), 0.0, atol=1e-12)
    assert_allclose(cycle.total.sum(), 50.0 * (4.0 + 5.0 / 6.0), rtol=1e-14)


def test_force_without_motion_and_rest_are_free():
    assert margaria1968(ISOMETRIC).total == margaria1968(OFF).total == 0.0


def test_positive_and_elementwise_with_exact_gradients():
    forces = np.linspace(0.0, 4000.0, 9)[:, None]
    state = SHORTENING._replace(
        active_force=forces, fiber_velocity=np.linspace(-0.6, 0.6, 13)[None]
    )
    assert (margaria1968(state).total >= 0.0).all()
    assert_elementwise(margaria1968)
    for state in (SHORTENING, LENGTHENING):
        assert_gradient_is_exact(margaria1968, state)
    assert_gradient_is_finite(margaria1968)
