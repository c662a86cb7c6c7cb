"""Differences from the first at a glance: a column for each variant, a row for each result.

A bar is the difference in per cent of the first's value, with the difference itself in the unit
that people use beside it; all columns have one scale, and never so fine a one that a trifle fills
it. A variant that cannot run has its reason in place of bars.
"""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.economy.compared import Compared, Difference, differences
from stridesim.plots.conditions import conditions, speed_words
from stridesim.plots.set_words import set_words
from stridesim.plots.sheet import headline, panel_grid
from stridesim.plots.style import SHEET, SMALLEST, figure_style, save_figure
from stridesim.words.everyday import everyday, everyday_difference, everyday_value
from stridesim.words.wording import change

ACROSS: Final = 3
"""Columns side by side; more variants go below."""

LEAST: Final = 5.0
"""Per cent either way that a scale shows at least."""

MORE, LESS, NONE = "C1", "C0", "0.5"


def draw_compared(
    found: Sequence[Compared],
    outputs: Sequence[str],
    metabolic: str,
    settings: Mapping[str, str] | None = None,
) -> Figure:
    """The figure; call within `figure_style` and close it after use."""
    told = differences(found, outputs)
    others = found[1:]
    across = min(len(others), ACROSS)
    down = -(-len(others) // across)
    figure, panels = panel_grid(
        down, across, SHEET[0], SHEET[1] * (1 + 0.75 * (down - 1)), sharex=True, sharey=True
    )
    ends = _ends(told)
    for axes, one in zip(panels.ravel(), others, strict=False):
        if one.variant.name in told:
            _bars(axes, told[one.variant.name], found[0], shares=across < ACROSS)
        else:
            _reason(axes, one.reason or "the first has no result", len(outputs))
        what = set_words(one.variant.settings)
        axes.set_title(_title(one), pad=30 if what else 9)
        what = textwrap.shorten(what, 96 // across - 4, placeholder=" …")
        axes.text(0, 1.02, what, color="0.4", fontsize=SMALLEST, transform=axes.transAxes)
    for axes in panels.ravel()[len(others) :]:
        axes.remove()
    for axes in panels[:, 0]:
        axes.set_yticks(range(len(outputs)), [everyday(name).words for name in outputs])
    panels[0, 0].set(xlim=ends, ylim=(len(outputs) - 0.4, -0.6))
    for axes in panels.ravel()[: len(others)]:
        axes.set_xlabel(f"change against {_short(found[0].variant.name, 24)} (%)")
        axes.tick_params(axis="y", length=0)
        axes.tick_params(axis="x", labelbottom=True)
    headline(figure, *_words(found, told, metabolic, settings or {}))
    return figure


def save_compared(
    path: Path,
    found: Sequence[Compared],
    outputs: Sequence[str],
    metabolic: str,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Draw and write to `path`; the suffix picks the format."""
    with figure_style():
        figure = draw_compared(found, outputs, metabolic, settings)
        try:
            save_figure(figure, path)
        finally:
            plt.close(figure)


def _ends(told: Mapping[str, Mapping[str, Difference]]) -> tuple[float, float]:
    """Ends of the scale: the bars in its left half, what is written beside them in its right."""
    shares = [one.percent for of in told.values() for one in of.values() if one.percent]
    low, high = min([-0.5 * LEAST, *shares]), max([0.5 * LEAST, *shares])
    span = max(high - low, 2 * LEAST)
    return low - 0.05 * span, high + 1.25 * span


def _bars(axes: Axes, told: Mapping[str, Difference], first: Compared, *, shares: bool) -> None:
    """`shares`: there is room to write the per cent as well."""
    for place, (name, one) in enumerate(told.items()):
        share = one.percent or 0.0
        unit = everyday(name).unit
        text = everyday_difference(name, one.value, float(first.evaluation.results[name]))
        nothing = text.startswith("±")
        text += "" if unit == "1" else f" {unit}"
        if shares and one.percent is not None:
            text += f"  ({change(share)})"
        axes.barh(place, share, height=0.66, color=MORE if share > 0 else LESS)
        # To the right of every bar: on its left stand the names of the rows.
        axes.annotate(
            text, (max(share, 0.0), place), xytext=(5, 0), textcoords="offset points",
            ha="left", va="center", fontsize=SMALLEST, color=NONE if nothing else "0.15",
        )  # fmt: skip
    axes.axvline(0, color="0.3", lw=1.0)
    axes.spines["left"].set_visible(False)


def _reason(axes: Axes, reason: str, rows: int) -> None:
    axes.text(0, 0.5 * rows, "no result:\n" + textwrap.fill(reason.replace("_", " "), 26),
              ha="center", va="center", color="#B00020", fontsize=SMALLEST)  # fmt: skip
    axes.spines["left"].set_visible(False)


def _title(one: Compared) -> str:
    return textwrap.fill(one.variant.name, 28)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _words(
    found: Sequence[Compared],
    told: Mapping[str, Mapping[str, Difference]],
    metabolic: str,
    settings: Mapping[str, str],
) -> tuple[str, str, str]:
    """Title, answer and conditions."""
    first = found[0]
    title = f"Compared with {first.variant.name}"
    name = "cost_of_transport"
    answer = "It has no result, so that nothing can be compared with it."
    if first.ok:
        own = float(first.evaluation.results[name])
        own_words = everyday_value(name, own)
        costs = differences(found, [name])
        parts = [f"{other} {change(one[name].percent or 0)}" for other, one in costs.items()]
        answer = (
            f"Energy a metre ({own_words}): {', '.join(parts) or 'none of the others has one'}."
        )
    said = conditions(first.variant.runner, metabolic, name=first.variant.name)
    speeds = {round(float(one.variant.runner.task.speed), 2) for one in found}
    if len(speeds) > 1:
        others = ", ".join(
            f"{one.variant.name} at {speed_words([float(one.variant.runner.task.speed)])}"
            for one in found[1:]
        )
        said += f" · {others}"
    if settings:
        said += f" · set for all: {set_words(settings)}"
    return title, answer, said
