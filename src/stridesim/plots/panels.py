"""Panels of a sweep: lines over one parameter, a map over two."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from stridesim.plots.marks import crosses, hatching, nominal_is_inside, ring, star
from stridesim.sweeps.points import Axis
from stridesim.sweeps.result import OK, SweepResult
from stridesim.sweeps.wording import (
    amount,
    number,
    parameter_label,
    parameter_words,
    quantity_label,
)

STYLES: Final = ("-", "--", "-.", (0, (1, 1)), (0, (6, 1.5)))
"""Dashes beside colours, for print without colour."""

NARROW: Final = 5.0
"""Logarithmic axes that span less than this factor have few round numbers."""

MOST_DOTS: Final = 30
"""Up to this many points a line shows each as a dot."""


def lines_panel(
    axes: Axes,
    result: SweepResult,
    name: str,
    *,
    along: int = 0,
    at: Sequence[float] | None = None,
    values: np.ndarray | None = None,
    label: str | None = None,
    own: float | None = None,
    optimum: str | None = None,
) -> None:
    """A result over one axis (`along`), one line for each value of the other (if any).

    `at` picks those values of the other axis (the nearest are shown), all by default.
    `values` and `label` show a grid derived from the result in its place, `own` being this
    runner's value of it. `optimum` ("lowest", "highest") puts a star on every line.
    """
    swept = result.design.axes[along]
    x = np.asarray(swept.values)
    picked = _lines(result, along, at)
    grid = _along(result.grid(name) if values is None else values, along)[:, picked]
    statuses = _along(result.status_grid, along)[:, picked]
    for k, line in enumerate(picked):
        shown = np.where(statuses[:, k] == OK, grid[:, k], np.nan)
        marker = "." if len(x) <= MOST_DOTS else None
        label_of_line = line_label(result, along, line)
        style = STYLES[k % len(STYLES)]
        axes.plot(x, shown, color=f"C{k}", ls=style, marker=marker, label=label_of_line)
        if optimum and np.isfinite(shown).any():
            best = int(np.nanargmin(shown) if optimum == "lowest" else np.nanargmax(shown))
            star(axes, x[best], shown[best], color=f"C{k}")
    own = float(result.nominal[name]) if values is None else own
    if own is not None and nominal_is_inside(result):
        ring(axes, result.design.nominal[along], own)
    label_axis(axes, swept, "x")
    axes.set_ylabel(label or quantity_label(name))
    axes.margins(x=0.025, y=0.12)
    crosses(axes, result, x, statuses)


def map_panel(
    axes: Axes,
    result: SweepResult,
    name: str,
    *,
    values: np.ndarray | None = None,
    label: str | None = None,
    contours: int | Sequence[float] = 6,
    optimum: str | None = None,
) -> None:
    """A result over two axes: colours, labelled contours, failed cells hatched by reason.

    `values` and `label` show a grid derived from the result in its place.
    """
    first, second = result.design.axes
    x, y = np.asarray(first.values), np.asarray(second.values)
    statuses = result.status_grid.T
    grid = (result.grid(name) if values is None else values).T
    shown = np.ma.masked_where((statuses != OK) | ~np.isfinite(grid), grid)
    edges = cell_edges(x, first.scale), cell_edges(y, second.scale)
    mesh = axes.pcolormesh(*edges, shown, rasterized=shown.size > 400)
    hatching(axes, result, edges, statuses)
    _contours(axes, x, y, shown, contours)
    best = result.optimum(name, optimum) if optimum else None
    if best:
        star(axes, *best.inputs, color="white", size=15)
    if nominal_is_inside(result):
        ring(axes, *result.design.nominal)
    label_axis(axes, first, "x")
    label_axis(axes, second, "y")
    axes.set_xlim(edges[0][0], edges[0][-1])
    axes.set_ylim(edges[1][0], edges[1][-1])
    if shown.count():
        figure = axes.figure
        assert isinstance(figure, Figure)
        bar = figure.colorbar(mesh, ax=axes, pad=0.02)
        bar.set_label(label or quantity_label(name))
        bar.outline.set_visible(False)


def line_label(result: SweepResult, along: int, line: int) -> str:
    """What distinguishes a line: the other axis's value in words."""
    others = [axis for i, axis in enumerate(result.design.axes) if i != along]
    if not others:
        return ""
    parameter = others[0].parameter
    value = amount(others[0].values[line], parameter.unit)
    return f"{parameter_words(parameter.path)} {value}"


def label_axis(axes: Axes, axis: Axis, side: str) -> None:
    """Words, unit and scale of a swept parameter along "x" or "y"."""
    axes.set(**{f"{side}label": parameter_label(axis.parameter)})
    if axis.scale == "log":
        axes.set(**{f"{side}scale": "log"})
        ticks = axes.xaxis if side == "x" else axes.yaxis
        low, high = axes.dataLim.intervalx if side == "x" else axes.dataLim.intervaly
        if high < NARROW * low:  # the few round numbers there, where there would be one or a crowd
            ticks.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        else:  # 0.3, 0.5, 1, 2, 3 rather than powers of ten
            ticks.set_major_locator(LogLocator(subs=(1.0, 2.0, 3.0, 5.0)))
        ticks.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ticks.set_minor_formatter(NullFormatter())


def cell_edges(values: np.ndarray, scale: str = "linear") -> np.ndarray:
    """Edges of the cells around values, halfway in the axis's own scale."""
    if len(values) == 1:
        width = 0.5 * (abs(values[0]) or 1.0)
        return np.array([values[0] - 0.5 * width, values[0] + 0.5 * width])
    at = np.log(values) if scale == "log" else values
    middle = 0.5 * (at[1:] + at[:-1])
    edges = np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])
    return np.exp(edges) if scale == "log" else edges


def _lines(result: SweepResult, along: int, at: Sequence[float] | None) -> list[int]:
    others = [axis for i, axis in enumerate(result.design.axes) if i != along]
    if not others:
        return [0]
    values = np.asarray(others[0].values)
    if at is None:
        return list(range(len(values)))
    return [int(np.abs(values - wanted).argmin()) for wanted in at]


def _along(grid: np.ndarray, along: int) -> np.ndarray:
    """The grid as (points along the axis, lines)."""
    return np.moveaxis(grid, along, 0).reshape(grid.shape[along], -1)


def _contours(axes: Axes, x: Any, y: Any, shown: np.ma.MaskedArray, wanted: Any) -> None:
    if wanted == 0 or min(shown.shape) < 2 or shown.count() < 4:
        return
    low, high = float(shown.min()), float(shown.max())
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        return
    levels = wanted if isinstance(wanted, int) else sorted(wanted)
    drawn = axes.contour(x, y, shown, levels, colors="white", linewidths=0.8, zorder=4)
    rim = [withStroke(linewidth=1.8, foreground="0.25", alpha=0.55)]
    drawn.set(path_effects=rim)
    for text in axes.clabel(drawn, fmt=number, fontsize=7.5, inline_spacing=2):
        text.set(path_effects=rim)
