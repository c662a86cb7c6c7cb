"""C11: does form last when muscles don't tire?

Muscles tire by three compartments, the stabiliser and the Achilles follow, and the stride is solved
again along a marathon. Left the cost, in the middle what is left of the muscles, right what it
would do to the cost at the finish if nothing tired.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import effect_handles, effect_panel, no_change, seen, three_panels
from stridesim.plots.measured import FULL
from stridesim.plots.panels import STYLES
from stridesim.plots.sheet import legend_below
from stridesim.words.wording import change


def answer(found: Any) -> str:
    run = found.result
    told = []
    for i, variant in enumerate(run.variants):
        last = run.last(i)
        if last < 0:
            return f"At {variant.name} there is no stride to begin with."
        cost, contact = (run.drift(name, i)[last] for name in ("cost_of_transport", "contact_time"))
        broken = run.breaks[i]
        held = "form holds" if broken is None else f"form breaks by {broken.distance / 1000:.1f} km"
        told.append(
            f"at {variant.name} fatigue changes the cost by {change(cost)} and ground contact by "
            f"{change(contact)}, and {held}"
        )
    first, *others = told
    return f"{'; '.join([first[:1].upper() + first[1:], *others])}."


def draw(found: Any) -> Figure:
    run = found.result
    figure, (cost, strength, effect) = three_panels()
    for i, variant in enumerate(run.variants):
        drift = run.drift("cost_of_transport", i)
        cost.plot(
            run.distance, drift, color=f"C{i}", ls=STYLES[i % len(STYLES)], label=variant.name
        )
    reach = max(found.show["drift_axis"], *(abs(y) for y in cost.get_ylim()))
    cost.set(ylim=(-reach, reach), xlabel="Distance (km)", ylabel="Change by fatigue (%)")
    no_change(cost)
    cost.set_title("Cost, against fresh")
    seen(cost, _seen(run))
    for k, muscle in enumerate(found.show["muscles"]):
        words = muscle.replace("_", " ")
        left = 100 * run.capacity(muscle)
        strength.plot(
            run.distance,
            left,
            color=f"C{k + len(run.variants)}",
            ls=STYLES[k % len(STYLES)],
            label=words,
        )
    strength.set(ylim=FULL, xlabel="Distance (km)", ylabel="Strength that is left (%)")
    strength.set_title(f"Muscles at {run.variants[0].name}")
    effect_panel(effect, found)
    lines = [*cost.get_legend_handles_labels()[0], *strength.get_legend_handles_labels()[0]]
    legend_below(figure, [*lines, *effect_handles()])
    return figure


def _seen(run: Any) -> str:
    """Where half of the largest change is reached."""
    along = np.abs(run.drift("cost_of_transport"))
    km = run.distance[int(np.nanargmax(along >= np.nanmax(along) / 2))]
    return f"Half of the largest change is there after {km:.1f} km"
