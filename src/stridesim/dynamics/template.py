"""The numbers that the template runner needs, derived from a runner.

Everything is elementwise: a leaf is a scalar for one runner or an array (B,) for a batch, and
the same code serves both. That keeps the batch innermost in memory, where the CPU wants it.

Frame: x forward, y to the left, z up, origin on the line of progression beside the left
(stance) foot's mid-stance ankle; the stance leg is the left one.
"""

from typing import Any, Final

import equinox as eqx
import jax.numpy as jnp

from stridesim.elementary import horner
from stridesim.programs import kept_result
from stridesim.runner import Numbers
from stridesim.runner.adaptation import external_acceleration
from stridesim.runner.body import (
    FOOT,
    SHANK,
    UPPER_BODY_CENTRE_RATIO,
    UPPER_BODY_MASS_FRACTION,
)
from stridesim.runner.curves import stance_polynomial

REFERENCE_LEAN: Final = 0.12566
"""rad (7.2 deg): lean of the runners of the measured curves; they wore no trunk markers, so the
mean of Teng & Powers 2015 (doi:10.1249/MSS.0000000000000436) stands in."""

COM_AHEAD_OF_HIP: Final = 0.0124
"""m at that lean: distance of the centre of mass ahead of the stance hip, mean over stance
weighted by the vertical force (Fukuchi 2017 curves com_x - hip_x at 3.5 m/s)."""


@kept_result
class Template(eqx.Module):
    """Hip-stabilised spring-mass runner on its way through one step; SI, leaves () or (B,)."""

    mass: Any
    roll_inertia: Any
    hip_half_width: Any
    hip_below: Any
    hip_behind: Any
    leg_at_contact: Any
    stiffness: Any
    loss: Any
    hip_strength: Any
    hip_stiffness: Any
    hip_damping: Any
    hip_neutral: Any
    hip_onset: Any
    hip_activation_time: Any
    thigh_tracking: Any
    step_width: Any
    step_time: Any
    speed: Any
    acceleration_x: Any
    acceleration_z: Any
    lateral_freedom: Any
    cop_x: tuple[Any, ...]
    divergence: tuple[Any, ...]
    ankle_x: Any
    ankle_z: Any
    ankle_descent: Any
    impact_mass: Any

    @property
    def leg_length(self) -> Any:
        """Scale of lengths: hip to ankle at touchdown, m."""
        return self.leg_at_contact


def leg_length_at_knee_flexion(thigh: Any, shank: Any, flexion: Any) -> Any:
    """Hip to ankle (m) from the law of cosines, knee flexion in rad."""
    return jnp.sqrt(thigh**2 + shank**2 + 2 * thigh * shank * jnp.cos(flexion))


COP_PIVOT: Final = 0.6
"""Stance phase at which the centre of pressure does not depend on its excursion: about where
the ankle moment peaks, so that excursion does not shift load between ankle and knee there."""


def _centre_of_pressure(runner: Numbers) -> tuple[Any, ...]:
    """Polynomial of the centre of pressure over stance phase, m."""
    curve = stance_polynomial("cop_x", runner.task.speed, runner.body.scale)
    excursion = runner.posture.cop_excursion
    pivot = horner(curve, COP_PIVOT)
    first, *rest = (excursion * c for c in curve)
    return (first + (1 - excursion) * pivot, *rest)


def template_of(runner: Numbers) -> Template:
    """The template of a runner whose habits are already resolved (`Runner.at_speed`)."""
    body, hip = runner.body, runner.hip
    arm = UPPER_BODY_MASS_FRACTION * UPPER_BODY_CENTRE_RATIO * body.height
    lean = runner.posture.trunk_lean
    forward, upward = external_acceleration(runner)
    speed = runner.task.speed
    ankle_x = stance_polynomial("ankle_x", speed, body.scale)
    ankle_z = stance_polynomial("ankle_y", speed, body.scale)
    return Template(
        mass=body.mass + runner.task.load,
        roll_inertia=body.roll_inertia,
        hip_half_width=body.hip_half_width - runner.posture.trunk_shift,
        hip_below=body.com_above_hip_ratio * body.height
        + arm * (jnp.cos(lean) - jnp.cos(REFERENCE_LEAN)),
        hip_behind=COM_AHEAD_OF_HIP * body.scale + arm * (jnp.sin(lean) - jnp.sin(REFERENCE_LEAN)),
        leg_at_contact=leg_length_at_knee_flexion(
            body.thigh_length, body.shank_length, runner.posture.knee_flexion_at_contact
        ),
        stiffness=runner.leg.stiffness,
        loss=runner.leg.loss,
        hip_strength=hip.strength,
        hip_stiffness=hip.stiffness,
        hip_damping=hip.damping,
        hip_neutral=hip.neutral_adduction,
        hip_onset=hip.onset_delay,
        hip_activation_time=runner.muscle.activation_time,
        thigh_tracking=hip.thigh_tracking,
        step_width=runner.gait.step_width,
        step_time=1 / runner.gait.step_frequency,
        speed=speed,
        acceleration_x=forward,
        acceleration_z=upward,
        lateral_freedom=1 - runner.task.lateral_stabilisation,
        cop_x=_centre_of_pressure(runner),
        divergence=tuple(
            runner.posture.force_divergence * c
            for c in stance_polynomial("divergence", speed, body.scale)
        ),
        ankle_x=horner(ankle_x, 0.0),
        ankle_z=horner(ankle_z, 0.0),
        ankle_descent=-ankle_z[1],
        impact_mass=runner.leg.impact_mass
        * (body.mass + runner.task.foot_load / (SHANK.mass_fraction + FOOT.mass_fraction)),
    )
