"""Load sharing: which muscle carries how much of the joint moments, at every instant.

The nervous system's choice is taken as the least volume-weighted squared activation
(Happee & van der Helm 1995, doi:10.1016/0021-9290(95)00020-8; Crowninshield & Brand 1981,
doi:10.1016/0021-9290(81)90035-X for the principle):

    minimise   sum_i c_i a_i^2 / 2  +  sum_j R_j^2 / (2 rho)
    subject to sum_i B_ji a_i + R_j = M_j,   lower_i <= a_i <= upper_i

with c = weight x volume, B = moment arm x force capacity and small reserve moments R. It is
strictly convex, so its dual has one multiplier per joint and a_i = clip((B^T lambda)_i / c_i):
four unknowns instead of fourteen, solved by a damped Newton for all instants at once. The
solution is piecewise linear in the data; its derivative comes from one exact Newton step at
the solution, never from the iterations.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from stridesim.muscles.sharing_dual import (
    RESERVE,
    activations,
    gap,
    newton_step,
    solve_dual,
    unbounded,
)

__all__ = ["RESERVE", "Shares", "share_load", "sharing_cost"]


class Shares(NamedTuple):
    """Activations (M, N), reserve moments (4, N) N m, multipliers (4, N)."""

    activation: Any
    reserve: Any
    multiplier: Any


def sharing_cost(weight_times_volume: Any) -> Any:
    """Cost c_i: weighted volumes relative to their mean, so that multipliers have one scale."""
    return weight_times_volume / jnp.mean(weight_times_volume)


def share_load(
    arms: Any, moments: Any, cost: Any, lower: Any, upper: Any, start: Any | None = None
) -> Shares:
    """Share `moments` among muscles at every node.

    `arms` (M, 4, N) N m per unit activation, `moments` (4, N) N m, `cost` (M,), `lower` and
    `upper` (M, N) activations, `start` (4, N) multipliers to begin from. Differentiable.
    """
    costs = jnp.broadcast_to(cost[:, None], lower.shape)
    problem = (arms, costs, lower, upper, moments)
    fixed = jax.lax.stop_gradient(problem)
    first = unbounded(fixed) if start is None else jax.lax.stop_gradient(start)
    solved = jax.lax.stop_gradient(solve_dual(*fixed, first))
    multiplier = solved + newton_step(solved, gap(solved, problem), fixed)
    activation, _ = activations(multiplier, *problem[:4])
    return Shares(activation, RESERVE * multiplier, multiplier)
