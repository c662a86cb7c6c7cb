"""C1: do stronger legs lengthen the stride and save energy?

A stronger muscle needs less activation for the same force, and has more mass to keep going. Does
the runner who chooses the cheapest step take longer ones?
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    changed_along,
    effect_panel,
    legends,
    no_change,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number


def answer(found: Any) -> str:
    result = found.result
    scale, speeds = (axis.values for axis in result.design.axes)
    cost, length = result.grid("cost_of_transport"), result.grid("step_length")
    told = []
    for k, speed in enumerate(speeds):
        solved = np.flatnonzero(np.isfinite(cost[:, k]))
        if solved.size < 2:
            continue
        first, last = solved[0], solved[-1]
        dearer, longer = (
            change_in_words(100 * (grid[last, k] / grid[first, k] - 1)) for grid in (cost, length)
        )
        told.append(f"cost {dearer} and step length {longer} at {number(speed)} m/s")
    if not told:
        return "No strength has a result."
    return (
        f"From the weakest legs that run to {number(scale[-1])} times the reference strength: "
        f"{listed(told)}."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, length, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed_along(result), optimum="lowest")
    no_change(cost)
    cost.set_title("Cost, against own strength")
    lines_panel(length, result, "step_length")
    length.set_title("The step that costs least")
    length.set_ylabel("Step length (m)")
    seen(length, _stride(result))
    for axes in (cost, length):
        axes.set_xlabel("Strength of the leg muscles")
    effect_panel(effect, found)
    legends(figure, result, cost.get_legend_handles_labels()[0], "cheapest")
    return figure


def _stride(result: Any) -> str:
    change = changed_along(result, "step_length").values
    known = change[np.isfinite(change)]
    if not known.size:
        return "No strength has a result"
    least, most = change_in_words(known.min()), change_in_words(known.max())
    return f"Against own: step {least} to {most}"
