"""Angles of thigh, shank and foot over a stride, and the joints between them.

Equations, choices and sources: `stridesim.posture.stance`, `stridesim.posture.swing` and
`stridesim.posture.linkage`. Angles are (3, 3, N): angle, rate and acceleration of each segment.
"""

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import legendre
from numpy.polynomial import polynomial as poly
from scipy.signal import lfilter

from numpy_chain.curves import motion, speed_at_step_length, stance_curve, swing_curve
from numpy_chain.gait import Stride
from stridesim.dynamics.template import REFERENCE_LEAN, Template
from stridesim.posture.linkage import STANDING_HIP_FLEXION
from stridesim.posture.soft_tissue import lag
from stridesim.posture.stance import CLOSING_STEPS, DEGREE, HEEL_RISE
from stridesim.posture.swing import JOIN, SEGMENTS
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import Runner
from stridesim.runner.curves import spread_at_take_off

PHASE = np.linspace(0, 1, STANCE_NODES)
_FADING_VALUE, _FADING_SLOPE = np.array([1, 0, 0, -10, 15, -6.0]), np.array([0, 1, 0, -6, 8, -3.0])
"""Hermite's quintics: one at the left end, the other of unit slope there, else without value,
slope and curvature at either end."""


class Posture(NamedTuple):
    """Over N nodes of a stride; `joints` (4, N) are hip flexion and adduction, knee flexion and
    dorsiflexion (rad), `cop_from_ankle` (2, stance nodes) forward and up along the leg (m)."""

    segments: np.ndarray
    joints: np.ndarray
    joint_rates: np.ndarray
    frontal_angle: np.ndarray
    cop_from_ankle: np.ndarray


def _turned(angle: np.ndarray | float, x: np.ndarray, z: np.ndarray) -> np.ndarray:
    return np.array([np.cos(angle) * x - np.sin(angle) * z, np.sin(angle) * x + np.cos(angle) * z])


def _compression(force: np.ndarray, stiffness: float, hysteresis: float) -> np.ndarray:
    """k (delta + T d(delta)/dt) = F for a force that is linear between nodes: a recursion."""
    relative = max((force.size - 1) * float(lag(hysteresis)), 1e-3)
    kept = np.exp(-1 / relative)
    late = 1 - (1 - kept) * relative
    added = np.append(0.0, (1 - kept - late) * force[:-1] + late * force[1:])
    compressing: Any = lfilter([1.0], [1.0, -kept], added)
    return compressing / stiffness


@functools.cache
def _smoothing() -> tuple[np.ndarray, np.ndarray]:
    """Least-squares polynomial through stance nodes with given second derivatives at its ends:
    matrices (3, N, N) and (3, N, 2) from those to value and derivatives at the nodes."""
    at = 2 * PHASE - 1
    basis = np.array([_legendre(order, at) for order in range(3)])
    ends = _legendre(2, np.array([-1.0, 1.0]))
    fit, size = basis[0], DEGREE + 1
    system = np.block([[fit.T @ fit, ends.T], [ends, np.zeros((2, 2))]])
    inverse = np.linalg.inv(system)[:size]
    return basis @ inverse[:, :size] @ fit.T, basis @ inverse[:, size:]


def _legendre(order: int, at: np.ndarray) -> np.ndarray:
    """Derivatives in phase of the basis (N, DEGREE + 1)."""
    columns = legendre.legder(np.eye(DEGREE + 1), order, scl=2)
    return legendre.legval(at, columns).T


def _heel_turn(
    hip: np.ndarray, ankle: np.ndarray, soft: float, usual: float, thigh: float, shank: float
) -> float:
    """Knee and heel share what closes the leg at take-off, weighted by their spread."""
    heel, knee = spread_at_take_off("foot_pitch"), spread_at_take_off("knee_flex_abs")
    turn, flexion = 0.0, usual
    for _ in range(CLOSING_STEPS):
        x, z = _turned(turn, ankle[0], ankle[1])
        gap_x, gap_z = hip[0] - x, hip[1] - z
        apart = np.hypot(gap_x, gap_z)
        by_turn = (gap_x * z - gap_z * x) / apart
        length = np.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * np.cos(flexion))
        by_flexion = -thigh * shank * np.sin(flexion) / length
        gap = apart + soft - by_turn * turn - length + by_flexion * (flexion - usual)
        give = (knee * by_flexion) ** 2 + (heel * by_turn) ** 2
        turn = -(heel**2) * by_turn * gap / give
        flexion = usual + knee**2 * by_flexion * gap / give
    return turn


def _measured_swing(phase: np.ndarray, duration: float, speed: float) -> np.ndarray:
    """(angle, rate, acceleration) x (thigh, shank, foot) x N"""
    courses = [motion(swing_curve(n, speed), 2 * phase - 1, 0.5 * duration) for n in SEGMENTS]
    return np.stack(courses, axis=1)


def _fading(phase: np.ndarray, value: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Mismatches (3,) at phase 0 that fade by the phase JOIN: (order, segment, N), per phase."""
    curve = np.outer(_FADING_VALUE, value) + np.outer(_FADING_SLOPE, JOIN * slope)
    at = np.minimum(phase / JOIN, 1.0)
    return np.array([poly.polyval(at, poly.polyder(curve, n)) / JOIN**n for n in range(3)])


def posture(line: Stride, t: Template, runner: Runner) -> Posture:
    """Segments and joints over one stride."""
    body, duration, speed = runner.body, line.contact_time, t.speed
    swing_time = line.period - duration
    thigh, shank = body.thigh_length, body.shank_length
    x, y, z, roll = line.state[:4]
    cop = poly.polyval(PHASE, np.array(t.cop_x))
    hip_x = x - t.hip_behind - cop
    aside = y + t.hip_half_width * np.cos(roll) + t.hip_below * np.sin(roll) - 0.5 * t.step_width
    hip_z = z + t.hip_half_width * np.sin(roll) - t.hip_below * np.cos(roll)
    ankle = np.array(
        [
            poly.polyval(PHASE, stance_curve("ankle_x", speed, body.scale)) - cop,
            poly.polyval(PHASE, stance_curve("ankle_y", speed, body.scale)),
        ]
    )
    soft = _compression(
        line.force.leg, runner.leg.soft_tissue_stiffness, runner.leg.soft_tissue_hysteresis
    )
    knee = stance_curve("knee_flex_abs", speed)
    crouch = runner.posture.knee_flexion_at_contact - knee[0]
    hip_at_take_off = np.array([hip_x[-1], np.hypot(aside[-1], hip_z[-1])])
    most = _heel_turn(hip_at_take_off, ankle[:, -1], soft[-1], knee.sum() + crouch, thigh, shank)
    passed, pace = np.maximum(PHASE - HEEL_RISE, 0) / (1 - HEEL_RISE), 1 / (1 - HEEL_RISE)
    turn = most * np.array(
        [passed**3, 3 * passed**2 * pace / duration, 6 * passed * (pace / duration) ** 2]
    )
    ankle = _turned(turn[0], ankle[0], ankle[1])
    foot = motion(stance_curve("foot_pitch", speed), PHASE, duration) + turn

    along, forward = np.hypot(aside, hip_z - ankle[1]), hip_x - ankle[0]
    reach = np.hypot(forward, along) + soft
    bend = (reach**2 - thigh**2 - shank**2) / (2 * thigh * shank)
    flexion = np.arccos(bend)
    thigh_angle = np.arctan2(-forward, along)
    thigh_angle += np.arctan2(shank * np.sin(flexion), thigh + shank * bend)
    course_speed = speed_at_step_length(0.5 * speed * line.period / body.scale)
    ends = _measured_swing(np.array([0.0, 1.0]), swing_time, course_speed)
    through, by_ends = _smoothing()
    linkage = np.array([thigh_angle, thigh_angle - flexion])
    # Swing begins where stance ends: the accelerations wanted at touchdown stand last in swing.
    wanted = duration**2 * ends[2, :2, ::-1]
    smooth = linkage @ through.transpose(0, 2, 1) + wanted @ by_ends.transpose(0, 2, 1)
    smooth /= duration ** np.arange(3)[:, None, None]
    stance = np.concatenate([smooth, foot[:, None]], axis=1)

    phase = (line.time[STANCE_NODES:] - duration) / swing_time
    after = _fading(
        phase,
        stance[0, :, -1] - ends[0, :, 0],
        swing_time * (stance[1, :, -1] - ends[1, :, 0]),
    )
    before = _fading(
        1 - phase,
        stance[0, :, 0] - ends[0, :, 1],
        -swing_time * (stance[1, :, 0] - ends[1, :, 1]),
    )
    before[1] *= -1
    swing = _measured_swing(phase, swing_time, course_speed)
    swing += (after + before) / swing_time ** np.arange(3)[:, None, None]
    segments = np.concatenate([stance, swing], axis=2)

    tilt = np.concatenate(
        [
            motion(stance_curve("pelvis_tilt", speed), PHASE, duration),
            motion(swing_curve("pelvis_tilt", speed), 2 * phase - 1, 0.5 * swing_time),
        ],
        axis=1,
    )
    frontal = np.arctan2(aside, hip_z - ankle[1])
    adduction, adduction_rate = line.force.adduction, line.force.adduction_rate
    back = np.full(phase.size, (adduction[0] - adduction[-1]) / swing_time)
    lean = runner.posture.trunk_lean - REFERENCE_LEAN + STANDING_HIP_FLEXION
    (thigh_now, shank_now, foot_now), (thigh_rate, shank_rate, foot_rate) = segments[:2]
    return Posture(
        segments,
        np.array(
            [
                thigh_now + tilt[0] + lean,
                _returning(adduction, phase),
                thigh_now - shank_now,
                foot_now - shank_now,
            ]
        ),
        np.array(
            [
                thigh_rate + tilt[1],
                np.append(adduction_rate, back),
                thigh_rate - shank_rate,
                foot_rate - shank_rate,
            ]
        ),
        _returning(frontal, phase),
        np.array([-ankle[0], -ankle[1] * np.cos(frontal)]),
    )


def _returning(stance: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """What the swing leg brings back evenly from take-off to touchdown."""
    return np.append(stance, stance[-1] + (stance[0] - stance[-1]) * phase)
