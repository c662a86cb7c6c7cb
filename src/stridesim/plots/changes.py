"""What tasks change, published against predicted: on the line, people and model answer alike.

A dot is a row of the record, its colour and sign the condition; the bar through it is the published
band. The left panel is the cost, the right one how the runner moves.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from stridesim.evidence.changes import CONDITIONS, Change, cost_errors
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SMALLEST, figure_style, save_figure

MARKERS: Final = ("o", "s", "^", "D", "v", "P")
"""Signs beside colours, for print without colour; one for each of `CONDITIONS`."""

WORDS: Final = {
    "slope": "slope", "force": "horizontal force", "support": "weight support",
    "width": "step width", "frequency": "step frequency", "speed": "speed",
}  # fmt: skip

_JOINT: Final = "slope, force and support"


def draw_changes(found: Sequence[Change], who: str) -> Figure:
    """The figure; call within `figure_style` and close it after use. `who` says whose predictions
    they are."""
    figure, panels = panel_grid(1, 2)
    cost, motion = panels.flat
    _panel(cost, [c for c in found if c.is_cost], "What running costs")
    _panel(motion, [c for c in found if not c.is_cost], "How the runner moves")
    shown = [c for c in found if c.predicted is not None]
    inside = sum(c.inside for c in shown)
    errors = cost_errors(found)
    rms = errors[_JOINT].rms if _JOINT in errors else None
    lacking = len(found) - len(shown)
    answer = f"{inside} of {len(shown)} changes lie inside their published band"
    answer += f"; {lacking} more have no number." if lacking else "."
    if rms is not None:
        answer += (
            f" Over slopes, forces and support the relative cost is off by {rms:.0f} percentage "
            "points (root mean square)."
        )
    headline(
        figure,
        "Does a task change what it changes in people?",
        answer,
        f"{who} · change against the same runner without the task · bars: published bands",
    )
    legend_below(figure, _legend(found), columns=5)
    return figure


def save_changes(path: Path, found: Sequence[Change], who: str) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_changes(found, who)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _panel(axes: Axes, found: Sequence[Change], title: str) -> None:
    axes.set_title(title)
    axes.set(xlabel="published change (%)", ylabel="predicted change (%)")
    told = [(c, c.predicted) for c in found if c.predicted is not None]
    if not told:
        axes.set(xlim=(-100, 100), ylim=(-100, 100))
        axes.text(0, 0, "no numbers", ha="center", va="center", fontsize=SMALLEST, color="0.4")
        return
    ends = np.array([0.0, *(v for c, at in told for v in (c.low, c.high, c.published, at))])
    room = 0.05 * max(np.ptp(ends), 20.0)
    limits = ends.min() - room, ends.max() + room
    axes.plot(limits, limits, color="0.5", lw=1.4, zorder=1)
    axes.axhline(0, color="0.85", lw=1.0, zorder=0)
    axes.axvline(0, color="0.85", lw=1.0, zorder=0)
    for change, predicted in told:
        k = CONDITIONS.index(change.condition)
        axes.vlines(change.published, change.low, change.high, color=f"C{k}", lw=7, alpha=0.25)
        axes.plot(change.published, predicted, MARKERS[k], color=f"C{k}",
                  mec="black" if change.inside else f"C{k}",
                  mfc=f"C{k}" if change.inside else "white", mew=1.6, ms=11)  # fmt: skip
    axes.set(xlim=limits, ylim=limits)


def _legend(found: Sequence[Change]) -> list[Line2D]:
    there = {c.condition for c in found if c.predicted is not None}
    handles = []
    for k, name in enumerate(CONDITIONS):
        if name not in there:
            continue
        handles.append(Line2D([], [], ls="", marker=MARKERS[k], color=f"C{k}", label=WORDS[name]))
    look = {"ls": "", "marker": "o", "color": "0.4", "mew": 2.0}
    handles.append(Line2D([], [], label="inside its band", mec="black", mfc="0.6", **look))
    handles.append(Line2D([], [], label="outside", mfc="white", **look))
    handles.append(Line2D([], [], color="0.5", lw=1.4, label="as published"))
    return handles
