"""One step forward in time, from apex to apex, with real touchdown and take-off events.

    apex -> flight, leg held ready -> touchdown when it reaches the ground -> stance -> take-off
    when the leg's force has fallen to zero -> flight -> next apex, mirrored

What is feed-forward in the periodic gait stays so: push-off, the path of the centre of pressure
and the distance at which the force passes the centre of mass depend on the share of the intended
contact (`IntendedStep.contact_time`) that has passed, and are constant after it; the stabiliser
comes on by its own delay. `swing_leg` says where the leg is held in flight.

The section is the apex. Where the runner is along and across the track has no influence on the
step, and vertical velocity is zero there by definition, so five coordinates are left: `Apex`.
The right foot's step is computed as the left foot's of the mirrored runner.

Events are bracketed and then corrected once by Newton with the state's derivative let through:
forward-mode differentiation is exact (implicit function theorem). At take-off the force is zero,
so the motion does not even depend on that event's time to first order.
"""

import enum
from typing import Any, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.flight import flight, hip_distance
from stridesim.dynamics.stance import (
    STEPS,
    Contact,
    State,
    advance,
    derivative,
    ground_force,
    phase_at_node,
    phase_grid,
)
from stridesim.dynamics.swing_leg import (
    Apex,
    Feedback,
    IntendedStep,
    apex_state,
    energy,
    mirrored,
    ready,
    until_touchdown,
)
from stridesim.dynamics.template import Template
from stridesim.elementary import horner
from stridesim.programs import kept_result

LONGEST: Final = 3.0
"""Contact may last so many times the intended contact before it counts as a fall."""

LOWEST: Final = 0.6
"""Share of the intended height at touchdown below which the runner has fallen: a crouch from
which no leg recoils."""

_NEWTON: Final = 6


TIPPED: Final = 0.25 * np.pi
"""rad; a pelvis rolled further, at touchdown or take-off, belongs to a runner who falls."""


class Fall(enum.IntEnum):
    """How a step ended; the first that happens."""

    none = 0
    leg_out_of_reach = 1
    too_low_to_place_the_leg = 2
    leg_not_loaded = 3
    collapsed = 4
    no_take_off = 5
    backward = 6
    no_flight = 7
    not_finite = 8
    tipped_over = 9


FALLS: Final[dict[Fall, str]] = {
    Fall.none: "",
    Fall.leg_out_of_reach: "the foot would have to stand further away than the leg is long",
    Fall.too_low_to_place_the_leg: "at apex the runner is too low to place the next leg",
    Fall.leg_not_loaded: "the leg was lengthening already when it met the ground",
    Fall.collapsed: "the centre of mass sank below 60 % of its height at touchdown",
    Fall.no_take_off: "the leg was still loaded after three intended contact times",
    Fall.backward: "the runner left the ground moving backward",
    Fall.no_flight: "the leg left the ground while the runner was falling",
    Fall.tipped_over: "the pelvis rolled beyond 45 degrees",
    Fall.not_finite: "the computation left the finite numbers",
}


@kept_result
class Step(NamedTuple):
    """One step: the next apex (mirrored: before a contact of the left foot again), how it ended,
    states at touchdown and take-off as the left foot sees them, its contact, and times (s)."""

    apex: Apex
    fall: Any
    touchdown: State
    take_off: State
    contact: Contact
    fall_time: Any
    contact_time: Any
    rise_time: Any


def _clocked(phase: Any, contact: Contact, template: Template) -> tuple[Contact, Template]:
    """Contact and template from `phase` on: when the clock is over, what it drove stands still."""
    over = phase >= 1 - 1e-9

    def held(path: tuple[Any, ...]) -> tuple[Any, ...]:
        last = (horner(path, 1.0), *(jnp.zeros_like(c) for c in path[1:]))
        return tuple(jnp.where(over, b, a) for a, b in zip(path, last, strict=True))

    paths = (held(template.cop_x), held(template.divergence))
    extended = jnp.where(over, contact.push_off, 0.0)
    return (
        contact._replace(
            rest_length=contact.rest_length + extended, push_off=contact.push_off - extended
        ),
        eqx.tree_at(lambda t: (t.cop_x, t.divergence), template, paths),
    )


def _node(index: Any, grid: Any) -> tuple[Any, Any]:
    """Phase of an integration node and the width of the step that follows, past phase 1 too."""
    before, after, node = grid
    late = index >= STEPS
    width = jnp.where(late, 1 / STEPS, jnp.where(index < node, before, after))
    return jnp.where(late, index / STEPS, phase_at_node(index, grid)), width


def _stance(
    start: State, contact: Contact, intended: IntendedStep, template: Template
) -> tuple[State, Any, Any]:
    """State at take-off, contact time (s), and how stance ended."""
    grid = phase_grid(contact.contact_time, template)
    floor = LOWEST * intended.height
    last = int(LONGEST * STEPS)

    def after(index: Any, state: State, width: Any) -> tuple[State, Any, Any]:
        """State `width` after a node, force there, and the clocked contact and template: of the
        side of the clock that the step began on, so that the force has no jump in it."""
        phase, _ = _node(index, grid)
        now = _clocked(phase, contact, template)
        then = advance(phase, width, state, *now)
        return then, ground_force(phase + width, then, *now).leg, now

    def standing(carry: Any) -> Any:
        return ~carry[-1] & (carry[0] < last)

    def go_on(carry: Any) -> Any:
        index, state, before, _, _ = carry
        then, force, _ = after(index, state, _node(index, grid)[1])
        # Written so that what is not a number ends the stance too.
        ended = ~((force > 0) & (then.z > floor))
        kept = jax.tree.map(lambda a, b: jnp.where(ended, a, b), state, then)
        return (
            jnp.where(ended, index, index + 1),
            kept,
            jnp.where(ended, before, force),
            jnp.where(ended, force, before),
            ended,
        )

    zero = jnp.zeros_like(intended.contact_time)
    # The leg is unloaded at touchdown by definition; its force there is rounding of either sign.
    tiny = zero + 1e-12
    index, state, before, beyond, _ = jax.lax.while_loop(
        standing, go_on, (zero, start, tiny, -tiny, jnp.zeros((), bool))
    )
    phase, full = _node(index, grid)
    fixed = jax.lax.stop_gradient((index, state))

    def with_slope(index: Any, state: State, width: Any) -> tuple[State, Any, State, Any]:
        """As `after`, with the rates (per phase) of the state and of the force there."""
        then, force, now = after(index, state, width)
        rates = derivative(_node(index, grid)[0] + width, then, *now)
        _, slope = jax.jvp(
            lambda p, q: ground_force(p, q, *now).leg,
            (_node(index, grid)[0] + width, then),
            (zero + 1, rates),
        )
        return then, force, rates, slope

    def closer(_: Any, bracket: Any) -> Any:
        """Newton for the force's zero, by halves where that would leave the bracket."""
        low, high, width = bracket
        _, force, _, slope = with_slope(*fixed, width)
        low, high = jnp.where(force > 0, width, low), jnp.where(force > 0, high, width)
        newton = width - force / slope
        inside = (newton >= low) & (newton <= high)
        return low, high, jnp.where(inside, newton, 0.5 * (low + high))

    first = full * before / (before - beyond)
    bracket = jax.lax.stop_gradient((zero, full, first))
    width = jax.lax.stop_gradient(jax.lax.fori_loop(0, _NEWTON, closer, bracket)[-1])
    # The last correction carries the derivative of the event's time.
    off, force, rates, slope = with_slope(index, state, width)
    late = -force / jax.lax.stop_gradient(slope)
    off = jax.tree.map(lambda q, rate: q + late * rate, off, rates)
    width = width + late
    fall = jnp.select(
        # Loaded still where stance ended: it ended because the runner sank.
        [index >= last, beyond > 0, (index == 0) & (width < 1e-3 * full)],
        [Fall.no_take_off, Fall.collapsed, Fall.leg_not_loaded],
        Fall.none,
    )
    return off, (phase + width) * contact.contact_time, fall


def step(apex: Apex, intended: IntendedStep, feedback: Feedback, template: Template) -> Step:
    """From one apex to the next (scalars; batches map over it).

    A step that fails says so in `fall`; its numbers are then without meaning.
    """
    start = apex_state(apex)
    fall_time, room = until_touchdown(start, intended, feedback, template)
    down, _ = ready(fall_time, start, intended, feedback, template)
    missing = energy(intended.apex, template) - energy(apex, template)
    push_off = intended.push_off + feedback.push_off_energy * missing
    contact = Contact(hip_distance(down, template, 0.0), push_off, intended.contact_time)
    off, contact_time, stance_fall = _stance(down, contact, intended, template)
    rise_time = -off.vz / template.acceleration_z
    following = mirrored(flight(off, rise_time, template))
    finite = jnp.all(jnp.isfinite(jnp.stack(following)))
    fall = jnp.select(
        [
            jnp.isnan(room),
            room <= 0,
            stance_fall != Fall.none,
            ~finite,
            jnp.maximum(jnp.abs(down.roll), jnp.abs(off.roll)) > TIPPED,
            off.vx <= 0,
            off.vz <= 0,
        ],
        [
            jnp.asarray(Fall.leg_out_of_reach),
            Fall.too_low_to_place_the_leg,
            stance_fall,
            Fall.not_finite,
            Fall.tipped_over,
            Fall.backward,
            Fall.no_flight,
        ],
        Fall.none,
    )
    return Step(following, fall, down, off, contact, fall_time, contact_time, rise_time)


def stance_path(one: Step, intended: IntendedStep, template: Template, samples: int) -> State:
    """States (samples + 1,) at equal times from touchdown to take-off of a step, for drawing."""
    width = one.contact_time / intended.contact_time / samples

    def body(state: State, index: Any) -> tuple[State, State]:
        phase = index * width
        following = advance(phase, width, state, *_clocked(phase, one.contact, template))
        return following, following

    _, later = jax.lax.scan(body, one.touchdown, jnp.arange(samples, dtype=float))
    return jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), one.touchdown, later)
