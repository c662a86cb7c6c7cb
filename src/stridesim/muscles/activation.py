"""How fast muscle can be switched on and off.

Two questions. Forward: given neural excitation u and activation a, how fast does a change?
De Groote 2016 (doi:10.1007/s10439-016-1591-9) and Thelen 2003 / Millard 2012
(doi:10.1115/1.1531112, doi:10.1115/1.4023390) answer with first-order kinetics whose time
constant depends on a. Backward: a stride demands an activation d(t); what is the least
activation e(t) >= d(t) that first-order muscle can really follow? It obeys

    fall   e(t + h) >= e(t) exp(-h / tau_deact)              excitation can't go below 0
    rise   1 - e(t + h) >= (1 - e(t)) exp(-h / tau_act)      excitation can't go above 1

so slow muscle must be on before it is needed and stays on after: that is paid for.
Each constraint alone is met by one sweep through the nodes, forward for the fall and backward for
the rise: twice around, as what the last node asks reaches the first. Taking one and then the other
is already a joint solution: where the rise reaches back from a later node j to a node i, any
node k between them has e_k >= the decayed e_i, either because k lies on the same rise or
because e_i <= e_j and k lies on the fall from j. Hence no iteration is needed.

Symbols (local): u excitation, a activation, f De Groote's smooth switch, gap time between nodes.
"""

from typing import Final

import jax
import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

_LARGEST_EXPONENT: Final = 60.0
_SHORTEST_TIME: Final = 1e-9


def degroote_activation_rate(
    excitation: ArrayLike,
    activation: ArrayLike,
    activation_time: ArrayLike = 0.015,
    deactivation_time: ArrayLike = 0.060,
    smoothing: ArrayLike = 0.1,
) -> Array:
    """Rate of activation, 1/s, any shape; times in s.

    De Groote 2016 (doi:10.1007/s10439-016-1591-9): the time constants grow or shrink with
    0.5 + 1.5 a (Winters 1995), and tanh(`smoothing` (u - a)) switches between them. The default
    time constants and smoothing are the paper's; with 0.1 the switch hardly switches, 10 is
    sharp.
    """
    u, a = jnp.asarray(excitation), jnp.asarray(activation)
    f = 0.5 * jnp.tanh(smoothing * (u - a))
    scale = 0.5 + 1.5 * a
    return ((0.5 + f) / (activation_time * scale) + (0.5 - f) * scale / deactivation_time) * (u - a)


def millard_activation_rate(
    excitation: ArrayLike,
    activation: ArrayLike,
    activation_time: ArrayLike = 0.010,
    deactivation_time: ArrayLike = 0.040,
    minimum_activation: ArrayLike = 0.01,
) -> Array:
    """Rate of activation, 1/s, any shape; times in s.

    Thelen 2003 (doi:10.1115/1.1531112) as used by Millard 2012 (doi:10.1115/1.4023390) and
    OpenSim, whose defaults these are: the time constant is activation_time (0.5 + 1.5 a) when
    excitation exceeds activation and deactivation_time / (0.5 + 1.5 a) otherwise. Excitation and
    activation are kept between `minimum_activation` and 1.
    """
    u = jnp.clip(jnp.asarray(excitation), minimum_activation, 1.0)
    a = jnp.clip(jnp.asarray(activation), minimum_activation, 1.0)
    scale = 0.5 + 1.5 * a
    tau = jnp.where(u > a, activation_time * scale, deactivation_time / scale)
    return (u - a) / tau


def activation_envelope(
    demand: ArrayLike,
    time: ArrayLike,
    period: ArrayLike,
    activation_time: ArrayLike,
    deactivation_time: ArrayLike,
    ceiling: ArrayLike = 0.999,
) -> Array:
    """The least periodic activation that covers `demand` and obeys first-order rise and decay.

    `demand` (..., N) is activation, not negative, at the N nodes `time` (N,), in s, strictly
    increasing within one `period`, in s. `activation_time` and `deactivation_time`, in s, are
    scalars or have the shape of `demand` without its last axis; a time of zero means no limit.
    Returns (..., N).

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

    after = jnp.diff(nodes, append=nodes[:1] + period).reshape((1,) * (d.ndim - 1) + (-1,))
    fall = jnp.exp(-_ratio(jnp.roll(after, 1, axis=-1), falling))
    e = _covering(e, fall, reverse=False)
    # The rise is the same rule for e - 1, which is negative: it grows from node to earlier node.
    rise = jnp.exp(_ratio(after, rising))
    return jnp.maximum(1 + _covering(e - 1, rise, reverse=True), e) + excess


def _covering(values: Array, factor: Array, reverse: bool) -> Array:
    """The least periodic x (..., N) with x_k >= values_k and x_k >= factor_k x_(k-1), or of k + 1
    where `reverse`."""
    along = jnp.moveaxis(values, -1, 0)
    factors = jnp.moveaxis(jnp.broadcast_to(factor, values.shape), -1, 0)

    def step(before: Array, here: tuple[Array, Array]) -> tuple[Array, Array]:
        least = jnp.maximum(here[0], before * here[1])
        return least, least

    once, _ = jax.lax.scan(step, along[0 if reverse else -1], (along, factors), reverse=reverse)
    _, found = jax.lax.scan(step, once, (along, factors), reverse=reverse)
    return jnp.moveaxis(found, 0, -1)


def _against_nodes(tau: ArrayLike) -> Array:
    """A time constant, ready to broadcast against (..., N)."""
    tau = jnp.maximum(jnp.asarray(tau), _SHORTEST_TIME)
    return tau[..., None] if tau.ndim else tau


def _ratio(gap: Array, tau: Array) -> Array:
    """gap over tau, limited where the exponential has long lost all meaning."""
    return jnp.minimum(gap / tau, _LARGEST_EXPONENT)
