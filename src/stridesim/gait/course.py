"""Many steps in a row: what a perturbation does to a runner.

The runner starts in the periodic gait. Before one contact something happens: the ground lies lower
than the runner expects (and stays lower), a push changes the velocity, or the hip stabiliser is
late for that contact. What follows is the model's motion with real events, step by step, until the
wanted number of steps or a fall.

Every step is seen by the foot that lands next: sideways quantities are positive towards its
side, so the periodic gait is a constant.
"""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.dynamics.flight import flight
from stridesim.dynamics.forward import Fall, Step, step
from stridesim.dynamics.swing_leg import Apex, Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.residual import Unknowns, touchdown
from stridesim.programs import kept_result


class Perturbation(eqx.Module):
    """What happens in the flight before contact number `at` (counted from 0).

    ground_drop: m, the ground is lower from there on; push, lateral_push: m/s, change of velocity
    forward and towards the side of the foot that lands next; late_stabiliser: s, the stabiliser's
    onset is delayed in that contact alone; roll: rad and roll_rate: rad/s, change of roll.
    """

    ground_drop: Any = 0.0
    push: Any = 0.0
    lateral_push: Any = 0.0
    late_stabiliser: Any = 0.0
    roll: Any = 0.0
    roll_rate: Any = 0.0
    at: int = eqx.field(static=True, default=0)


@kept_result
class Course(NamedTuple):
    """A run of n steps; leading axis n, after a fall the numbers are NaN.

    `apex` is the apex before each contact, the perturbation included, `end` the one after the
    last. `falls` are `Fall` values; `completed` counts the steps from the perturbation on.
    """

    apex: Apex
    steps: Step
    falls: Any
    end: Apex
    completed: Any


def intended_step(unknowns: Unknowns, template: Template) -> IntendedStep:
    """What the runner of a periodic step intends, and the apex before its touchdown."""
    start, contact = touchdown(unknowns, template)
    rise = -start.vz / template.acceleration_z
    top = flight(start, rise, template)
    ahead = template.ankle_x + template.hip_behind - start.x
    return IntendedStep(
        leg_angle=jnp.arcsin(ahead / template.leg_at_contact),
        foot_aside=0.5 * template.step_width - start.y,
        fall_time=-rise,
        push_off=contact.push_off,
        contact_time=contact.contact_time,
        height=start.z,
        apex=Apex(top.z, top.roll, top.vx, top.vy, top.roll_rate),
    )


def scales(template: Template) -> Apex:
    """What a deviation of each coordinate is measured in: leg length, 1 rad, sqrt(g leg)."""
    length = template.leg_length
    pace = jnp.sqrt(GRAVITY * length)
    return Apex(length, jnp.ones_like(length), pace, pace, pace / length)


def deviation(apex: Apex, intended: IntendedStep, template: Template) -> Any:
    """Euclidean norm of the scaled deviation from the intended apex, 1."""
    parts = [(a - b) / s for a, b, s in zip(apex, intended.apex, scales(template), strict=True)]
    return jnp.sqrt(sum(part**2 for part in parts))


def _moved(apex: Apex, p: Perturbation) -> Apex:
    return Apex(
        apex.z + p.ground_drop,
        apex.roll + p.roll,
        apex.vx + p.push,
        apex.vy + p.lateral_push,
        apex.roll_rate + p.roll_rate,
    )


def simulate(
    intended: IntendedStep,
    feedback: Feedback,
    template: Template,
    perturbation: Perturbation,
    steps: int,
) -> Course:
    """`steps` steps from the intended apex, for one runner; batches map over it."""

    def body(carry: tuple[Apex, Any], number: Any) -> tuple[Any, Any]:
        apex, upright = carry
        now = number == perturbation.at
        moved = _moved(apex, perturbation)
        apex = jax.tree.map(lambda a, b: jnp.where(now, a, b), moved, apex)
        late = jnp.where(now, perturbation.late_stabiliser, 0.0)
        disturbed = eqx.tree_at(lambda t: t.hip_onset, template, template.hip_onset + late)
        one = step(apex, intended, feedback, disturbed)
        fall = jnp.where(upright, one.fall, Fall.none)
        before = _known(apex, upright)
        upright = upright & (fall == Fall.none)
        return (one.apex, upright), (before, _known(one, upright), fall, upright)

    start = (intended.apex, jnp.ones((), bool))
    (end, upright), (apex, taken, falls, done) = jax.lax.scan(body, start, jnp.arange(steps))
    completed = jnp.sum(done) - perturbation.at
    return Course(apex, taken, falls, _known(end, upright), completed)


def _known(tree: Any, known: Any) -> Any:
    return jax.tree.map(lambda leaf: jnp.where(known, leaf, jnp.nan), tree)


def apexes(course: Course) -> Apex:
    """Apexes before every contact and after the last, (n + 1,)."""
    return jax.tree.map(lambda a, b: jnp.append(a, b), course.apex, course.end)
