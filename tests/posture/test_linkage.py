"""The leg of three segments: it reaches from hip to foot, moves smoothly, and knows its limits."""

import jax.numpy as jnp
import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose

from stridesim.economy import Stride
from stridesim.elementary import horner
from stridesim.posture.linkage import STANDING_HIP_FLEXION, LegPosture
from stridesim.posture.segments import Segments
from stridesim.posture.swing import course_speed, swing
from stridesim.posture.time_grid import rate_of_change
from stridesim.posture.timeline import NODES, STANCE_NODES
from stridesim.runner.curves import stance_polynomial

JUMPS = (STANCE_NODES - 1, STANCE_NODES, NODES - 1, 0)
"""Nodes at take-off and touchdown, where the foot's accelerations in stance and swing differ."""


def _posture(speed: float) -> LegPosture:
    return shipped(speed).stride.posture


def _hip_to_ankle(stride: Stride) -> np.ndarray:
    """(STANCE_NODES,) m, in space: the template's hip, the ankle from the centre of pressure."""
    t, state, posture = stride.template, stride.timeline.state, stride.posture
    ahead, above = posture.cop_from_ankle
    ankle_z = -above / np.cos(posture.frontal_angle[:STANCE_NODES])
    sine, cosine = np.sin(state.roll), np.cos(state.roll)
    forward = state.x - t.hip_behind - stride.timeline.force.cop_x + ahead
    aside = state.y + t.hip_half_width * cosine + t.hip_below * sine - 0.5 * t.step_width
    up = state.z + t.hip_half_width * sine - t.hip_below * cosine - ankle_z
    return np.sqrt(np.asarray(forward**2 + aside**2 + up**2))


def _measured_ankle(stride: Stride, scale: float) -> tuple[np.ndarray, np.ndarray]:
    """Path of the mean runner's ankle from the centre of pressure, m."""
    speed, phase = stride.template.speed, stride.timeline.stance_phase
    ahead = horner(stance_polynomial("ankle_x", speed, scale), phase)
    up = horner(stance_polynomial("ankle_y", speed, scale), phase)
    return np.asarray(ahead - stride.timeline.force.cop_x), np.asarray(up)


@pytest.mark.parametrize("speed", SPEEDS)
def test_thigh_and_shank_reach_from_hip_to_ankle(speed: float) -> None:
    """Law of cosines back from the knee angle, less what soft tissue gives; within the 4 mm by
    which the smoothing of the angles over stance may miss."""
    found = shipped(speed)
    stride, body = found.stride, found.runner.body
    knee = stride.posture.joints.knee_flexion[:STANCE_NODES]
    thigh, shank = float(body.thigh_length), float(body.shank_length)
    bones = np.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * np.cos(knee))
    soft = stride.timeline.force.leg / float(found.runner.leg.soft_tissue_stiffness)
    assert_allclose(bones - soft, _hip_to_ankle(stride), rtol=0, atol=4e-3)


@pytest.mark.parametrize("speed", SPEEDS)
def test_joint_angles_are_differences_of_segment_angles(speed: float) -> None:
    found = shipped(speed)
    posture = found.stride.posture
    thigh, shank, foot = posture.segments.angle
    assert_allclose(posture.joints.knee_flexion, thigh - shank, rtol=1e-14)
    assert_allclose(posture.joints.ankle_dorsiflexion, foot - shank, rtol=1e-14)
    # At the reference lean hip flexion is thigh plus pelvis; standing counts as zero.
    pelvis = posture.joints.hip_flexion - thigh - STANDING_HIP_FLEXION
    lean = float(found.runner.posture.trunk_lean)
    assert np.abs(np.rad2deg(pelvis)).max() < 20 + np.rad2deg(abs(lean - 0.12566))
    assert (posture.joints.knee_flexion > 0).all()


@pytest.mark.parametrize("speed", SPEEDS)
def test_hip_flexion_counts_from_standing_and_turns_with_trunk_and_pelvis(speed: float) -> None:
    """A runner who stands has the thigh's joint centres 5.19 degrees behind the vertical (hip ahead
    of knee) and no hip flexion; what the pelvis tilts or the trunk leans comes on top."""
    found = shipped(speed, posture__trunk_lean=9.0)
    stance = slice(0, STANCE_NODES)
    joints, thigh = found.stride.posture.joints, found.stride.posture.segments.angle[0]
    phase = found.stride.timeline.stance_phase
    tilt = np.rad2deg(np.asarray(horner(stance_polynomial("pelvis_tilt", speed), phase)))
    expected = np.rad2deg(thigh[stance]) - (-5.19) + tilt + (9.0 - 7.2)
    assert_allclose(np.rad2deg(joints.hip_flexion[stance]), expected, rtol=0, atol=0.01)


@pytest.mark.parametrize("speed", SPEEDS)
def test_rates_are_the_rates_of_the_angles(speed: float) -> None:
    """Second-order differences over the nodes. In swing those are 13 ms apart, too far for
    accelerations: `test_rates_in_swing_are_derivatives` has them."""
    stride = shipped(speed).stride
    posture = stride.posture
    inside = np.setdiff1d(np.arange(NODES), JUMPS)
    pairs = [
        (posture.segments.angle, posture.segments.rate, inside),
        (posture.segments.rate, posture.segments.acceleration, inside[inside < STANCE_NODES]),
        (np.asarray(posture.joints.stacked), np.asarray(posture.joint_rates.stacked), inside),
    ]
    for value, rate, nodes in pairs:
        found = np.asarray(rate_of_change(value, stride.timeline.grid))
        size = np.abs(rate).max(axis=1, keepdims=True)
        assert (np.abs(found - rate) / size)[:, nodes].max() < 0.08


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_swinging_hip_returns_to_the_adduction_it_lands_with(speed: float) -> None:
    """Little beside the rates of stance, so that its direction needs a test of its own: differences
    within swing, and no change left over after the stride."""
    stride = shipped(speed).stride
    angle, rate = stride.posture.joints.hip_adduction, stride.posture.joint_rates.hip_adduction
    time = stride.timeline.time
    swing = slice(STANCE_NODES, NODES)
    slopes = np.diff(angle[swing]) / np.diff(time[swing])
    assert_allclose(rate[swing][1:], slopes, rtol=1e-9)
    left = float(stride.timeline.period) - time[-1]
    assert angle[-1] + left * rate[-1] == pytest.approx(angle[0], abs=1e-12)


def _fine_swing(speed: float, nodes: int) -> tuple[Segments, Segments, float]:
    """Stance, the swing between it on evenly spaced phases 0 to 1, and the time of swing."""
    stride = shipped(speed).stride
    line = stride.timeline._replace(swing_phase=jnp.linspace(0.0, 1.0, nodes))
    stance = Segments(*(x[:, :STANCE_NODES] for x in stride.posture.segments))
    course = course_speed(line, speed, shipped(speed).runner.body.scale)
    swinging = Segments(*(np.asarray(x) for x in swing(stance, line, course)))
    return stance, swinging, float(line.period - line.contact_time)


@pytest.mark.parametrize("speed", SPEEDS)
def test_swing_begins_and_ends_as_stance_does(speed: float) -> None:
    stance, swinging, _ = _fine_swing(speed, 11)
    for here, there in ((0, -1), (-1, 0)):
        assert_allclose(swinging.angle[:, here], stance.angle[:, there], rtol=0, atol=1e-12)
        assert_allclose(swinging.rate[:, here], stance.rate[:, there], rtol=0, atol=1e-10)
        # Thigh and shank carry the load of moments; the foot's own inertia is nothing.
        assert_allclose(swinging.acceleration[:2, here], stance.acceleration[:2, there], rtol=1e-10)


@pytest.mark.parametrize("speed", SPEEDS)
def test_rates_in_swing_are_derivatives(speed: float) -> None:
    _, swinging, duration = _fine_swing(speed, 4001)
    step = duration / 4000
    for value, rate in ((swinging.angle, swinging.rate), (swinging.rate, swinging.acceleration)):
        found = (value[:, 2:] - value[:, :-2]) / (2 * step)
        # Where a fade ends the third derivative has a step: the difference is of first order.
        size = np.abs(rate).max()
        assert np.abs(found - rate[:, 1:-1]).max() < 1e-4 * size


@pytest.mark.parametrize("speed", SPEEDS)
def test_no_acceleration_jumps_within_swing(speed: float) -> None:
    """A node stands in the very middle of swing: a jump of the fades there would make the cost
    depend on rounding."""
    _, swinging, _ = _fine_swing(speed, 4001)
    step = np.abs(np.diff(swinging.acceleration, axis=1)).max(axis=1)
    assert (step < 0.01 * np.ptp(swinging.acceleration, axis=1)).all()


def test_cost_does_not_depend_on_rounding() -> None:
    """A hundred-millionth more mass is no other runner."""
    mass = float(shipped(3.3).runner.body.mass)
    costs = [
        float(shipped(3.3, body__mass=mass * (1 + k * 1e-8)).results["cost_of_transport"])
        for k in range(-4, 5)
    ]
    assert np.ptp(costs) < 1e-6


@pytest.mark.parametrize("speed", SPEEDS)
def test_knee_and_heel_share_what_take_off_asks(speed: float) -> None:
    """Both give way in proportion to how much runners vary and to what they can close: the foot
    turns little, about the centre of pressure, and not before the heel rises."""
    found = shipped(speed)
    stride, scale = found.stride, float(found.runner.body.scale)
    measured = _measured_ankle(stride, scale)
    ahead, above = stride.posture.cop_from_ankle
    ankle = (-ahead, -above / np.cos(stride.posture.frontal_angle[:STANCE_NODES]))
    assert_allclose(np.hypot(*ankle), np.hypot(*measured), rtol=1e-9)
    turn = np.arctan2(ankle[1], ankle[0]) - np.arctan2(measured[1], measured[0])
    assert_allclose(turn[: STANCE_NODES // 4], 0, atol=1e-12)
    pitch = stance_polynomial("foot_pitch", speed)
    stance = slice(0, STANCE_NODES)
    extra = stride.posture.segments.angle[2, stance] - horner(pitch, stride.timeline.stance_phase)
    assert_allclose(turn, extra, atol=1e-9)
    assert 0.2 < abs(np.rad2deg(turn[-1])) < 4.5
    usual = float(horner(stance_polynomial("knee_flex_abs", speed), 1.0))
    knee = float(stride.posture.joints.knee_flexion[STANCE_NODES - 1])
    # 6 degrees: 1.5 SD of the knee at take-off; the crouch at contact is carried along.
    assert abs(np.rad2deg(knee - usual)) < 6.0


def test_shorter_steps_swing_lower() -> None:
    """As in runners who raise their step rate (Heiderscheit 2011)."""
    frequency = float(shipped(3.5).runner.gait.step_frequency)
    usual, shorter = (
        np.max(shipped(3.5, gait__step_frequency=k * frequency).stride.posture.joints.knee_flexion)
        for k in (1.0, 1.1)
    )
    assert 2.0 < np.rad2deg(usual - shorter) < 8.0


def test_knee_flexion_at_contact_is_the_parameter() -> None:
    """Less the smoothing; the soft tissue is unloaded then."""
    for degrees in (10.0, 13.0, 18.0):
        found = shipped(3.3, posture__knee_flexion_at_contact=degrees)
        assert float(found.results["knee_flexion_at_contact"]) == pytest.approx(degrees, abs=3.0)


def test_a_crouched_runner_is_more_flexed_at_hip_and_knee() -> None:
    upright, crouched = (
        shipped(3.3, posture__knee_flexion_at_contact=degrees).results for degrees in (10.0, 25.0)
    )
    for name in ("peak_knee_flexion", "hip_flexion_at_contact", "peak_ankle_dorsiflexion"):
        assert crouched[name] > upright[name] + 2.0


def test_trunk_lean_flexes_the_hip() -> None:
    """The pelvis turns with the trunk; the thigh follows a little because the hip moves back."""
    less, more = (shipped(3.3, posture__trunk_lean=degrees).results for degrees in (7.0, 10.0))
    change = more["hip_flexion_at_contact"] - less["hip_flexion_at_contact"]
    assert 2.0 < change < 5.0


def test_out_of_reach_is_said_and_not_clipped() -> None:
    assert not bool(_posture(3.5).out_of_reach)
    stretched = shipped(3.3, leg__soft_tissue_stiffness=30e3)
    assert bool(stretched.stride.posture.out_of_reach)
    assert stretched.status.name == "posture_out_of_reach"


def test_the_foot_stands_under_the_force() -> None:
    """The centre of pressure goes from about the ankle to the ball of the foot, on the ground."""
    for speed in SPEEDS:
        ahead, above = _posture(speed).cop_from_ankle
        assert ahead.shape == (STANCE_NODES,)
        assert (ahead[3:-1] > -0.12).all()
        assert (ahead[3:-1] < 0.2).all()
        assert (above < -0.04).all()
        assert ahead[-2] > ahead[3]
