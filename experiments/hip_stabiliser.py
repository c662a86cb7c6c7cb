"""C4: what does a weak or late hip stabiliser cost?

The stabiliser keeps the pelvis level while one leg carries the body. Weak or late, the pelvis
drops, the force misses the centre of mass sideways, and what is lost must be pushed again.
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
    own_line,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number


def answer(found: Any) -> str:
    result = found.result
    strength = np.asarray(result.design.axes[0].values)
    column = own_line(result)
    cost, leak = result.change("cost_of_transport"), 100 * result.grid("lateral_leakage")
    solved = np.flatnonzero(np.isfinite(cost[:, column]))
    if not solved.size:
        return "At this runner's own onset no stabiliser strength has a result."
    weak = solved[0]
    own = 100 * result.nominal["lateral_leakage"]
    return (
        f"With a stabiliser of {number(strength[weak])} instead of this runner's "
        f"{number(result.design.nominal[0])}, the cost changes by "
        f"{change_in_words(cost[weak, column])} and {leak[weak, column]:.1f} % of the leg's push "
        f"goes sideways (now {own:.1f} %)."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, leak, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed(result), optimum="lowest")
    no_change(cost)
    cost.set_title("Cost, against this runner")
    leakage = in_per_cent(result, "lateral_leakage", "Leaked share")
    lines_panel(leak, result, "lateral_leakage", leakage)
    leak.set_ylim(bottom=0)
    leak.set_title("Force that leaks sideways")
    seen(leak, _least_leakage(result))
    for axes in (cost, leak):
        axes.set_xlabel("Stabiliser strength\n(share of the load carried)")
    effect_panel(effect, found)
    lines = cost.get_legend_handles_labels()[0]
    for line, delay in zip(lines, result.design.axes[1].values, strict=True):
        line.set_label(_onset(delay))
    legends(figure, result, lines, "cheapest")
    return figure


def _least_leakage(result: Any) -> str:
    best = result.optimum("lateral_leakage", "lowest")
    if best is None:
        return "No point has a result"
    return f"Least leaks with a stabiliser of {number(best.inputs[0])}"


def _onset(delay: float) -> str:
    if delay == 0:
        return "on at contact"
    return f"on {abs(1000 * delay):.0f} ms {'before' if delay < 0 else 'after'} contact"
