"""A result against every input of a sweep: a panel for each, with lines through the nominal runner.

On a line everything but one input is the runner's own, so the line's slope is that input's doing.
The points of the sweep stand behind it, pale: there everything else varies too, and where points
fail a mean or median over those that are left compares different points. Where they fail more
often at one end than at the other, the panel says so.
"""

import math
from collections.abc import Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D

from stridesim.plots.marks import crosses, legend_handles, nominal_is_inside, over_range, ring, star
from stridesim.plots.panels import MOST_LINES, STYLES, label_axis
from stridesim.plots.sheet import panel_grid, wrapped
from stridesim.plots.span import honest_limits
from stridesim.plots.style import SMALLEST
from stridesim.sweeps.result import OK, SweepResult
from stridesim.words.wording import number, quantity_label

MOST_PANELS: Final = 6
"""Of more inputs those are shown that move the result most."""

MOST_DOTS: Final = 2000
"""Dots of one colour in a panel; of more points every n-th is shown."""

FEW_DOTS: Final = 100
"""Up to this many are drawn larger."""

CENTRAL: Final = (1.0, 99.0)
"""Percentiles of the points that the axis reaches to; beyond lie few, and are counted."""

BINS: Final = 6
"""Of an axis, in which the points with a result are counted."""

NOTED: Final = 0.1
"""A difference in the share of points with a result along an axis that is said."""

_ERRORS: Final = 3.0
"""Standard errors by which it must exceed chance."""


def scattered_figure(
    result: SweepResult, name: str, optimum: str
) -> tuple[Figure, list[Any], list[int]]:
    """A panel for every input, the legend's entries, and the inputs that are shown."""
    through = [case.nominal_lines for case in result.cases]
    shown = _shown(result, name)
    rows, columns = shape_for(len(shown))
    figure, panels = panel_grid(rows, columns, sharey=True)
    limits, beyond = _limits(result, name)
    lines = [status for case in through for line in case for status in line.status]
    reasons = {str(s) for s in lines if s != OK} | set(result.failures)
    for place, axes in enumerate(panels.flat):
        if place >= len(shown):
            axes.remove()
            continue
        _input_panel(axes, result, name, optimum, shown[place], reasons)
        axes.set_ylim(*limits)
        room = 72 * figure.get_figwidth() / columns - 4 * SMALLEST
        font = FontProperties(family="DejaVu Sans", size=15)
        axes.set_xlabel("\n".join(wrapped(axes.get_xlabel(), room, font)))
    figure.supylabel(quantity_label(name), fontsize=15)
    handles = _handles(result, beyond, with_lines=any(through))
    return figure, [*handles, *legend_handles(result, optimum, maps=False, reasons=reasons)], shown


def shape_for(panels: int) -> tuple[int, int]:
    """Rows and columns of a sheet."""
    rows = 1 if panels <= 4 else 2 if panels <= 8 else 3
    return rows, math.ceil(panels / rows)


def looks(cases: int) -> list[dict[str, Any]]:
    """Colour and dashes of every runner and task; of many shades in their order."""
    if cases <= MOST_LINES:
        return [{"color": f"C{k}", "ls": STYLES[k % len(STYLES)]} for k in range(cases)]
    shades = mpl.colormaps["cividis"](np.linspace(0, 0.92, cases))
    return [{"color": shade, "ls": "-", "lw": 1.8} for shade in shades]


def _shown(result: SweepResult, name: str) -> list[int]:
    """The inputs with the largest differences along their lines, in the order of the design."""
    count = len(result.design.axes)
    if count <= MOST_PANELS:
        return list(range(count))
    moves = np.zeros(count)
    for case in result.cases:
        for k, line in enumerate(case.nominal_lines):
            values = line.shown(name)
            values = values[np.isfinite(values)]
            moves[k] = max(moves[k], np.ptp(values) if values.size else 0.0)
    return sorted(np.argsort(-moves, kind="stable")[:MOST_PANELS].tolist())


def _limits(result: SweepResult, name: str) -> tuple[tuple[float, float], int]:
    """What the panels' common axis shows, and how many points lie beyond it."""
    points = result[name][result.ok]
    central = np.percentile(points, CENTRAL) if points.size else np.empty(0)
    best = [found.value for case in result.cases if (found := case.optimum(name))]
    own = [case.nominal[name] for case in result.cases if nominal_is_inside(case)]
    lines = [line.shown(name) for case in result.cases for line in case.nominal_lines]
    low, high = honest_limits(np.concatenate([central, best, own, *lines]))
    return (low, high), int(((points < low) | (points > high)).sum())


def _input_panel(
    axes: Axes, result: SweepResult, name: str, optimum: str, along: int, reasons: set[str]
) -> None:
    swept = result.design.axes[along]
    styles = looks(len(result.cases))
    for case, look in zip(result.cases, styles, strict=True):
        several = len(result.cases) > 1
        _dots(
            axes,
            case[swept.path][case.ok],
            case[name][case.ok],
            look["color"] if several else "0.6",
        )
        if case.nominal_lines:
            line = case.nominal_lines[along]
            words = case.design.cases[0].words if several else "this runner, all else its own"
            axes.plot(line.x, line.shown(name), **look, label=words, zorder=3)
        best = case.optimum(name, optimum)
        if best is not None and len(result.cases) <= MOST_LINES:
            star(axes, best.inputs[along], best.value, color=look["color"])
        if nominal_is_inside(case):
            ring(axes, case.design.nominal[along], case.nominal[name])
    label_axis(axes, swept, "x")
    over_range(axes, swept)
    told = survivors(result[swept.path], result.ok)
    if told:
        axes.set_title(told, fontsize=SMALLEST, weight="normal", color="0.3")
    _failed_on_lines(axes, result, along, reasons)


def _failed_on_lines(axes: Axes, result: SweepResult, along: int, reasons: set[str]) -> None:
    """A row of crosses for every runner and task, at the places of all their lines."""
    lines = [case.nominal_lines[along] for case in result.cases if case.nominal_lines]
    if not lines:
        return
    x = np.unique(np.concatenate([line.x for line in lines]))
    statuses = np.full((len(x), len(lines)), OK, dtype=object)
    for k, line in enumerate(lines):
        statuses[np.searchsorted(x, line.x), k] = line.status
    crosses(axes, reasons, x, statuses)


def _dots(axes: Axes, x: np.ndarray, y: np.ndarray, colour: Any) -> None:
    some = slice(None, None, math.ceil(len(x) / MOST_DOTS) or 1)
    look = {"ms": 9, "alpha": 0.5} if len(x) <= FEW_DOTS else {"ms": 5, "alpha": 0.25}
    axes.plot(x[some], y[some], ".", mew=0, color=colour, rasterized=True, zorder=1.5, **look)


def _handles(result: SweepResult, beyond: int, *, with_lines: bool) -> list[Any]:
    several = len(result.cases) > 1
    handles: list[Any] = []
    if with_lines and len(result.cases) <= MOST_LINES:
        words = [case.design.cases[0].words for case in result.cases]
        words = words if several else ["this runner, all else its own"]
        styles = looks(len(words))
        handles = [Line2D([], [], label=w, **look) for w, look in zip(words, styles, strict=True)]
    elif with_lines:
        label = f"each of {len(result.cases)} runners and tasks, all else its own"
        handles = [Line2D([], [], label=label, **looks(len(result.cases))[0])]
    out = f" ({beyond} beyond the axis)" if beyond else ""
    dots = {"ls": "", "marker": ".", "ms": 11, "color": "0.6"}
    return [*handles, Line2D([], [], label=f"points, all else varied{out}", **dots)]


def survivors(x: np.ndarray, ok: np.ndarray) -> str:
    """Where along an input more points have a result than elsewhere; empty where they do not."""
    groups = _groups(x)
    if len(groups) < 2 or ok.all():
        return ""
    share = np.array([ok[group].mean() for group in groups])
    low, high = int(share.argmin()), int(share.argmax())
    counts = [len(groups[low]), len(groups[high])]
    whole = ok.mean()
    error = math.sqrt(whole * (1 - whole) * sum(1 / count for count in counts))
    if share[high] - share[low] < max(NOTED, _ERRORS * error):
        return ""
    said = [
        f"{100 * share[k]:.0f} % at {number(np.median(x[groups[k]]))}" for k in sorted((low, high))
    ]
    return f"points with a result:\n{', '.join(said)}"


def _groups(x: np.ndarray) -> Sequence[np.ndarray]:
    """Numbers of the points in every bin: a grid's values, or as many points in each."""
    values = np.unique(x)
    if len(values) <= 2 * BINS:
        return [np.flatnonzero(x == value) for value in values]
    return np.array_split(np.argsort(x, kind="stable"), BINS)
