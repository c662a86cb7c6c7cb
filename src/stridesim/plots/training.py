"""Training programmes: the predicted change of cost beside the published one, an interval each.

Blue is the model's median and central 95 % of its draws, vermillion what trials found; a published
mean without an interval is an open mark. Left of zero is cheaper. The axis shows 5 % either way at
least.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SMALLEST, figure_style, save_figure

LEAST: Final = 5.0
_MODEL, _TRIALS = "C0", "C1"
_APART: Final = 0.2


class Row(NamedTuple):
    """A programme: its words, the model's (median, low, high) and the published (mean, low, high),
    per cent; NaN where there is none."""

    words: str
    model: tuple[float, float, float]
    published: tuple[tuple[float, float, float], ...]


def draw_training(rows: Sequence[Row], title: str, answer: str, conditions: str = "") -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    figure, panels = panel_grid(1, 1)
    axes = panels[0, 0]
    for place, row in enumerate(rows):
        _mark(axes, row.model, place - _APART, _MODEL, "o")
        for i, one in enumerate(row.published):
            _mark(axes, one, place + _APART * (0.6 + i), _TRIALS, "s")
    axes.axvline(0, color="0.3", lw=1.2)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -LEAST), max(high, LEAST))
    axes.set_yticks(range(len(rows)), [row.words for row in rows])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("change of energy a metre (%); left of zero is cheaper")
    model = axes.plot([], [], "o", color=_MODEL, label="model, 95 % of the draws")
    trials = axes.plot([], [], "s", color=_TRIALS, label="published, 95 % interval")
    alone = axes.plot([], [], "s", color=_TRIALS, mfc="white", label="published, no interval")
    legend_below(figure, [*model, *trials, *alone])
    headline(figure, title, answer, conditions)
    return figure


def _mark(
    axes: Axes, found: tuple[float, float, float], place: float, colour: str, mark: str
) -> None:
    middle, low, high = found
    if not math.isfinite(middle):
        axes.annotate("no result", (0, place), fontsize=SMALLEST, color=colour, va="center")
        return
    known = math.isfinite(low)
    if known:
        axes.plot([low, high], [place, place], color=colour, lw=3.5, solid_capstyle="butt")
    face = colour if known else "white"
    axes.plot(middle, place, mark, color=colour, markerfacecolor=face, markersize=11)


def save_training(
    path: Path, rows: Sequence[Row], title: str, answer: str, conditions: str = ""
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_training(rows, title, answer, conditions)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
