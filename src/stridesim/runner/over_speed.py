"""Numbers that were measured at a few speeds, followed over speed.

A polynomial through the known speeds (least squares, at most second degree) inside their
range, continued along its tangent outside (as far as `reach`, then constant): never the runaway
of an extrapolated parabola.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np


def over_speed(known: Any, values: Any, speed: Any, reach: float = jnp.inf) -> Any:
    """Value at `speed` (any shape) of `values` (S,) measured at the speeds `known` (S,)."""
    known = np.asarray(known, float)
    fit = np.polynomial.Polynomial.fit(known, values, deg=min(2, len(known) - 1)).convert()
    inside = jnp.clip(speed, known.min(), known.max())
    outside = jnp.clip(speed - inside, -reach, reach)
    return horner(fit.coef, inside) + horner(fit.deriv().coef, inside) * outside


def horner(coefficients: Any, x: Any) -> Any:
    """Polynomial with `coefficients` from the constant up, at x (any shape)."""
    total = jnp.zeros_like(x)
    for coefficient in reversed(list(coefficients)):
        total = total * x + coefficient
    return total
