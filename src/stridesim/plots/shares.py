"""Global sensitivity at a glance: who is to blame for how much of the variance, or who acts at all.

Sobol indices: bars of first and total indices of the first result with their intervals, and, of
several results, a map of total indices. Morris' screen: mean magnitude of the effects against
their spread, a panel for each result; on the grey line the two are equal, and near or above it an
effect depends on where the other parameters, or this one, are.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.analysis import Effects, Indices
from stridesim.plots.sheet import headline, legend_below
from stridesim.plots.style import figure_style, save_figure
from stridesim.results import quantity
from stridesim.sweeps.wording import listed, parameter_words, percent, quantity_words

Judged = Mapping[str, Indices] | Mapping[str, Effects]

_PER_ROW: Final = 0.34
"""Inches of height for a parameter."""

_COLOURS: Final = 8
_SIGNS: Final = ("o", "s", "^", "D", "v")


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
    maps = len(found) > 1
    widths = [1.0, 0.16 + 0.16 * len(found)] if maps else [1.0]
    height = 2.3 + _PER_ROW * len(names) + (1.0 if maps else 0.0)
    figure, panels = plt.subplots(
        1,
        len(widths),
        figsize=(8.6 * sum(widths) ** 0.7, height),
        layout="constrained",
        squeeze=False,
        width_ratios=widths,
    )
    _bars(panels[0, 0], [names[k] for k in order], found[first], order)
    panels[0, 0].set_xlabel(f"share of the variance of {quantity_words(first)}")
    if maps:
        _map(panels[0, 1], found, order)
    headline(figure, "What is the variance made of?", _answer(names, first, found[first]))
    return figure


def _bars(axes: Axes, names: list[str], judged: Indices, order: np.ndarray) -> None:
    places = np.arange(len(names))
    kinds = (
        ("alone (first order)", judged.first, judged.first_low, judged.first_high, "C0", -0.2),
        (
            "with interactions (total)",
            judged.total,
            judged.total_low,
            judged.total_high,
            "C4",
            0.19,
        ),
    )
    for label, value, low, high, colour, offset in kinds:
        value, low, high = value[order], low[order], high[order]
        # A percentile interval of a skewed sample need not hold the estimate.
        error = np.maximum([value - low, high - value], 0.0)
        look: Any = {"ecolor": "0.3", "capsize": 2.5, "error_kw": {"lw": 1.0}}
        axes.barh(places + offset, value, 0.36, xerr=error, color=colour, label=label, **look)
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.axvline(0, color="0.3", lw=0.8)
    axes.tick_params(axis="y", length=0)
    axes.legend(loc="lower right")


def _map(axes: Axes, found: Mapping[str, Any], order: np.ndarray) -> None:
    totals = np.array([judged.total[order] for judged in found.values()]).T
    image = axes.imshow(totals, aspect="auto", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(totals):
        dark = value < 0.55
        axes.text(column, row, f"{value:.2f}", ha="center", va="center", fontsize=8,
                  color="white" if dark else "black")  # fmt: skip
    axes.set_xticks(
        range(len(found)), [quantity_words(name) for name in found], rotation=35, ha="right"
    )
    axes.set_yticks([])
    axes.set_title("total index by result")
    axes.figure.colorbar(image, ax=axes, label="total index", shrink=0.9)


def _answer(names: list[str], first: str, judged: Indices) -> str:
    order = np.argsort(-judged.total)[:3]
    parts = [f"{names[k]} {percent(float(judged.total[k]))}" for k in order]
    words = quantity_words(first)
    return f"Share of the variance of {words} over these ranges: {listed(parts)} (total indices)."


def _draw_effects(names: list[str], found: Mapping[str, Any]) -> Figure:
    figure, panels = plt.subplots(
        1, len(found), figsize=(4.6 * len(found) + 2.0, 5.6), layout="constrained", squeeze=False
    )
    for axes, (name, judged) in zip(panels[0], found.items(), strict=True):
        _scatter(axes, names, name, judged)
    first = next(iter(found))
    order = [int(k) for k in np.argsort(-np.nan_to_num(found[first].mu_star, nan=-1.0))[:3]]
    leaders = listed([names[k] for k in order])
    legend_below(figure, panels[0, 0].get_legend_handles_labels()[0], columns=2 + len(found))
    headline(
        figure,
        "Which parameters act at all?",
        f"Over these ranges {leaders} move {quantity_words(first)} most.",
    )
    return figure


def _scatter(axes: Axes, names: list[str], name: str, judged: Effects) -> None:
    """A sign for each parameter, named in the legend: beside close points names hide each other."""
    for k, (text, x, y) in enumerate(zip(names, judged.mu_star, judged.sigma, strict=True)):
        sign = _SIGNS[k // _COLOURS % len(_SIGNS)]
        axes.plot(x, y, sign, color=f"C{k % _COLOURS}", label=text, ls="", clip_on=False, ms=7)
    right, top = (float(np.nanmax(v, initial=0.0)) or 1.0 for v in (judged.mu_star, judged.sigma))
    axes.plot([0, 2 * right], [0, 2 * right], color="0.6", lw=0.8, zorder=0, label="σ = μ*")
    unit = quantity(name).unit
    of = "" if unit == "1" else f" ({unit})"
    axes.set(
        xlim=(0, 1.1 * right),
        ylim=(0, 1.1 * top),
        xlabel=f"mean size of the effect of the whole range, μ*{of}",
        ylabel=f"spread of the effect, σ{of}",
        title=quantity_words(name),
    )


def save_judged(path: Path, paths: Sequence[str], found: Judged) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_judged(paths, found)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
