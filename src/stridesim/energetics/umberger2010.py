"""Umberger 2010: heat rates from fibre type, activation and velocity.

Umberger, Gerritsen and Martin (2003, doi:10.1080/1025584031000091678), as revised by Umberger
(2010, doi:10.1098/rsif.2010.0084), price a kilogram of muscle by

    activation + maintenance  S A^0.6 (128 (1 - r) + 25),   times (0.4 + 0.6 fL) for l > 1
    shortening, v <= 0        S A^2 (r min(100, -aS v) - (1 - r) aF v),   times fL for l > 1
    lengthening, v > 0        S A aL v,                                   times fL for l > 1
    work                      -F_CE v / m

with aF = 153/vmax, aS = 250/vmax and A = u if u > a, else (u + a)/2. Two readings of lengthening
go together: 2010 takes aL = 0.3 aS and does not count negative work; 2003 and Uchida 2016
(doi:10.1371/journal.pone.0150378) take aL = 4 aS and count it. Heat is at least 1 W/kg.

Activation and maintenance heat are not separated by the authors except in how they depend on
length: 40 % is activation heat and does not, 60 % is maintenance heat and does (Umberger 2003).
That split is used here.

Symbols (local): u excitation, a activation, r slow-twitch fraction, m muscle mass, l fibre
length over optimal, v fibre velocity in optimal lengths a second (lengthening positive), vmax
its maximum, fL active force-length multiplier, S aerobic scaling, F_CE active fibre force.
"""

from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.elementary import log
from stridesim.energetics.model import (
    AEROBIC_FACTOR,
    HeatRates,
    MuscleState,
    floor_heat,
    orderly_slow_fraction,
    work_rates,
)

_FAST_EXTRA: Final = 128.0  # W/kg
_SLOW: Final = 25.0  # W/kg
_ACTIVATION_SHARE: Final = 0.4
_FAST_COEFFICIENT: Final = 153.0  # W/kg, aF vmax
_SLOW_COEFFICIENT: Final = 250.0  # W/kg, aS vmax (100 W/kg at the slow fibres' vmax/2.5)
_SLOW_LIMIT: Final = 100.0  # W/kg


def umberger2010(
    state: MuscleState,
    /,
    *,
    count_negative_work: bool = False,
    orderly_recruitment: bool = False,
    aerobic_factor: float = AEROBIC_FACTOR,
    minimum_heat: float = 1.0,
    forbid_negative_total: bool = False,
) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1098/rsif.2010.0084).

    The defaults are the paper's. `count_negative_work` brings the steeper lengthening heat with
    it. `orderly_recruitment` replaces the constant slow-twitch fraction by that of the recruited
    fibres. `aerobic_factor` is 1.5 for aerobic, 1.0 for anaerobic exercise. `minimum_heat` is in
    W/kg, 0 for none. Uchida 2016 and OpenSim's defaults: the first two and
    `forbid_negative_total` on.
    """
    m = jnp.asarray(state.mass)
    l = jnp.asarray(state.norm_fiber_length)
    vmax = jnp.asarray(state.max_velocity)
    v = jnp.asarray(state.norm_fiber_velocity) * vmax
    r = (
        orderly_slow_fraction(state.excitation, state.slow_twitch_fraction)
        if orderly_recruitment
        else jnp.asarray(state.slow_twitch_fraction)
    )
    A = effort(state.excitation, state.activation)
    length_factor = jnp.where(l > 1.0, state.active_force_length, 1.0)

    silent = A <= 0.0
    # A^0.6 has an infinite slope at zero, where the muscle is off and the heat is zero.
    power = jnp.where(silent, 0.0, jnp.exp(0.6 * log(jnp.where(silent, 1.0, A))))
    steady = aerobic_factor * m * power * (_FAST_EXTRA * (1.0 - r) + _SLOW)
    activation = _ACTIVATION_SHARE * steady
    maintenance = (1.0 - _ACTIVATION_SHARE) * steady * length_factor

    aF, aS = _FAST_COEFFICIENT / vmax, _SLOW_COEFFICIENT / vmax
    aL = (4.0 if count_negative_work else 0.3) * aS
    shortening = A**2 * (r * jnp.minimum(_SLOW_LIMIT, -aS * v) - (1.0 - r) * aF * v)
    velocity_heat = aerobic_factor * m * length_factor * jnp.where(v <= 0.0, shortening, A * aL * v)

    positive_work, negative_work = work_rates(state, count_negative_work=count_negative_work)
    floor = floor_heat(
        activation + maintenance + velocity_heat,
        positive_work + negative_work,
        m,
        minimum_heat=minimum_heat,
        forbid_negative_total=forbid_negative_total,
    )
    return HeatRates(activation, maintenance, velocity_heat, positive_work, negative_work, floor)


def effort(excitation: ArrayLike, activation: ArrayLike) -> Array:
    """A, any shape: excitation while it exceeds activation, else the mean of the two."""
    u, a = jnp.asarray(excitation), jnp.asarray(activation)
    return jnp.where(u > a, u, 0.5 * (u + a))
