"""Nodes in time, of a cycle that repeats or of a motion that begins and ends."""

from typing import Any, NamedTuple

import jax.numpy as jnp


class TimeGrid(NamedTuple):
    """Nodes at `time` (N,), s, increasing. A cycle repeats after its `period`, s, and its first
    node follows its last; a motion that does not repeat has no period."""

    time: Any
    period: Any = None

    @property
    def gaps(self) -> Any:
        """Time (N,) from each node to the next, s; after the last node of a motion that does not
        repeat it is 0."""
        last = self.time[-1:] if self.period is None else self.time[:1] + self.period
        return jnp.diff(self.time, append=last)


def node_weights(grid: TimeGrid) -> Any:
    """Trapezoid weights (N,), s; they sum to the period or to the length of the motion."""
    gaps = grid.gaps
    return 0.5 * (gaps + jnp.roll(gaps, 1))


def curvature(values: Any, grid: TimeGrid) -> Any:
    """Second time derivative of `values` (..., N) of a cycle: the change of the difference quotient
    at each node over the time that the node stands for. Weighted by `node_weights`, its magnitudes
    sum to the total variation of the quotients."""
    after = grid.gaps.reshape((1,) * (jnp.ndim(values) - 1) + (-1,))
    slope = (jnp.roll(values, -1, axis=-1) - values) / after
    whole = 0.5 * (after + jnp.roll(after, 1, axis=-1))
    return (slope - jnp.roll(slope, 1, axis=-1)) / whole


def rate_of_change(values: Any, grid: TimeGrid) -> Any:
    """Time derivative of `values` (..., N), at least three nodes: that of the parabola through each
    node and its neighbours or, at the ends of a motion, through the three nodes at that end."""
    after = grid.gaps.reshape((1,) * (jnp.ndim(values) - 1) + (-1,))
    if grid.period is not None:
        before = jnp.roll(after, 1, axis=-1)
        forward = (jnp.roll(values, -1, axis=-1) - values) / after
        backward = (values - jnp.roll(values, 1, axis=-1)) / before
        return (before * forward + after * backward) / (before + after)
    gaps = after[..., :-1]
    between = jnp.diff(values, axis=-1) / gaps
    inner = gaps[..., :-1] * between[..., 1:] + gaps[..., 1:] * between[..., :-1]
    inner = inner / (gaps[..., :-1] + gaps[..., 1:])
    # The derivative of a parabola is linear, and over each gap its mean is the difference quotient.
    first = 2 * between[..., :1] - inner[..., :1]
    last = 2 * between[..., -1:] - inner[..., -1:]
    return jnp.concatenate([first, inner, last], axis=-1)
