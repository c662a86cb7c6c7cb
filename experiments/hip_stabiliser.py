"""C4: what does a weak or late hip stabiliser cost?

The stabiliser keeps the pelvis level while one leg carries the body. Weak or late, the pelvis
drops, the force misses the centre of mass sideways, and what is lost must be pushed again.
"""

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.sweeps import SweepResult
from stridesim.sweeps.wording import change as change_in_words
from stridesim.sweeps.wording import number

DELAYS = (-0.1, 0.0, 0.05)
"""s; on long before contact, at contact, and late."""


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
    figure, panels = panel_grid(2, 3, 13.2, 7.6)
    leak, drop, lost, force, cost, cut = panels.flat
    map_panel(leak, result, "lateral_leakage", values=100 * result.grid("lateral_leakage"),
              label="% of the leg's push")  # fmt: skip
    leak.set_title("Force that leaks sideways")
    map_panel(drop, result, "pelvic_drop", label="deg")
    drop.set_title("Pelvis drops")
    map_panel(lost, result, "stabiliser_dissipation", label="J a step")
    lost.set_title("Energy the hip loses")
    map_panel(force, result, "peak_force.gluteus_medius", label="body weights")
    force.set_title("Gluteus medius force")
    change = result.change("cost_of_transport")
    map_panel(cost, result, "cost_of_transport", values=change, label="% against this runner",
              optimum="lowest")  # fmt: skip
    cost.set_title("What the stride costs")
    lines_panel(cut, result, "cost_of_transport", at=DELAYS, values=change, own=0.0,
                label="Change of cost (%)", optimum="lowest")  # fmt: skip
    cut.axhline(0, color="0.6", lw=0.8, zorder=1)
    cut.set_title("The same, in cuts")
    for axes in (leak, drop, lost, force, cost):
        axes.yaxis.set_major_formatter(lambda value, _: number(round(1000 * value)))
        axes.set_ylabel("Onset after contact (ms)")
    for axes in panels.flat:
        axes.set_xlabel("Hip stabiliser strength (1 = pelvis held level)")
    lines, _ = cut.get_legend_handles_labels()
    for line, delay in zip(lines, DELAYS, strict=True):
        line.set_label(_onset(delay))
    legend_below(figure, [*lines, *legend_handles(result, "cheapest")], columns=6)
    headline(figure, result.design.config.title, answer(result))
    return figure


def _onset(delay: float) -> str:
    if delay == 0:
        return "on at contact"
    return f"on {abs(1000 * delay):.0f} ms {'before' if delay < 0 else 'after'} contact"


def _first(mask: np.ndarray) -> int | None:
    found = np.flatnonzero(mask)
    return int(found[0]) if found.size else None
