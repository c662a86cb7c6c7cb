"""Parts of a claim's figure: a result as a change, a line of no change, what is seen, the effect.

The panel of the effect is the same in every figure: what a realistic change does to the outcome
under each condition, with its interval, each metabolic model's answer, the answer with the gait
chosen anew, and the band that is too small to matter.
"""

import textwrap
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from stridesim.evidence.verdict import Effect, ModelVerdict
from stridesim.plots.marks import (
    THIS_RUNNER,
    crosses,
    is_own_mark,
    legend_handles,
    over_range,
)
from stridesim.plots.panels import STYLES, Derived, label_axis
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.plots.style import SMALLEST
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change, quantity_words

LETTERS: Final = 27
"""Letters of a line of text within a third of a sheet."""

_LINE: Final = 0.115
"""Share of a panel that a line of what is seen takes."""

_OTHER: Final = 3
"""Muscles have other colours than the lines of a panel beside theirs."""

BAND: Final = "0.92"
INTERVAL, ANEW = "#0072B2", "#D55E00"


def three_panels() -> tuple[Figure, list[Axes]]:
    """A sheet with three panels side by side."""
    figure, panels = panel_grid(1, 3)
    return figure, list(panels.flat)


def changed(result: SweepResult, name: str = "cost_of_transport") -> Derived:
    """A result's grid as its change against the nominal runner, per cent."""
    label = "Change of cost (%)" if name == "cost_of_transport" else _label(name)
    return Derived(result.change(name), label, own=0.0, level=CHANGE)


def changed_along(result: SweepResult, name: str = "cost_of_transport") -> Derived:
    """The same against the runner's own value of the first axis at each value of the second: what
    the first axis does, whatever the second costs."""
    x, grid = np.asarray(result.design.axes[0].values), result.grid(name)
    own = result.design.nominal[0]
    place = np.log if result.design.axes[0].scale == "log" else np.asarray
    level = []
    for k in range(grid.shape[1]):
        solved = np.isfinite(grid[:, k])
        known = solved.any() and x[solved].min() <= own <= x[solved].max()
        level.append(np.interp(place(own), place(x[solved]), grid[solved, k]) if known else np.nan)
    label = "Change of cost (%)" if name == "cost_of_transport" else _label(name)
    return Derived(100 * (grid / np.asarray(level) - 1), label, level=CHANGE)


def in_per_cent(result: SweepResult, name: str, label: str) -> Derived:
    """A share as per cent, under a label without unit."""
    return Derived(100 * result.grid(name), f"{label} (%)", own=100 * result.nominal[name])


def no_change(axes: Axes) -> None:
    """The line at zero."""
    axes.axhline(0, color="0.6", lw=1.2, zorder=1)


def level(axes: Axes, at: float) -> None:
    """A line at a value that means something."""
    axes.axhline(at, color="0.3", lw=1.4, ls=":", zorder=1)


def in_milliseconds(axes: Axes, label: str) -> None:
    """Label an axis that is in seconds by milliseconds."""
    axes.xaxis.set_major_formatter(lambda value, _: f"{1000 * value:.0f}")
    axes.set_xlabel(label)


def own_line(result: SweepResult) -> int:
    """The value of the second axis that is nearest to the runner's own."""
    values = np.asarray(result.design.axes[1].values)
    return int(np.abs(values - result.design.nominal[1]).argmin())


def by_muscle(
    axes: Axes, result: SweepResult, name: str, muscles: Sequence[str], line: int = 0
) -> None:
    """A result of several muscles over the first axis, at one value of the second, from nothing up:
    what is small looks small."""
    swept = result.design.axes[0]
    for k, muscle in enumerate(muscles):
        values = result.grid(f"{name}.{muscle}").reshape(len(swept.values), -1)[:, line]
        style = STYLES[k % len(STYLES)]
        words = muscle.replace("_", " ")
        axes.plot(swept.values, values, color=f"C{k + _OTHER}", ls=style, label=words)
    label_axis(axes, swept, "x")
    over_range(axes, swept)
    axes.set_ylim(bottom=0)
    statuses = result.status_grid.reshape(len(swept.values), -1)[:, [line]]
    crosses(axes, result.failures, np.asarray(swept.values), statuses)


def from_end_to_end(grid: np.ndarray) -> str:
    """What a result (n,) changes by from the first point that has one to the last, in words."""
    known = np.asarray(grid, float)
    known = known[np.isfinite(known)]
    return change(100 * (known[-1] / known[0] - 1)) if known.size > 1 else "no result"


def muscle_changes(
    result: SweepResult, name: str, muscles: Sequence[str], line: int | None = None
) -> str:
    """`gluteus maximus +11.3 %, vasti −2.0 %`: what the first axis changes in a result of muscles,
    from end to end, at one value of the second axis (default: the runner's own)."""
    at = own_line(result) if line is None else line
    told = (
        f"{muscle.replace('_', ' ')} {from_end_to_end(result.grid(f'{name}.{muscle}')[:, at])}"
        for muscle in muscles
    )
    return ", ".join(told)


def seen(axes: Axes, text: str) -> None:
    """What is seen in a panel, above its lines: the axis gets room for it, without a tick."""
    lines = textwrap.wrap(text, LETTERS)
    high = _LINE * len(lines)
    low, top = axes.get_ylim()
    axes.set_yticks([tick for tick in axes.get_yticks() if low <= tick <= top])
    axes.set_ylim(low, top + (top - low) * high / (1 - high))
    axes.text(
        0.02,
        1 - 0.5 * high,
        "\n".join(lines),
        transform=axes.transAxes,
        ha="left",
        va="center",
        fontsize=SMALLEST,
        weight="bold",
        zorder=7,
    )


def effect_panel(axes: Axes, found: Any) -> None:
    """What the realistic change of an experiment does, under each condition, against the band that
    is too small to matter."""
    axes.set_title("A realistic change")
    model: ModelVerdict | None = found.verdicts.model
    if model is None or found.change is None:
        axes.set_axis_off()
        axes.text(0, 0.5, "not judged", transform=axes.transAxes)
        return
    width = model.worthwhile
    axes.axvspan(-width, width, color=BAND, lw=0, zorder=0)
    axes.axvline(0, color="0.6", lw=1.2, zorder=1)
    for row, effect in enumerate(model.effects):
        _effect(axes, row, effect)
    axes.set_yticks(range(len(model.effects)), [effect.condition for effect in model.effects])
    axes.set_ylim(len(model.effects) - 0.5, -0.5)
    reach = max(2 * width, *(abs(x) for line in axes.get_lines() for x in _finite(line)))
    axes.set_xlim(-1.1 * reach, 1.1 * reach)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    what = "cost" if found.change.outcome == "cost_of_transport" else _words(found.change.outcome)
    where = "left" if found.change.claimed == "lower" else "right"
    axes.set_xlabel(f"Change of {what} (%)\nclaim: {where} of the grey")


def effect_handles() -> list[Line2D]:
    """Legend entries of the panel of the effect."""
    return [
        Line2D([], [], color=INTERVAL, lw=5, marker="o", label="effect, about 95 %"),
        Line2D([], [], ls="", marker="|", ms=14, mew=1.8, color="0.35", label="each energy model"),
        Line2D(
            [], [], ls="", marker="D", ms=8, mec=ANEW, mfc="white", mew=2, label="gait chosen anew"
        ),
    ]


def legends(figure: Figure, result: SweepResult, lines: Any, optimum: str | None = None) -> None:
    """One legend below: the lines of the panels, the marks, and those of the effect. A family of
    lines of which none is this runner's has no circle to explain."""
    marks = legend_handles(result, optimum, maps=False)
    if not any(is_own_mark(line) for axes in figure.axes for line in axes.lines):
        marks = [
            mark for mark in marks if isinstance(mark, tuple) or mark.get_label() != THIS_RUNNER
        ]
    legend_below(figure, [*lines, *marks, *effect_handles()])


def _effect(axes: Axes, row: int, effect: Effect) -> None:
    ends = [effect.low, effect.high]
    axes.plot(ends, [row, row], color=INTERVAL, lw=5, solid_capstyle="butt", zorder=3)
    axes.plot([effect.value], [row], "o", color=INTERVAL, ms=12, zorder=5)
    models = list(effect.details.get("model", {}).values())
    axes.plot(models, [row + 0.2] * len(models), "|", color="0.35", ms=14, mew=1.8, zorder=4)
    anew = effect.details.get("strategy", {}).get("gait chosen anew", np.nan)
    axes.plot([anew], [row - 0.2], "D", mec=ANEW, mfc="white", mew=2, ms=8, zorder=4)


def _finite(line: Line2D) -> np.ndarray:
    x = np.asarray(line.get_xdata(), float)
    return np.append(x[np.isfinite(x)], 0.0)


def _label(name: str) -> str:
    return f"Change of {_words(name)} (%)"


def _words(name: str) -> str:
    return quantity_words(name)
