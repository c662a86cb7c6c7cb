"""Training programmes: the predicted change of cost beside the published one, an interval each.

Blue is the model's median and central 95 % of its draws, vermillion what trials found; a published
mean without an interval is an open mark. Left of zero is cheaper. The axis shows 5 % either way at
least.
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SMALLEST, figure_style, save_figure

LEAST: Final = 5.0
_MODEL, _TRIALS = "C0", "C1"
_APART: Final = 0.2
_BAR: Final = 0.22
_OTHER: Final = 2
"""Bars have other colours than intervals."""


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
    signs = intervals(axes, rows)
    axes.set_xlabel("change of energy a metre (%); left of zero is cheaper")
    legend_below(figure, signs)
    headline(figure, title, answer, conditions)
    return figure


def intervals(axes: Axes, rows: Sequence[Row]) -> list[Artist]:
    """The programmes in a panel, one below the other; gives what stands for them in a legend."""
    for place, row in enumerate(rows):
        _mark(axes, row.model, place - _APART, _MODEL, "o")
        for i, one in enumerate(row.published):
            _mark(axes, one, place + _APART * (0.6 + i), _TRIALS, "s")
    _programmes(axes, [row.words for row in rows])
    model = axes.plot([], [], "o", color=_MODEL, label="model, 95 % of the draws")
    trials = axes.plot([], [], "s", color=_TRIALS, label="published, 95 % interval")
    alone = axes.plot([], [], "s", color=_TRIALS, mfc="white", label="published, no interval")
    return [*model, *trials, *alone]


def bars(axes: Axes, changes: Mapping[str, Sequence[float]]) -> list[Artist]:
    """Several changes (%) of every programme as bars side by side, by what they are of; gives what
    stands for them in a legend."""
    signs: list[Artist] = []
    count = 0
    for k, (words, values) in enumerate(changes.items()):
        count = len(values)
        places = [place + _BAR * (k - (len(changes) - 1) / 2) for place in range(count)]
        colour = f"C{k + _OTHER}"
        axes.barh(places, values, height=0.9 * _BAR, color=colour)
        signs.append(Patch(color=colour, label=words))
    _programmes(axes, [""] * count)
    return signs


def _programmes(axes: Axes, words: Sequence[str]) -> None:
    """A row a programme, from the top, and the line of no change."""
    axes.axvline(0, color="0.3", lw=1.2)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -LEAST), max(high, LEAST))
    axes.set_yticks(range(len(words)), words)
    axes.set_ylim(len(words) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)


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
