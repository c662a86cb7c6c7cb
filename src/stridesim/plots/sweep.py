"""The figure of any sweep: a line over one axis, a map over two, else a panel for every input.

The title is the sweep's own, the line below it is the answer in a sentence.
"""

from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.plots.scattered import cases_panel, scattered_figure
from stridesim.plots.sheet import headline, legend_below
from stridesim.plots.style import figure_style, save_figure
from stridesim.sweeps.answer import MOST_NAMED, answer
from stridesim.sweeps.result import SweepResult
from stridesim.sweeps.wording import listed, parameter_words, quantity_words

MOST_LINES: Final = 5
"""More values of a second axis than this are a map."""


def draw_sweep(result: SweepResult) -> Figure:
    """The figure of a sweep; call within `figure_style` and close it after use."""
    design = result.design
    optimum = design.figure.optimum
    several = len(result.cases) > 1
    if not design.is_grid or len(design.axes) > (1 if several else 2):
        figure, handles = scattered_figure(result, design.shown, optimum)
    else:
        figure = plt.figure(figsize=(8.6, 5.4), layout="constrained")
        handles = _one_panel(figure.add_subplot(), result)
    legend_below(figure, handles)
    headline(figure, design.config.title or _title(result), answer(result))
    return figure


def _one_panel(axes: Axes, result: SweepResult) -> list[Any]:
    """Lines or a map of a grid; returns the legend's entries."""
    design = result.design
    optimum = design.figure.optimum
    if _is_map(result):
        contours = design.figure.contours
        map_panel(axes, result, design.shown, contours=contours, optimum=optimum)
        return legend_handles(result, optimum, lines=False)
    if len(result.cases) > 1:
        cases_panel(axes, result, design.shown, optimum)
    else:
        lines_panel(axes, result, design.shown, optimum=optimum)
    lines = axes.get_legend_handles_labels()[0]
    named = lines if len(design.axes) > 1 or len(result.cases) > 1 else []
    return [*named, *legend_handles(result, optimum, maps=False)]


def save_sweep(result: SweepResult, path: Path) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_sweep(result)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _is_map(result: SweepResult) -> bool:
    design = result.design
    if len(design.axes) == 1:
        return False
    if design.figure.kind == "auto":
        return len(design.axes[1].values) > MOST_LINES
    return design.figure.kind == "map"


def _title(result: SweepResult) -> str:
    words = quantity_words(result.design.shown)
    axes = result.design.axes
    over = listed([parameter_words(axis.path) for axis in axes])
    if len(axes) > MOST_NAMED:
        over = f"{len(axes)} parameters"
    return f"{words[:1].upper()}{words[1:]} over {over}"
