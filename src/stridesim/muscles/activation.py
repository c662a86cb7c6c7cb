"""How fast muscle can be switched on and off.

A motion demands an activation d(t). What is the least activation e(t) >= d(t) that is possible?
With the first-order kinetics of Thelen 2003 (doi:10.1115/1.1531112) it obeys

    fall   e(t + h) >= e(t) exp(-h / tau_deact)              excitation can't go below 0
    rise   1 - e(t + h) >= (1 - e(t)) exp(-h / tau_act)      excitation can't go above 1

so slow muscle must be on before it is needed and stays on after: that is paid for.
Each constraint alone is met by one sweep through the nodes, forward for the fall and backward for
the rise; in a cycle each sweeps twice around, as what the last node asks reaches the first.
Taking one and then the other is already a joint solution: where the rise reaches back from a later
node j to a node i, any node k between them has e_k >= the decayed e_i, either because k lies on the
same rise or because e_i <= e_j and k lies on the fall from j. Hence no iteration is needed.

Symbols (local): gap, time between nodes.
"""

from typing import Final

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.posture.time_grid import TimeGrid

_LARGEST_EXPONENT: Final = 60.0
_SHORTEST_TIME: Final = 1e-9


def activation_envelope(
    demand: ArrayLike,
    time: ArrayLike,
    period: ArrayLike | None,
    activation_time: ArrayLike,
    deactivation_time: ArrayLike,
    ceiling: ArrayLike = 0.999,
) -> Array:
    """The least activation that covers `demand` and obeys first-order rise and decay.

    `demand` (..., N) is activation, not negative, at the N nodes `time` (N,), in s, strictly
    increasing within one `period`, in s; without a period the motion does not repeat, and nothing
    is asked before its first node or after its last. `activation_time` and `deactivation_time`, in
    s, are scalars or have the shape of `demand` without its last axis; a time of zero means no
    limit. Returns (..., N).

    First-order rise reaches full activation only after infinite time, so a demand of exactly 1
    would require activation for ever. Demand above `ceiling` (< 1) is therefore prepared for as
    if it were `ceiling` and its excess added back: the result never falls below the demand.
    """
    d = jnp.asarray(demand)
    nodes = jnp.asarray(time)
    rising = _against_nodes(activation_time)
    falling = _against_nodes(deactivation_time)
    e = jnp.minimum(d, ceiling)
    excess = d - e

    after = TimeGrid(nodes, period).gaps.reshape((1,) * (d.ndim - 1) + (-1,))
    turns = 1 if period is None else 2
    fall = jnp.exp(-_ratio(jnp.roll(after, 1, axis=-1), falling))
    e = _covering(e, fall, turns, reverse=False)
    # The rise is the same rule for e - 1, which is negative: it grows from node to earlier node.
    rise = jnp.exp(_ratio(after, rising))
    return jnp.maximum(1 + _covering(e - 1, rise, turns, reverse=True), e) + excess


def _covering(values: Array, factor: Array, turns: int, reverse: bool) -> Array:
    """The least x (..., N) with x_k >= values_k and x_k >= factor_k x_(k-1), or of k + 1 where
    `reverse`; periodic after two `turns`."""
    along = jnp.moveaxis(values, -1, 0)
    factors = jnp.moveaxis(jnp.broadcast_to(factor, values.shape), -1, 0)

    def step(before: Array, here: tuple[Array, Array]) -> tuple[Array, Array]:
        least = jnp.maximum(here[0], before * here[1])
        return least, least

    # A motion that does not repeat begins with its own first node, after a gap of no time.
    first = along[-1 if reverse else 0] if turns == 1 else along[0 if reverse else -1]
    found = along
    for _ in range(turns):
        first, found = jax.lax.scan(step, first, (along, factors), reverse=reverse)
    return jnp.moveaxis(found, 0, -1)


def _against_nodes(tau: ArrayLike) -> Array:
    """A time constant, ready to broadcast against (..., N)."""
    tau = jnp.maximum(jnp.asarray(tau), _SHORTEST_TIME)
    return tau[..., None] if tau.ndim else tau


def _ratio(gap: Array, tau: Array) -> Array:
    """gap over tau, limited where the exponential has long lost all meaning."""
    return jnp.minimum(gap / tau, _LARGEST_EXPONENT)
