"""C6: is running upright, with a straight knee, costly?

A bent leg needs more moment at the knee for the same force; a leaning trunk more at the hip.
Each has its price, and each leaves less of the muscles' strength in reserve.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    changed,
    effect_panel,
    in_per_cent,
    legends,
    no_change,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number


def answer(found: Any) -> str:
    result = found.result
    cost = result.change("cost_of_transport")
    best = result.optimum("cost_of_transport", "lowest")
    if best is None:
        return "No posture has a result."
    notes = [note for note in best.notes if note]
    end = f", {notes[0]}" if notes else ""
    knee, lean = result.design.nominal
    saved = change_in_words(cost.ravel()[best.row])
    return (
        f"Cheapest is {number(best.inputs[0])}° of knee flexion at contact with "
        f"{number(best.inputs[1])}° of trunk lean ({saved}{end}); "
        f"this runner has {number(knee)}° and {number(lean)}°."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, reserve, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed(result), optimum="lowest")
    no_change(cost)
    cost.set_title("Cost, against this runner")
    vasti = in_per_cent(result, "peak_activation.vasti", "Peak activation")
    lines_panel(reserve, result, "peak_activation.vasti", vasti)
    reserve.set_ylim(0, max(100, reserve.get_ylim()[1]))
    reserve.set_title("How much vasti is in use")
    seen(reserve, _bending(result))
    for axes in (cost, reserve):
        axes.set_xlabel("Knee flexion at contact (deg)")
    effect_panel(effect, found)
    legends(figure, result, cost.get_legend_handles_labels()[0], "cheapest")
    return figure


def _bending(result: Any) -> str:
    used = result.grid("peak_activation.vasti")[:, len(result.design.axes[1].values) // 2]
    known = used[np.isfinite(used)]
    if known.size < 2:
        return "No posture has a result"
    more = "harder" if known[-1] > known[0] else "less hard"
    return f"The more bent the knee, the {more} vasti works"
