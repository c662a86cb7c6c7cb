"""How much of a quantity an axis shows: never so little that a trifle fills the panel.

An axis, or a colour scale, spans at least a fifth of the quantity's level, ten per cent either way
of it, whatever the data do: a curve that moves by 1 % looks flat, a spike of 3 % stays a spike.
The level is the median, which a single point far out does not move. Where the numbers are changes
against a level (per cent of it), that level is given: of changes in per cent it is `CHANGE`.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes

LEAST: Final = 0.2
"""Least span, as a share of the level."""

CHANGE: Final = 100.0
"""The level of changes in per cent: what they are changes of."""

ROOM: Final = 0.06
"""Share of the span that stays empty at either end."""


def honest_limits(
    values: Any, level: float | None = None, room: float = ROOM
) -> tuple[float, float]:
    """Lowest and highest of what an axis with `values` (any shape, NaN left out) shows."""
    finite = np.asarray(values, float).ravel()
    finite = finite[np.isfinite(finite)]
    if not finite.size:
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    of = abs(float(np.median(finite)) if level is None else level)
    missing = max(LEAST * of - (1 + 2 * room) * (high - low), 0.0)
    if low == high and not of:
        missing = 1.0
    free = room * (high - low) + missing / 2
    # What cannot be negative does not get an axis that says it could.
    return (max(low - free, 0.0) if low >= 0 and level is None else low - free), high + free


def span_honestly(axes: Axes, level: float | None = None, values: Any = None) -> None:
    """Set the y-axis of a panel whose lines are drawn, by all of them or by `values`."""
    shown = np.concatenate([np.ravel(v) for v in _drawn(axes)]) if values is None else values
    axes.set_ylim(*honest_limits(shown, level))


def _drawn(axes: Axes) -> Iterable[np.ndarray]:
    """Heights of the lines that stand at values."""
    yield np.empty(0)
    for line in axes.get_lines():
        if line.get_transform() == axes.transData:
            yield np.asarray(line.get_ydata(), float)
