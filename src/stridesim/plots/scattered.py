"""A result against every input of a sweep, and runners and tasks side by side.

Where points are scattered over many inputs at once, each panel shows one input: the cloud is
what all the others do, the line its median.
"""

import math
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.marks import crosses, legend_handles, nominal_is_inside, ring, star
from stridesim.plots.panels import MOST_DOTS as MOST_DOTS_ON_A_LINE
from stridesim.plots.panels import STYLES, label_axis
from stridesim.plots.sheet import panel_grid
from stridesim.sweeps.result import OK, SweepResult
from stridesim.sweeps.wording import quantity_label

COLUMNS: Final = 4
MOST_DOTS: Final = 2000
"""Dots of one colour in a panel; of more points every n-th is shown."""

FEW_DOTS: Final = 100
"""Up to this many are drawn larger."""

MOST_CROSSES: Final = 80
BINS: Final = 12
"""Of a running median, each of as many points."""

FEWEST_IN_BIN: Final = 20


def cases_panel(axes: Axes, result: SweepResult, name: str, optimum: str) -> None:
    """A result over one axis of a grid: a line for every runner and task."""
    swept = result.design.axes[0]
    x = np.asarray(swept.values)
    for k, case in enumerate(result.cases):
        shown = np.where(case.status_grid == OK, case.grid(name), np.nan)
        style, marker = STYLES[k % len(STYLES)], "." if len(x) <= MOST_DOTS_ON_A_LINE else None
        label = case.design.cases[0].words
        axes.plot(x, shown, color=f"C{k}", ls=style, marker=marker, label=label)
        _marks(axes, case, name, optimum, 0, f"C{k}")
    label_axis(axes, swept, "x")
    axes.set_ylabel(quantity_label(name))
    axes.margins(x=0.025, y=0.12)
    crosses(axes, result, x, np.stack([case.status_grid for case in result.cases], axis=1))


def scattered_figure(result: SweepResult, name: str, optimum: str) -> tuple[Figure, list[Any]]:
    """One small panel for every axis, and the legend's entries."""
    swept = result.design.axes
    columns = min(COLUMNS, len(swept) if len(swept) <= 3 else math.ceil(math.sqrt(len(swept))))
    rows = math.ceil(len(swept) / columns)
    width = max(8.6, 2.9 * columns)
    figure, panels = panel_grid(rows, columns, width, 1.6 + max(3.0, 2.5 * rows))
    for k, axes in enumerate(panels.flat):
        if k >= len(swept):
            axes.remove()
            continue
        _input_panel(axes, result, name, optimum, k)
        axes.set_ylabel(quantity_label(name) if k % columns == 0 else "")
    lines = panels.flat[0].get_legend_handles_labels()[0]
    return figure, [*lines, *legend_handles(result, optimum, maps=False)]


def _input_panel(axes: Axes, result: SweepResult, name: str, optimum: str, along: int) -> None:
    swept = result.design.axes[along]
    for k, case in enumerate(result.cases):
        colour = f"C{k}"
        x, y = case[swept.path][case.ok], case[name][case.ok]
        some = slice(None, None, math.ceil(len(x) / MOST_DOTS) or 1)
        look = {"ms": 8, "alpha": 0.8} if len(x) <= FEW_DOTS else {"ms": 3, "alpha": 0.35}
        axes.plot(x[some], y[some], ".", mew=0, color=colour, rasterized=True, **look)
        middle = running_median(x, y, swept.values if case.design.is_grid else ())
        style = STYLES[k % len(STYLES)]
        label = case.design.cases[0].words if len(result.cases) > 1 else "median of the points"
        if len(middle[0]) or len(result.cases) > 1:  # the legend tells cases by their lines
            axes.plot(*middle, color=colour, ls=style, lw=1.8, label=label, zorder=3)
        _marks(axes, case, name, optimum, along, colour)
    label_axis(axes, swept, "x")
    axes.margins(x=0.04, y=0.08)
    failed = np.flatnonzero(~result.ok)
    failed = failed[:: math.ceil(len(failed) / MOST_CROSSES) or 1]
    crosses(axes, result, result[swept.path][failed], result.status[failed][:, None])


def running_median(
    x: np.ndarray, y: np.ndarray, values: tuple[float, ...] = ()
) -> tuple[np.ndarray, np.ndarray]:
    """Medians of y at the `values` of a grid's axis, if they are few, else in even bins of x.

    Empty where there are too few points for a median to say anything.
    """
    order = np.argsort(x, kind="stable")
    if values and len(values) <= 2 * BINS:
        groups = [group for value in values if len(group := np.flatnonzero(x == value))]
    else:
        bins = min(BINS, len(x) // FEWEST_IN_BIN)
        groups = np.array_split(order, bins) if bins > 1 else []
    at, middle = (np.array([np.median(of[group]) for group in groups]) for of in (x, y))
    return at, middle


def _marks(axes: Axes, case: SweepResult, name: str, optimum: str, along: int, colour: str) -> None:
    best = case.optimum(name, optimum)
    if best is not None:
        star(axes, best.inputs[along], best.value, color=colour)
    if nominal_is_inside(case):
        ring(axes, case.design.nominal[along], case.nominal[name])
