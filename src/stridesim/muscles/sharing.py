"""Load sharing: which muscle carries how much of the joint moments, at every instant.

The nervous system's choice is taken as the least volume-weighted squared activation
(Happee & van der Helm 1995, doi:10.1016/0021-9290(95)00020-8; Crowninshield & Brand 1981,
doi:10.1016/0021-9290(81)90035-X for the principle):

    minimise   sum_i c_i a_i^2 / 2  +  sum_j R_j^2 / (2 rho)
    subject to sum_i B_ji a_i + R_j = M_j,   lower_i <= a_i <= upper_i

with c = weight x volume, B = moment arm x force capacity and small reserve moments R. It is
strictly convex, so its dual has one multiplier per joint and a_i = clip((B^T lambda)_i / c_i):
four unknowns instead of fourteen, solved by a damped Newton for all instants at once. The
solution is piecewise linear in the data.
"""

from typing import Any, NamedTuple

import jax.numpy as jnp

from stridesim.elementary import made_once
from stridesim.muscles.sharing_dual import RESERVE, SharingProblem, solve_dual, unbounded
from stridesim.muscles.sums import Arms, over_joints

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
    arms: Arms, moments: Any, cost: Any, lower: Any, upper: Any, start: Any | None = None
) -> Shares:
    """Share `moments` among muscles at every node.

    `arms` (M, 4, N) N m per unit activation, or rows of them with None where a muscle does not
    cross a joint; `moments` (4, N) N m, `cost` (M,), `lower` and `upper` (M, N) activations,
    `start` (4, N) multipliers to begin from. Differentiable.
    """
    root = jnp.sqrt(cost)
    equally_dear = [
        [None if arm is None else arm / r for arm in row] for row, r in zip(arms, root, strict=True)
    ]
    least, most = (list(root[:, None] * bound) for bound in (lower, upper))
    problem = made_once(SharingProblem(equally_dear, least, most, list(moments)))
    multiplier = solve_dual(problem, unbounded(problem) if start is None else start)
    # Not the rescaled bounds: an activation at a bound is the bound to the last bit.
    drive = jnp.stack(over_joints(equally_dear, multiplier)) / root[:, None]
    return Shares(jnp.clip(drive, lower, upper), RESERVE * multiplier, multiplier)
