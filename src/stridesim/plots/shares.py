"""Global sensitivity at a glance: who is to blame for how much of the variance, or who acts at all.

Sobol indices: bars of first and total indices with their intervals, a panel for each result.
Morris' screen: mean magnitude of the effects against their spread, a panel for each result, each
point with its name; on the grey line the two are equal, and near or above it an effect depends on
where the other parameters, or this one, are.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stridesim.analysis import Effects, Indices
from stridesim.plots.point_names import Point, name_points
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.style import SHEET, SMALLEST, figure_style, save_figure
from stridesim.results import quantity
from stridesim.words.wording import listed, parameter_words, percent, quantity_words

Judged = Mapping[str, Indices] | Mapping[str, Effects]

_PER_ROW: Final = 0.34
"""Inches of height for a parameter."""

_ACROSS: Final = 3
"""Panels side by side."""

_ALONE, _TOTAL = "alone (first order)", "with interactions (total)"
_KINDS: Final = {_ALONE: "C0", _TOTAL: "C4"}

_NEAR_NOTHING: Final = 0.03
"""Share of the largest mean effect below which a point has no name."""


def draw_judged(paths: Sequence[str], found: Judged) -> Figure:
    """The figure of a method; `paths` name the parameters in the order of the indices.

    Call within `figure_style` and close it after use.
    """
    names = [parameter_words(path) for path in paths]
    if isinstance(next(iter(found.values())), Effects):
        return _draw_effects(names, found)
    return _draw_indices(names, found)


def _draw_indices(names: list[str], found: Mapping[str, Any]) -> Figure:
    first = next(iter(found))
    order = np.argsort(-found[first].total, kind="stable")
    across = min(len(found), _ACROSS)
    down = -(-len(found) // across)
    height = max(SHEET[1] * (1 + 0.7 * (down - 1)), 2.6 + _PER_ROW * len(names) * down)
    figure, panels = panel_grid(down, across, SHEET[0], height, sharey=True, sharex=True)
    for axes, (name, judged) in zip(panels.ravel(), found.items(), strict=False):
        _bars(axes, [names[k] for k in order], judged, order)
        axes.set_title(quantity_words(name))
        axes.set_xlabel("share of the variance (1)")
        axes.tick_params(axis="x", labelbottom=True)
    for axes in panels.ravel()[len(found) :]:
        axes.remove()
    panels[0, 0].invert_yaxis()
    legend_below(figure, [Patch(color=c, label=words) for words, c in _KINDS.items()])
    headline(figure, "What is the variance made of?", _answer(names, first, found[first]))
    return figure


def _bars(axes: Axes, names: list[str], judged: Indices, order: np.ndarray) -> None:
    places = np.arange(len(names))
    kinds = (
        (_ALONE, judged.first, judged.first_low, judged.first_high, -0.2),
        (_TOTAL, judged.total, judged.total_low, judged.total_high, 0.19),
    )
    for label, value, low, high, offset in kinds:
        value, low, high = value[order], low[order], high[order]
        # A percentile interval of a skewed sample need not hold the estimate.
        error = np.maximum([value - low, high - value], 0.0)
        look: Any = {"ecolor": "0.3", "capsize": 2.5, "error_kw": {"lw": 1.0}}
        axes.barh(places + offset, value, 0.36, xerr=error, color=_KINDS[label], **look)
    axes.set_yticks(places, names)
    axes.axvline(0, color="0.3", lw=0.8)
    axes.tick_params(axis="y", length=0)


def _answer(names: list[str], first: str, judged: Indices) -> str:
    order = np.argsort(-judged.total)[:3]
    parts = [f"{names[k]} {percent(float(judged.total[k]))}" for k in order]
    words = quantity_words(first)
    return f"Share of the variance of {words} over these ranges: {listed(parts)} (total indices)."


def _draw_effects(names: list[str], found: Mapping[str, Any]) -> Figure:
    across = min(len(found), 2)
    down = -(-len(found) // across)
    figure, panels = panel_grid(down, across, SHEET[0], SHEET[1] * (1 + 0.7 * (down - 1)))
    for axes, (name, judged) in zip(panels.ravel(), found.items(), strict=False):
        _scatter(axes, name, judged)
    for axes in panels.ravel()[len(found) :]:
        axes.remove()
    first = next(iter(found))
    order = [int(k) for k in np.argsort(-np.nan_to_num(found[first].mu_star, nan=-1.0))[:3]]
    leaders = listed([names[k] for k in order])
    headline(
        figure,
        "Which parameters act at all?",
        f"Over these ranges {leaders} move {quantity_words(first)} most.",
        "right: acts strongly; near or above the line: depends on the other parameters, or is "
        "curved",
    )
    figure.draw_without_rendering()
    for axes, judged in zip(panels.ravel(), found.values(), strict=False):
        _name(axes, names, judged)
    return figure


def _scatter(axes: Axes, name: str, judged: Effects) -> None:
    axes.plot(judged.mu_star, judged.sigma, "o", color="C0", clip_on=False)
    right, top = (float(np.nanmax(v, initial=0.0)) or 1.0 for v in (judged.mu_star, judged.sigma))
    axes.plot([0, 2 * right], [0, 2 * right], color="0.7", lw=1.2, zorder=0)
    unit = quantity(name).unit
    of = "" if unit == "1" else f" ({unit})"
    axes.set(
        xlim=(0, 1.3 * right),
        ylim=(0, 1.15 * top),
        xlabel=f"mean effect of the whole range, μ*{of}",
        ylabel=f"spread of the effect, σ{of}",
        title=quantity_words(name),
    )


def _name(axes: Axes, names: list[str], judged: Effects) -> None:
    """Names of the points that act; those near nothing are one remark."""
    strongest = float(np.nanmax(judged.mu_star, initial=0.0))
    acts = np.nan_to_num(judged.mu_star) > _NEAR_NOTHING * strongest
    points = [
        Point(float(x), float(y), name)
        for name, x, y in zip(names, judged.mu_star, judged.sigma, strict=True)
        if np.isfinite(x) and np.isfinite(y)
    ]
    named = {name for name, does in zip(names, acts, strict=True) if does}
    name_points(axes, [p if p.name in named else p._replace(name="") for p in points])
    silent = len(names) - len(named)
    if silent:
        words = f"without a name: {silent} below {100 * _NEAR_NOTHING:.0f} % of the largest"
        axes.text(0.02, 0.99, words, transform=axes.transAxes, ha="left", va="top",
                  color="0.4", fontsize=SMALLEST)  # fmt: skip


def save_judged(path: Path, paths: Sequence[str], found: Judged) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_judged(paths, found)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
