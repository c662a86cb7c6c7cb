"""The named numbers of a stride, in the units of `stridesim.results`, and its status."""

from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.constants import GRAVITY
from stridesim.economy.recruitment import recruitment
from stridesim.economy.stride import Stride
from stridesim.economy.tissue_load import tissue_load
from stridesim.energetics import oxygen
from stridesim.energetics.upkeep import REST_POWER
from stridesim.gait.closing import CLOSURE
from stridesim.gait.fallback import LEVEL
from stridesim.gait.residual import periodic, touchdown
from stridesim.gait.solver import TOLERANCE
from stridesim.muscles.state import FORCES
from stridesim.muscles.xia_freylaw2008 import resting_share
from stridesim.posture.linkage import STANDING_HIP_ADDUCTION, in_stance
from stridesim.posture.soft_tissue import compression, dissipation
from stridesim.posture.time_grid import node_weights
from stridesim.posture.timeline import STANCE_NODES
from stridesim.results import Status
from stridesim.runner import GROUPS, Numbers
from stridesim.runner.muscle import ACHILLES

RESERVE_LIMIT: Final = 0.1
"""N m/kg, 3 % of a peak knee moment and within what inverse dynamics knows of a moment; larger
reserve moments mean that the muscles are too weak for the task."""

ACTIVATION_LIMIT: Final = 1.0

JOINT_RANGE: Final = np.deg2rad([[-60.0, 150.0], [-80.0, 60.0], [-30.0, 170.0], [-90.0, 60.0]])
"""Hip flexion, hip adduction, knee flexion, ankle dorsiflexion: the ranges of the joints of
Rajagopal 2016 (doi:10.1109/TBME.2016.2586891; knee of Lai 2017), 30 deg wider at either end, the
ankle until the foot is in line with the shank. Beyond them the polynomials of muscle length
hold for no leg, and forces grow without limit."""

EXCHANGE_RATIO: Final = 0.9
"""Respiratory exchange ratio at which oxygen is converted; submaximal running is near it."""

LEG_OVER_HEIGHT: Final = 0.53
"""Leg length over height of the classic leg stiffness (Morin 2005, doi:10.1123/jab.21.2.167)."""

_EXTENSORS: Final = {
    "hip": (("gluteus_maximus", "hamstrings", "adductor_magnus"), 0),
    "knee": (("vasti", "rectus_femoris"), 2),
    "ankle": (("soleus", "gastrocnemius"), 3),
}


def mechanics(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Spatiotemporal and force measures."""
    t, line, u, sums = stride.template, stride.timeline, stride.unknowns, stride.sums
    force, state, mass = line.force, line.state, runner.body.mass
    weight = mass * GRAVITY
    lowest = jnp.min(state.z)
    drop = state.z[0] - lowest
    # Highest in flight where the runner still rises at take-off, else at one of its ends.
    rise = jnp.maximum(state.vz[-1], 0.0) ** 2 / (-2 * t.acceleration_z)
    highest = jnp.maximum(state.z[-1] + rise, jnp.max(state.z))
    peak = jnp.max(force.z)
    leg = LEG_OVER_HEIGHT * runner.body.height
    reach = jnp.sqrt(jnp.maximum(leg**2 - (0.5 * t.speed * u.contact_time) ** 2, 1e-6))
    duration = u.contact_time
    return {
        "speed": t.speed,
        "step_frequency": 1 / t.step_time,
        "step_length": t.speed * t.step_time,
        "step_width": t.step_width,
        "contact_time": duration,
        "flight_time": t.step_time - duration,
        "duty_factor": duration / (2 * t.step_time),
        "peak_vertical_force": peak / weight,
        "peak_braking_force": jnp.max(-force.x) / weight,
        "peak_propulsive_force": jnp.max(force.x) / weight,
        "peak_mediolateral_force": jnp.max(jnp.abs(force.y)) / weight,
        "vertical_impulse": sums.vertical / mass,
        "braking_impulse": sums.braking / mass,
        "propulsive_impulse": sums.propulsive / mass,
        "vertical_oscillation": highest - lowest,
        "com_drop_in_stance": drop,
        "vertical_stiffness": peak / drop,
        "leg_stiffness": peak / (drop + leg - reach),
        "spring_stiffness": t.stiffness,
        "lateral_leakage": sums.lateral_miss / sums.leg,
        "stabiliser_dissipation": sums.stabiliser_dissipation,
        "leg_dissipation": sums.leg_dissipation,
        "soft_tissue_dissipation": dissipation(
            force.leg,
            compression(
                force.leg, runner.leg.soft_tissue_stiffness, runner.leg.soft_tissue_hysteresis
            ),
        ),
        "push_off_work": sums.push_off_work,
    }


def joints(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Joint angles (deg), net moments (N m/kg) and mechanical advantage."""
    angle, mass = stride.posture.joints, runner.body.mass
    moments = stride.moments
    found = {
        "knee_flexion_at_contact": jnp.rad2deg(angle.knee_flexion[0]),
        "peak_knee_flexion": jnp.rad2deg(jnp.max(in_stance(angle.knee_flexion))),
        "hip_flexion_at_contact": jnp.rad2deg(angle.hip_flexion[0]),
        "hip_extension_at_take_off": -jnp.rad2deg(angle.hip_flexion[STANCE_NODES - 1]),
        "peak_ankle_dorsiflexion": jnp.rad2deg(jnp.max(in_stance(angle.ankle_dorsiflexion))),
        "trunk_lean": jnp.rad2deg(runner.posture.trunk_lean),
        "peak_hip_adduction": jnp.rad2deg(
            jnp.max(in_stance(angle.hip_adduction)) - STANDING_HIP_ADDUCTION
        ),
        "pelvic_drop": jnp.rad2deg(jnp.max(stride.timeline.state.roll)),
        "peak_hip_extension_moment": jnp.max(in_stance(moments.hip_extension)) / mass,
        "peak_knee_extension_moment": jnp.max(in_stance(moments.knee_extension)) / mass,
        "peak_ankle_plantarflexion_moment": jnp.max(in_stance(moments.ankle_plantarflexion)) / mass,
        "peak_hip_abduction_moment": jnp.max(in_stance(moments.hip_abduction)) / mass,
    }
    needed = (moments.hip_extension, None, moments.knee_extension, moments.ankle_plantarflexion)
    force = stride.timeline.force
    ground = jnp.sqrt(force.x**2 + force.y**2 + force.z**2)
    for joint, (groups, axis) in _EXTENSORS.items():
        index = jnp.array([GROUPS.index(g) for g in groups])
        pull = in_stance(stride.muscles.force[index])
        arm = jnp.abs(in_stance(stride.muscles.arms[index, axis]))
        muscle_arm = jnp.sum(pull * arm) / jnp.maximum(jnp.sum(pull), 1e-9)
        # R: moment arm of the ground force that the extensors answer, force-weighted.
        load = jnp.sum(jnp.maximum(in_stance(needed[axis]), 0.0)) / jnp.sum(ground)
        found[f"{joint}_mechanical_advantage"] = muscle_arm / jnp.maximum(load, 1e-6)
    return found


def tendons(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Elastic energy returned a step, how far tendons are stretched, and the Achilles tendon."""
    m, g = stride.muscles, stride.groups
    index = jnp.array([GROUPS.index(name) for name in ACHILLES])
    stored = jnp.max(m.stored, axis=1) - jnp.min(m.stored, axis=1)
    returned = stored * (1 - m.hysteresis)
    strain = g.strain_at_peak_force[index]
    # Secant between half and full peak isometric force of the exponential tendon curve.
    rate = jnp.log(6.0) / strain
    secant = 0.5 / (strain - jnp.log(3.5) / rate)
    stiffness = g.peak_isometric_force[index] / g.slack_length[index] * secant
    # In parallel and of different lengths, the two strain together in proportion to their force.
    weight = g.peak_isometric_force[index]
    return {
        "tendon_energy_returned": jnp.sum(returned),
        "tendon_recoil": jnp.sum(returned) / jnp.sum(stored),
        "tendon_overstretch": jnp.max(m.tendon_strain) / runner.tendon.yield_strain,
        "achilles_energy_returned": jnp.sum(returned[index]),
        "achilles_peak_strain": jnp.max(
            jnp.sum(weight[:, None] * m.tendon_strain[index], axis=0) / jnp.sum(weight)
        ),
        "achilles_stiffness": 1e-3 * jnp.sum(stiffness),
    }


def economy(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Metabolic power, cost of transport and oxygen."""
    gross = stride.metabolic_power
    speed = stride.template.speed
    mass = runner.body.mass
    weights = node_weights(stride.timeline.grid)
    rate = jnp.sum(stride.heats.total, axis=0) * weights * 2 / (stride.timeline.period * mass)
    in_stance_power = jnp.sum(rate[:STANCE_NODES])
    fibres = -stride.muscles.active_force * stride.muscles.fiber_velocity
    work = jnp.sum(jnp.maximum(fibres, 0.0), axis=0) * weights * 2 / (stride.timeline.period * mass)
    equivalent = oxygen.peronnet1991(EXCHANGE_RATIO)
    cost = gross / speed
    return {
        "metabolic_power": gross,
        "net_metabolic_power": gross - REST_POWER,
        "cost_of_transport": cost,
        "net_cost_of_transport": (gross - REST_POWER) / speed,
        "oxygen_cost": oxygen.oxygen_cost(cost, equivalent),
        "oxygen_uptake": oxygen.oxygen_uptake(gross, equivalent),
        "caloric_cost": oxygen.caloric_cost(cost),
        "muscle_efficiency": jnp.sum(work) / jnp.sum(rate),
        "stance_share": in_stance_power / gross,
        "swing_share": (jnp.sum(rate) - in_stance_power) / gross,
        "rest_share": sum(stride.upkeep) / gross,
    }


def per_group(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Peak force, activation, rest and energy of every group."""
    weight = runner.body.mass * GRAVITY
    m = stride.muscles
    energy = jnp.sum(stride.heats.total * node_weights(stride.timeline.grid)[None], axis=1)
    grid = stride.timeline.grid
    mean = jnp.sum(m.activation * node_weights(grid)[None], axis=1) / grid.period
    resting = resting_share(m.activation, grid)
    found: dict[str, Any] = {}
    for i, group in enumerate(GROUPS):
        found[f"peak_force.{group}"] = jnp.max(m.force[i]) / weight
        found[f"peak_activation.{group}"] = jnp.max(m.demand[i])
        found[f"mean_activation.{group}"] = mean[i]
        found[f"resting_share.{group}"] = resting[i]
        found[f"metabolic_energy.{group}"] = energy[i]
    return found


def named_results(stride: Stride, runner: Numbers, residual: Any) -> dict[str, Any]:
    """Every named result of one runner, in its unit."""
    return {
        **mechanics(stride, runner),
        **joints(stride, runner),
        **tendons(stride, runner),
        **recruitment(stride),
        **tissue_load(stride, runner),
        **economy(stride, runner),
        **per_group(stride, runner),
        "periodic_residual": residual,
        "sharing_residual": jnp.max(jnp.abs(stride.muscles.reserve)),
    }


def closure_of(stride: Stride) -> Any:
    """Largest scaled miss of the periodic step along the stride that is priced."""
    start, contact = touchdown(stride.unknowns, stride.template)
    off = jax.tree.map(lambda along: along[-1], stride.timeline.state)
    return jnp.max(jnp.abs(jnp.stack(periodic(start, off, contact, stride.template))))


def _beyond_range(stride: Stride) -> Any:
    """Whether a joint bends beyond `JOINT_RANGE`."""
    angle, (low, high) = stride.posture.joints.stacked, JOINT_RANGE.T
    return jnp.any((angle < low[:, None]) | (angle > high[:, None]))


def status_of(stride: Stride, runner: Numbers, residual: Any, results: dict[str, Any]) -> Any:
    """The worst `Status` that applies (integer)."""
    mass = runner.body.mass
    finite = jnp.all(jnp.stack([jnp.isfinite(v) for v in results.values()]))
    reserve = jnp.max(jnp.abs(stride.muscles.reserve)) / mass
    duration = stride.unknowns.contact_time
    reasons = (
        (Status.strength_too_low, reserve > RESERVE_LIMIT),
        (Status.activation_above_one, jnp.max(stride.muscles.demand) > ACTIVATION_LIMIT),
        (
            Status.activation_above_one,
            jnp.max(stride.muscles.iteration_change) > FORCES.tolerance,
        ),
        (Status.joint_out_of_range, _beyond_range(stride)),
        (Status.no_periodic_gait, closure_of(stride) > CLOSURE),
        (Status.posture_out_of_reach, stride.posture.out_of_reach),
        (Status.no_flight, duration >= stride.template.step_time),
        (Status.leg_pulls_on_ground, jnp.min(stride.timeline.force.z[1:-1]) < 0),
        (Status.pelvis_not_level, jnp.max(jnp.abs(stride.timeline.state.roll)) > LEVEL),
        (Status.no_periodic_gait, (residual > TOLERANCE) | (duration <= 0)),
    )
    worst = jnp.asarray(int(Status.ok))
    for status, applies in reasons:
        worst = jnp.where(applies, int(status), worst)
    solved = worst < int(Status.joint_out_of_range)
    return jnp.where(solved & ~finite, int(Status.not_finite), worst)


def explained(status: Any, reason: Any) -> Any:
    """Codes of `status_of`, with the solver's reason where there is no periodic step."""
    unexplained = (status == Status.no_periodic_gait) & (reason != Status.ok)
    return np.where(unexplained, reason, status)
