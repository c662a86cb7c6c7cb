"""The named numbers of a stride against balances and geometry that do not use their formulas."""

import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose
from scipy.integrate import trapezoid

from stridesim.constants import GRAVITY
from stridesim.economy import Evaluation
from stridesim.muscles import degroote2016 as curves
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES

ACHILLES_INDEX = [GROUPS.index(name) for name in ACHILLES]


def _stance_time(found: Evaluation) -> np.ndarray:
    return np.asarray(found.stride.timeline.time[:STANCE_NODES])


@pytest.mark.parametrize("speed", SPEEDS)
def test_leg_stiffness_is_that_of_a_leg_that_swings_through_its_angle(speed: float) -> None:
    """McMahon & Cheng 1990: from theta before to theta after the vertical the hip of a leg of
    constant length L rises by L (1 - cos theta); what it drops instead shortens the leg."""
    found = shipped(speed)
    r, length = found.results, 0.53 * float(found.runner.body.height)
    angle = np.arcsin(speed * r["contact_time"] / (2 * length))
    shortening = r["com_drop_in_stance"] + length * (1 - np.cos(angle))
    peak = found.stride.timeline.force.z.max()
    assert_allclose(r["leg_stiffness"] * shortening, peak, rtol=1e-12)


@pytest.mark.parametrize("speed", SPEEDS)
def test_oscillation_is_the_range_of_the_whole_path(speed: float) -> None:
    """The ballistic path followed in small steps from take-off to the next touchdown."""
    found = shipped(speed)
    state, t = found.stride.timeline.state, found.stride.template
    since = np.linspace(0.0, float(found.results["flight_time"]), 2001)
    flight = state.z[-1] + since * state.vz[-1] + 0.5 * since**2 * float(t.acceleration_z)
    path = np.concatenate([state.z, flight])
    assert flight.max() > state.z.max()
    assert found.results["vertical_oscillation"] == pytest.approx(np.ptp(path), abs=1e-7)


@pytest.mark.parametrize("speed", SPEEDS)
def test_vertical_impulse_of_a_step_is_gravity_over_frequency(speed: float) -> None:
    """On level ground, unsupported, the body is as high and as fast a step later."""
    results = shipped(speed).results
    assert results["vertical_impulse"] == pytest.approx(
        GRAVITY / results["step_frequency"], rel=1e-9
    )


def test_impulses_of_a_step_balance_all_that_pulls() -> None:
    """A support of a tenth takes a tenth; a force of 2 % BW backward is what forward exceeds."""
    found = shipped(3.0, task__weight_support=0.1, task__horizontal_force=0.02)
    r, step = found.results, 1 / found.results["step_frequency"]
    assert r["vertical_impulse"] == pytest.approx(0.9 * GRAVITY * step, rel=1e-7)
    net = r["propulsive_impulse"] - r["braking_impulse"]
    assert net == pytest.approx(0.02 * GRAVITY * step, rel=1e-6)


@pytest.mark.parametrize("speed", SPEEDS)
def test_leakage_is_what_rolls_the_body(speed: float) -> None:
    """A force through the centre of mass turns nothing: its lateral miss, at the height of the
    centre of mass, is inertia times roll acceleration. The leg's force is the part along it; the
    impact goes into the mass that it stops."""
    found = shipped(speed)
    t, line = found.stride.template, found.stride.timeline
    state, force = line.state, line.force
    time = _stance_time(found)
    turning = float(t.roll_inertia) * np.gradient(state.roll_rate, time, edge_order=2) / state.z
    sine, cosine = np.sin(state.roll), np.cos(state.roll)
    leg = np.stack(
        [
            state.x - t.hip_behind - force.cop_x,
            state.y + t.hip_half_width * cosine + t.hip_below * sine - 0.5 * t.step_width,
            state.z + t.hip_half_width * sine - t.hip_below * cosine,
        ]
    )
    ground = np.stack([force.x, force.y, force.spring_z])
    along = np.sum(ground * leg, axis=0) / np.linalg.norm(leg, axis=0)
    expected = trapezoid(np.abs(turning), time) / trapezoid(along, time)
    assert found.results["lateral_leakage"] == pytest.approx(expected, rel=0.02)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_leg_does_push_off_less_what_it_loses(speed: float) -> None:
    """The spring itself gives back what it took, so the leg's work is the difference."""
    found = shipped(speed)
    force, r = found.stride.timeline.force, found.results
    work = trapezoid(force.leg * force.length_rate, _stance_time(found))
    assert r["leg_dissipation"] > 0
    assert r["push_off_work"] - r["leg_dissipation"] == pytest.approx(
        work, abs=0.01 * r["leg_dissipation"]
    )


@pytest.mark.parametrize("damping", [0.02, 0.1])
def test_the_stabiliser_dissipates_its_damped_share_of_the_work_at_the_hip(damping: float) -> None:
    found = shipped(3.5, hip__damping=damping)
    t, force = found.stride.template, found.stride.timeline.force
    damped = damping * force.hip_adduction_rate
    elastic = t.hip_strength + t.hip_stiffness * (force.hip_adduction - t.hip_neutral)
    power = force.abduction_moment * force.hip_adduction_rate * damped / (elastic + damped)
    lost = trapezoid(power, _stance_time(found))
    assert lost > 0
    # The trapezoid over the nodes of the stride is the less exact of the two.
    assert found.results["stabiliser_dissipation"] == pytest.approx(lost, rel=0.02)
    undamped = shipped(3.5, hip__damping=0.0)
    assert undamped.results["stabiliser_dissipation"] == 0.0


@pytest.mark.parametrize(("joint", "axis"), [("knee", 2), ("ankle", 3)])
@pytest.mark.parametrize("speed", SPEEDS)
def test_mechanical_advantage_follows_from_the_balance_of_moments(
    speed: float, joint: str, axis: int
) -> None:
    """Biewener 1989: r/R. The extensors make what the joint needs and what its flexors undo, so r
    comes from moments and forces without looking at one of their moment arms."""
    extensors = {"knee": ("vasti", "rectus_femoris"), "ankle": ("soleus", "gastrocnemius")}[joint]
    found = shipped(speed)
    stride = found.stride
    inside = [GROUPS.index(name) for name in extensors]
    others = [i for i in range(len(GROUPS)) if i not in inside]
    m = stride.muscles
    stance = slice(0, STANCE_NODES)
    needed = (stride.moments.knee_extension, stride.moments.ankle_plantarflexion)[axis - 2][stance]
    by_others = np.sum(m.arms[others, axis, stance] * m.force[others, stance], axis=0)
    made = needed + m.reserve[axis, stance] + by_others
    force = stride.timeline.force
    ground = np.sqrt(force.x**2 + force.y**2 + force.z**2)
    own_arm = made.sum() / m.force[inside, stance].sum()
    load_arm = needed[needed > 0].sum() / ground.sum()
    advantage = float(found.results[f"{joint}_mechanical_advantage"])
    assert advantage == pytest.approx(own_arm / load_arm, rel=1e-6)


@pytest.mark.parametrize("hysteresis", [0.0, 0.05, 0.3])
def test_a_tendon_returns_what_it_stored_less_its_hysteresis(hysteresis: float) -> None:
    found = shipped(3.5, tendon__hysteresis=hysteresis)
    r, stored = found.results, np.ptp(found.stride.muscles.stored, axis=1)
    assert_allclose(r["tendon_energy_returned"], (1 - hysteresis) * stored.sum(), rtol=1e-12)
    achilles = (1 - hysteresis) * stored[ACHILLES_INDEX].sum()
    assert_allclose(r["achilles_energy_returned"], achilles, rtol=1e-12)


def test_achilles_stiffness_is_force_over_stretch_from_half_to_full_force() -> None:
    """Two springs side by side, kN/m, from the inverse of the tendon's curve."""
    found = shipped(3.5)
    g = found.stride.groups
    total = 0.0
    for i in ACHILLES_INDEX:
        half, full = (
            float(curves.tendon_strain(share, g.strain_at_peak_force[i])) for share in (0.5, 1.0)
        )
        stretch = (full - half) * float(g.slack_length[i])
        total += 0.5 * float(g.peak_isometric_force[i]) / stretch
    assert found.results["achilles_stiffness"] == pytest.approx(1e-3 * total, rel=1e-9)
    soft = shipped(3.3, tendon__stiffness_scale=0.8).results["achilles_stiffness"]
    assert soft == pytest.approx(0.8e-3 * total, rel=1e-9)


def test_achilles_strain_lies_between_its_two_parts_by_their_strength() -> None:
    """Of 100 N more, the share that each part takes is its share of the strength."""
    found = shipped(3.5)
    soleus, gastrocnemius = (GROUPS.index(n) for n in ("soleus", "gastrocnemius"))
    strain, force = found.stride.muscles.tendon_strain, found.stride.groups.peak_isometric_force
    share = float(force[soleus] / (force[soleus] + force[gastrocnemius]))
    whole = strain[gastrocnemius] + share * (strain[soleus] - strain[gastrocnemius])
    assert found.results["achilles_peak_strain"] == pytest.approx(whole.max(), rel=1e-12)


def test_the_pelvis_drops_away_from_a_weak_hip() -> None:
    """Trendelenburg: positive is the swing side down, and more of it with weaker abductors."""
    usual, weak = (shipped(3.5, hip__strength=s) for s in (1.0, 0.9))
    middle = slice(STANCE_NODES // 4, 3 * STANCE_NODES // 4)
    assert (
        weak.stride.timeline.state.roll[middle].mean()
        > usual.stride.timeline.state.roll[middle].mean()
    )
    assert weak.results["pelvic_drop"] > usual.results["pelvic_drop"] > 0
