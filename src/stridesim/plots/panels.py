"""Panels of a sweep: lines over one parameter, a map over two."""

from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from stridesim.plots.marks import crosses, hatching, nominal_is_inside, over_range, ring, star
from stridesim.plots.span import honest_limits
from stridesim.plots.style import SMALLEST
from stridesim.sweeps.design.points import Axis
from stridesim.sweeps.result import OK, SweepResult
from stridesim.words.wording import (
    amount,
    number,
    parameter_label,
    parameter_words,
    quantity_label,
)

STYLES: Final = ("-", "--", "-.", (0, (1, 1)), (0, (6, 1.5)))
"""Dashes beside colours, for print without colour."""

MOST_LINES: Final = 5
"""More lines than this are coloured by value, in order, with a scale beside the panel."""

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
    level: float | None = None,
) -> None:
    """A result over one axis (`along`), one line for each value of the other (if any).

    `at` picks those values of the other axis (the nearest are shown), all by default.
    `values` and `label` show a grid derived from the result in its place, `own` being this
    runner's value of it and `level` what it is measured against (`span`). `optimum` ("lowest",
    "highest") puts a star on every line; of many lines, on the best.
    """
    swept = result.design.axes[along]
    x = np.asarray(swept.values)
    picked = _lines(result, along, at)
    grid = _along(result.grid(name) if values is None else values, along)[:, picked]
    statuses = _along(result.status_grid, along)[:, picked]
    shown = np.where(statuses == OK, grid, np.nan)
    looks = _looks(axes, result, along, picked)
    for k, line in enumerate(picked):
        marker = "." if len(x) <= MOST_DOTS else None
        axes.plot(x, shown[:, k], marker=marker, label=line_label(result, along, line), **looks[k])
    for k, place in _best(shown, optimum):
        star(axes, x[place], shown[place, k], color=looks[k]["color"])
    own = float(result.nominal[name]) if values is None else own
    ringed = own if own is not None and nominal_is_inside(result) else np.nan
    if np.isfinite(ringed):
        ring(axes, result.design.nominal[along], ringed)
    label_axis(axes, swept, "x")
    axes.set_ylabel(label or quantity_label(name))
    axes.set_ylim(*honest_limits(np.append(shown, ringed), level))
    over_range(axes, swept)
    crosses(axes, result.failures, x, statuses)


def map_panel(
    axes: Axes,
    result: SweepResult,
    name: str,
    *,
    values: np.ndarray | None = None,
    label: str | None = None,
    contours: int | Sequence[float] = 6,
    optimum: str | None = None,
    level: float | None = None,
    limits: tuple[float, float] | None = None,
    bar: bool = True,
) -> Any:
    """A result over two axes: colours, labelled contours, failed cells hatched by reason.

    `values`, `label` and `level` as of `lines_panel`; `limits` of the colours where several maps
    share them, and no `bar` then. Returns the colours' mapping, None where there is no value.
    """
    first, second = result.design.axes
    x, y = np.asarray(first.values), np.asarray(second.values)
    statuses = result.status_grid.T
    grid = (result.grid(name) if values is None else values).T
    shown = np.ma.masked_where((statuses != OK) | ~np.isfinite(grid), grid)
    edges = cell_edges(x, first.scale), cell_edges(y, second.scale)
    low, high = limits or honest_limits(shown.compressed(), level, room=0.0)
    mesh = axes.pcolormesh(*edges, shown, vmin=low, vmax=high, rasterized=shown.size > 400)
    hatching(axes, result, edges, statuses)
    _contours(axes, x, y, shown, contours)
    best = result.optimum(name, optimum) if optimum else None
    if best:
        star(axes, *best.inputs, color="white", size=22)
    if nominal_is_inside(result):
        ring(axes, *result.design.nominal)
    label_axis(axes, first, "x")
    label_axis(axes, second, "y")
    axes.set_xlim(edges[0][0], edges[0][-1])
    axes.set_ylim(edges[1][0], edges[1][-1])
    if not shown.count():
        return None
    if bar:
        colour_bar(axes, mesh, label or quantity_label(name))
    return mesh


def colour_bar(axes: Any, mapping: Any, label: str) -> None:
    """What the colours of a panel, or of several, mean."""
    first = np.atleast_1d(np.asarray(axes, object)).flat[0]
    bar = first.figure.colorbar(mapping, ax=axes, pad=0.02)
    bar.set_label(label)
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
    ticks = axes.xaxis if side == "x" else axes.yaxis
    if axis.scale == "log":
        axes.set(**{f"{side}scale": "log"})
        low, high = axes.dataLim.intervalx if side == "x" else axes.dataLim.intervaly
        if high < NARROW * low:  # the few round numbers there, where there would be one or a crowd
            ticks.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        else:  # 0.3, 0.5, 1, 2, 3 rather than powers of ten
            ticks.set_major_locator(LogLocator(subs=(1.0, 2.0, 3.0, 5.0)))
        ticks.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ticks.set_minor_formatter(NullFormatter())
    else:
        ticks.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def cell_edges(values: np.ndarray, scale: str = "linear") -> np.ndarray:
    """Edges of the cells around values, halfway in the axis's own scale."""
    if len(values) == 1:
        width = 0.5 * (abs(values[0]) or 1.0)
        return np.array([values[0] - 0.5 * width, values[0] + 0.5 * width])
    at = np.log(values) if scale == "log" else values
    middle = 0.5 * (at[1:] + at[:-1])
    edges = np.concatenate([[2 * at[0] - middle[0]], middle, [2 * at[-1] - middle[-1]]])
    return np.exp(edges) if scale == "log" else edges


def _looks(
    axes: Axes, result: SweepResult, along: int, picked: Sequence[int]
) -> list[dict[str, Any]]:
    """Colour and dashes of every line; of many the order of their values, with its scale."""
    if len(picked) <= MOST_LINES:
        return [{"color": f"C{k}", "ls": STYLES[k % len(STYLES)]} for k in range(len(picked))]
    other = next(axis for i, axis in enumerate(result.design.axes) if i != along)
    levels = np.asarray(other.values)[list(picked)]
    scale = LogNorm if other.scale == "log" else Normalize
    # The palest colours of the map are lost on white.
    colours = mpl.colormaps["cividis"].resampled(256)
    mapping = ScalarMappable(scale(levels.min(), levels.max()), colours)
    colour_bar(axes, mapping, parameter_label(other.parameter))
    return [{"color": mapping.to_rgba(level), "ls": "-", "lw": 2.0} for level in levels]


def _best(shown: np.ndarray, optimum: str | None) -> list[tuple[int, int]]:
    """Lines and places of the stars."""
    solved = [k for k in range(shown.shape[1]) if np.isfinite(shown[:, k]).any()]
    if not optimum or not solved:
        return []
    sign = 1 if optimum == "lowest" else -1
    places = {k: int(np.nanargmin(sign * shown[:, k])) for k in solved}
    if shown.shape[1] > MOST_LINES:
        k = min(solved, key=lambda k: sign * shown[places[k], k])
        return [(k, places[k])]
    return list(places.items())


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
    drawn = axes.contour(x, y, shown, levels, colors="white", linewidths=1.3, zorder=4)
    rim = [withStroke(linewidth=2.6, foreground="0.25", alpha=0.55)]
    drawn.set(path_effects=rim)
    for text in axes.clabel(drawn, fmt=number, fontsize=SMALLEST, inline_spacing=4):
        text.set(path_effects=rim)
