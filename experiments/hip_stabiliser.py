"""C4: what does a weak or late hip stabiliser cost?

The stabiliser keeps the pelvis level while one leg carries the body. Weak or late, the pelvis
drops, the force misses the centre of mass sideways, and what is lost must be pushed again.
"""

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.marks import headline, legend_below, legend_handles, panel_grid
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.sweeps import SweepResult
from stridesim.sweeps.wording import change as change_in_words
from stridesim.sweeps.wording import number

DELAYS = (-0.1, 0.0, 0.05)
"""s; on long before contact, at contact, and late."""


def answer(result: SweepResult) -> str:
    strength = np.asarray(result.design.axes[0].values)
    own = result.design.nominal[0]
    cost = result.change("cost_of_transport")
    leak = 100 * result.grid("lateral_leakage")
    early = cost[:, 0]
    weak = _first(np.isfinite(early))
    late = np.isfinite(cost[int(np.abs(strength - own).argmin())])
    text = []
    if weak is not None:
        text.append(
            f"With {number(strength[weak])} of the support instead of this runner's "
            f"{number(own)}, the cost changes by {change_in_words(early[weak])} and "
            f"{leak[weak, 0]:.1f} % of the leg's push goes sideways (now "
            f"{100 * result.nominal['lateral_leakage']:.1f} %)."
        )
    if late.any():
        row = int(np.abs(strength - own).argmin())
        last = int(np.flatnonzero(late)[-1])
        delay = 1000 * result.design.axes[1].values[last]
        text.append(
            f"At the same strength an onset {delay:.0f} ms after contact changes it by "
            f"{change_in_words(cost[row, last])}."
        )
    best = result.optimum("cost_of_transport", "lowest")
    if best:
        text.append(
            f"Cheapest is a strength of {number(best.inputs[0])} "
            f"({change_in_words(float(cost.ravel()[best.row]))})."
        )
    return " ".join(text)


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
    cut.legend(*_delay_labels(cut.get_legend_handles_labels()))
    for axes in (leak, drop, lost, force, cost):
        axes.yaxis.set_major_formatter(lambda value, _: f"{1000 * value:.0f}")
        axes.set_ylabel("Onset after contact (ms)")
    for axes in panels.flat:
        axes.set_xlabel("Hip stabiliser strength (1 = pelvis held level)")
    legend_below(figure, legend_handles(result, "cheapest", on_map=True))
    headline(figure, result.design.config.title, answer(result))
    return figure


def _delay_labels(legend: tuple[list, list[str]]) -> tuple[list, list[str]]:
    handles, _ = legend
    said = ["before contact" if d < 0 else "after contact" if d else "" for d in DELAYS]
    labels = [
        f"on {abs(1000 * d):.0f} ms {words}" if words else "on at contact"
        for d, words in zip(DELAYS, said, strict=True)
    ]
    return handles, labels


def _first(mask: np.ndarray) -> int | None:
    found = np.flatnonzero(mask)
    return int(found[0]) if found.size else None
