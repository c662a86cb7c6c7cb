"""One step forward in time, from apex to apex, with real touchdown and take-off events.

    apex -> flight, leg held ready -> touchdown when it reaches the ground -> stance -> take-off
    when the leg's force has fallen to zero -> flight -> next apex, mirrored

What is feed-forward in the periodic gait stays so: push-off, the path of the centre of pressure
and the distance at which the force passes the centre of mass depend on the share of the intended
contact (`IntendedStep.contact_time`) that has passed, and are constant after it; the stabiliser
comes on by its own delay. `swing_leg` says where the leg is held in flight, `reflex` what the
stance hip adds where the motion is not the usual one.

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
from stridesim.dynamics.reflex import Beside, Rates, side_by_side
from stridesim.dynamics.stance import (
    STEPS,
    Contact,
    State,
    advance_by,
    ground_force,
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


def _is_over(phase: Any) -> Any:
    """Whether the intended contact has passed."""
    return phase >= 1 - 1e-9


def _clocked(phase: Any, contact: Contact, template: Template) -> tuple[Contact, Template]:
    """Contact and template from `phase` on: when the clock is over, what it drove stands still."""
    over = _is_over(phase)

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
    late = index >= STEPS
    inner = jnp.minimum(index, STEPS - 1).astype(int)
    phase = jnp.where(late, index / STEPS, grid[inner])
    return phase, jnp.where(late, 1 / STEPS, grid[inner + 1] - grid[inner])


class _Stance(NamedTuple):
    """What does not change in a stance: contacts and templates of this step and of the usual one,
    and the gain of the hip's reflex."""

    contacts: Beside
    templates: Beside
    reflex: Any

    def from_phase(self, phase: Any) -> tuple[Rates, tuple[Contact, Template]]:
        """Rates of both states from `phase` on, and the clocked contact and template."""
        now = _clocked(phase, self.contacts.now, self.templates.now)
        usual = _clocked(phase, self.contacts.usual, self.templates.usual)
        contacts, templates = (Beside(*two) for two in zip(now, usual, strict=True))
        rates = side_by_side(contacts, templates, self.reflex, _is_over(phase))
        return rates, now


def _stance(start: Beside, stance: _Stance, intended: IntendedStep) -> tuple[State, Any, Any]:
    """State at take-off, contact time (s), and how stance ended."""
    grid = phase_grid(intended.contact_time, stance.templates.now)
    floor = LOWEST * intended.height
    last = int(LONGEST * STEPS)

    def after(index: Any, states: Beside, width: Any) -> tuple[Beside, Any, Any]:
        """States `width` after a node, force there, and the rates with contact and template: of
        the side of the clock that the step began on, so that the force has no jump in it."""
        phase, _ = _node(index, grid)
        rates, now = stance.from_phase(phase)
        then = advance_by(rates, phase, width, states)
        return then, ground_force(phase + width, then.now, *now).leg, (rates, now)

    def standing(carry: Any) -> Any:
        return ~carry[-1] & (carry[0] < last)

    def go_on(carry: Any) -> Any:
        index, states, before, _, _ = carry
        then, force, _ = after(index, states, _node(index, grid)[1])
        # Written so that what is not a number ends the stance too.
        ended = ~((force > 0) & (then.now.z > floor))
        kept = jax.tree.map(lambda a, b: jnp.where(ended, a, b), states, then)
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
    index, states, before, beyond, _ = jax.lax.while_loop(
        standing, go_on, (zero, start, tiny, -tiny, jnp.zeros((), bool))
    )
    phase, full = _node(index, grid)
    fixed = jax.lax.stop_gradient((index, states))

    def with_slope(index: Any, states: Beside, width: Any) -> tuple[State, Any, State, Any]:
        """As `after`, with the rates (per phase) of the state and of the force there."""
        then, force, (rates, now) = after(index, states, width)
        there = _node(index, grid)[0] + width
        moving = rates(there, then).now
        _, slope = jax.jvp(
            lambda p, q: ground_force(p, q, *now).leg, (there, then.now), (zero + 1, moving)
        )
        return then.now, force, moving, slope

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
    off, force, rates, slope = with_slope(index, states, width)
    late = -force / jax.lax.stop_gradient(slope)
    off = jax.tree.map(lambda q, rate: q + late * rate, off, rates)
    width = width + late
    fall = jnp.select(
        # Loaded still where stance ended: it ended because the runner sank.
        [index >= last, beyond > 0, (index == 0) & (width < 1e-3 * full)],
        [Fall.no_take_off, Fall.collapsed, Fall.leg_not_loaded],
        Fall.none,
    )
    return off, (phase + width) * intended.contact_time, fall


def _usual(intended: IntendedStep, template: Template) -> tuple[State, Contact]:
    """Touchdown and contact of the periodic gait."""
    start = apex_state(intended.apex)
    down, _ = ready(intended.fall_time, start, intended, Feedback(), template)
    rest_length = hip_distance(down, template, 0.0)
    return down, Contact(rest_length, intended.push_off, intended.contact_time)


def step(
    apex: Apex, intended: IntendedStep, feedback: Feedback, template: Template, delay: Any = 0.0
) -> Step:
    """From one apex to the next (scalars; batches map over it).

    delay: the stabiliser comes on so much later (s) in this contact. A step that fails says so in
    `fall`; its numbers are then without meaning.
    """
    start = apex_state(apex)
    fall_time, room = until_touchdown(start, intended, feedback, template)
    down, _ = ready(fall_time, start, intended, feedback, template)
    missing = energy(intended.apex, template) - energy(apex, template)
    push_off = intended.push_off + feedback.push_off_energy * missing
    contact = Contact(hip_distance(down, template, 0.0), push_off, intended.contact_time)
    usual_down, usual = _usual(intended, template)
    delayed = eqx.tree_at(lambda t: t.hip_onset, template, template.hip_onset + delay)
    stance = _Stance(Beside(contact, usual), Beside(delayed, template), feedback.hip_reflex)
    off, contact_time, stance_fall = _stance(Beside(down, usual_down), stance, intended)
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


def stance_path(
    one: Step, intended: IntendedStep, feedback: Feedback, template: Template, samples: int
) -> State:
    """States (samples + 1,) at equal times from touchdown to take-off of a step, for drawing."""
    width = one.contact_time / intended.contact_time / samples
    down, usual = _usual(intended, template)
    stance = _Stance(Beside(one.contact, usual), Beside(template, template), feedback.hip_reflex)

    def body(states: Beside, index: Any) -> tuple[Beside, State]:
        phase = index * width
        following = advance_by(stance.from_phase(phase)[0], phase, width, states)
        return following, following.now

    start = Beside(one.touchdown, down)
    _, later = jax.lax.scan(body, start, jnp.arange(samples, dtype=float))
    return jax.tree.map(lambda a, b: jnp.concatenate([a[None], b]), one.touchdown, later)
