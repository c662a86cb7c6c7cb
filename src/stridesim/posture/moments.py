"""Net joint moments by inverse dynamics of the linkage: one function for stance and swing.

Newton-Euler from the foot up with de Leva 1996 inertias (doi:10.1016/0021-9290(95)00178-6):
each segment's mass times acceleration and moment of inertia times angular acceleration is met
by the ground force, gravity and the joint above. Leg inertia matters: from the ground force
alone the sagittal hip moment would be wrong by half a newton metre a kilogram. The
smooth segments do not show how the impact stops shank and foot, so the impact and what it moves are
left out: while it lasts, the ground carries the mass that it stops, and no joint does. In the
frontal plane the whole leg is one rigid piece along the line from hip to ankle.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import END
from stridesim.dynamics.pelvis import hip_at
from stridesim.dynamics.template import Template
from stridesim.elementary import sin_cos, sin_cos_of_any
from stridesim.posture.linkage import LegPosture
from stridesim.posture.timeline import (
    NODES,
    STANCE_NODES,
    SWING_NODES,
    Timeline,
    of_other_leg,
)
from stridesim.programs import kept_result
from stridesim.runner import Numbers
from stridesim.runner.body import FOOT, SHANK, THIGH

FOOT_CENTRE_AHEAD: Final = 0.0187
FOOT_CENTRE_BELOW: Final = 0.035
"""Centre of mass of the foot from the ankle over height: de Leva 1996 centre on the foot
lengths and ankle height of Fukuchi 2017 (`segments.csv`)."""


@kept_result
class Moments(NamedTuple):
    """Net internal moments (N,), N m: extensor, abductor, extensor, plantarflexor positive."""

    hip_extension: Any
    hip_abduction: Any
    knee_extension: Any
    ankle_plantarflexion: Any

    @property
    def coordinates(self) -> Any:
        """(4, N) along the joint coordinates: hip flexion, hip adduction, knee flexion,
        dorsiflexion positive."""
        return -jnp.stack(self)


def _cross(a: tuple[Any, Any], b: tuple[Any, Any]) -> Any:
    return a[0] * b[1] - a[1] * b[0]


def _minus(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
    return a[0] - b[0], a[1] - b[1]


def _rod(angle: Any, rate: Any, acceleration: Any, length: Any) -> tuple[Any, Any]:
    """Vector down a segment at `angle`, and its second time derivative."""
    # A foot turns by more than a right angle.
    sine, cosine = sin_cos_of_any(angle)
    place = (length * sine, -length * cosine)
    pull = (
        length * (acceleration * cosine - rate**2 * sine),
        length * (acceleration * sine + rate**2 * cosine),
    )
    return place, pull


def moments_of(
    posture: LegPosture, timeline: Timeline, template: Template, runner: Numbers
) -> Moments:
    """Net joint moments of the left leg at every node of the stride."""
    body, slope = runner.body, runner.task.slope
    angle, rate, acceleration = posture.segments
    thigh_length, shank_length = body.thigh_length, body.shank_length
    pad = jnp.zeros(SWING_NODES)

    def over_stride(stance_values: Any) -> Any:
        return jnp.concatenate([stance_values, pad])

    force = timeline.force
    sine_frontal, cosine_frontal = sin_cos(posture.frontal_angle)
    along_ground = jnp.sqrt(1 + slope**2)
    gravity = (-GRAVITY * slope / along_ground, -GRAVITY / along_ground)

    def segment(index: int, length: Any) -> Any:
        return _rod(angle[index], rate[index], acceleration[index], length)

    def add(a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        return a[0] + b[0], a[1] + b[1]

    thigh_centre, thigh_pull = segment(0, THIGH.centre * thigh_length)
    knee, knee_pull = segment(0, thigh_length)
    shank_centre, shank_pull = segment(1, SHANK.centre * shank_length)
    ankle, ankle_pull = segment(1, shank_length)
    foot_ahead, foot_below = FOOT_CENTRE_AHEAD * body.height, FOOT_CENTRE_BELOW * body.height
    # The foot's centre is a rod at a fixed angle to its sole.
    foot_angle = jnp.arctan2(foot_ahead, foot_below)
    foot_arm = jnp.sqrt(foot_ahead**2 + foot_below**2)
    foot_centre, foot_pull = _rod(angle[2] + foot_angle, rate[2], acceleration[2], foot_arm)

    masses = [s.mass_fraction * body.mass for s in (THIGH, SHANK, FOOT)]
    masses[2] = masses[2] + runner.task.foot_load
    # Legs that accelerate against the trunk push it back: the hip is not the centre of mass.
    pulls = (
        thigh_pull,
        add(knee_pull, shank_pull),
        add(add(knee_pull, ankle_pull), foot_pull),
    )
    recoil = sum(m * jnp.stack(pull) for m, pull in zip(masses, pulls, strict=True)) / template.mass
    hip = timeline.hip_acceleration - recoil - of_other_leg(recoil)
    hip_acceleration = (hip[0], hip[1])
    knee_acceleration = add(hip_acceleration, knee_pull)
    ankle_acceleration = add(knee_acceleration, ankle_pull)
    rises = (
        hip[1] + thigh_pull[1],
        knee_acceleration[1] + shank_pull[1],
        ankle_acceleration[1] + foot_pull[1],
    )
    # The leg's plane: forward, and from ankle to hip.
    below = sum(m * (a - gravity[1]) for m, a in zip(masses[1:], rises[1:], strict=True))
    struck = _share_on_impact(timeline.stance_phase, template, masses)
    upward = over_stride(force.spring_z) + over_stride(struck) * below
    ground = (
        over_stride(force.x),
        upward * cosine_frontal + over_stride(force.y) * sine_frontal,
    )
    lengths = (thigh_length, shank_length, body.foot_length)
    inertias = [
        m * (s.gyration * length) ** 2
        for m, s, length in zip(masses, (THIGH, SHANK, FOOT), lengths, strict=True)
    ]

    def support(mass: Any, acceleration: tuple[Any, Any], carried: tuple[Any, Any]) -> Any:
        """Joint force on a segment that accelerates under gravity and what it carries."""
        return tuple(
            mass * (a - g) - c for a, g, c in zip(acceleration, gravity, carried, strict=True)
        )

    # Positions from the ankle (foot), from the knee (shank), from the hip (thigh).
    cop = (over_stride(posture.cop_from_ankle[0]), over_stride(posture.cop_from_ankle[1]))
    ankle_force = support(masses[2], add(ankle_acceleration, foot_pull), ground)
    ankle_moment = (
        inertias[2] * acceleration[2]
        - _cross(_minus(cop, foot_centre), ground)
        + _cross(foot_centre, ankle_force)
    )
    down = (-ankle_force[0], -ankle_force[1])
    knee_force = support(masses[1], add(knee_acceleration, shank_pull), down)
    knee_moment = (
        inertias[1] * acceleration[1]
        + ankle_moment
        - _cross(_minus(ankle, shank_centre), down)
        + _cross(shank_centre, knee_force)
    )
    down = (-knee_force[0], -knee_force[1])
    hip_force = support(masses[0], add(hip_acceleration, thigh_pull), down)
    hip_moment = (
        inertias[0] * acceleration[0]
        + knee_moment
        - _cross(_minus(knee, thigh_centre), down)
        + _cross(thigh_centre, hip_force)
    )
    # Frontal: the leg's own weight and vertical inertia about the hip, abduction positive.
    along = [thigh_centre[1], knee[1] + shank_centre[1], knee[1] + ankle[1] + foot_centre[1]]
    leg_weight = sum(m * (a - gravity[1]) * d for m, a, d in zip(masses, rises, along, strict=True))
    abduction = over_stride(_external_adduction(timeline, template)) + sine_frontal * leg_weight
    assistance = runner.task.swing_assistance
    own = jnp.where(jnp.arange(NODES) < STANCE_NODES, 1.0, 1 - assistance)
    return Moments(*(own * m for m in (-hip_moment, abduction, knee_moment, -ankle_moment)))


def _share_on_impact(phase: Any, template: Template, masses: list[Any]) -> Any:
    """Share of shank and foot (STANCE_NODES,) that the ground, and no joint, moves."""
    fading = jnp.cos(0.5 * jnp.pi * jnp.minimum(phase / END, 1.0)) ** 2
    return template.impact_mass / (masses[1] + masses[2]) * fading


def _external_adduction(timeline: Timeline, template: Template) -> Any:
    """Moment of the ground force about the hip that abductors must meet, N m (stance)."""
    state, force = timeline.state, timeline.force
    aside = state.y - 0.5 * template.step_width
    hip_y, hip_z = hip_at(state.roll, template).place(aside, state.z)
    return hip_y * force.spring_z - hip_z * force.y
