"""C4: what does a weak or late hip stabiliser cost?

The stabiliser keeps the pelvis level while one leg carries the body. Weak or late, the pelvis
drops, the force misses the centre of mass sideways, and what is lost must be pushed again.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.conditions import sweep_conditions
from stridesim.plots.marks import legend_handles, ring
from stridesim.plots.panels import lines_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

DELAYS = (-0.1, 0.0, 0.02)
"""s; on long before contact, at contact, and late."""

OTHERS = {"C0": "C3", "C1": "C7"}
"""Colours of lines of one strength instead of one onset."""

WEAK = 0.7
"""Support that holds the pelvis no longer level."""


def answer(result: SweepResult) -> str:
    strength, delay = (np.asarray(axis.values) for axis in result.design.axes)
    own, own_delay = result.design.nominal
    row, column = int(np.abs(strength - own).argmin()), int(np.abs(delay - own_delay).argmin())
    cost = result.change("cost_of_transport")
    leak = 100 * result.grid("lateral_leakage")
    weak = _first(np.isfinite(cost[:, column]))
    late = np.flatnonzero(np.isfinite(cost[row]))
    text = []
    if weak is not None:
        text.append(
            f"With {number(strength[weak])} of the support instead of this runner's "
            f"{number(own)}, the cost changes by {change_in_words(cost[weak, column])} and "
            f"{leak[weak, column]:.1f} % of the leg's push goes sideways (now "
            f"{100 * result.nominal['lateral_leakage']:.1f} %)."
        )
    if late.size:
        last = int(late[-1])
        text.append(
            f"At the same strength an onset {_against_contact(delay[last])} changes it "
            f"by {change_in_words(cost[row, last])}."
        )
    best = result.optimum("cost_of_transport", "lowest")
    if best:
        text.append(
            f"Cheapest on this map is a strength of {number(best.inputs[0])} with an onset "
            f"{_against_contact(best.inputs[1])} "
            f"({change_in_words(float(cost.ravel()[best.row]))})."
        )
    return " ".join(text)


def _against_contact(onset: float) -> str:
    """An onset (s) in words."""
    return f"{abs(1000 * onset):.0f} ms {'after' if onset > 0 else 'before'} contact"


def draw(result: SweepResult) -> Figure:
    figure, panels = panel_grid(1, 3)
    weak, late, leak = panels.flat
    change = result.change("cost_of_transport")
    strengths = (WEAK, result.design.nominal[0])
    look: Any = {"values": change, "label": "Change of cost (%)", "level": CHANGE}
    lines_panel(weak, result, "cost_of_transport", at=DELAYS, own=0.0, **look)
    weak.set_title("A weak stabiliser: cost")
    lines_panel(late, result, "cost_of_transport", along=1, at=strengths, **look)
    ring(late, result.design.nominal[1], 0.0)
    late.set_title("A late stabiliser: cost")
    highest = max(axes.get_ylim()[1] for axes in (weak, late))
    for axes in (weak, late):
        axes.axhline(0, color="0.6", lw=1.2, zorder=1)
        axes.set_ylim(min(a.get_ylim()[0] for a in (weak, late)), highest)
    lines_panel(leak, result, "lateral_leakage", at=DELAYS,
                values=100 * result.grid("lateral_leakage"),
                own=100 * result.nominal["lateral_leakage"],
                label="% of the leg's push")  # fmt: skip
    leak.set_ylim(bottom=0)
    leak.set_title("Force that leaks sideways")
    for axes in (weak, leak):
        axes.set_xlabel("Stabiliser strength\n(1 = pelvis held level)")
    late.xaxis.set_major_formatter(lambda value, _: number(round(1000 * value)))
    late.set_xlabel("Onset after contact (ms)")
    lines = weak.get_legend_handles_labels()[0]
    for line, delay in zip(lines, DELAYS, strict=True):
        line.set_label(_onset(delay))
    for line in late.get_lines():  # other lines than beside it, so other colours, crosses too
        line.set_color(OTHERS.get(str(line.get_color()), line.get_color()))
    for line, strength in zip(late.get_lines(), strengths, strict=False):
        line.set_label(f"strength {number(strength)}")
        lines.append(line)
    legend_below(figure, [*lines, *legend_handles(result, None, maps=False)])
    headline(figure, result.design.config.title, answer(result), sweep_conditions(result))
    return figure


def _onset(delay: float) -> str:
    if delay == 0:
        return "on at contact"
    return f"on {abs(1000 * delay):.0f} ms {'before' if delay < 0 else 'after'} contact"


def _first(mask: np.ndarray) -> int | None:
    found = np.flatnonzero(mask)
    return int(found[0]) if found.size else None
