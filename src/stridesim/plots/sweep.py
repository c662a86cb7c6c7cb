"""The figure of any sweep: a line over one axis, a map over two, else a panel for every input.

The title is the sweep's own, the line below it is the answer in a sentence, and a grey line says
for whom, how fast and by which model it holds.
"""

from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from stridesim.plots.cases import MOST_MAPS, cases_figure, maps_figure
from stridesim.plots.conditions import sweep_conditions
from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import MOST_LINES, lines_panel, map_panel
from stridesim.plots.scattered import scattered_figure
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import figure_style, save_figure
from stridesim.sweeps.nominal_lines import is_task
from stridesim.sweeps.result import SweepResult
from stridesim.words.sweep_answer import MOST_NAMED, answer
from stridesim.words.wording import amount, listed, parameter_words, quantity_words

MOST_IN_TITLE: Final = 2
"""More axes than this are counted in a title."""


def draw_sweep(result: SweepResult) -> Figure:
    """The figure of a sweep; call within `figure_style` and close it after use."""
    design = result.design
    name, optimum = design.shown, design.figure.optimum
    axes, cases = len(design.axes), len(result.cases)
    under = sweep_conditions(result)
    if cases > 1 and design.is_grid and axes == 1:
        figure, handles = cases_figure(result, name, optimum)
    elif cases > 1 and design.is_grid and axes == 2 and cases <= MOST_MAPS:
        figure, handles = maps_figure(result, name, optimum)
    elif not design.is_grid or axes > 2 or cases > 1:
        figure, handles, shown = scattered_figure(result, name, optimum)
        hidden = [a.path for k, a in enumerate(design.axes) if k not in shown]
        under += _not_shown(hidden)
    else:
        figure, handles = _one_panel(result)
    legend_below(figure, handles)
    # Where many panels leave little room: stars show the places, and the legend counts reasons.
    said = answer(result, brief=len(figure.axes) > 2)
    headline(figure, design.config.title or _title(result), said, under)
    return figure


def save_sweep(result: SweepResult, path: Path) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_sweep(result)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _one_panel(result: SweepResult) -> tuple[Figure, list[Any]]:
    """Lines or a map of a grid of one runner and task; and the legend's entries."""
    figure, panels = panel_grid(1, 1)
    axes, design = panels[0, 0], result.design
    optimum, runner = design.figure.optimum, _runner_words(result)
    if _is_map(result):
        contours = design.figure.contours
        map_panel(axes, result, design.shown, contours=contours, optimum=optimum)
        return figure, legend_handles(result, optimum, lines=False, runner=runner)
    lines_panel(axes, result, design.shown, optimum=optimum)
    lines = axes.get_legend_handles_labels()[0]
    named = lines if len(design.axes) > 1 and len(design.axes[1].values) <= MOST_LINES else []
    return figure, [*named, *legend_handles(result, optimum, maps=False, runner=runner)]


def _runner_words(result: SweepResult) -> str:
    """The legend's words for the nominal runner, at which speed or task where that is swept."""
    pairs = zip(result.design.axes, result.design.nominal, strict=True)
    tasks = [
        f"{parameter_words(axis.path)} {amount(own, axis.parameter.unit)}"
        for axis, own in pairs
        if is_task(axis.path)
    ]
    return f"this runner at its own {listed(tasks)}" if tasks else "this runner"


def _is_map(result: SweepResult) -> bool:
    design = result.design
    if len(design.axes) == 1:
        return False
    if design.figure.kind == "auto":
        return len(design.axes[1].values) > MOST_LINES
    return design.figure.kind == "map"


def _not_shown(paths: list[str]) -> str:
    if not paths:
        return ""
    words = [parameter_words(path) for path in paths]
    said = listed(words) if len(words) <= MOST_NAMED else f"{len(words)} parameters"
    return f" · not shown, as they move it least: {said}"


def _title(result: SweepResult) -> str:
    words = quantity_words(result.design.shown)
    axes = result.design.axes
    over = listed([parameter_words(axis.path) for axis in axes])
    if len(axes) > MOST_IN_TITLE:
        over = f"{len(axes)} parameters"
    return f"{words[:1].upper()}{words[1:]} over {over}"
