"""Fibres and tendons of the shipped runner: lengths add up, energy is kept, forces are made.

Everything is recomputed here from forces, joint angles and the published curves.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose

from stridesim.economy import Stride
from stridesim.economy.stride import joint_motion
from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.geometry import geometry_of
from stridesim.muscles.motion import JointMotion
from stridesim.muscles.sharing import RESERVE
from stridesim.muscles.state import (
    FORCES,
    MINIMUM_ACTIVATION,
    SMALLEST_FORCE_LENGTH,
    Balance,
    LoadCase,
    load_case,
    share_once,
)
from stridesim.muscles.tendons import HYSTERESIS_RATE
from stridesim.muscles.thelen2003 import passive_force_length
from stridesim.posture.time_grid import node_weights, rate_of_change
from stridesim.posture.timeline import NODES, STANCE_NODES
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES


def _motion(stride: Stride) -> JointMotion:
    return joint_motion(stride.posture, stride.moments, stride.timeline)


def _column(values: np.ndarray) -> np.ndarray:
    return np.asarray(values)[:, None]


def _length(stride: Stride, height: float) -> np.ndarray:
    return np.asarray(geometry_of(stride.posture.joints, height).length)


@pytest.mark.parametrize("speed", SPEEDS)
def test_fibre_and_tendon_are_as_long_as_the_whole(speed: float) -> None:
    found = shipped(speed)
    m, g = found.stride.muscles, found.stride.groups
    tendon = _column(g.slack_length) * (1 + m.tendon_strain)
    fibre = m.norm_fiber_length * _column(g.optimal_fiber_length)
    whole = tendon + fibre * m.cos_pennation
    assert_allclose(whole, _length(found.stride, float(found.runner.body.height)), rtol=1e-12)
    # The fibres' height does not change with their length.
    sine = np.sqrt(1 - m.cos_pennation**2)
    assert_allclose(fibre * sine, _column(g.fiber_height) + 0 * fibre, rtol=1e-9)
    assert ((m.norm_fiber_length > 0.3) & (m.norm_fiber_length < 1.7)).all()


@pytest.mark.parametrize("hysteresis", [0.0, 0.2])
def test_tendon_carries_the_force_at_its_strain(hysteresis: float) -> None:
    """More while it is loaded, less while unloaded, by half the hysteresis each. (Every tendon
    on its own: test_tendons has what the two of the Achilles do together.)"""
    found = shipped(3.5, tendon__hysteresis=hysteresis, tendon__achilles_in_common=0.0)
    m, g = found.stride.muscles, found.stride.groups
    relative = m.force / _column(g.peak_isometric_force)
    elastic = np.asarray(curves.tendon_force(m.tendon_strain, _column(g.strain_at_peak_force)))
    loading = np.tanh(
        np.asarray(rate_of_change(relative, found.stride.timeline.grid)) / HYSTERESIS_RATE
    )
    assert_allclose(elastic * (1 + 0.5 * hysteresis * loading), relative, rtol=1e-9, atol=1e-12)
    assert (np.abs(relative / elastic - 1) <= 0.5 * hysteresis + 1e-9).all()


def test_stored_energy_is_the_integral_of_the_tendons_force() -> None:
    found = shipped(3.5, tendon__achilles_in_common=0.0)
    m, g = found.stride.muscles, found.stride.groups
    share = (np.arange(200) + 0.5) / 200
    strain = m.tendon_strain[:, :, None] * share
    force = np.asarray(curves.tendon_force(strain, g.strain_at_peak_force[:, None, None]))
    stretch = _column(g.slack_length) * m.tendon_strain
    expected = _column(g.peak_isometric_force) * force.mean(axis=2) * stretch
    assert_allclose(m.stored, expected, rtol=1e-4)
    assert (m.stored >= 0).all()


@pytest.mark.parametrize("speed", SPEEDS)
def test_fibre_and_tendon_do_the_work_of_the_whole(speed: float) -> None:
    """At every node, to rounding; and the joints get it all."""
    stride = shipped(speed).stride
    m = stride.muscles
    fibre = m.force / m.cos_pennation * m.fiber_velocity
    assert_allclose(fibre + m.force * m.tendon_velocity, m.force * m.mtu_velocity, atol=1e-9)
    moments = np.sum(m.arms * m.force[:, None], axis=0)
    joints = np.sum(moments * np.asarray(stride.posture.joint_rates.stacked), axis=0)
    assert_allclose(np.sum(m.force * m.mtu_velocity, axis=0), -joints, atol=1e-8)


@pytest.mark.parametrize("hysteresis", [0.0, 0.05, 0.3])
def test_a_tendon_loses_about_its_hysteresis(hysteresis: float) -> None:
    """The loop of force over length, traversed from node to node, of the two big tendons."""
    found = shipped(3.5, tendon__hysteresis=hysteresis)
    m, g = found.stride.muscles, found.stride.groups
    length = _column(g.slack_length) * m.tendon_strain
    change = np.roll(length, -1, axis=1) - length
    loops = np.sum(0.5 * (m.force + np.roll(m.force, -1, axis=1)) * change, axis=1)
    for groups in (ACHILLES, ("vasti",)):
        index = [GROUPS.index(group) for group in groups]
        loop, stored = loops[index].sum(), np.ptp(m.stored[index].sum(axis=0))
        assert m.hysteresis[index] == pytest.approx(hysteresis)
        # Force that rises slower than HYSTERESIS_RATE opens less of the loop.
        assert 0.8 * hysteresis * stored - 0.05 < loop < 1.05 * hysteresis * stored + 0.05


def test_tendons_neither_make_nor_lose_energy_beyond_the_grid() -> None:
    """Net work of all tendons over the stride against their hysteresis: what remains is due to
    the window over five nodes and the nodes' uneven spacing, 8 % of the energy that is stored."""
    stride = shipped(3.5).stride
    m = stride.muscles
    weights = np.asarray(node_weights(stride.timeline.grid))
    net = np.sum(weights * m.force * m.tendon_velocity)
    stored = np.ptp(m.stored, axis=1)
    assert abs(net - np.sum(m.hysteresis * stored)) < 0.10 * stored.sum()


def test_beyond_yield_recoil_is_lost() -> None:
    tight, torn = (shipped(3.3, tendon__yield_strain=strain) for strain in (0.10, 0.02))
    i = GROUPS.index("soleus")
    assert tight.stride.muscles.hysteresis[i] == pytest.approx(0.05)
    peak = float(torn.stride.muscles.tendon_strain[i].max())
    expected = 0.05 + 0.95 * (peak - 0.02) / peak
    assert torn.stride.muscles.hysteresis[i] == pytest.approx(expected, rel=0.15)


@pytest.mark.parametrize("speed", SPEEDS)
def test_activation_makes_the_force_at_its_length_and_velocity(speed: float) -> None:
    stride = shipped(speed).stride
    m, g = stride.muscles, stride.groups
    length = m.norm_fiber_length
    shape = np.maximum(np.asarray(curves.active_force_length(length)), SMALLEST_FORCE_LENGTH)
    pace = m.fiber_velocity / _column(g.optimal_fiber_length) / float(g.max_velocity)
    assert_allclose(m.norm_fiber_velocity, pace, rtol=1e-12, atol=1e-14)
    velocity = np.asarray(curves.force_velocity(np.clip(pace, -0.97, 1.0)))
    passive = np.asarray(
        passive_force_length(
            length,
            _column(g.passive_strain_at_zero_force),
            _column(g.passive_strain_at_peak_force),
        )
    )
    fibre = _column(g.peak_isometric_force) * (m.demand * shape * velocity + passive)
    active = m.demand > 0
    assert_allclose((fibre * m.cos_pennation)[active], m.force[active], rtol=1e-9)
    # Of a slack fibre it is the difference of two exponentials: rounding shows in the nanonewtons.
    assert_allclose(
        m.passive_force, _column(g.peak_isometric_force) * passive, rtol=1e-12, atol=1e-9
    )
    assert_allclose(
        m.active_force, np.maximum(m.force / m.cos_pennation - m.passive_force, 0), atol=1e-9
    )


@pytest.mark.parametrize("speed", SPEEDS)
def test_activation_is_bounded(speed: float) -> None:
    found = shipped(speed)
    m = found.stride.muscles
    assert (m.activation >= m.demand - 1e-12).all()
    assert (m.activation > 0.2 * MINIMUM_ACTIVATION).all()
    assert (m.activation < 1.0).all()
    assert ((m.excitation >= 0.0) & (m.excitation <= 1.0)).all()
    assert (m.force > -1e-9).all()


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize(
    "changes",
    [{}, {"posture__knee_flexion_at_contact": 30.0, "posture__trunk_lean": 25.0}],
    ids=["own", "bent"],
)
def test_forces_agree_with_their_fibres(speed: float, changes: dict[str, Any]) -> None:
    """Passes that take half of what is new, slow and sure, end at the same forces."""
    found = shipped(speed, **changes)
    stride = found.stride
    case, forces = _by_half_steps(_motion(stride), found.runner)
    assert stride.muscles.iteration_change.max() <= FORCES.tolerance
    relative = stride.muscles.force / _column(case.groups.peak_isometric_force)
    assert_allclose(relative, forces, rtol=0, atol=FORCES.tolerance)


@jax.jit
def _by_half_steps(*given: Any) -> tuple[LoadCase, Any]:
    case = load_case(*given)
    nothing = jnp.zeros_like(case.required)
    start = jnp.zeros_like(case.lower), Balance(nothing, nothing)

    def step(_: int, carry: Any) -> Any:
        at, balance = carry
        found, balance = share_once(case, at, balance)
        return 0.5 * (at + found), balance

    return case, jax.lax.fori_loop(0, 60, step, start)[0]


@pytest.mark.parametrize("speed", SPEEDS)
def test_forces_and_reserves_make_the_joint_moments(speed: float) -> None:
    stride = shipped(speed).stride
    m = stride.muscles
    made = np.sum(m.arms * m.force[:, None], axis=0)
    required = np.asarray(stride.moments.coordinates)
    assert_allclose(made + m.reserve, required, rtol=0, atol=1e-8)
    assert RESERVE == 10.0


def _mean_force(group: str, **overrides: Any) -> float:
    """N; over the nodes of stance in which the hip extends."""
    stride = shipped(3.3, **overrides).stride
    extending = np.asarray(stride.posture.joint_rates.hip_flexion)[:STANCE_NODES] < 0
    return float(stride.muscles.force[GROUPS.index(group), :STANCE_NODES][extending].mean())


def test_a_co_active_tfl_works_against_extensors_and_for_the_abductors() -> None:
    """Nothing decrees this: TFL flexes and abducts the hip, and load sharing has to answer."""
    changed: dict[str, Any] = {"muscle__tensor_fasciae_latae__coactivation": 0.6}
    assert _mean_force("tensor_fasciae_latae", **changed) > 1.3 * _mean_force(
        "tensor_fasciae_latae"
    )
    assert _mean_force("gluteus_medius", **changed) < _mean_force("gluteus_medius") - 10.0
    extensors = ("gluteus_maximus", "hamstrings", "adductor_magnus")
    usual, against = (sum(_mean_force(group, **kw) for group in extensors) for kw in ({}, changed))
    assert against > usual + 10.0
    # And it costs, because the extensors that answer are paid.
    costs = [shipped(3.3, **kw).results["cost_of_transport"] for kw in ({}, changed)]
    assert costs[1] > costs[0]


def test_co_activation_is_kept_while_the_hip_extends_in_stance() -> None:
    stride = shipped(3.3, muscle__tensor_fasciae_latae__coactivation=0.6).stride
    extending = np.asarray(stride.posture.joint_rates.hip_flexion)[:STANCE_NODES] < 0
    i = GROUPS.index("tensor_fasciae_latae")
    m, g = stride.muscles, stride.groups
    shape = np.asarray(curves.active_force_length(m.norm_fiber_length[i]))
    static = m.active_force[i] / (g.peak_isometric_force[i] * shape)
    assert extending.sum() > 20
    assert (static[:STANCE_NODES][extending] > 0.6 - 5e-3).all()


def test_weaker_muscles_must_be_more_active() -> None:
    weak, strong = (shipped(3.3, muscle__strength_scale=s).stride.muscles for s in (1.2, 1.5))
    stance = slice(0, STANCE_NODES)
    for group in ("soleus", "vasti", "gluteus_medius", "gluteus_maximus"):
        i = GROUPS.index(group)
        assert weak.demand[i, stance].mean() > 1.1 * strong.demand[i, stance].mean()


def test_dominance_takes_load_off_the_small_muscles() -> None:
    dominated: dict[str, Any] = {"muscle__dominance": 4.0}
    assert _mean_force("gluteus_minimus", **dominated) < _mean_force("gluteus_minimus")
    assert _mean_force("gluteus_medius", **dominated) < _mean_force("gluteus_medius")


def test_slower_muscle_is_active_for_longer_and_costs_more() -> None:
    usual, slow = shipped(3.3), shipped(3.3, muscle__deactivation_time=0.12)
    assert slow.stride.muscles.activation.mean() > 1.05 * usual.stride.muscles.activation.mean()
    assert_allclose(slow.stride.muscles.demand, usual.stride.muscles.demand, atol=1e-12)
    assert slow.results["cost_of_transport"] > usual.results["cost_of_transport"]


@pytest.mark.parametrize("speed", SPEEDS)
def test_excitation_is_what_first_order_muscle_needs(speed: float) -> None:
    """da/dt = (u - a) / tau: above activation while it rises, below while it falls, each with its
    own time constant; the rate is NumPy's over the cycle laid out three times."""
    found = shipped(speed, muscle__activation_time=0.02, muscle__deactivation_time=0.07)
    m, line = found.stride.muscles, found.stride.timeline
    times = np.concatenate([line.time + k * float(line.period) for k in (-1, 0, 1)])
    rate = np.gradient(np.tile(m.activation, 3), times, axis=1)[:, NODES : 2 * NODES]
    above, rises = m.excitation - m.activation, rate > 1e-9
    falls, free = rate < -1e-9, (m.excitation > 0.0) & (m.excitation < 1.0)
    assert ((above > 0) == rises)[rises | falls].all()
    assert min(np.sum(rises & free), np.sum(falls & free)) > 30
    for moving, tau in ((rises, 0.02), (falls, 0.07)):
        inside = moving & free
        assert_allclose(above[inside], tau * rate[inside], rtol=1e-6, atol=1e-12)
