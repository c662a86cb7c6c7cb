"""C8: is it wasteful when the tensor fasciae latae (TFL) fires along with the glutes?

TFL flexes and abducts the hip. Kept active while the hip extends, it pulls against gluteus
maximus and hamstrings, and takes load off gluteus medius. Which of the two wins?
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
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number, quantity_words


def answer(found: Any) -> str:
    result = found.result
    level = result.design.axes[0].values
    line = own_line(result)
    cost = changed_along(result).values[:, line]
    solved = np.flatnonzero(np.isfinite(cost))
    if not solved.size:
        return "At this runner's stabiliser strength no point has a result."
    first, last = solved[[0, -1]]
    told = "; ".join(
        f"{quantity_words(name)} goes from {number(values[first])} to {number(values[last])} body "
        f"weights"
        for muscle in found.show["muscles"][1:]
        for name in [f"peak_force.{muscle}"]
        for values in [result.grid(name)[:, line]]
    )
    return (
        f"TFL kept on at {100 * level[last]:.0f} % in hip extension changes the cost by "
        f"{change_in_words(cost[last] - cost[first])}; {told}."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, force, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed_along(result))
    no_change(cost)
    cost.set_title("Cost, against an idle TFL")
    by_muscle(force, result, "peak_force", found.show["muscles"], own_line(result))
    force.set(title="How hard they pull", ylabel="Peak force (BW)")
    seen(force, muscle_changes(result, "peak_force", found.show["muscles"][1:]).capitalize())
    for axes in (cost, force):
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
        axes.set_xlabel("TFL active in hip extension (%)")
    effect_panel(effect, found)
    lines = [*cost.get_legend_handles_labels()[0], *force.get_legend_handles_labels()[0]]
    legends(figure, result, lines)
    return figure
