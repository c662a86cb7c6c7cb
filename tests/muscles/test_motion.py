"""Muscles in a motion that is no stride: an isometric effort, and an extension of the knee."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.economy.evaluate import as_arrays
from stridesim.muscles.motion import JointMotion
from stridesim.muscles.state import FORCES, MINIMUM_ACTIVATION, muscles_of
from stridesim.posture.linkage import Joints
from stridesim.posture.time_grid import TimeGrid, rate_of_change
from stridesim.runner import GROUPS, Runner

NODES = 41
TIME = np.linspace(0.0, 0.4, NODES)
VASTI = GROUPS.index("vasti")
KNEE = 2


@jax.jit
def _muscles(motion: JointMotion, runner: Runner) -> Any:
    return muscles_of(motion, runner, settings=dataclasses.replace(FORCES, tolerance=1e-9))


def _found(motion: JointMotion) -> Any:
    return jax.tree.map(np.asarray, _muscles(motion, as_arrays(Runner.load().at_speed())))


def _motion(knee: np.ndarray, extension: np.ndarray) -> JointMotion:
    """A leg press: hip and knee bend together, the knee by `knee` (rad), and its muscles give the
    moment `extension` (N m)."""
    grid, still = TimeGrid(jnp.asarray(TIME)), jnp.zeros(NODES)
    bent = jnp.asarray(knee)
    angles = Joints(0.8 * bent, still, bent, 0.3 * bent)
    rates = Joints(*(rate_of_change(angle, grid) for angle in angles))
    moments = jnp.zeros((4, NODES)).at[KNEE].set(-jnp.asarray(extension))
    return JointMotion(grid, angles, rates, moments, jnp.zeros(NODES, bool))


@pytest.fixture(scope="module")
def isometric() -> Any:
    return _found(_motion(np.full(NODES, 1.0), np.full(NODES, 120.0)))


@pytest.fixture(scope="module")
def concentric() -> Any:
    """The knee extends at 3 rad/s against a constant moment."""
    return _found(_motion(1.6 - 3.0 * TIME, np.full(NODES, 120.0)))


def test_an_isometric_effort_is_the_same_from_its_first_instant_to_its_last(isometric: Any) -> None:
    m = isometric
    for values in (m.force, m.demand, m.activation, m.norm_fiber_length, m.stored):
        assert_allclose(values, np.broadcast_to(values[:, :1], values.shape), rtol=1e-7, atol=1e-9)
    for rates in (m.fiber_velocity, m.tendon_velocity, m.mtu_velocity):
        assert_allclose(rates, 0.0, atol=1e-9)
    assert_allclose(m.excitation, np.minimum(m.activation, 1.0), atol=1e-9)
    assert_allclose(m.activation, m.demand, rtol=1e-9)


@pytest.mark.parametrize("which", ["isometric", "concentric"])
def test_muscles_and_reserves_give_the_moments(which: str, request: pytest.FixtureRequest) -> None:
    m = request.getfixturevalue(which)
    assert (m.iteration_change <= FORCES.tolerance).all()
    moments = np.sum(m.arms * m.force[:, None], axis=0) + m.reserve
    expected = np.zeros((4, NODES))
    expected[KNEE] = -120.0
    assert_allclose(moments, expected, atol=1e-5)
    assert np.abs(m.reserve).max() < 0.01 * 120.0


def test_shortening_takes_more_activation_than_holding(isometric: Any, concentric: Any) -> None:
    """At the knee angle of the isometric effort: the force-velocity relation."""
    node = int(np.argmin(np.abs(1.6 - 3.0 * TIME - 1.0)))
    assert concentric.fiber_velocity[VASTI, node] < 0
    assert concentric.demand[VASTI, node] > 1.1 * isometric.demand[VASTI, node]
    assert isometric.demand[VASTI, 0] > 2 * MINIMUM_ACTIVATION


def test_fibre_and_tendon_do_the_work_of_the_whole_to_the_ends(concentric: Any) -> None:
    m = concentric
    fibre = m.force / m.cos_pennation * m.fiber_velocity
    assert_allclose(fibre + m.force * m.tendon_velocity, m.force * m.mtu_velocity, atol=1e-9)
    assert_allclose(np.sum(m.force * m.mtu_velocity, axis=0), -120.0 * 3.0, rtol=0.02)


def test_a_motion_that_repeats_meets_its_own_beginning() -> None:
    """The same nodes as a cycle: activation that the first node asks for begins before the last."""
    moment = np.where(TIME < 0.1, 120.0, 0.0)
    once = _motion(np.full(NODES, 1.0), moment)
    cycle = once._replace(grid=TimeGrid(once.grid.time, jnp.asarray(0.402)))
    one, repeated = _found(once), _found(cycle)
    assert repeated.activation[VASTI, -1] > one.activation[VASTI, -1] + 0.05
