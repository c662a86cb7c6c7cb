"""The swinging leg: the measured course of its segments, joined to this stride's own stance.

Thigh, shank and foot follow the swing of the mean runner at the speed at which that runner takes
steps of this length, stretched to this stride's swing time: shorter steps at the same speed are
also lower ones (knee and hip flex less in swing: Heiderscheit 2011,
doi:10.1249/MSS.0b013e3181ebedf4).
What this stride's take-off and touchdown differ from the measured ones fades into the course.
"""

from typing import Any, Final

import jax.numpy as jnp

from stridesim.posture.segments import Segments, swing_motion
from stridesim.posture.timeline import Timeline
from stridesim.runner.curves import speed_at_step_length, swing_polynomial

JOIN: Final = 0.7
"""Share of swing over which a stride's own take-off and touchdown fade into the measured course."""

SEGMENTS: Final = ("thigh_ang", "shank_ang", "foot_pitch")


def course_speed(timeline: Timeline, speed: Any, scale: Any) -> Any:
    """Speed (m/s) at which the mean runner of this size takes steps of this stride's length."""
    return speed_at_step_length(0.5 * speed * timeline.period / scale)


def measured_swing(phase: Any, duration: Any, speed: Any) -> Segments:
    """The measured course (3, N) at swing phases (N,) of a swing of `duration` (s)."""
    motions = [swing_motion(swing_polynomial(name, speed), phase, duration) for name in SEGMENTS]
    return Segments(*(jnp.stack(parts) for parts in zip(*motions, strict=True)))


def _fading(phase: Any, value: Any, slope: Any) -> tuple[Any, Any, Any]:
    """A mismatch (3, 1) at phase 0 that fades, and its phase derivatives: a quintic that begins
    without curvature and ends without value, slope and curvature at the phase `JOIN`."""
    p = jnp.clip(phase[None] / JOIN, 0.0, 1.0)
    rest = 1 - p
    rise = JOIN * slope
    # value (1 + 3 p + 6 p^2) (1 - p)^3 + rise p (1 + 3 p) (1 - p)^3
    return (
        rest**3 * (value * (1 + 3 * p + 6 * p**2) + rise * p * (1 + 3 * p)),
        rest**2 * (-30 * value * p**2 + rise * (1 + 2 * p - 15 * p**2)) / JOIN,
        rest * p * (-60 * value * (1 - 2 * p) + rise * (-36 + 60 * p)) / JOIN**2,
    )


def swing(stance: Segments, timeline: Timeline, speed: Any) -> Segments:
    """Segments over swing (3, SWING_NODES) after and before the `stance` of the same stride;
    `speed` is the `course_speed`."""
    duration = timeline.period - timeline.contact_time
    phase = timeline.swing_phase
    course = measured_swing(phase, duration, speed)
    ends = measured_swing(jnp.array([0.0, 1.0]), duration, speed)

    def mismatch(node: int, end: int) -> tuple[Any, Any]:
        value = stance.angle[:, node] - ends.angle[:, end]
        slope = duration * (stance.rate[:, node] - ends.rate[:, end])
        return value[:, None], slope[:, None]

    value, slope = mismatch(-1, 0)
    after = _fading(phase, value, slope)
    value, slope = mismatch(0, 1)
    before = _fading(1 - phase, value, -slope)
    return Segments(
        course.angle + after[0] + before[0],
        course.rate + (after[1] - before[1]) / duration,
        course.acceleration + (after[2] + before[2]) / duration**2,
    )
