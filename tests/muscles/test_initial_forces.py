"""Where the search for muscle forces begins: what the table says, and that nothing rests on it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from economy.shipped import shipped
from muscles.initial_forces_table import computed

from stridesim.economy.stride import joint_motion
from stridesim.muscles.groups import groups_of
from stridesim.muscles.initial_forces import InitialForces, initial_forces
from stridesim.muscles.state import FORCES, Balance, load_case, share_once
from stridesim.solvers.fixed_point import solve_fixed_point


def test_the_table_is_what_the_shipped_runner_does() -> None:
    """A model that has moved on needs no new table to be right, only to be as fast."""
    for name, now, written in zip(InitialForces._fields, computed(), initial_forces(), strict=True):
        np.testing.assert_allclose(written, now, atol=0.01 * np.abs(now).max(), err_msg=name)


def test_forces_expected_are_those_of_the_table_at_its_moments_and_pull() -> None:
    begin = initial_forces()
    at_own = begin.forces_at(begin.moment)
    np.testing.assert_array_equal(at_own, begin.relative_force.clip(0.0, 1.0))
    for far in (-1e4, 1e4):
        found = np.asarray(begin.forces_at(jnp.asarray(begin.moment) + far))
        assert found.min() >= 0.0
        assert found.max() <= 1.0


@pytest.mark.parametrize("speed", [2.5, 4.5])
def test_forces_do_not_depend_on_where_the_search_begins(speed: float) -> None:
    found = shipped(speed)
    stride = found.stride
    case = load_case(joint_motion(stride.posture, stride.moments, stride.timeline), found.runner)
    zero = jnp.zeros_like(case.required)
    start = jnp.zeros_like(case.lower), Balance(zero, zero)
    begun = jax.jit(lambda case: solve_fixed_point(share_once, case, *start, FORCES))(case)
    peak = np.asarray(case.groups.peak_isometric_force)[:, None]
    np.testing.assert_allclose(begun.value, stride.muscles.force / peak, atol=1e-5)


@pytest.mark.parametrize("speed", [2.5, 4.5])
def test_the_answer_to_moments_brings_the_start_nearer(speed: float) -> None:
    found = shipped(speed)
    peak = np.asarray(groups_of(found.runner).peak_isometric_force)[:, None]
    force = found.stride.muscles.force / peak
    begin = initial_forces()
    away, expected = (
        np.abs(start - force).max()
        for start in (begin.relative_force, begin.forces_at(found.stride.moments.coordinates))
    )
    assert expected < 0.7 * away
