"""Joint angles of the leg in stance and swing.

Stance: the template gives the hip, the measured path of the ankle over a foot that stands on
the ground gives the other end, and the law of cosines the knee between them. The linkage lies
in the plane through the forward axis and the line from ankle to hip, so that frontal tilt does
not shorten the leg. Swing: the measured course of thigh, shank and foot, stretched to this
stride's swing time, plus the cubic that joins it to this stride's own take-off and touchdown
in angle and rate. Angles in rad against the vertical, lower end ahead positive (thigh, shank),
toe up positive (foot).
"""

import functools
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import REFERENCE_LEAN, Template
from stridesim.posture.timeline import STANCE_NODES, Timeline
from stridesim.runner import Runner
from stridesim.runner.curves import stance_polynomial, swing_polynomial
from stridesim.runner.over_speed import horner

STANDING_HIP_FLEXION: Final = 0.09057
"""rad (5.19 deg): mean angle of the thigh's joint-centre line in standing, which anatomical hip
flexion counts as zero (Fukuchi 2017, 13 runners)."""


STANCE_DEGREE: Final = 5

JOIN: Final = 0.7
"""Share of swing over which a stride's own take-off and touchdown fade into the measured course."""


class Segments(NamedTuple):
    """Angles of thigh, shank and foot (3, N), their rates and accelerations; rad, s."""

    angle: Any
    rate: Any
    acceleration: Any


class Joints(NamedTuple):
    """Anatomical angles (N,): flexion, adduction, dorsiflexion positive; rad."""

    hip_flexion: Any
    hip_adduction: Any
    knee_flexion: Any
    ankle_dorsiflexion: Any

    @property
    def stacked(self) -> Any:
        """(4, N) in the order of the fields, which is the order of every joint axis."""
        return jnp.stack(self)


class Posture(NamedTuple):
    """Leg over one stride (N nodes) and whether the hip was ever out of the leg's reach.

    `cop_from_ankle` (2, STANCE_NODES): centre of pressure from the ankle, forward and up
    along the plane of the leg, m.
    """

    segments: Segments
    joints: Joints
    joint_rates: Joints
    frontal_angle: Any
    cop_from_ankle: Any
    out_of_reach: Any


def _polynomial_motion(coefficients: Any, phase: Any, duration: Any) -> tuple[Any, Any, Any]:
    first = [i * c for i, c in enumerate(coefficients)][1:]
    second = [i * c for i, c in enumerate(first)][1:]
    return (
        horner(coefficients, phase),
        horner(first, phase) / duration,
        horner(second, phase) / duration**2,
    )


@functools.cache
def _smoother() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Matrices (N, N) from values at the stance nodes to the smoothed value and its first and
    second phase derivatives: least-squares polynomial in the Chebyshev basis."""
    phase = np.linspace(-1, 1, STANCE_NODES)
    basis = np.polynomial.chebyshev.chebvander(phase, STANCE_DEGREE)
    fit = np.linalg.pinv(basis)
    identity = np.eye(STANCE_DEGREE + 1)

    def derivative(order: int) -> np.ndarray:
        # Phase runs over [0, 1] and the basis over [-1, 1]: a factor 2 for each derivative.
        columns = np.polynomial.chebyshev.chebder(identity, order, scl=2)
        return np.polynomial.chebyshev.chebval(phase, columns).T @ fit

    return basis @ fit, derivative(1), derivative(2)


def _stance(
    timeline: Timeline, template: Template, runner: Runner
) -> tuple[Segments, Any, Any, Any]:
    t, body, state = template, runner.body, timeline.state
    phase, duration = timeline.stance_phase, timeline.contact_time
    ankle_x = horner(stance_polynomial("ankle_x", t.speed, body.scale), phase)
    ankle_z = horner(stance_polynomial("ankle_y", t.speed, body.scale), phase)
    pitch = _polynomial_motion(stance_polynomial("foot_pitch", t.speed), phase, duration)
    sine, cosine = jnp.sin(state.roll), jnp.cos(state.roll)
    forward = state.x - t.hip_behind - ankle_x
    aside = state.y + t.hip_half_width * cosine + t.hip_below * sine - 0.5 * t.step_width
    up = state.z + t.hip_half_width * sine - t.hip_below * cosine - ankle_z
    along = jnp.sqrt(aside**2 + up**2)
    thigh, shank = body.thigh_length, body.shank_length
    # Part of the leg's shortening is in soft tissue, not in the knee.
    distance = jnp.sqrt(forward**2 + along**2)
    squared = (distance + timeline.force.leg / runner.leg.soft_tissue_stiffness) ** 2
    straight = (squared - thigh**2 - shank**2) / (2 * thigh * shank)
    beyond = jnp.any(straight >= 1)
    # Out of reach is reported, not computed: keep the angle real and its derivative finite.
    bend = jnp.where(jnp.abs(straight) < 1, straight, 0.0)
    flexion = jnp.arccos(bend)
    thigh_angle = jnp.arctan2(-forward, along) + jnp.arctan2(
        shank * jnp.sin(flexion), thigh + shank * bend
    )
    linkage = jnp.stack([thigh_angle, thigh_angle - flexion])
    value, first, second = (linkage @ matrix.T for matrix in _smoother())
    segments = Segments(
        jnp.concatenate([value, pitch[0][None]]),
        jnp.concatenate([first / duration, pitch[1][None]]),
        jnp.concatenate([second / duration**2, pitch[2][None]]),
    )
    frontal = jnp.arctan2(aside, up)
    cop = jnp.stack([timeline.force.cop_x - ankle_x, -ankle_z * jnp.cos(frontal)])
    return segments, frontal, cop, beyond


def _fading(phase: Any, value: Any, slope: Any) -> tuple[Any, Any, Any]:
    """A mismatch (3, 1) at phase 0 that fades, and its phase derivatives: a quartic that ends with
    neither value nor slope nor curvature at the phase `JOIN`, so that no moment jumps there."""
    p = jnp.clip(phase[None] / JOIN, 0.0, 1.0)
    rest = 1 - p
    gain = JOIN * slope + 3 * value
    line = value + gain * p
    return (
        rest**3 * line,
        rest**2 * (rest * gain - 3 * line) / JOIN,
        6 * rest * (line - rest * gain) / JOIN**2,
    )


def _swing(stance: Segments, timeline: Timeline, speed: Any) -> Segments:
    duration = timeline.period - timeline.contact_time
    curves = [swing_polynomial(name, speed) for name in ("thigh_ang", "shank_ang", "foot_pitch")]

    def measured(phase: Any) -> tuple[Any, Any, Any]:
        motions = [_polynomial_motion(c, phase, 1.0) for c in curves]
        return tuple(jnp.stack(parts) for parts in zip(*motions, strict=True))  # type: ignore[return-value]

    at_ends = measured(jnp.array([0.0, 1.0]))

    def mismatch(node: int, end: int) -> tuple[Any, Any]:
        value = stance.angle[:, node] - at_ends[0][:, end]
        slope = duration * stance.rate[:, node] - at_ends[1][:, end]
        return value[:, None], slope[:, None]

    phase = timeline.swing_phase
    after = _fading(phase, *mismatch(-1, 0))
    ending, slope = mismatch(0, 1)
    before = _fading(1 - phase, ending, -slope)
    angle, rate, acceleration = (
        m + a + sign * b
        for m, a, sign, b in zip(measured(phase), after, (1, -1, 1), before, strict=True)
    )
    return Segments(angle, rate / duration, acceleration / duration**2)


def posture_of(timeline: Timeline, template: Template, runner: Runner) -> Posture:
    """Joint angles and rates over one stride of one runner."""
    speed = template.speed
    stance, frontal, cop, out_of_reach = _stance(timeline, template, runner)
    swing = _swing(stance, timeline, speed)
    segments = Segments(
        *(jnp.concatenate([a, b], axis=-1) for a, b in zip(stance, swing, strict=True))
    )
    swing_time = timeline.period - timeline.contact_time
    tilt_in_stance = _polynomial_motion(
        stance_polynomial("pelvis_tilt", speed), timeline.stance_phase, timeline.contact_time
    )
    tilt_in_swing = _polynomial_motion(
        swing_polynomial("pelvis_tilt", speed), timeline.swing_phase, swing_time
    )
    tilt, tilt_rate = (
        jnp.concatenate([a, b]) for a, b in zip(tilt_in_stance[:2], tilt_in_swing[:2], strict=True)
    )
    # From take-off to touchdown the swing leg returns to the frontal angle it lands with.
    swing_frontal = frontal[-1] + (frontal[0] - frontal[-1]) * timeline.swing_phase
    adduction = timeline.force.hip_adduction
    swing_adduction = adduction[-1] + (adduction[0] - adduction[-1]) * timeline.swing_phase
    back = (adduction[0] - adduction[-1]) / swing_time
    thigh, shank, foot = segments.angle
    thigh_rate, shank_rate, foot_rate = segments.rate
    lean = runner.posture.trunk_lean - REFERENCE_LEAN + STANDING_HIP_FLEXION
    joints = Joints(
        thigh + tilt + lean,
        jnp.concatenate([adduction, swing_adduction]),
        thigh - shank,
        foot - shank,
    )
    rates = Joints(
        thigh_rate + tilt_rate,
        jnp.concatenate(
            [timeline.force.hip_adduction_rate, back + jnp.zeros_like(timeline.swing_phase)]
        ),
        thigh_rate - shank_rate,
        foot_rate - shank_rate,
    )
    return Posture(
        segments, joints, rates, jnp.concatenate([frontal, swing_frontal]), cop, out_of_reach
    )


def in_stance(values: Any) -> Any:
    """The stance nodes of an array over the stride (..., N)."""
    return values[..., :STANCE_NODES]
