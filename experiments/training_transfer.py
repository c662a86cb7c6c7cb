"""C12: does only training that resembles running make running cheaper?

Programmes are distributions of parameter changes; the runner is drawn and solved before and after
each. Left the change of cost beside what trials found, in the middle what tissue bears, right what
each programme does more than machines that train one joint at a time.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import effect_handles, effect_panel, three_panels
from stridesim.plots.sheet import legend_below
from stridesim.words.wording import quantity_words

COST = "cost_of_transport"


def answer(found: Any) -> str:
    trained = found.result
    changes = {
        effect.programme.title: trained.changes[effect.programme.name][COST]
        for effect in trained.effects
    }
    cheaper = [name.lower() for name, spread in changes.items() if spread.high < 0]
    dearer = [name.lower() for name, spread in changes.items() if spread.low > 0]
    said = f"Surely cheaper after {', '.join(cheaper)}" if cheaper else "Surely cheaper after none"
    return f"{said}; surely dearer after {', '.join(dearer) or 'none'}. {trained.agreement}"


def draw(found: Any) -> Figure:
    trained = found.result
    figure, (cost, tissue, effect) = three_panels()
    names = [one.programme.name for one in trained.effects]
    for row, one in enumerate(trained.effects):
        _interval(cost, trained.changes[one.programme.name][COST], row - 0.15, "C0", "o")
        for published in one.programme.published[:1]:
            _interval(cost, (published.mean, published.low, published.high), row + 0.15, "C1", "s")
    cost.plot([], [], "C0o", label="model, 95 % of the draws")
    cost.plot([], [], "C1s", label="trials")
    cost.set_title("Cost")
    cost.set_yticks(range(len(names)), [name.replace("_", " ") for name in names])
    for k, name in enumerate(found.show["tissue"]):
        middle = [trained.changes[programme][name].median for programme in names]
        places = np.arange(len(names)) + 0.22 * (k - 1)
        label = quantity_words(name)
        tissue.barh(places, middle, height=0.2, color=f"C{k + 2}", label=label)
    tissue.set_title("What tissue bears")
    tissue.set_yticks(range(len(names)), [""] * len(names))
    for axes in (cost, tissue):
        axes.axvline(0, color="0.6", lw=1.2, zorder=1)
        axes.set_ylim(len(names) - 0.5, -0.5)
        reach = max(found.show["axis"], *(abs(x) for x in axes.get_xlim()))
        axes.set_xlim(-reach, reach)
        axes.set_xlabel("Change (%)")
    effect_panel(effect, found)
    lines = [*cost.get_legend_handles_labels()[0], *tissue.get_legend_handles_labels()[0]]
    legend_below(figure, [*lines, *effect_handles()])
    return figure


def _interval(axes: Any, found: Any, place: float, colour: str, mark: str) -> None:
    middle, low, high = found
    if not np.isfinite(middle):
        return
    if np.isfinite(low):
        axes.plot([low, high], [place, place], color=colour, lw=4, solid_capstyle="butt")
    face = colour if np.isfinite(low) else "white"
    axes.plot(middle, place, mark, color=colour, markerfacecolor=face)
