"""Runners and tasks side by side: lines in one panel if they are few, else small multiples.

All panels have one scale, so that what differs between them is the runner or the task.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stridesim.plots.marks import crosses, legend_handles, nominal_is_inside, over_range, ring, star
from stridesim.plots.panels import MOST_DOTS, MOST_LINES, colour_bar, label_axis, map_panel
from stridesim.plots.scattered import looks, shape_for
from stridesim.plots.sheet import panel_grid
from stridesim.plots.span import honest_limits
from stridesim.sweeps.result import OK, SweepResult
from stridesim.words.wording import parameter_label, quantity_label

MOST_MAPS: Final = 6
MOST_PANELS: Final = 12


def cases_figure(result: SweepResult, name: str, optimum: str) -> tuple[Figure, list[Any]]:
    """A result over one axis of a grid, for every runner and task; and the legend's entries."""
    groups = _groups(result)
    rows, columns = shape_for(len(groups))
    figure, panels = panel_grid(rows, columns, sharex=True, sharey=True)
    lines = max(len(cases) for _, cases in groups)
    limits = _limits(result, name)
    for place, axes in enumerate(panels.flat):
        if place >= len(groups):
            axes.remove()
            continue
        title, cases = groups[place]
        cases_panel(axes, result, cases, name, optimum)
        axes.set_ylim(*limits)
        axes.set_title(title)
        below = place + columns < len(groups)
        axes.tick_params(axis="x", labelbottom=not below)
        axes.set_xlabel("" if below else parameter_label(result.design.axes[0].parameter))
    figure.supylabel(quantity_label(name), fontsize=15)
    named: list[Any] = []
    if 1 < lines <= MOST_LINES:
        named = [
            Line2D([], [], label=_line_words(groups, case), **look)
            for case, look in zip(groups[0][1], looks(lines), strict=False)
        ]
    elif lines > MOST_LINES:
        label = f"each of {lines} runners and tasks"
        named = [Line2D([], [], label=label, **looks(lines)[0])]
    return figure, [*named, *legend_handles(result, optimum, maps=False)]


def cases_panel(
    axes: Axes, result: SweepResult, cases: Sequence[SweepResult], name: str, optimum: str
) -> None:
    """A line for each of `cases` of the result."""
    swept = result.design.axes[0]
    x = np.asarray(swept.values)
    marker = "." if len(x) <= MOST_DOTS else None
    for case, look in zip(cases, looks(len(cases)), strict=True):
        shown = np.where(case.status_grid == OK, case.grid(name), np.nan)
        axes.plot(x, shown, marker=marker, label=case.design.cases[0].words, **look)
        best = case.optimum(name, optimum)
        if best is not None and len(cases) <= MOST_LINES:
            star(axes, best.inputs[0], best.value, color=look["color"])
        if nominal_is_inside(case):
            ring(axes, case.design.nominal[0], case.nominal[name])
    label_axis(axes, swept, "x")
    over_range(axes, swept)
    crosses(axes, result.failures, x, np.stack([case.status_grid for case in cases], axis=1))


def maps_figure(result: SweepResult, name: str, optimum: str) -> tuple[Figure, list[Any]]:
    """A map over the two axes of a grid for every runner and task, in the same colours."""
    rows, columns = shape_for(len(result.cases))
    figure, panels = panel_grid(rows, columns, sharex=True, sharey=True)
    limits = honest_limits(result[name][result.ok], room=0.0)
    mapping = None
    for place, axes in enumerate(panels.flat):
        if place >= len(result.cases):
            axes.remove()
            continue
        case = result.cases[place]
        contours = result.design.figure.contours
        mesh = map_panel(
            axes, case, name, contours=contours, optimum=optimum, limits=limits, bar=False
        )
        mapping = mesh or mapping
        axes.set_title(case.design.cases[0].words)
        axes.set_ylabel("")
        if place + columns < len(result.cases):
            axes.set_xlabel("")
    figure.supylabel(parameter_label(result.design.axes[1].parameter), fontsize=15)
    if mapping is not None:
        colour_bar([a for a in panels.flat if a.figure is not None], mapping, quantity_label(name))
    return figure, legend_handles(result, optimum, lines=False)


def _limits(result: SweepResult, name: str) -> tuple[float, float]:
    own = [case.nominal[name] for case in result.cases if nominal_is_inside(case)]
    return honest_limits(np.concatenate([result[name][result.ok], own]))


def _groups(result: SweepResult) -> list[tuple[str, list[SweepResult]]]:
    """Panels: a title and its cases. Few cases share one, runners with several tasks have one
    each, else each case has its own; of more than can be told apart all share one."""
    cases = list(result.cases)
    of = [case.design.cases[0] for case in cases]
    runners = list(dict.fromkeys(case.runner_name for case in of))
    tasks = list(dict.fromkeys(case.task_name for case in of))
    if len(runners) > 1 and len(tasks) > 1 and len(runners) <= MOST_PANELS:
        return [
            (r, [c for c, o in zip(cases, of, strict=True) if o.runner_name == r]) for r in runners
        ]
    if len(cases) <= MOST_LINES or len(cases) > MOST_PANELS:
        return [("", cases)]
    return [(case.words, [cases[k]]) for k, case in enumerate(of)]


def _line_words(groups: Sequence[tuple[str, Any]], case: SweepResult) -> str:
    one = case.design.cases[0]
    return one.words if len(groups) == 1 else one.task_name
