"""C6: is running upright, with a straight knee, costly?

A bent leg needs more moment at the knee for the same force; a leaning trunk more at the hip.
Each has its price, and each leaves less of the muscles' strength in reserve.
"""

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.conditions import sweep_conditions
from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

LEANS = (0.0, 7.2, 15.0)
"""deg; upright, the mean of 40 runners (Teng & Powers 2015), clearly forward."""


def answer(result: SweepResult) -> str:
    knee, lean = (np.asarray(axis.values) for axis in result.design.axes)
    own_knee, own_lean = result.design.nominal
    row, column = (int(np.abs(v - own).argmin()) for v, own in ((knee, own_knee), (lean, own_lean)))
    cost = result.change("cost_of_transport")
    best = result.optimum("cost_of_transport", "lowest")
    bent = _two_ways(knee, cost[:, column], own_knee)
    leaning = _two_ways(lean, cost[row], own_lean)
    if best is None or not bent or not leaning:
        return "Around this runner's posture no point has a result."
    end = f", {notes[0]}" if (notes := [note for note in best.notes if note]) else ""
    return (
        f"Knee flexion at contact: {bent}. Trunk lean: {leaning}. Cheapest is "
        f"{number(best.inputs[0])}° of knee flexion with {number(best.inputs[1])}° of lean "
        f"({change_in_words(cost.ravel()[best.row])}{end})."
    )


def _two_ways(values: np.ndarray, cost: np.ndarray, own: float) -> str:
    """What less and more of it changes, as far as there are results."""
    solved = np.flatnonzero(np.isfinite(cost))
    if not solved.size:
        return ""
    low, high = solved[[0, -1]]
    return (
        f"{number(values[low])}° instead of {own:.0f}° changes the cost by "
        f"{change_in_words(cost[low])}, {number(values[high])}° by {change_in_words(cost[high])}"
    )


def draw(result: SweepResult) -> Figure:
    figure, panels = panel_grid(1, 3)
    cost, cut, reserve = panels.flat
    change = result.change("cost_of_transport")
    map_panel(cost, result, "cost_of_transport", values=change, label="Change of cost (%)",
              optimum="lowest", level=CHANGE)  # fmt: skip
    cost.set_title("Cost, against this runner")
    cost.set_ylabel("Trunk lean (deg)")
    lines_panel(cut, result, "cost_of_transport", at=LEANS, values=change, own=0.0,
                label="Change of cost (%)", optimum="lowest", level=CHANGE)  # fmt: skip
    cut.axhline(0, color="0.6", lw=1.2, zorder=1)
    cut.set_title("The same, at three leans")
    used = 100 * result.grid("peak_activation.vasti")
    own = 100 * result.nominal["peak_activation.vasti"]
    lines_panel(reserve, result, "peak_activation.vasti", at=LEANS, values=used, own=own,
                label="Peak activation (%)")  # fmt: skip
    reserve.set_ylim(0, 100)
    reserve.set_title("How much vasti is in use")
    for axes in panels.flat:
        axes.set_xlabel("Knee flexion at contact (deg)")
    lines = cut.get_legend_handles_labels()[0]
    legend_below(figure, [*lines, *legend_handles(result, "cheapest")])
    headline(figure, result.design.config.title, answer(result), sweep_conditions(result))
    return figure
