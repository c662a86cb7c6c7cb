"""Houdijk 2006: heats of calcium pumping and of cross-bridges, by fibre type.

Houdijk, Bobbert and de Haan (2006, doi:10.1016/j.jbiomech.2004.11.033) evaluate the model of
Hatze & Buys (1977), in which a muscle draws

    activation   m g n (1 - exp(-0.25 - 18.2/(n N))) / (1 - exp(-0.25 - 18.2/N))
    maintenance  m a ((g + h) fL - g)
    shortening   -b F0 a fL v  for v <= 0, none for lengthening
    work         -F_CE v

N = k3 + k4 a is the highest stimulation frequency and n the relative one. At full activation the
first two add up to m (g + h) fL: activation heat is independent of length, and what fL leaves of
it is maintenance, which may therefore be negative for a short or long muscle.

              g W/kg   h W/kg   k3 1/s  k4 1/s  b
    slow      10.98    13.42    6       8       0.16     (0.45 and 0.55 of 24.4 W/kg)
    fast      52.5     97.5     12      14      0.28     (0.35 and 0.65 of 150 W/kg)

each weighted by its share of the muscle.

The paper gives no heat of lengthening, so the work of stretch is credited in full.

Checked: every number against three public implementations (Koelewijn's own, the
BioMAC-Sim-Toolbox, whose equations are those of doi:10.1371/journal.pone.0222037; KTH's; one for
reaching). The paper was not at hand, and Koelewijn calls the activation heat ambiguous there.
n = a^2, and weighting coefficients instead of the heats of the two fibre types, are her reading
and KTH's.

Symbols (local): a activation, r slow-twitch fraction, m muscle mass, fL active force-length
multiplier, v fibre velocity (lengthening positive), F_CE active fibre force, F0 its peak.
"""

from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.energetics.model import HeatRates, MuscleState, floor_heat, work_rates

_ACTIVATION: Final = (0.45 * 24.4, 0.35 * 150.0)  # W/kg, slow and fast
_MAINTENANCE: Final = (0.55 * 24.4, 0.65 * 150.0)  # W/kg
_LOWEST_FREQUENCY: Final = (6.0, 12.0)  # 1/s
_FREQUENCY_RANGE: Final = (8.0, 14.0)  # 1/s
_SHORTENING: Final = (0.16, 0.28)  # of the isometric force
_OFFSET: Final = 0.25
_DECAY: Final = 18.2  # 1/s


def houdijk2006(
    state: MuscleState,
    /,
    *,
    count_negative_work: bool = True,
    forbid_negative_total: bool = False,
) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1016/j.jbiomech.2004.11.033).

    The defaults are the published equations. `forbid_negative_total` holds the total at or above
    zero, as Uchida 2016 does.
    """
    m, a = jnp.asarray(state.mass), jnp.asarray(state.activation)
    v = jnp.asarray(state.fiber_velocity)
    fL = jnp.asarray(state.active_force_length)
    r = jnp.asarray(state.slow_twitch_fraction)

    def mixed(slow_and_fast: tuple[float, float]) -> Array:
        slow, fast = slow_and_fast
        return slow * r + fast * (1.0 - r)

    g, h = mixed(_ACTIVATION), mixed(_MAINTENANCE)
    N = mixed(_LOWEST_FREQUENCY) + mixed(_FREQUENCY_RANGE) * a
    activation = m * g * pumping(a**2, N)
    maintenance = m * a * ((g + h) * fL - g)
    isometric = a * fL * state.peak_isometric_force
    shortening = mixed(_SHORTENING) * isometric * jnp.maximum(-v, 0.0)

    positive_work, negative_work = work_rates(state, count_negative_work=count_negative_work)
    floor = floor_heat(
        activation + maintenance + shortening,
        positive_work + negative_work,
        m,
        minimum_heat=0.0,
        forbid_negative_total=forbid_negative_total,
    )
    return HeatRates(activation, maintenance, shortening, positive_work, negative_work, floor)


def pumping(relative_frequency: ArrayLike, highest_frequency: ArrayLike) -> Array:
    """Activation heat over its highest, any shape, from n and N (1/s); 0 at rest, 1 at n = 1."""
    n, N = jnp.asarray(relative_frequency), jnp.asarray(highest_frequency)
    silent = n <= 0.0
    some = jnp.where(silent, 1.0, n)
    share = jnp.expm1(-_OFFSET - _DECAY / (some * N)) / jnp.expm1(-_OFFSET - _DECAY / N)
    return jnp.where(silent, 0.0, n * share)
