"""One muscle in several moods, and what every metabolic model has to do with them."""

from collections.abc import Callable

import jax
import numpy as np
from numpy.testing import assert_allclose

from stridesim.energetics import HeatRates, MuscleState

SHORTENING = MuscleState(
    activation=0.4,
    excitation=0.5,
    norm_fiber_length=0.9,
    norm_fiber_velocity=-0.2,
    fiber_velocity=-0.1,
    active_force=500.0,
    active_force_length=0.95,
    mass=0.6,
    slow_twitch_fraction=0.7,
    peak_isometric_force=3000.0,
    max_velocity=10.0,
    optimal_fiber_length=0.05,
)
LENGTHENING = SHORTENING._replace(norm_fiber_velocity=0.2, fiber_velocity=0.1, active_force=1500.0)
ISOMETRIC = SHORTENING._replace(norm_fiber_velocity=0.0, fiber_velocity=0.0, active_force=1140.0)
OFF = SHORTENING._replace(activation=0.0, excitation=0.0, active_force=0.0)
STATES = (SHORTENING, LENGTHENING, ISOMETRIC, OFF)

Model = Callable[[MuscleState], HeatRates]


def assert_gradient_is_exact(model: Model, state: MuscleState) -> None:
    """Central differences of the total in every field; away from corners."""

    @jax.jit
    def total(at: MuscleState):
        return model(at).total

    slopes = jax.grad(total)(state)
    for field, value, slope in zip(state._fields, state, slopes, strict=True):
        step = 1e-6 * max(1.0, abs(value))
        ends = [total(state._replace(**{field: value + s})) for s in (step, -step)]
        difference = (ends[0] - ends[1]) / (2.0 * step)
        assert_allclose(slope, difference, rtol=1e-6, atol=1e-6, err_msg=field)


def assert_gradient_is_finite(model: Model) -> None:
    """At rest, in isometry, beyond vmax and slack: everywhere that a formula has a corner."""
    for state in STATES:
        for changes in ({}, {"active_force_length": 0.0}, {"norm_fiber_velocity": -1.5}):
            slopes = jax.grad(lambda at: model(at).total)(state._replace(**changes))
            assert np.isfinite(np.array(slopes)).all(), (state, changes)


def assert_elementwise(model: Model) -> None:
    """Arrays (4,) of states give what the states give one by one."""
    together = MuscleState(*(np.array(field) for field in zip(*STATES, strict=True)))
    alone = [model(state).total for state in STATES]
    assert_allclose(model(together).total, alone, rtol=1e-13, atol=1e-12)
