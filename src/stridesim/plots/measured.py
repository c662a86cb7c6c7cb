"""Measured points over a curve of the model: what people do, on the axis that the model follows.

A point is a square with the bar of its band or SD; it never joins to a line, so that nobody takes
measured numbers for the model's. Its legend entry names the studies.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from stridesim.evidence.points import MeasuredPoint
from stridesim.plots.marks import crosses, over_range
from stridesim.plots.panels import STYLES
from stridesim.plots.span import honest_limits
from stridesim.sweeps.result import SweepResult

FULL: Final = (0, 105)
"""Limits of an axis of per cent, with air above a hundred."""

INK: Final = "0.15"
"""Colour of measured points beside a single curve; beside several they take the curve's."""


def curves(
    axes: Axes,
    result: SweepResult,
    lines: Sequence[tuple[str, Any]],
    *,
    points: Iterable[MeasuredPoint] = (),
    level: float | None = None,
) -> None:
    """Several results of a sweep over one axis, each a name and values (points of the axis,).

    The panel reaches over `points` too, which the caller draws (`measured`). `level` as in `span`.
    """
    axis = result.design.axes[0]
    x, statuses = np.asarray(axis.values), result.status_grid.reshape(-1, 1)
    drawn = []
    for k, (name, values) in enumerate(lines):
        shown = np.where(result.ok, np.asarray(values, float).ravel(), np.nan)
        axes.plot(x, shown, color=f"C{k}", ls=STYLES[k % len(STYLES)], label=name)
        drawn.append(shown)
    ends = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
    axes.set_ylim(*honest_limits(np.append(np.concatenate(drawn), ends), level))
    over_range(axes, axis)
    crosses(axes, result.failures, x, statuses)


def measured(
    axes: Axes, points: Iterable[MeasuredPoint], *, color: str = INK, label: str = "measured"
) -> Line2D:
    """Draw points at their places in the units of the axes; returns the legend's entry."""
    look = {"ls": "", "marker": "s", "ms": 9, "mfc": color, "mec": "white", "mew": 1.2}
    for point in points:
        if point.low is not None and point.high is not None:
            axes.vlines(point.at, point.low, point.high, color=color, lw=2.4, zorder=5, alpha=0.7)
        axes.plot(point.at, point.value, color=color, zorder=6, **look)
    return Line2D([], [], color=color, label=label, **look)


def moved(
    points: Iterable[MeasuredPoint], at: Callable[[float], float]
) -> tuple[MeasuredPoint, ...]:
    """The points at other places: a share of leg length as metres, of a frequency as hertz."""
    return tuple(point._replace(at=at(point.at)) for point in points)


def axis_in(axes: Axes, label: str, factor: float = 1.0) -> None:
    """Label the x-axis, its numbers `factor` times those of the declared unit (per cent, cm)."""
    axes.set_xlabel(label)
    if factor != 1.0:
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda value, _: f"{factor * value:g}".replace("-", "−"))
        )


def beside(result: SweepResult, values: Any, points: Iterable[MeasuredPoint]) -> list[float]:
    """What the model says at the places of points: between neighbours of the axis with a result,
    NaN where there are none."""
    x = np.asarray(result.design.axes[0].values)
    y = np.where(result.ok, np.asarray(values, float).ravel(), np.nan)
    return [float(np.interp(p.at, x, y, left=np.nan, right=np.nan)) for p in points]


def line_legend(axes: Axes) -> None:
    """The names of a panel's lines, their dashes long enough to be told apart."""
    axes.legend(loc="best", handlelength=2.6)


def room_for(axes: Axes, point: MeasuredPoint) -> None:
    """Extend a vertical axis to the upper end of a measured range, with air above it."""
    low, high = axes.get_ylim()
    axes.set_ylim(low, max(high, point.value, 1.06 * (point.high or 0.0)))


def published_place(axes: Axes, point: MeasuredPoint, label: str, factor: float = 1.0) -> Patch:
    """Mark a published place on the horizontal axis, `factor` times its value, and the range around
    it; gives what stands for it in a legend."""
    low, high = (point.value if end is None else end for end in (point.low, point.high))
    axes.axvspan(factor * low, factor * high, color="C4", alpha=0.15, lw=0, zorder=0)
    axes.axvline(factor * point.value, color="C4", lw=1.6, zorder=1)
    return Patch(facecolor="C4", alpha=0.3, label=label)
