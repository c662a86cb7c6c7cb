"""C5: does a stable hip free the strength of gluteus maximus and hamstrings?

One muscle serves both planes of the hip. Where the stabiliser demands more in the frontal plane,
less is left for extension: how much of the extensors' strength is in use, and what does it cost?
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    by_muscle,
    changed_along,
    effect_panel,
    legends,
    muscle_changes,
    no_change,
    own_line,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import listed, number


def answer(found: Any) -> str:
    result = found.result
    strength, line = np.asarray(result.design.axes[0].values), own_line(result)
    solved = np.flatnonzero(np.isfinite(result.grid("cost_of_transport")[:, line]))
    if not solved.size:
        return "At this runner's muscle strength no stabiliser has a result."
    ends = solved[[0, -1]]
    told = []
    for muscle in found.show["muscles"]:
        first, last = 100 * result.grid(f"peak_activation.{muscle}")[ends, line]
        told.append(f"{muscle.replace('_', ' ')} from {number(first)} to {number(last)} %")
    weak, strong = (number(strength[i]) for i in ends)
    return (
        f"A stabiliser of {strong} instead of {weak} changes the peak activation: {listed(told)}."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (used, cost, effect) = three_panels()
    by_muscle(used, result, "peak_activation", found.show["muscles"], own_line(result))
    used.set(title="Strength in use", ylabel="Activation (1 = all)")
    told = muscle_changes(result, "peak_activation", found.show["muscles"][:2])
    seen(used, told.capitalize())
    lines_panel(cost, result, "cost_of_transport", changed_along(result))
    no_change(cost)
    cost.set_title("Cost, against own stabiliser")
    for axes in (used, cost):
        axes.set_xlabel("Stabiliser strength\n(share of the load carried)")
    effect_panel(effect, found)
    lines = [*used.get_legend_handles_labels()[0], *cost.get_legend_handles_labels()[0]]
    legends(figure, result, lines)
    return figure
