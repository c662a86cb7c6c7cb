"""The leg in flight: where the runner holds it, and when it meets the ground.

In flight the leg is held as at the touchdown of the periodic gait: at a fixed angle ahead and a
fixed distance aside of the centre of mass (Seyfarth 2002, doi:10.1016/S0021-9290(01)00245-7: a
fixed angle of attack). Touchdown is when the leg, bent as at contact, reaches the ground. What a
runner may do beyond that is `Feedback`, all of it off by default.
"""

from typing import Any, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from stridesim.dynamics.flight import flight, touchdown_height
from stridesim.dynamics.stance import State
from stridesim.dynamics.template import Template
from stridesim.programs import kept_result

_BISECTIONS: Final = 50


@kept_result
class Apex(NamedTuple):
    """Highest point of flight before a contact of the left foot: m, rad, m/s, rad/s."""

    z: Any
    roll: Any
    vx: Any
    vy: Any
    roll_rate: Any


class IntendedStep(NamedTuple):
    """What the runner intends at each step, taken from the periodic gait.

    leg_angle: hip to ankle, ahead of the vertical (rad); foot_aside: foot to the left of the
    centre of mass (m); fall_time: apex to touchdown (s); push_off (m); contact_time (s);
    height: centre of mass at touchdown (m); apex: the intended apex, from which deviations
    count.
    """

    leg_angle: Any
    foot_aside: Any
    fall_time: Any
    push_off: Any
    contact_time: Any
    height: Any
    apex: Apex


class Feedback(eqx.Module):
    """What a runner may do about a deviation; every gain 0 is the fixed touchdown policy.

    retraction: the leg swings back at this rate (rad/s) in flight, passing the intended angle
    at the intended touchdown: after a longer fall the leg lands steeper (Seyfarth 2003,
    doi:10.1242/jeb.00463).
    lateral_placement: foot this much further aside (s = m per m/s) for each m/s that the runner
    moves aside too fast (Hof 2008, doi:10.1016/j.humov.2007.08.003; Seipel & Holmes 2005,
    doi:10.1177/0278364905056194; in runners Seethapathi & Srinivasan 2019,
    doi:10.7554/eLife.38371).
    forward_placement: foot this much further ahead (s) for each m/s of forward speed too much
    (Raibert 1986, Legged Robots That Balance; small in runners: the same Seethapathi & Srinivasan
    2019).
    push_off_energy: push-off longer by this many m for each m of energy (over body weight, at
    apex) that is missing: runners stabilise their motion by the leg's impulse (the same).
    """

    retraction: Any = 0.0
    lateral_placement: Any = 0.0
    forward_placement: Any = 0.0
    push_off_energy: Any = 0.0


def apex_state(apex: Apex) -> State:
    """The apex as a state at the origin of the track."""
    zero = jnp.zeros_like(apex.z)
    return State(zero, zero, apex.z, apex.roll, apex.vx, apex.vy, zero, apex.roll_rate)


def mirrored(state: State) -> Apex:
    """An apex as the other foot sees it."""
    return Apex(state.z, -state.roll, state.vx, -state.vy, -state.roll_rate)


def energy(apex: Apex, template: Template) -> Any:
    """Energy of the centre of mass over body weight, m."""
    weight = -template.acceleration_z
    return 0.5 * (apex.vx**2 + apex.vy**2) / weight + apex.z


def ready(
    time: Any, start: State, intended: IntendedStep, feedback: Feedback, template: Template
) -> tuple[State, Any]:
    """State `time` after apex as seen from where the foot is held, and its height above contact."""
    t, f = template, feedback
    now = flight(start, time, t)
    angle = intended.leg_angle - f.retraction * (time - intended.fall_time)
    ahead = t.leg_at_contact * jnp.sin(angle) + f.forward_placement * (start.vx - intended.apex.vx)
    aside = intended.foot_aside + f.lateral_placement * (start.vy - intended.apex.vy)
    x = t.ankle_x + t.hip_behind - ahead
    y = 0.5 * t.step_width - aside
    return now._replace(x=x, y=y), now.z - touchdown_height(x, y, now.roll, t)


def until_touchdown(
    start: State, intended: IntendedStep, feedback: Feedback, template: Template
) -> tuple[Any, Any]:
    """Time from apex to touchdown (s), and the height (m) to fall before it, negative: none."""

    def gap(time: Any, start: State, intended: IntendedStep, template: Template) -> Any:
        return ready(time, start, intended, feedback, template)[1]

    frozen = jax.lax.stop_gradient((start, intended, template))
    latest = jnp.sqrt(2 * frozen[0].z / -frozen[2].acceleration_z)

    def halve(_: Any, bracket: tuple[Any, Any]) -> tuple[Any, Any]:
        low, high = bracket
        middle = 0.5 * (low + high)
        above = gap(middle, *frozen) > 0
        return jnp.where(above, middle, low), jnp.where(above, high, middle)

    low, high = jax.lax.fori_loop(0, _BISECTIONS, halve, (jnp.zeros_like(latest), latest))
    time = jax.lax.stop_gradient(0.5 * (low + high))
    rate = jax.lax.stop_gradient(jax.grad(gap)(time, *frozen))
    return time - gap(time, start, intended, template) / rate, gap(jnp.zeros_like(time), *frozen)
