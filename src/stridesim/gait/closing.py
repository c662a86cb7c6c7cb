"""Steps that are periodic for the solver, and not when they are integrated.

Two dozen nodes are too few for some runners: on a stiff hip with strong damping roll is a fast
decay, and the polynomials of `gait.collocation` end on a motion that does not obey the equations.
Their step is near the true one all the same, and Newton's method on the step integrated by 64
Runge-Kutta steps (`gait.residual`) leads from there to it, in nine unknowns. An integration costs
some fifty times what the collocated step does, so only those runners come here whose step does not
close.
"""

from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.gait.newton import TOLERANCE
from stridesim.gait.residual import SIZE, Unknowns, residual
from stridesim.programs import kept

CLOSURE: Final = 1e-4
"""Legs, of state after a step integrated stepwise against the one before: a step that closes worse
is not periodic, however well the polynomials of the solver close."""

STEPS: Final = 64
"""Runge-Kutta steps in stance: the stiffest runners within bounds close within 1e-8."""

SLOPE_STEPS: Final = 32
"""The same for slopes, which need not be exact."""

BLOCK: Final = 8
"""Runners that are integrated together."""

LIMIT: Final = 20
SHORTEST: Final = 0.05
"""Smallest share of a Newton step that is tried."""


def _integrated(x: Any, template: Template, steps: int) -> Any:
    return jnp.stack(residual(Unknowns(*x), template, steps))


@kept()
def _missed(x: Any, template: Template) -> Any:
    """Scaled residuals (SIZE, BLOCK) of the integrated step."""
    return _integrated(x, template, STEPS)


@kept()
def _correction(x: Any, missed: Any, template: Template) -> Any:
    """The Newton step (SIZE, BLOCK) that takes what is missed away."""

    def along(direction: Any) -> Any:
        tangent = jnp.broadcast_to(direction[:, None], x.shape)
        return jax.jvp(lambda y: _integrated(y, template, SLOPE_STEPS), (x,), (tangent,))[1]

    jacobian = jnp.transpose(jax.vmap(along)(jnp.eye(SIZE)), (2, 1, 0))
    # One lane at a time, as in `gait.newton`: LAPACK in batches asks for XLA's threads.
    return jax.lax.map(lambda lane: jnp.linalg.solve(*lane), (jacobian, missed.T)).T


def _worst(missed: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(missed).all(axis=0), np.abs(missed).max(axis=0), np.inf)


def closed(x: np.ndarray, batch: np.ndarray, structure: Any) -> tuple[np.ndarray, np.ndarray]:
    """Unknowns (SIZE, n) of periodic steps of runners (P, n) from those near them, and the largest
    residuals (n,) of the steps integrated: above `TOLERANCE` where none was found."""
    x, worst = x.copy(), np.full(x.shape[1], np.inf)
    for first in range(0, x.shape[1], BLOCK):
        lanes = np.arange(first, min(first + BLOCK, x.shape[1]))
        filled = np.resize(lanes, BLOCK)
        found, left = _closed_block(x[:, filled], structure.unflatten(batch[:, filled]))
        x[:, lanes], worst[lanes] = found[:, : len(lanes)], left[: len(lanes)]
    return x, worst


def _closed_block(x: np.ndarray, template: Any) -> tuple[np.ndarray, np.ndarray]:
    """Damped Newton, every lane for itself."""
    missed = np.array(_missed(x, template))
    worst = _worst(missed)
    going = np.isfinite(worst) & (worst > TOLERANCE)
    for _ in range(LIMIT):
        if not going.any():
            break
        step = np.asarray(_correction(x, missed, template))
        share, trying = 1.0, going.copy()
        while trying.any() and share > SHORTEST:
            tried = np.where(trying, x - share * step, x)
            found = np.asarray(_missed(tried, template))
            better = trying & (_worst(found) < worst)
            x, missed = np.where(better, tried, x), np.where(better, found, missed)
            worst = np.where(better, _worst(found), worst)
            trying &= ~better
            share *= 0.5
        going &= ~trying & (worst > TOLERANCE)
    return x, worst
