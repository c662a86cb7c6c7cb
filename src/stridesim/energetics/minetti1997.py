"""Minetti & Alexander 1997: cost from activation and relative velocity alone.

Minetti and Alexander (1997, doi:10.1006/jtbi.1997.0407) let an active muscle draw

    E = a F0 vmax phi(x),   phi = (0.054 + 0.506 x + 2.46 x^2) / (1 - 1.13 x + 12.8 x^2 - 1.64 x^3)

with x the shortening velocity over its maximum vmax (m/s). phi is an empirical curve. Stretch
(x < 0) takes the same formula, where it is positive and below the isometric 0.054 down to
x = -0.32, with its least, 0.4 of that, at -0.12. x is held within -1 and 1, as the gait simulator
GaitSym does; Koelewijn 2019 (doi:10.1371/journal.pone.0222037) lets it run.

The equation gives E only. `maintenance` is what the muscle would draw without motion, work is
what the fibre does, both signs, and `shortening` is the rest, so that the total is E exactly.

Checked: the coefficients against three public implementations (GaitSym; Koelewijn's own, the
BioMAC-Sim-Toolbox; a Stanford course's), and phi against Hill's heat (1938), which it follows
within 25 % from isometry to vmax. So it counts contraction without the recovery after it: a
muscle on Hill's curve (a/F0 = 1/4) is up to 50 % efficient, at x = 0.09. GaitSym scales F0 by the
force-length curve, the other two and this file do not. The paper was not at hand.

Symbols (local): a activation, F0 peak isometric force, v fibre velocity over its maximum
(lengthening positive), x = -v.
"""

from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.energetics.model import HeatRates, MuscleState, work_rates

_NUMERATOR: Final = (0.054, 0.506, 2.46)
_DENOMINATOR: Final = (1.0, -1.13, 12.8, -1.64)
ISOMETRIC: Final = _NUMERATOR[0]
"""phi(0)."""


def minetti1997(state: MuscleState, /) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1006/jtbi.1997.0407)."""
    max_speed = jnp.asarray(state.max_velocity) * state.optimal_fiber_length
    scale = jnp.asarray(state.activation) * state.peak_isometric_force * max_speed
    total = scale * relative_cost(-jnp.asarray(state.norm_fiber_velocity))
    positive_work, negative_work = work_rates(state, count_negative_work=True)
    maintenance = ISOMETRIC * scale
    motion = total - maintenance - positive_work - negative_work
    none = jnp.zeros_like(total)
    return HeatRates(none, maintenance, motion, positive_work, negative_work, none)


def relative_cost(shortening: ArrayLike) -> Array:
    """phi(x), any shape: metabolic rate over a F0 vmax; shortening velocity over its maximum."""
    x = jnp.clip(jnp.asarray(shortening), -1.0, 1.0)
    p0, p1, p2 = _NUMERATOR
    q0, q1, q2, q3 = _DENOMINATOR
    return (p0 + x * (p1 + x * p2)) / (q0 + x * (q1 + x * (q2 + x * q3)))
