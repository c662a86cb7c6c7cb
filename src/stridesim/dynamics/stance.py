"""Stance: the ground reaction force of a hip-stabilised leg spring, and the motion it gives.

The force G at the centre of pressure P follows from three conditions (C centre of mass, H
stance hip, u unit vector P -> H, L their distance):

    along the leg     G . u = k (L0 + eps sin^2(pi tau/2) - L) (1 - c dL/dt)
    sagittal plane    G passes C at the distance x_d(tau) that measured runners show
    frontal plane     moment of G about H = abductor moment M of the hip stabiliser

    M = F d A(t) [s_h + kappa_h (theta - theta_0) + c_h dtheta/dt] - F L sin(tracking)

The trunk does not pitch; were the legs massless, G would then point at C. Real legs swing, and
the rate of change of their angular momentum makes the measured force pass 3 to 5 cm behind C in
mid-stance and 20 cm ahead of it at 90 % of stance (Fukuchi 2017); a force through C falls 15 %
short of the braking impulse and doubles the late hip flexor moment, so the measured distance x_d
is used.

The spring is Blickhan 1989 (doi:10.1016/0021-9290(89)90224-8), the loss Hunt & Crossley 1975
(doi:10.1115/1.3423596) in the leg's rate of change; the point of force translation is Bullimore
& Burn 2006 (doi:10.1016/j.jtbi.2006.03.020). Motion is integrated on stance phase tau in [0, 1]
by equal steps of the eighth-order rule of Prince & Dormand 1981
(doi:10.1016/0771-050X(81)90010-3; `prince_dormand1981.py`): contact time is an unknown of the
gait, so no event needs finding. Nodes of the grid are moved onto the stabiliser's onset and the end
of the impact (`impact.py`), where the force has kinks.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.impact import END, impact
from stridesim.dynamics.pelvis import hip_at
from stridesim.dynamics.prince_dormand1981 import NODES, STAGES, WEIGHTS
from stridesim.dynamics.template import Template
from stridesim.elementary import arctan, horner, sin_cos
from stridesim.programs import kept_result

STEPS: Final = 16
"""Runge-Kutta steps in stance; take-off state within 1e-7 of adaptive integration (tests). Roll
is the stiff part: a classic fourth-order rule of the same price misses its rate by 1e-4 rad/s."""


_SQUARE: Final = np.array([[*row, *[0.0] * (len(NODES) - len(row))] for row in STAGES])


@kept_result
class State(NamedTuple):
    """Centre of mass (m, m/s) and roll (rad, rad/s), contralateral drop positive."""

    x: Any
    y: Any
    z: Any
    roll: Any
    vx: Any
    vy: Any
    vz: Any
    roll_rate: Any


@kept_result
class Contact(NamedTuple):
    """What stays fixed during one contact, found at touchdown."""

    rest_length: Any
    push_off: Any
    contact_time: Any


@kept_result
class Force(NamedTuple):
    """Forces and geometry at one instant of stance; N, m, N m. The vertical force is that of leg
    spring and hip, `spring_z`, and the `impact`, which has no part in moments and lateral miss."""

    x: Any
    y: Any
    spring_z: Any
    impact: Any
    leg: Any
    roll_moment: Any
    abduction_moment: Any
    hip_adduction: Any
    hip_adduction_rate: Any
    lateral_miss: Any
    elastic: Any
    push_off_rate: Any
    length_rate: Any
    cop_x: Any

    @property
    def z(self) -> Any:
        """Vertical force on the foot, N."""
        return self.spring_z + self.impact


def stabiliser_activation(time: Any, template: Template) -> Any:
    """Build-up A of the stabiliser, 0 before its onset; `time` after touchdown, s."""
    since = jnp.maximum(time - template.hip_onset, 0.0)
    return -jnp.expm1(-since / template.hip_activation_time)


def ground_force(phase: Any, state: State, contact: Contact, template: Template) -> Force:
    """Ground reaction force on the left foot at stance phase `phase`."""
    t = template
    # Hip and centre of mass as seen from the centre of pressure.
    cop_x = horner(t.cop_x, phase)
    cop_rate = horner([i * c for i, c in enumerate(t.cop_x)][1:], phase) / contact.contact_time
    com_x, com_y, com_z = state.x - cop_x, state.y - 0.5 * t.step_width, state.z
    hip = hip_at(state.roll, t)
    hip_x = com_x - t.hip_behind
    hip_y, hip_z = hip.place(com_y, com_z)
    turning_aside, turning_up = hip.velocity(state.roll_rate)
    hip_vx = state.vx - cop_rate
    hip_vy = state.vy + turning_aside
    hip_vz = state.vz + turning_up

    length = jnp.sqrt(hip_x**2 + hip_y**2 + hip_z**2)
    ux, uy, uz = hip_x / length, hip_y / length, hip_z / length
    length_rate = ux * hip_vx + uy * hip_vy + uz * hip_vz
    # sin^2(pi tau/2) and the sine of twice its angle, from an angle within a quarter turn.
    minus_cosine_of_phase, sine_of_phase = sin_cos(jnp.pi * (phase - 0.5))
    lengthening = 0.5 * contact.push_off * (1 + minus_cosine_of_phase)
    elastic = t.stiffness * (contact.rest_length + lengthening - length)
    leg = elastic * (1 - t.loss * length_rate)
    push_off_rate = contact.push_off * 0.5 * jnp.pi * sine_of_phase / contact.contact_time

    adduction = state.roll + arctan(hip_y / hip_z)
    adduction_rate = state.roll_rate + (hip_vy * hip_z - hip_vz * hip_y) / (hip_y**2 + hip_z**2)
    activation = stabiliser_activation(phase * contact.contact_time, t)
    relative = (
        t.hip_strength
        + t.hip_stiffness * (adduction - t.hip_neutral)
        + t.hip_damping * adduction_rate
    )
    stabiliser = leg * t.hip_half_width * activation * relative
    frontal = stabiliser - leg * length * sin_cos(t.thigh_tracking)[0]

    sagittal = (com_x + horner(t.divergence, phase)) / com_z
    lateral = hip_y / hip_z
    force_z = (leg + uy * frontal / hip_z) / (uz + ux * sagittal + uy * lateral)
    force_x = force_z * sagittal
    force_y = force_z * lateral - frontal / hip_z
    return Force(
        force_x,
        force_y,
        force_z,
        impact(phase, contact.contact_time, t).force,
        leg,
        com_z * force_y - com_y * force_z,
        stabiliser,
        adduction,
        adduction_rate,
        force_y - force_z * com_y / com_z,
        elastic,
        push_off_rate,
        length_rate,
        cop_x,
    )


def acceleration(
    phase: Any, state: State, contact: Contact, template: Template
) -> tuple[Any, Any, Any, Any]:
    """Forward, lateral, upward (m/s2) and of roll (rad/s2)."""
    force = ground_force(phase, state, contact, template)
    x, y, z, roll = acceleration_besides_impact(force, template)
    return x, y, z + force.impact / template.mass, roll


def acceleration_besides_impact(force: Force, template: Template) -> tuple[Any, Any, Any, Any]:
    """What a ground force without its impact does: the same."""
    t = template
    return (
        force.x / t.mass + t.acceleration_x,
        t.lateral_freedom * force.y / t.mass,
        force.spring_z / t.mass + t.acceleration_z,
        force.roll_moment / t.roll_inertia,
    )


@jax.jit
def derivative(phase: Any, state: State, contact: Contact, template: Template) -> State:
    """d(state)/d(phase)."""
    motion = (state.vx, state.vy, state.vz, state.roll_rate)
    rates = (*motion, *acceleration(phase, state, contact, template))
    return State(*(contact.contact_time * rate for rate in rates))


def phase_grid(contact_time: Any, template: Template, steps: int = STEPS) -> Any:
    """Stance phases of the nodes, (steps + 1, ...).

    Even, unless the force has a kink: the inner nodes nearest to the end of the impact and to the
    stabiliser's onset are moved there, and the others spread evenly between.
    """
    onset = template.hip_onset / contact_time
    comes_on = (onset > 0) & (onset < 1)
    strikes = template.impact_mass > 0
    both = comes_on & strikes

    def nearest(phase: Any, low: Any, high: Any) -> Any:
        return jnp.clip(jnp.round(jax.lax.stop_gradient(phase) * steps), low, high)

    one = jnp.where(comes_on, onset, jnp.where(strikes, END, 1 / steps))
    first = jnp.where(both, jnp.minimum(onset, END), one)
    first_node = nearest(first, 1, jnp.where(both, steps - 2, steps - 1))
    even = first + (1 - first) / (steps - first_node)
    second = jnp.where(both, jnp.maximum(onset, END), even)
    second_node = jnp.where(both, nearest(second, first_node + 1, steps - 1), first_node + 1)
    left = jnp.maximum(steps - second_node, 1)
    rows = []
    for number in range(steps + 1):
        between = (number - first_node) / (second_node - first_node) * (second - first)
        after = (number - second_node) / left * (1 - second)
        late = jnp.where(number < second_node, first + between, second + after)
        rows.append(jnp.where(number < first_node, number * (first / first_node), late))
    return jnp.stack(rows)


def advance_by(rates: Callable[[Any, Any], Any], phase: Any, width: Any, state: Any) -> Any:
    """One Runge-Kutta step from stance phase `phase` to `phase + width` of any tree of numbers;
    `rates(phase, state)` is its d/d(phase)."""

    def ahead(weights: Any, slopes: Any) -> Any:
        return jax.tree.map(lambda s, k: s + width * jnp.tensordot(weights, k, 1), state, slopes)

    def stage(slopes: Any, row: Any) -> tuple[Any, None]:
        number, weights, share = row
        slope = rates(phase + share * width, ahead(weights, slopes))
        return jax.tree.map(lambda k, d: k.at[number].set(d), slopes, slope), None

    stages = len(NODES)
    none = jax.tree.map(lambda s: jnp.zeros((stages, *jnp.shape(s))), state)
    slopes, _ = jax.lax.scan(stage, none, (jnp.arange(stages), _SQUARE, jnp.asarray(NODES)))
    return ahead(jnp.asarray(WEIGHTS), slopes)


def advance(phase: Any, width: Any, state: State, contact: Contact, template: Template) -> State:
    """One Runge-Kutta step from stance phase `phase` to `phase + width`."""
    return advance_by(lambda p, q: derivative(p, q, contact, template), phase, width, state)


def take_off(state: State, contact: Contact, template: Template, steps: int = STEPS) -> State:
    """State at the end of stance from the state at touchdown."""
    grid = phase_grid(contact.contact_time, template, steps)

    def body(carry: State, step: tuple[Any, Any]) -> tuple[State, None]:
        return advance(*step, carry, contact, template), None

    return jax.lax.scan(body, state, (grid[:-1], jnp.diff(grid, axis=0)))[0]


def trajectory(
    state: State, contact: Contact, template: Template, steps: int = STEPS, phases: Any = None
) -> tuple[Any, State]:
    """Phases and the states there (leading axis), for one runner: `phases` (K,), or steps + 1 that
    are evenly spaced.

    The integration halts at each of them, beside the nodes that follow the kinks of the force.
    """
    asked = jnp.arange(steps + 1) / steps if phases is None else jnp.asarray(phases)
    nodes = jnp.sort(jnp.concatenate([phase_grid(contact.contact_time, template, steps), asked]))

    def body(carry: State, step: tuple[Any, Any]) -> tuple[State, State]:
        following = advance(*step, carry, contact, template)
        return following, following

    _, later = jax.lax.scan(body, state, (nodes[:-1], jnp.diff(nodes)))
    place = jnp.searchsorted(nodes, asked)
    return asked, State(
        *(jnp.concatenate([s[None], rest])[place] for s, rest in zip(state, later, strict=True))
    )
