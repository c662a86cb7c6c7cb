"""Tornados: what moves a result most, apart by who can do something about it.

Left what the runner can change (gait, posture, training), right what is chosen with the task and
what the runner is born with. A bar is the change of the result, per cent, for the step that stands
beside its name, which is one that people say; bars to the right make the result larger.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from stridesim.analysis import Elasticity
from stridesim.analysis.spoken import Spoken, all_spoken
from stridesim.plots.sheet import headline
from stridesim.plots.style import SHEET, SMALLEST, figure_style, save_figure
from stridesim.runner.changeable import CHANGEABLE
from stridesim.words.wording import parameter_words, quantity_words

PANELS: Final = (
    ("What the runner can change", CHANGEABLE, 12),
    ("The task", ("task",), 4),
    ("Born with", ("inborn",), 6),
)
"""Title, kinds, and how many bars are shown at most."""

_LONGEST: Final = 34
"""Letters of a name in a line."""


def draw_tornado(
    effects: Mapping[str, Sequence[Elasticity]],
    answers: Mapping[str, str],
    top: int = 20,
    conditions: str = "",
) -> Figure:
    """A sheet for each result, one below the other; call within `figure_style` and close it after
    use. At most `top` bars a result; `answers` in words, `conditions` as they hold for all."""
    size = (SHEET[0], SHEET[1] * (1 + 0.8 * (len(effects) - 1)))
    figure = plt.figure(figsize=size, layout="constrained")
    engine = figure.get_layout_engine()
    if isinstance(engine, ConstrainedLayoutEngine):
        engine.set(h_pad=0.08, w_pad=0.1)
    sheets = figure.add_gridspec(len(effects), 1)
    for row, (name, found) in enumerate(effects.items()):
        grid = sheets[row].subgridspec(2, 2, height_ratios=[4, 6])
        places = (grid[:, 0], grid[0, 1], grid[1, 1])
        shown = strongest(found, top)
        reach = max([abs(one.change) for of in shown for one in of], default=1.0)
        for place, (title, *_), of in zip(places, PANELS, shown, strict=True):
            if of:
                axes = figure.add_subplot(place)
                _panel(axes, of, reach)
                axes.set_title(title)
                axes.set_xlabel("change (%)")
                if len(effects) > 1 and of is shown[0]:
                    axes.set_title(f"{quantity_words(name)}: {title[:1].lower()}{title[1:]}")
    headline(figure, "Which parameters matter?", " ".join(answers[n] for n in effects), conditions)
    return figure


def strongest(found: Sequence[Elasticity], top: int) -> list[list[Spoken]]:
    """Bars of every panel, the strongest first."""
    every = all_spoken(found)
    panels = [
        [one for one in every if one.kind in kinds][: min(most, top)] for _, kinds, most in PANELS
    ]
    shown = sorted((one for of in panels for one in of), key=lambda one: -abs(one.change))[:top]
    kept = {one.effect.parameter.path for one in shown}
    return [[one for one in of if one.effect.parameter.path in kept] for of in panels]


def _panel(axes: Axes, found: Sequence[Spoken], reach: float) -> None:
    places = np.arange(len(found))
    for place, one in zip(places, found, strict=True):
        colour = "C1" if one.change > 0 else "C0"
        axes.barh(place, one.change, height=0.7, color=colour)
        axes.annotate(
            f"{one.change:+.2g}".replace("-", "−"),
            (one.change, place),
            xytext=(4 if one.change > 0 else -4, 0),
            textcoords="offset points",
            ha="left" if one.change > 0 else "right",
            va="center",
            fontsize=SMALLEST,
        )
    axes.set_yticks(places, [label_of(one) for one in found])
    axes.invert_yaxis()
    axes.axvline(0, color="0.3", lw=1.0)
    axes.set_xlim(-1.9 * reach, 1.9 * reach)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def label_of(one: Spoken) -> str:
    """`slope, +1 % grade`."""
    name = parameter_words(one.effect.parameter.path)
    if len(name) > _LONGEST:
        name = f"{name[: _LONGEST - 1]}…"
    return f"{name}, {one.step}"


def save_tornado(
    path: Path,
    effects: Mapping[str, Sequence[Elasticity]],
    answers: Mapping[str, str],
    top: int = 20,
    conditions: str = "",
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_tornado(effects, answers, top, conditions)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)
