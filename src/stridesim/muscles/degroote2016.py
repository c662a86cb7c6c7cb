"""De Groote 2016: smooth muscle and tendon curves in closed form, with closed inverses.

A Hill-type muscle needs four dimensionless curves. De Groote and colleagues (2016,
doi:10.1007/s10439-016-1591-9) wrote them so that they are smooth everywhere, which is what
differentiation and root finding want:

    active    fL(l)  = sum_i b1i exp(-(l - b2i)^2 / (2 (b3i + b4i l)^2))
    passive   fP(l)  = (exp(kPE (l - 1)/e0) - q) / (exp(kPE) - q),  q so that fP(0.2) = 0
    velocity  fV(v)  = d1 ln(x + sqrt(x^2 + 1)) + d4,  x = d2 v + d3
    tendon    fT(e)  = c1 exp(kT (1 + e - c2)) - c3

The coefficients are those of OpenSim 4.6 (class DeGrooteFregly2016Muscle), which differ from
the printed supplement on purpose: fL(1) = 1 exactly, fV(-1) = 0 and fV(0) = 1 exactly, the
passive curve is never negative above 0.2 optimal lengths, and with c1 = c3 = 0.2, c2 = 1 the
tendon is free of force at its slack length. There the tendon curve is 0.2 (exp(kT e) - 1)
with kT = ln 6 / e0, and its energy integral is elementary.

Symbols (local): l fibre length over optimal length, v fibre velocity over maximal velocity
(lengthening positive), e tendon strain, e0 strain at one peak isometric force, kT steepness.
Everything is elementwise, broadcasts, and returns multiples of the peak isometric force.
"""

import math
from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.elementary import log

# (height, centre, width, growth of the width with length) of the three bells of fL.
_BELLS: Final = (
    (0.8150671134243542, 1.055033428970575, 0.162384573599574, 0.063303448465465),
    (0.433004984392647, 0.716775413397760, -0.029947116970696, 0.200356847296188),
    (0.1, 1.0, 0.353553390593274, 0.0),
)
_PASSIVE_STEEPNESS: Final = 4.0
_SHORTEST_NORM_LENGTH: Final = 0.2
_D1: Final = -0.3211346127989808
_D2: Final = -8.149
_D3: Final = -0.374
_D4: Final = 0.8825327733249912
_TENDON_SCALE: Final = 0.2
"""c1 = c3; together with c2 = 1 the tendon force is zero at zero strain."""
_LOG_TENDON_RATIO: Final = math.log((1.0 + _TENDON_SCALE) / _TENDON_SCALE)
"""kT e0, from fT(e0) = 1."""
_NARROWEST_BELL: Final = 1e-3


def active_force_length(norm_fiber_length: ArrayLike) -> Array:
    """Isometric active force over peak isometric force, any shape.

    `norm_fiber_length` is fibre length over optimal fibre length. De Groote 2016
    (doi:10.1007/s10439-016-1591-9). 1 at length 1; the largest value, 1.0011, is at 1.013.
    """
    l = jnp.asarray(norm_fiber_length)
    total = jnp.zeros_like(l)
    for height, centre, width, growth in _BELLS:
        spread = width + growth * l
        # One bell has zero width near l = 0.15, where it is zero to all digits anyway; a floor
        # keeps the quotient and its derivative finite.
        spread = jnp.where(jnp.abs(spread) < _NARROWEST_BELL, _NARROWEST_BELL, spread)
        total = total + height * jnp.exp(-0.5 * ((l - centre) / spread) ** 2)
    return total


def passive_force_length(
    norm_fiber_length: ArrayLike, strain_at_one_norm_force: ArrayLike = 0.6
) -> Array:
    """Passive fibre force over peak isometric force, any shape.

    `strain_at_one_norm_force` is the fibre strain (length over optimal length, minus one) at
    which passive force equals peak isometric force. De Groote 2016
    (doi:10.1007/s10439-016-1591-9) with OpenSim's offset: zero at 0.2 optimal lengths, slightly
    negative below.
    """
    l = jnp.asarray(norm_fiber_length)
    e0 = jnp.asarray(strain_at_one_norm_force)
    rest = jnp.exp(_PASSIVE_STEEPNESS * (_SHORTEST_NORM_LENGTH - 1.0) / e0)
    return (jnp.exp(_PASSIVE_STEEPNESS * (l - 1.0) / e0) - rest) / (
        math.exp(_PASSIVE_STEEPNESS) - rest
    )


def force_velocity(norm_velocity: ArrayLike) -> Array:
    """Force over isometric force at the same length and activation, any shape.

    `norm_velocity` is fibre velocity over maximal shortening velocity, lengthening positive: -1
    gives 0, 0 gives 1. De Groote 2016 (doi:10.1007/s10439-016-1591-9). Negative beyond -1.
    """
    x = _D2 * jnp.asarray(norm_velocity) + _D3
    # jnp.arcsinh keeps its digits at 1e300 too, which doubles the price.
    return _D1 * log(x + jnp.sqrt(x**2 + 1)) + _D4


def inverse_force_velocity(multiplier: ArrayLike) -> Array:
    """Normalised velocity (lengthening positive) at which `force_velocity` gives `multiplier`.

    Any shape, any real multiplier. De Groote 2016 (doi:10.1007/s10439-016-1591-9); the printed
    supplement misses the `- d3`.
    """
    f = jnp.asarray(multiplier)
    return (jnp.sinh((f - _D4) / _D1) - _D3) / _D2


def tendon_force(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Tendon force over peak isometric force, any shape.

    `strain` is tendon length over slack length, minus one; `strain_at_peak_force` the strain at
    one peak isometric force (OpenSim's default 0.049). De Groote 2016
    (doi:10.1007/s10439-016-1591-9). Smooth through slack: a slack tendon pushes a little, at
    most 0.2 of peak force.
    """
    kT = _LOG_TENDON_RATIO / jnp.asarray(strain_at_peak_force)
    return _TENDON_SCALE * jnp.expm1(kT * jnp.asarray(strain))


def tendon_strain(norm_force: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Strain at which `tendon_force` gives `norm_force`, any shape; forces above -0.2 only.

    De Groote 2016 (doi:10.1007/s10439-016-1591-9).
    """
    kT = _LOG_TENDON_RATIO / jnp.asarray(strain_at_peak_force)
    return log(1 + jnp.asarray(norm_force) / _TENDON_SCALE) / kT


def tendon_stiffness(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Slope of `tendon_force` per unit strain, any shape.

    Multiply by peak isometric force over slack length for N/m. De Groote 2016
    (doi:10.1007/s10439-016-1591-9).
    """
    kT = _LOG_TENDON_RATIO / jnp.asarray(strain_at_peak_force)
    return _TENDON_SCALE * kT * jnp.exp(kT * jnp.asarray(strain))


def tendon_energy(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Elastic energy from slack to `strain`, over peak isometric force times slack length.

    Any shape, never negative. The integral of `tendon_force` (De Groote 2016,
    doi:10.1007/s10439-016-1591-9): c1 (exp(kT e) - 1)/kT - c1 e.
    """
    e = jnp.asarray(strain)
    kT = _LOG_TENDON_RATIO / jnp.asarray(strain_at_peak_force)
    return _TENDON_SCALE * (jnp.expm1(kT * e) / kT - e)
