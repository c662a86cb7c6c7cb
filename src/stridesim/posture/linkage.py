"""Joint angles of the leg over one stride: stance and swing together, and the joints they make.

The linkage lies in the plane through the forward axis and the line from ankle to hip, so that
frontal tilt does not shorten the leg (`stance.py`, `swing.py`). Angles in rad.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.dynamics.template import REFERENCE_LEAN, Template
from stridesim.posture.segments import Segments, motion, swing_motion
from stridesim.posture.stance import stance_leg
from stridesim.posture.swing import course_speed, swing
from stridesim.posture.timeline import STANCE_NODES, Timeline
from stridesim.programs import kept_result
from stridesim.runner import Runner
from stridesim.runner.curves import stance_polynomial, swing_polynomial

STANDING_HIP_FLEXION: Final = 0.09057
"""rad (5.19 deg): mean angle of the thigh's joint-centre line in standing, which anatomical hip
flexion counts as zero (Fukuchi 2017, 13 runners)."""

STANDING_HIP_ADDUCTION: Final = -0.08692
"""rad (-4.98 deg): mean angle between thigh and pelvis in standing, which anatomical hip adduction
counts as zero (the same runners)."""


@kept_result
class Joints(NamedTuple):
    """Angles (N,): flexion, adduction, dorsiflexion positive; rad. Hip flexion counts from
    standing; adduction, between thigh and pelvis, does not (`STANDING_HIP_ADDUCTION`)."""

    hip_flexion: Any
    hip_adduction: Any
    knee_flexion: Any
    ankle_dorsiflexion: Any

    @property
    def stacked(self) -> Any:
        """(4, N) in the order of the fields, which is the order of every joint axis."""
        return jnp.stack(self)


@kept_result
class LegPosture(NamedTuple):
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


def posture_of(timeline: Timeline, template: Template, runner: Runner) -> LegPosture:
    """Joint angles and rates over one stride of one runner."""
    speed = template.speed
    leg = stance_leg(timeline, template, runner)
    swinging = swing(leg.segments, timeline, course_speed(timeline, speed, runner.body.scale))
    segments = Segments(
        *(jnp.concatenate([a, b], axis=-1) for a, b in zip(leg.segments, swinging, strict=True))
    )
    swing_time = timeline.period - timeline.contact_time
    tilt_in_stance = motion(
        stance_polynomial("pelvis_tilt", speed), timeline.stance_phase, timeline.contact_time
    )
    tilt_in_swing = swing_motion(
        swing_polynomial("pelvis_tilt", speed), timeline.swing_phase, swing_time
    )
    tilt, tilt_rate = (
        jnp.concatenate([a, b]) for a, b in zip(tilt_in_stance[:2], tilt_in_swing[:2], strict=True)
    )
    # From take-off to touchdown the swing leg returns to the frontal angle it lands with.
    frontal = leg.frontal_angle
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
    return LegPosture(
        segments,
        joints,
        rates,
        jnp.concatenate([frontal, swing_frontal]),
        leg.cop_from_ankle,
        leg.out_of_reach,
    )


def in_stance(values: Any) -> Any:
    """The stance nodes of an array over the stride (..., N)."""
    return values[..., :STANCE_NODES]
