"""A tornado: the parameters that move a result most, the strongest on top.

A bar is the change of the result, per cent, for the step that stands beside its name; bars to the
right make the result larger, bars to the left smaller.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from stridesim.analysis import Elasticity
from stridesim.plots.sheet import headline, legend_below
from stridesim.plots.style import figure_style, save_figure
from stridesim.sweeps.wording import parameter_words, quantity_words

_STEPPED: Final = "////"
"""Hatch of bars whose step is not 1 % of the parameter."""


def draw_tornado(
    effects: Mapping[str, Sequence[Elasticity]], answers: Mapping[str, str], top: int = 20
) -> Figure:
    """A panel for each result; call within `figure_style` and close it after use."""
    shown = {name: [e for e in found if e.acts][:top] for name, found in effects.items()}
    longest = max(len(found) for found in shown.values())
    size = (8.6 * len(shown), 1.9 + 0.26 * max(longest, 4))
    figure, panels = plt.subplots(1, len(shown), figsize=size, layout="constrained", squeeze=False)
    for axes, (name, found) in zip(panels[0], shown.items(), strict=True):
        _panel(axes, name, found)
    kinds = {e.step.relative for found in shown.values() for e in found}
    if kinds == {True, False}:
        plain = Patch(facecolor="0.75", label="for 1 % more of the parameter (elasticity)")
        stepped = Patch(
            facecolor="white", edgecolor="0.4", hatch=_STEPPED, label="for the step beside the name"
        )
        legend_below(figure, [plain, stepped])
    headline(figure, "Which parameters matter?", " ".join(answers[name] for name in shown))
    return figure


def _panel(axes: Axes, name: str, found: Sequence[Elasticity]) -> None:
    places = range(len(found))
    for place, effect in zip(places, found, strict=True):
        colour = "C1" if effect.change > 0 else "C0"
        relative = effect.step.relative
        axes.barh(
            place,
            effect.change,
            height=0.72,
            color=colour if relative else "white",
            edgecolor=colour,
            hatch=None if relative else _STEPPED,
        )
        axes.annotate(
            f"{effect.change:+.2g}".replace("-", "−"),
            (effect.change, place),
            xytext=(4 if effect.change > 0 else -4, 0),
            textcoords="offset points",
            ha="left" if effect.change > 0 else "right",
            va="center",
            fontsize=8,
        )
    labels = [
        parameter_words(e.parameter.path) + ("" if e.step.relative else f", {e.step.words}")
        for e in found
    ]
    axes.set_yticks(list(places), labels)
    axes.invert_yaxis()
    axes.axvline(0, color="0.3", lw=0.8)
    axes.margins(x=0.12)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel(f"change of {quantity_words(name)} (%)")


def save_tornado(
    path: Path,
    effects: Mapping[str, Sequence[Elasticity]],
    answers: Mapping[str, str],
    top: int = 20,
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_tornado(effects, answers, top)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
