"""C9: does quicker muscle activation make running cheaper?

A slow muscle must be on before its force is needed and stays on after: it is paid for a longer
time, and its antagonist works against what is left of it.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    by_muscle,
    changed,
    effect_panel,
    in_milliseconds,
    legends,
    muscle_changes,
    no_change,
    own_line,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number


def answer(found: Any) -> str:
    result = found.result
    time = 1000 * np.asarray(result.design.axes[0].values)
    cost = result.change("cost_of_transport")[:, own_line(result)]
    solved = np.flatnonzero(np.isfinite(cost))
    if not solved.size:
        return "At this runner's deactivation no activation time has a result."
    first, last = solved[[0, -1]]
    own = 1000 * result.design.nominal[0]
    return (
        f"Activation in {number(time[first])} ms instead of this runner's {number(own)} ms changes "
        f"the cost by {change_in_words(cost[first])}, in {number(time[last])} ms by "
        f"{change_in_words(cost[last])}."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, on, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed(result))
    no_change(cost)
    cost.set_title("Cost, against this runner")
    by_muscle(on, result, "metabolic_energy", found.show["muscles"], own_line(result))
    on.set(title="What the muscles burn", ylabel="Energy (J a stride)")
    told = muscle_changes(result, "metabolic_energy", found.show["muscles"])
    seen(on, f"From fast to slow: {told}")
    for axes in (cost, on):
        in_milliseconds(axes, "Activation time (ms)")
    effect_panel(effect, found)
    lines = [*cost.get_legend_handles_labels()[0], *on.get_legend_handles_labels()[0]]
    legends(figure, result, lines)
    return figure
