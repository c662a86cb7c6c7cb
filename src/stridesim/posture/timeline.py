"""The nodes of one stride of the left leg, and what the template says at each of them.

One step solved is a whole stride known: while the left leg swings, the right leg does what the
left did one step before, mirrored. The stride therefore runs: stance (every node of the
integration), flight, the other leg's stance (every second node), flight; then it repeats.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.pelvis import hip_at
from stridesim.dynamics.stance import Force, State, ground_force, trajectory
from stridesim.dynamics.template import Template
from stridesim.gait.residual import Unknowns, touchdown
from stridesim.posture.time_grid import TimeGrid
from stridesim.programs import kept_result

STANCE_STEPS: Final = 32
FLIGHT_NODES: Final = 3
STANCE_NODES: Final = STANCE_STEPS + 1
STANCE_PHASES: Final = np.arange(STANCE_NODES) / STANCE_STEPS
SWING_NODES: Final = 2 * FLIGHT_NODES + STANCE_STEPS // 2 + 1
NODES: Final = STANCE_NODES + SWING_NODES


@kept_result
class Timeline(NamedTuple):
    """One stride; arrays over NODES nodes unless said. SI.

    `time` from touchdown; `stance_phase` (STANCE_NODES,); `swing_phase` (SWING_NODES,) in
    (0, 1); `state` and `force` in stance only; `hip_acceleration` (2, NODES) forward and up.
    """

    time: Any
    period: Any
    contact_time: Any
    flight_time: Any
    stance_phase: Any
    swing_phase: Any
    state: State
    acceleration: State
    force: Force
    hip_acceleration: Any

    @property
    def grid(self) -> TimeGrid:
        """The nodes in time."""
        return TimeGrid(self.time, self.period)


def timeline_of(unknowns: Unknowns, template: Template, stance: State | None = None) -> Timeline:
    """Lay a periodic step out as a stride, for one runner.

    `stance` is the motion at `STANCE_PHASES` where it is known (`gait.motion`); else
    it is integrated from touchdown, which is what a derivative in the unknowns takes.
    """
    t = template
    start, contact = touchdown(unknowns, t)
    if stance is None:
        phase, state = trajectory(start, contact, t, STANCE_STEPS)
    else:
        phase, state = jnp.asarray(STANCE_PHASES), stance
    force = jax.vmap(lambda p, s: ground_force(p, s, contact, t))(phase, state)
    acceleration = State(
        state.vx,
        state.vy,
        state.vz,
        state.roll_rate,
        force.x / t.mass + t.acceleration_x,
        t.lateral_freedom * force.y / t.mass,
        force.z / t.mass + t.acceleration_z,
        force.roll_moment / t.roll_inertia,
    )
    flight_time = t.step_time - contact.contact_time
    other = slice(None, None, 2)
    inner = jnp.arange(1, FLIGHT_NODES + 1) / (FLIGHT_NODES + 1) * flight_time
    duration = contact.contact_time
    time = jnp.concatenate(
        [
            phase * duration,
            duration + inner,
            duration + flight_time + phase[other] * duration,
            2 * duration + flight_time + inner,
        ]
    )
    period = 2 * t.step_time
    in_flight = jnp.ones(FLIGHT_NODES)

    def along(stance_value: Any, flight_value: Any, other_value: Any) -> Any:
        flying = in_flight * flight_value
        return jnp.concatenate([stance_value, flying, other_value[other], flying])

    def rise(side: float) -> Any:
        hip = hip_at(state.roll, t, side)
        return hip.upward_acceleration(state.roll_rate, acceleration.roll_rate)

    # The impact stops shank and foot; it does not come to the hip.
    besides_impact = acceleration.vz - force.impact / t.mass
    # In flight the roll rate is constant, so the hip only turns about the centre of mass.
    rate = state.roll_rate[-1]
    spin = rate**2 * t.hip_below
    hip_acceleration = jnp.stack(
        [
            along(acceleration.vx, t.acceleration_x, acceleration.vx),
            along(
                besides_impact + rise(1.0),
                t.acceleration_z + spin,
                besides_impact + rise(-1.0),
            ),
        ]
    )
    swing_time = period - duration
    return Timeline(
        time,
        period,
        duration,
        flight_time,
        phase,
        (time[STANCE_NODES:] - duration) / swing_time,
        state,
        acceleration,
        force,
        hip_acceleration,
    )


def of_other_leg(values: Any) -> Any:
    """What a quantity of the left leg (..., NODES) is on the right leg at the same nodes: its own
    half a stride later, interpolated between the nodes of the other leg's stance."""
    stance, swinging = values[..., :STANCE_NODES], values[..., STANCE_NODES:]
    first, other, last = jnp.split(swinging, [FLIGHT_NODES, SWING_NODES - FLIGHT_NODES], axis=-1)
    between = 0.5 * (other[..., 1:] + other[..., :-1])
    pairs = jnp.stack([other[..., :-1], between], axis=-1)
    dense = jnp.concatenate(
        [pairs.reshape(*values.shape[:-1], STANCE_STEPS), other[..., -1:]], axis=-1
    )
    return jnp.concatenate([dense, last, stance[..., ::2], first], axis=-1)
