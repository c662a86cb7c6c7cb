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

_STYLES: Final = ("-", "--", ":", "-.")


class Drifts(NamedTuple):
    """A runner along the way: `distance` km, changes in per cent, `capacity` of the muscles that
    are shown, and the distance (km) at which form breaks (None: it holds)."""

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
        if one.breaks is not None:
            for axes, along in ((cost, one.cost), (form, one.contact)):
                good = np.flatnonzero(np.isfinite(along))
                if good.size:
                    axes.plot(one.distance[good[-1]], along[good[-1]], "x", color=f"C{i}",
                              markersize=13, markeredgewidth=3)  # fmt: skip
    cost.set_title("Energy a metre")
    form.set_title("Ground contact")
    for axes in (cost, form):
        _widen(axes)
        axes.axhline(0, color="0.6", lw=1.0, zorder=0)
        axes.set_ylabel("change by fatigue (%)")
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
    """Lines with their names at the end, pushed apart where they would lie on each other."""
    ends: list[float] = []
    for i, (group, left) in enumerate(one.capacity.items()):
        axes.plot(one.distance, 100 * left, color=f"C{i}")
        end = 100 * float(left[-1])
        while any(abs(end - other) < 5.5 for other in ends):
            end += 5.5
        ends.append(end)
        axes.annotate(
            group.replace("_", " "),
            (float(one.distance[-1]), end),
            xytext=(-4, 4),
            textcoords="offset points",
            ha="right",
            va="bottom",
            fontsize=SMALLEST,
            color=f"C{i}",
        )
    axes.set_ylim(0, 108)
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
