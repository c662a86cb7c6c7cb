"""Thelen 2003: passive force of a muscle as an exponential of its stretch.

A relaxed fibre carries nothing up to a strain e0 and then

    F/F0 = (exp(k (l - 1 - e0) / (e1 - e0)) - 1) / (exp(k) - 1),   k = 4,

so that it carries one peak isometric force at the strain e1 (doi:10.1115/1.1531112; De Groote
2016 uses the same exponential without e0). Muscles differ in both strains: calibrated to
measured passive joint moments (Silder 2007, doi:10.1016/j.jbiomech.2006.12.017) they are parameters
of each group. Symbols: l fibre length over optimal length.
"""

from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

_SHAPE: Final = 4.0


def passive_force_length(
    norm_fiber_length: ArrayLike,
    strain_at_zero_force: ArrayLike = 0.0,
    strain_at_peak_force: ArrayLike = 0.6,
) -> Array:
    """Passive force over peak isometric force, any shape (doi:10.1115/1.1531112)."""
    e0, e1 = jnp.asarray(strain_at_zero_force), jnp.asarray(strain_at_peak_force)
    stretch = jnp.maximum((jnp.asarray(norm_fiber_length) - 1.0 - e0) / (e1 - e0), 0.0)
    return jnp.expm1(_SHAPE * stretch) / jnp.expm1(_SHAPE)
