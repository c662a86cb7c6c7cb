"""The stance leg: thigh and shank between the template's hip and a foot on the ground.

The template gives the hip, the measured path of the ankle the other end, and the law of cosines
the knee between them. Two things keep the angles of the leg within what runners show:

The heel. With the knee nearly straight a centimetre at the hip is ten degrees at the knee, but a
runner who leaves the ground higher or lower than the mean one also raises the heel less or more.
What hip and ankle differ from the measured knee at take-off is therefore shared between knee and
heel, in proportion to how much runners vary in either: the least sum of squared deviations in
standard deviations that closes the leg. The foot turns about the centre of pressure.

Smoothness. Angles over stance are least-squares polynomials with the measured angular
accelerations at touchdown and take-off, where no moment may jump into or out of swing.
"""

import functools
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.pelvis import stance_hip
from stridesim.dynamics.template import Template
from stridesim.elementary import horner, sin_cos_of_any
from stridesim.posture.segments import Segments, motion
from stridesim.posture.soft_tissue import compression
from stridesim.posture.swing import course_speed, measured_swing
from stridesim.posture.timeline import STANCE_NODES, Timeline
from stridesim.runner import Runner
from stridesim.runner.curves import spread_at_take_off, stance_polynomial

DEGREE: Final = 6

HEEL_RISE: Final = 0.3
"""Stance phase from which the heel may rise otherwise than measured, with the cube of what has
passed since: within 6 % of the measured course of its rise."""

CLOSING_STEPS: Final = 3
"""Gauss-Newton steps in which knee and heel close the leg."""


class StanceLeg(NamedTuple):
    """Segments over stance, the frontal angle of the leg, the centre of pressure from the ankle
    (2, N) forward and up along the plane of the leg (m), and whether the hip was out of reach."""

    segments: Segments
    frontal_angle: Any
    cop_from_ankle: Any
    out_of_reach: Any


@functools.cache
def _smoother() -> tuple[tuple[np.ndarray, np.ndarray], ...]:
    """For value, first and second phase derivative: matrices (N, N) from values at the stance
    nodes and (N, 2) from the second phase derivatives that the ends shall have."""
    phase = np.linspace(-1, 1, STANCE_NODES)
    identity = np.eye(DEGREE + 1)

    def derivative(order: int, at: np.ndarray) -> np.ndarray:
        # Phase runs over [0, 1] and the basis over [-1, 1]: a factor 2 for each derivative.
        columns = np.polynomial.chebyshev.chebder(identity, order, scl=2)
        return np.polynomial.chebyshev.chebval(at, columns).T

    basis = np.polynomial.chebyshev.chebvander(phase, DEGREE)
    curvature = derivative(2, phase[[0, -1]])
    gram = np.linalg.inv(basis.T @ basis)
    correction = gram @ curvature.T @ np.linalg.inv(curvature @ gram @ curvature.T)
    plain = gram @ basis.T
    free = plain - correction @ curvature @ plain
    rows = (basis, derivative(1, phase), derivative(2, phase))
    return tuple((row @ free, row @ correction) for row in rows)


def _turned(angle: Any, x: Any, z: Any) -> tuple[Any, Any]:
    sine, cosine = sin_cos_of_any(angle)
    return cosine * x - sine * z, sine * x + cosine * z


def _heel_turn(hip: Any, ankle: Any, soft: Any, usual_flexion: Any, thigh: Any, shank: Any) -> Any:
    """How much further toe-up (rad) the foot is at take-off than measured; `hip` and `ankle`
    (x, z) from the centre of pressure and compression `soft`, m."""
    heel_spread, knee_spread = (spread_at_take_off(n) for n in ("foot_pitch", "knee_flex_abs"))

    def distance(turn: Any) -> Any:
        x, z = _turned(turn, *ankle)
        return jnp.hypot(hip[0] - x, hip[1] - z) + soft

    turn, flexion = 0.0 * usual_flexion, usual_flexion
    for _ in range(CLOSING_STEPS):
        apart, by_turn = jax.jvp(distance, (turn,), (jnp.ones_like(turn),))
        length = jnp.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * jnp.cos(flexion))
        by_flexion = -thigh * shank * jnp.sin(flexion) / length
        gap = apart - by_turn * turn - length + by_flexion * (flexion - usual_flexion)
        give = (knee_spread * by_flexion) ** 2 + (heel_spread * by_turn) ** 2
        turn = -(heel_spread**2) * by_turn * gap / give
        flexion = usual_flexion + knee_spread**2 * by_flexion * gap / give
    return turn


def stance_leg(timeline: Timeline, template: Template, runner: Runner) -> StanceLeg:
    """The leg on the ground at the stance nodes of one stride of one runner."""
    t, body, state = template, runner.body, timeline.state
    phase, duration = timeline.stance_phase, timeline.contact_time
    thigh, shank = body.thigh_length, body.shank_length
    cop_x = timeline.force.cop_x
    hip_x, aside, hip_z = stance_hip(state.x, state.y, state.z, state.roll, t)
    hip_x = hip_x - cop_x
    ankle_x = horner(stance_polynomial("ankle_x", t.speed, body.scale), phase) - cop_x
    ankle_z = horner(stance_polynomial("ankle_y", t.speed, body.scale), phase)
    pitch = motion(stance_polynomial("foot_pitch", t.speed), phase, duration)

    leg = runner.leg
    soft = compression(timeline.force.leg, leg.soft_tissue_stiffness, leg.soft_tissue_hysteresis)
    knee = stance_polynomial("knee_flex_abs", t.speed)
    crouch = runner.posture.knee_flexion_at_contact - horner(knee, 0.0)
    most = _heel_turn(
        (hip_x[-1], jnp.hypot(aside, hip_z)[-1]),
        (ankle_x[-1], ankle_z[-1]),
        soft[-1],
        horner(knee, 1.0) + crouch,
        thigh,
        shank,
    )
    passed = jnp.maximum(phase - HEEL_RISE, 0.0) / (1 - HEEL_RISE)
    pace = 1 / ((1 - HEEL_RISE) * duration)
    turn = most * passed**3
    ankle_x, ankle_z = _turned(turn, ankle_x, ankle_z)
    foot = (
        pitch[0] + turn,
        pitch[1] + most * 3 * passed**2 * pace,
        pitch[2] + most * 6 * passed * pace**2,
    )

    along = jnp.hypot(aside, hip_z - ankle_z)
    forward = hip_x - ankle_x
    reach = jnp.hypot(forward, along) + soft
    straight = (reach**2 - thigh**2 - shank**2) / (2 * thigh * shank)
    # Out of reach is reported, not computed: keep the angle real and its derivative finite.
    bend = jnp.where(jnp.abs(straight) < 1, straight, 0.0)
    flexion = jnp.arccos(bend)
    thigh_angle = jnp.arctan2(-forward, along) + jnp.arctan2(
        shank * jnp.sin(flexion), thigh + shank * bend
    )
    linkage = jnp.stack([thigh_angle, thigh_angle - flexion])
    swing_time = timeline.period - duration
    course = measured_swing(
        jnp.array([1.0, 0.0]), swing_time, course_speed(timeline, t.speed, body.scale)
    )
    ends = duration**2 * course.acceleration[:2]
    value, first, second = (linkage @ a.T + ends @ b.T for a, b in _smoother())
    segments = Segments(
        jnp.concatenate([value, foot[0][None]]),
        jnp.concatenate([first / duration, foot[1][None]]),
        jnp.concatenate([second / duration**2, foot[2][None]]),
    )
    frontal = jnp.arctan2(aside, hip_z - ankle_z)
    cop = jnp.stack([-ankle_x, -ankle_z * jnp.cos(frontal)])
    return StanceLeg(segments, frontal, cop, jnp.any(straight >= 1))
