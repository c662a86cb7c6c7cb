"""A run with fatigue against distance: cost, contact and leakage, and the muscles that go first.

Left and middle: the change by fatigue alone, per cent of the same runner fresh at the same place.
No axis is so fine that a trifle fills it. Right: the share of their strength that the muscles keep
which lose most. A cross marks where form breaks.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SMALLEST, figure_style, save_figure

LEAST: Final = 5.0
"""Per cent either way that an axis of changes shows at least."""

_ROW: Final = 0.065
"""Height of a line of text as a share of a panel."""

_STYLES: Final = ("-", "--", ":", "-.")


class Drifts(NamedTuple):
    """A runner along the way: `distance` km, changes of cost and contact in per cent, what leaks
    sideways more in per cent of the leg's impulse, `capacity` of the muscles that are shown, and
    the distance (km) at which form breaks (None: it holds)."""

    name: str
    distance: np.ndarray
    cost: np.ndarray
    contact: np.ndarray
    leakage: np.ndarray
    capacity: Mapping[str, np.ndarray]
    breaks: float | None


def draw_race(runners: Sequence[Drifts], title: str, answer: str, conditions: str) -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    figure, panels = panel_grid(1, 3)
    cost, form, strength = panels[0]
    for i, one in enumerate(runners):
        style = _STYLES[i % len(_STYLES)]
        cost.plot(one.distance, one.cost, style, color=f"C{i}", label=one.name)
        form.plot(one.distance, one.contact, style, color=f"C{i}")
        form.plot(one.distance, one.leakage, style, color=f"C{i}", lw=1.3)
        if one.breaks is not None:
            for axes, along in ((cost, one.cost), (form, one.contact)):
                good = np.flatnonzero(np.isfinite(along))
                if good.size:
                    axes.plot(one.distance[good[-1]], along[good[-1]], "x", color=f"C{i}",
                              markersize=13, markeredgewidth=3)  # fmt: skip
    cost.set_title("Energy a metre")
    form.set_title("Form")
    for axes in (cost, form):
        _widen(axes)
        axes.axhline(0, color="0.6", lw=1.0, zorder=0)
        axes.set_ylabel("change by fatigue (%)")
    form.text(0.04, 0.03, "thick: ground contact\nthin: sideways leakage,\n% of the leg's impulse",
              transform=form.transAxes, va="bottom", fontsize=SMALLEST)  # fmt: skip
    _strengths(strength, runners[0])
    for axes in panels[0]:
        axes.set_xlabel("distance (km)")
        axes.set_xlim(0, max(float(one.distance[-1]) for one in runners))
    headline(figure, title, answer, conditions)
    if len(runners) > 1:
        legend_below(figure, cost.get_legend_handles_labels()[0])
    return figure


def _widen(axes: Axes) -> None:
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -LEAST), max(high, LEAST))


def _strengths(axes: Axes, one: Drifts) -> None:
    """Lines, and below them their names with what is left at the end."""
    for i, (group, left) in enumerate(one.capacity.items()):
        axes.plot(one.distance, 100 * left, color=f"C{i}")
        axes.text(
            0.96,
            0.04 + _ROW * (len(one.capacity) - 1 - i),
            f"{group.replace('_', ' ')}: {100 * float(left[-1]):.0f} %",
            transform=axes.transAxes,
            ha="right",
            fontsize=SMALLEST,
            color=f"C{i}",
        )
    axes.set_ylim(0, 105)
    axes.set_title("Muscles that lose most")
    axes.set_ylabel("strength that is left (%)")


def save_race(
    path: Path, runners: Sequence[Drifts], title: str, answer: str, conditions: str
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_race(runners, title, answer, conditions)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
