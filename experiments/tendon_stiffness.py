"""C2: do stiffer tendons make running cheaper?

Stiffer tendons return less energy; slacker ones let the fibres under them work. Where is the
cheapest stiffness, and how much does it matter at three speeds?
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import (
    changed_along,
    effect_panel,
    from_end_to_end,
    legends,
    no_change,
    own_line,
    seen,
    three_panels,
)
from stridesim.plots.panels import lines_panel
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number


def answer(found: Any) -> str:
    result = found.result
    scale, speeds = (np.asarray(axis.values) for axis in result.design.axes)
    change = changed_along(result).values
    solved = np.flatnonzero(np.isfinite(change).any(axis=0))
    if not solved.size:
        return "With this runner's own tendons no speed has a result."
    best = listed(list(dict.fromkeys(f"{scale[np.nanargmin(change[:, k])]:.2g}" for k in solved)))
    low, high = found.show["near"]
    near = change[(scale >= low) & (scale <= high)][:, solved]
    return (
        f"The cheapest tendons are {best} times as stiff as this runner's at "
        f"{listed([number(speeds[k]) for k in solved])} m/s. With tendons "
        f"anywhere between {number(low)} and {number(high)} times as stiff, the cost changes by no "
        "more than "
        f"{change_in_words(np.nanmin(near))} to {change_in_words(np.nanmax(near))}."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (cost, returned, effect) = three_panels()
    lines_panel(cost, result, "cost_of_transport", changed_along(result), optimum="lowest")
    no_change(cost)
    cost.set_title("Cost, against own tendons")
    lines_panel(returned, result, "tendon_energy_returned")
    returned.set_title("What all tendons return")
    returned.set_ylabel("Energy (J a step)")
    returned.set_ylim(bottom=0)
    told = from_end_to_end(result.grid("tendon_energy_returned")[:, own_line(result)])
    seen(returned, f"From softest to stiffest: {told}")
    for axes in (cost, returned):
        axes.set_xlabel("Tendon stiffness, times own")
    effect_panel(effect, found)
    legends(figure, result, cost.get_legend_handles_labels()[0], "cheapest")
    return figure
