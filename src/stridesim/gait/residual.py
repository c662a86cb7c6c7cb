"""The periodic step as nine equations in nine unknowns.

Unknown at touchdown: velocity (3), lateral position, roll, roll rate, the centre of mass ahead
of the foot, push-off lengthening and contact time. Required at the end of the step: the leg
spring unloaded at take-off; step length = speed / step frequency; height, forward and vertical
velocity periodic; lateral position and velocity, roll and roll rate mirrored (the next step is
the mirror image). Flight is closed form. Knee flexion at contact fixes the distance from hip
to ankle, which gives height at touchdown and the rest length of the leg in closed form.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.dynamics.flight import flight, hip_distance, touchdown_height
from stridesim.dynamics.stance import STEPS, Contact, State, take_off
from stridesim.dynamics.template import Template
from stridesim.programs import kept_result


@kept_result
class Unknowns(NamedTuple):
    """Unknowns of the periodic step; m, m/s, rad, rad/s, s."""

    vx: Any
    vy: Any
    vz: Any
    y: Any
    roll: Any
    roll_rate: Any
    x: Any
    push_off: Any
    contact_time: Any


SIZE: Final = len(Unknowns._fields)


def touchdown(unknowns: Unknowns, template: Template) -> tuple[State, Contact]:
    """State and contact at touchdown.

    Out of reach (the ankle further ahead or aside than the leg is long) the height is NaN,
    which the solver reports as a named reason.
    """
    u, t = unknowns, template
    height = touchdown_height(u.x, u.y, u.roll, t)
    state = State(u.x, u.y, height, u.roll, u.vx, u.vy, u.vz, u.roll_rate)
    return state, Contact(hip_distance(state, t, 0.0), u.push_off, u.contact_time)


def periodic(start: State, off: State, contact: Contact, template: Template) -> Unknowns:
    """Nine scaled residuals (lengths by leg length, speeds by sqrt(g leg), angles in rad) of a
    step from its states at touchdown and take-off."""
    end = flight(off, template.step_time - contact.contact_time, template)
    length = template.leg_length
    pace = jnp.sqrt(GRAVITY * length)
    return Unknowns(
        (end.vx - start.vx) / pace,
        (end.vy + start.vy) / pace,
        (end.vz - start.vz) / pace,
        (end.y + start.y) / length,
        end.roll + start.roll,
        (end.roll_rate + start.roll_rate) * length / pace,
        (end.x - start.x - template.speed * template.step_time) / length,
        (contact.rest_length + contact.push_off - hip_distance(off, template, 1.0)) / length,
        (end.z - start.z) / length,
    )


def residual(unknowns: Unknowns, template: Template, steps: int = STEPS) -> Unknowns:
    """Nine scaled residuals of the step that the stepwise integration of stance gives."""
    start, contact = touchdown(unknowns, template)
    return periodic(start, take_off(start, contact, template, steps), contact, template)
