"""The figure of any sweep: a line over one axis, a map over two.

The title is the sweep's own, the line below it is the answer in a sentence.
"""

from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from stridesim.plots.marks import headline, legend_below, legend_handles
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.plots.style import figure_style, save_figure
from stridesim.sweeps.answer import answer
from stridesim.sweeps.result import SweepResult
from stridesim.sweeps.wording import parameter_words, quantity_words

MOST_LINES: Final = 5
"""More values of a second axis than this are a map."""


def draw_sweep(result: SweepResult) -> Figure:
    """The figure of a sweep; call within `figure_style` and close it after use."""
    design = result.design
    figure = plt.figure(figsize=(8.6, 5.4), layout="constrained")
    axes = figure.add_subplot()
    on_map = _is_map(result)
    optimum = design.figure.optimum
    if on_map:
        contours = design.figure.contours
        map_panel(axes, result, design.shown, contours=contours, optimum=optimum)
    else:
        lines_panel(axes, result, design.shown, optimum=optimum)
    handles = legend_handles(result, optimum, lines=not on_map, maps=on_map)
    if len(design.axes) > 1 and not on_map:
        handles = [*axes.get_legend_handles_labels()[0], *handles]
    legend_below(figure, handles)
    headline(figure, design.config.title or _title(result), answer(result))
    return figure


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
    over = " and ".join(parameter_words(axis.path) for axis in result.design.axes)
    return f"{words[:1].upper()}{words[1:]} over {over}"
