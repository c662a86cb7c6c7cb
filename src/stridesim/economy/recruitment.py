"""How evenly the muscles share a run, and how long each of them can go on.

Evenness is that of Pielou 1966 (doi:10.1016/0022-5193(66)90013-0) over the mean activations p_i of
the groups, as shares of their sum: H = -sum p_i log p_i over its greatest value, log M. It is 1
where all groups are equally active and near 0 where one does all.

A muscle can go on while the motor units that are not fatigued give its peak activation p. With the
three compartments of `muscles.xia_freylaw2008` averaged over the stride, mean load l, fatigue rate
F and mean recovery rate r, the fatigued share grows as F l/r (1 - exp(-r t)), and reaches 1 - p at

    t = -log(1 - (1 - p) r / (F l)) / r

or never. What hours of running add to fatigue is no part of that model.
"""

from typing import Any, Final

import jax.numpy as jnp

from stridesim.economy.stride import Stride
from stridesim.muscles.xia_freylaw2008 import REST_RECOVERY, rates_of, resting_share
from stridesim.posture.time_grid import node_weights
from stridesim.runner import GROUPS

LONGEST: Final = 86_400.0
"""s; a muscle that lasts longer than a day is told to last a day."""


def recruitment(stride: Stride) -> dict[str, Any]:
    """Evenness of activation (1), time to fatigue of every group and the shortest of them (s)."""
    grid, muscles = stride.timeline.grid, stride.muscles
    mean = jnp.sum(muscles.activation * node_weights(grid)[None], axis=1) / grid.period
    lasting = time_to_fatigue(
        jnp.max(muscles.demand, axis=1), mean, resting_share(muscles.activation, grid)
    )
    return {
        "activation_evenness": evenness(mean),
        "shortest_time_to_fatigue": jnp.min(lasting),
        **{f"time_to_fatigue.{group}": lasting[i] for i, group in enumerate(GROUPS)},
    }


def evenness(mean: Any) -> Any:
    """Pielou's evenness (1) of mean activations (M,), which are positive."""
    share = mean / jnp.sum(mean)
    return -jnp.sum(share * jnp.log(share)) / jnp.log(float(len(GROUPS)))


def time_to_fatigue(peak: Any, mean: Any, resting: Any) -> Any:
    """Seconds (M,) until each group no longer gives its `peak` activation, at most `LONGEST`.

    `mean` activation over the stride and the share `resting` of it in which the load falls, (M,).
    """
    rates = rates_of(GROUPS)
    recovery = jnp.asarray(rates.recovery) * (1 + (REST_RECOVERY - 1) * resting)
    spare = jnp.maximum(1 - peak, 0.0)
    share = spare * recovery / (jnp.asarray(rates.fatigue) * mean)
    ends = share < 1
    # Where it never ends the logarithm has no value, and its derivative neither.
    inside = jnp.where(ends, share, 0.5)
    return jnp.where(ends, jnp.minimum(-jnp.log1p(-inside) / recovery, LONGEST), LONGEST)
