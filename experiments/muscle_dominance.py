"""C10: does waking the small hip muscles pay?

Dominance makes gluteus medius, gluteus minimus and TFL dearer to the nervous system, so that big
muscles do more of the work. Is the stride cheaper, and is work shared more evenly, without it?
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
from stridesim.words.wording import number


def answer(found: Any) -> str:
    result = found.result
    dominance = np.asarray(result.design.axes[0].values)
    cost, even = changed_along(result).values, result.grid("activation_evenness")
    if not np.isfinite(cost).any():
        return "Without dominance no speed has a result."
    return (
        f"With a dominance of {number(dominance[0])} to {number(dominance[-1])} the cost changes "
        f"by {change_in_words(np.nanmin(cost))} to {change_in_words(np.nanmax(cost))}, and the "
        f"evenness of activation is {number(np.nanmin(even))} to "
        f"{number(np.nanmax(even))} (1: all groups alike)."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, even, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed_along(result), optimum="lowest")
    no_change(cost)
    cost.set_title("Cost, against no dominance")
    lines_panel(even, result, "activation_evenness")
    even.set_title("How evenly muscles work")
    even.set_ylabel("Evenness (1 = all alike)")
    even.set_ylim(0, 1)
    seen(even, _evenness(result))
    for axes in (cost, even):
        axes.set_xlabel("Dominance of big muscles")
    effect_panel(effect, found)
    legends(figure, result, cost.get_legend_handles_labels()[0], "cheapest")
    return figure


def _evenness(result: Any) -> str:
    change = changed_along(result, "activation_evenness").values
    known = change[np.isfinite(change)]
    if not known.size:
        return "No point has a result"
    return f"Evenness changes by {change_in_words(known.min())} to {change_in_words(known.max())}"
