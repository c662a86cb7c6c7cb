"""Flight, and the geometry of the leg that begins and ends it.

In flight everything but the leg acts, with constant acceleration, so the motion is closed form.
The knee's flexion at contact fixes the distance from hip to ankle: where the foot is to stand
beside and ahead of the centre of mass then says how high the runner is when it meets the ground.
"""

from typing import Any

import jax.numpy as jnp

from stridesim.dynamics.pelvis import hip_at, stance_hip
from stridesim.dynamics.stance import State
from stridesim.dynamics.template import Template
from stridesim.elementary import horner


def flight(state: State, time: Any, template: Template) -> State:
    """Ballistic motion for `time` (s, may be negative) under everything but the leg."""
    t = template
    return State(
        state.x + time * (state.vx + 0.5 * time * t.acceleration_x),
        state.y + time * state.vy,
        state.z + time * (state.vz + 0.5 * time * t.acceleration_z),
        state.roll + time * state.roll_rate,
        state.vx + time * t.acceleration_x,
        state.vy,
        state.vz + time * t.acceleration_z,
        state.roll_rate,
    )


def touchdown_height(x: Any, y: Any, roll: Any, template: Template) -> Any:
    """Height (m) of the centre of mass when the left leg, bent as at contact, meets the ground.

    `x`, `y` (m) are seen from the foot's origin, as in `State`. NaN where the ankle is further
    ahead or aside than the leg is long.
    """
    t, hip = template, hip_at(roll, template)
    hip_x = x - t.hip_behind
    hip_y = hip.place(y, 0.0)[0] - 0.5 * t.step_width
    hip_z = t.ankle_z + jnp.sqrt(t.leg_at_contact**2 - (hip_x - t.ankle_x) ** 2 - hip_y**2)
    return hip.centre_of_mass_height(hip_z)


def hip_distance(state: State, template: Template, phase: Any) -> Any:
    """Distance (m) from hip to centre of pressure as it lies at stance phase `phase`."""
    x, y, z = stance_hip(state.x, state.y, state.z, state.roll, template)
    dx = x - horner(template.cop_x, phase)
    return jnp.sqrt(dx**2 + y**2 + z**2)
