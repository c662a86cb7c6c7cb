"""One stride from the solved gait to the price of every muscle at every instant.

    runner -> gait -> posture -> muscles -> energetics -> economy

For one runner; batches map over it.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.dynamics.template import Template, template_of
from stridesim.economy.contact import Contact, integrated
from stridesim.energetics import (
    METABOLIC_MODELS,
    HeatRates,
    MuscleState,
)
from stridesim.energetics.upkeep import Upkeep, upkeep_of
from stridesim.gait.residual import Unknowns
from stridesim.gait.sums import Sums
from stridesim.muscles.degroote2016 import active_force_length
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.initial_forces import initial_forces
from stridesim.muscles.motion import JointMotion
from stridesim.muscles.state import FORCES, MusculotendonStates, muscles_of
from stridesim.posture.linkage import LegPosture, posture_of
from stridesim.posture.moments import Moments, moments_of
from stridesim.posture.time_grid import TimeGrid, curvature, node_weights
from stridesim.posture.timeline import NODES, STANCE_NODES, Timeline, timeline_of
from stridesim.programs import kept_result
from stridesim.results import InputError
from stridesim.runner import Numbers
from stridesim.solvers.fixed_point import FixedPointSettings

__all__ = ["DEFAULT_METABOLIC_MODEL", "Stride", "check_metabolic_model", "repriced", "stride_of"]


class Price(NamedTuple):
    """What one metabolic model makes of a stride.

    `heats` are rates (M, N) W of one leg; `power` (M,) is each group's mean metabolic power of
    both legs over body mass, W/kg; `upkeep` the rest of the body, W/kg.
    """

    heats: HeatRates
    power: Any
    upkeep: Upkeep


@kept_result
class Stride(NamedTuple):
    """Everything about one stride of the left leg (the right is its mirror image).

    The last three are its `Price`; nothing before them depends on the metabolic model.
    """

    template: Template
    unknowns: Unknowns
    timeline: Timeline
    sums: Sums
    posture: LegPosture
    moments: Moments
    groups: Groups
    muscles: MusculotendonStates
    heats: HeatRates
    power: Any
    upkeep: Upkeep

    @property
    def metabolic_power(self) -> Any:
        """Gross metabolic power, W/kg."""
        return jnp.sum(self.power) + sum(self.upkeep)


def check_metabolic_model(name: str, *besides: str) -> str:
    """The name, or `InputError` with those that exist and those permitted `besides`."""
    permitted = (*METABOLIC_MODELS, *besides)
    if name not in permitted:
        raise InputError(f"metabolic = {name!r}: expected one of {', '.join(permitted)}")
    return name


def heat_rates(
    muscles: MusculotendonStates, groups: Groups, grid: TimeGrid, metabolic: str
) -> HeatRates:
    """Metabolic rates (M, N) W of one leg under the named model, of the motor units that are not
    fatigued: of what is left more, and faster, fibres are recruited for the same force."""
    fresh = groups.fresh_share[:, None]
    state = MuscleState(
        activation=jnp.minimum(muscles.activation, 1.0),
        excitation=muscles.excitation,
        norm_fiber_length=muscles.norm_fiber_length,
        norm_fiber_velocity=muscles.norm_fiber_velocity,
        fiber_velocity=muscles.fiber_velocity,
        active_force=muscles.active_force,
        active_force_length=active_force_length(muscles.norm_fiber_length),
        mass=fresh * groups.mass[:, None],
        slow_twitch_fraction=groups.slow_twitch_fraction[:, None],
        peak_isometric_force=fresh * groups.peak_isometric_force[:, None],
        max_velocity=groups.max_velocity,
        optimal_fiber_length=groups.optimal_fiber_length[:, None],
        passive_force=muscles.passive_force,
        force_curvature=curvature(muscles.active_force, grid),
    )
    return METABOLIC_MODELS[check_metabolic_model(metabolic)](state)


def _price(
    muscles: MusculotendonStates, groups: Groups, timeline: Timeline, mass: Any, metabolic: str
) -> Price:
    heats = heat_rates(muscles, groups, timeline.grid, metabolic)
    both_legs = 2 / (timeline.period * mass)
    power = both_legs * jnp.sum(heats.total * node_weights(timeline.grid)[None], axis=1)
    return Price(heats, power, upkeep_of(jnp.sum(power)))


def repriced(stride: Stride, metabolic: str) -> Stride:
    """The same stride, the same muscles, priced by the named model."""
    price = _price(stride.muscles, stride.groups, stride.timeline, stride.template.mass, metabolic)
    return stride._replace(**price._asdict())


def joint_motion(posture: LegPosture, moments: Moments, timeline: Timeline) -> JointMotion:
    """The stride of the left leg as muscles take it: they are co-activated where the hip extends in
    stance."""
    stance = jnp.arange(NODES) < STANCE_NODES
    extending = posture.joint_rates.hip_flexion < 0
    return JointMotion(
        timeline.grid,
        posture.joints,
        posture.joint_rates,
        moments.coordinates,
        extending & stance,
    )


def stride_of(
    runner: Numbers,
    unknowns: Unknowns,
    metabolic: str,
    contact: Contact | None = None,
    settings: FixedPointSettings = FORCES,
) -> Stride:
    """The stride of one runner (habits resolved) whose periodic step is `unknowns`. Without its
    `contact` that is integrated from touchdown, which is what a derivative in the unknowns takes.
    """
    template = template_of(runner)
    if contact is None:
        contact = integrated(unknowns, template)
    timeline = timeline_of(unknowns, template, contact.state)
    posture = posture_of(timeline, template, runner)
    moments = moments_of(posture, timeline, template, runner)
    groups = groups_of(runner)
    motion = joint_motion(posture, moments, timeline)
    muscles = muscles_of(motion, runner, initial_forces(), settings)
    price = _price(muscles, groups, timeline, runner.body.mass, metabolic)
    before = (template, unknowns, timeline, contact.sums, posture, moments, groups, muscles)
    return Stride(*before, *price)
