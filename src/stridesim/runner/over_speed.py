"""Numbers that were measured at a few speeds, followed over speed.

A polynomial through the known speeds (least squares, at most second degree) inside their
range, continued along its tangent outside (as far as `reach`, then constant): never the runaway
of an extrapolated parabola.
"""

from typing import Any

import jax.numpy as jnp
import numpy as np
from numpy.polynomial import polynomial

from stridesim.elementary import horner


def over_speed(known: Any, values: Any, speed: Any, reach: float = jnp.inf) -> Any:
    """Value at `speed` (any shape) of `values` (S,) measured at the speeds `known` (S,).

    Many quantities at once as `values` (S, Q) give (Q, *shape of speed).
    """
    known, values = np.asarray(known, float), np.asarray(values, float)
    middle, half = 0.5 * (known.max() + known.min()), 0.5 * (known.max() - known.min()) or 1.0
    fit = polynomial.polyfit((known - middle) / half, values, deg=min(2, len(known) - 1))
    slope = polynomial.polyder(fit) / half if len(fit) > 1 else np.zeros_like(fit)
    inside = jnp.clip(speed, known.min(), known.max())
    outside = jnp.clip(speed - inside, -reach, reach)
    of_many, of_speed = (1,) * (values.ndim - 1), (1,) * jnp.ndim(speed)
    place, beyond = (
        jnp.reshape(x, of_many + jnp.shape(x)) for x in ((inside - middle) / half, outside)
    )

    def at_place(coefficients: np.ndarray) -> Any:
        return horner([c.reshape(values.shape[1:] + of_speed) for c in coefficients], place)

    return at_place(fit) + at_place(slope) * beyond
