"""A leg press: both legs push a sled from a start posture, as hard as will can.

The sled (mass m) slides on a rail against its weight along the rail and a constant resistance,
together R; a stop keeps it from coming nearer. With the leg of `tasks.press_leg` the knee angle k
obeys

    (m r'^2 + 2 J) dk2/dt2 + (m r' r'' + J') (dk/dt)^2 = -2 sum F_i L_i' - R r',

' the slope over k, J the inertia of a leg, F_i tendon forces and L_i' how musculotendon lengths
change. Muscles that shorten while the leg straightens are switched on at once; activation rises and
falls with first-order kinetics (`muscle.activation_time`, `muscle.deactivation_time`), and fibres
and tendons follow (`muscles.contraction`). The push ends at a knee flexion of 5 deg, where the sled
runs away from the feet, or after 1.5 s. Angles are integrated by velocity Verlet.

The calf gives no more than the foot can bear: its activation is the greatest at which the centre of
pressure stays behind the ball of the foot when the sled is held at the start.

Symbols (local): k knee angle, w its rate, c its acceleration, r distance of hip and ankle, a
activation.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.constants import GRAVITY
from stridesim.muscles.contraction import Contraction, contract, isometric
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.state import MINIMUM_ACTIVATION
from stridesim.programs import kept, kept_result
from stridesim.runner import GROUPS, Numbers
from stridesim.runner.muscle import ACHILLES
from stridesim.tasks.press_leg import BALL_RATIO, LegAt, Seat, leg_at, pressure

STRAIGHT: Final = np.deg2rad(5.0)
"""rad; knee flexion at which a push ends."""
STEP: Final = 1e-3
STEPS: Final = 1500
"""s, and their number: a push is followed for 1.5 s."""

CALF_LEVELS: Final = 7
"""Activations of the calf that are tried."""

_CALF: Final = np.array([group in ACHILLES for group in GROUPS])[:, None]


class Press(NamedTuple):
    """What is pushed from where, lanes (N,) in SI: knee flexion at the start (rad), mass of the
    sled (kg), force that resists it (N, its weight along the rail included)."""

    knee: Any
    mass: Any
    resistance: Any


@kept_result
class Push(NamedTuple):
    """A push, lanes (N,) or steps by lanes (S, N), SI. Forces, work and power are of both legs.

    `static_force` is the force on a sled that is held at the start, `calf_activation` what the
    calf may give there. Over time: `knee` (rad), `position` of the sled from its start (m), its
    `speed`, `force` on it, `muscle_work` done by muscles with their tendons since the start (J),
    kinetic energy of the legs `leg_energy` (J), and `moving`: the push has not ended.
    `residual` (N,) is the largest left in the balance of fibres and tendons, over F0.
    """

    static_force: Any
    calf_activation: Any
    knee: Any
    position: Any
    speed: Any
    force: Any
    muscle_work: Any
    leg_energy: Any
    moving: Any
    residual: Any


def weight_along(mass: Any, incline: Any) -> Any:
    """N; of a sled of `mass` (kg) on a rail that rises at `incline` (rad)."""
    return mass * GRAVITY * np.sin(incline)


class _State(NamedTuple):
    k: Any
    w: Any
    c: Any
    a: Any
    muscles: Contraction
    lengths: Any
    work: Any
    ended: Any


def effort_of(leg: LegAt, calf: Any, runner: Numbers) -> Any:
    """Activation (M, N) that a push asks for: what shortens as the leg straightens is switched on,
    the calf (N,) as far as the foot bears it."""
    will = jnp.where(_CALF, calf[None], runner.muscle.voluntary_activation)
    return jnp.where(leg.length_slopes > 0, will, MINIMUM_ACTIVATION)


def static_push(force: Any, leg: LegAt) -> Any:
    """Force (N,) N of both legs on a sled at rest, from muscle forces (M, N)."""
    return -2 * jnp.sum(force * leg.length_slopes, axis=0) / leg.slope


def borne_by_the_foot(places: Any, levels: Any, runner: Numbers) -> Any:
    """Greatest activation (N,) of the calf, between `levels` (C,), at which the centre of pressure,
    `places` (C, N) m from the ankle, stays behind the ball of the foot."""
    ball = BALL_RATIO * runner.body.height
    inside = places[:-1] <= ball
    part = jnp.clip((ball - places[:-1]) / jnp.maximum(places[1:] - places[:-1], 1e-9), 0.0, 1.0)
    # Places grow with the level: whole levels inside, and the part of the way to the next.
    return levels[0] + (levels[1] - levels[0]) * jnp.sum(jnp.where(inside, part, 0.0), axis=0)


class Start(NamedTuple):
    """The leg before a push, lanes (N,): muscles at `rest`, the `effort` (M, N) that the push asks
    for, activation of the `calf` that the foot bears, force (N) of both legs on a held sled."""

    leg: LegAt
    rest: Contraction
    effort: Any
    calf: Any
    static_force: Any


def start_of(runner: Numbers, knee: Any, seat: Seat, groups: Groups) -> Start:
    """The leg at knee flexion `knee` (N,) rad before a push."""
    leg = leg_at(knee, seat, runner)
    levels = jnp.linspace(MINIMUM_ACTIVATION, runner.muscle.voluntary_activation, CALF_LEVELS)
    tone = jnp.full_like(leg.lengths, MINIMUM_ACTIVATION)
    efforts = [effort_of(leg, level + jnp.zeros_like(knee), runner) for level in levels]
    tried = isometric(
        jnp.tile(leg.lengths, (1, CALF_LEVELS + 1)), jnp.hstack([tone, *efforts]), groups
    )
    lanes = knee.shape[0]
    rest = Contraction(*(value[:, :lanes] for value in tried))
    forces = jnp.split(tried.force[:, lanes:], CALF_LEVELS, axis=1)
    places = jnp.stack([pressure(force, leg, knee, runner) for force in forces])
    calf = borne_by_the_foot(places, levels, runner)
    effort = effort_of(leg, calf, runner)
    force = isometric(leg.lengths, effort, groups).force
    return Start(leg, rest, effort, calf, static_push(force, leg))


@kept()
def push(runner: Numbers, press: Press, seat: Seat) -> Push:
    """Push the sleds of `press`, a lane each."""
    press = Press(*(jnp.asarray(value) for value in press))
    groups = groups_of(runner)
    start = start_of(runner, press.knee, seat, groups)
    still = jnp.zeros_like(press.knee)
    tone = jnp.full_like(start.leg.lengths, MINIMUM_ACTIVATION)
    begin = _State(press.knee, still, still, tone, start.rest, start.leg.lengths, still, still > 0)

    def step(state: _State, _: None) -> tuple[_State, tuple[Any, ...]]:
        k = jnp.where(state.ended, state.k, state.k + STEP * (state.w + 0.5 * STEP * state.c))
        leg = leg_at(k, seat, runner)
        a = activated(state.a, effort_of(leg, start.calf, runner), runner)
        muscles = contract(state.muscles, leg.lengths, a, groups, STEP)
        w = jnp.minimum(state.w + STEP * state.c, 0.0)
        c, bend = _acceleration(runner, press, leg, k, w, muscles.force)
        w = jnp.minimum(state.w + 0.5 * STEP * (state.c + c), 0.0)
        # The stop: a sled that rests comes no nearer.
        held = (w >= 0) & (c >= 0)
        c = jnp.where(held | state.ended, 0.0, c)
        w = jnp.where(state.ended, 0.0, w)
        pulled = -jnp.sum((state.muscles.force + muscles.force) * (leg.lengths - state.lengths), 0)
        work = state.work + jnp.where(state.ended, 0.0, pulled)
        moved = press.resistance + press.mass * (leg.slope * c + bend * w**2)
        force = jnp.where(held, static_push(muscles.force, leg), moved)
        moving = ~state.ended
        shown = (
            k,
            leg.distance - start.leg.distance,
            leg.slope * w,
            jnp.where(moving, force, 0.0),
            work,
            leg.inertia * w**2,
            moving,
            jnp.max(muscles.residual, axis=0),
        )
        ended = state.ended | (k <= STRAIGHT) | ((force < 0) & (w < 0))
        return _State(k, w, c, a, muscles, leg.lengths, work, ended), shown

    over_time = jax.lax.scan(step, begin, None, STEPS)[1]
    found = Push(start.static_force, start.calf, *over_time)
    return found._replace(residual=jnp.max(found.residual, axis=0))


def _acceleration(
    runner: Numbers, press: Press, leg: LegAt, k: Any, w: Any, force: Any
) -> tuple[Any, Any]:
    """Of the knee angle (N,), and r'' there."""
    ab = runner.body.thigh_length * runner.body.shank_length
    bend = -(ab * jnp.cos(k) + leg.slope**2) / leg.distance  # of r r' = -ab sin k
    inertia = press.mass * leg.slope**2 + 2 * leg.inertia
    turning = (press.mass * leg.slope * bend + leg.inertia_slope) * w**2
    pull = -2 * jnp.sum(force * leg.length_slopes, axis=0)
    return (pull - press.resistance * leg.slope - turning) / inertia, bend


def activated(activation: Any, excitation: Any, runner: Numbers) -> Any:
    """Activation (M, N) a step later: first-order rise and fall towards an excitation."""
    rising = excitation > activation
    tau = jnp.where(rising, runner.muscle.activation_time, runner.muscle.deactivation_time)
    return excitation + (activation - excitation) * jnp.exp(-STEP / tau)
