"""C12: does only training that resembles running make running cheaper?

Programmes are distributions of parameter changes; the runner is drawn and solved before and after
each. Left the change of cost beside what trials found, in the middle what tissue bears, right what
each programme does more than machines that train one joint at a time.
"""

from typing import Any

from matplotlib.figure import Figure

from stridesim.plots.claims import effect_handles, effect_panel, three_panels
from stridesim.plots.sheet import legend_below
from stridesim.plots.training import Row, bars, intervals
from stridesim.words.wording import listed, quantity_words

COST = "cost_of_transport"
NONE = "no programme"


def answer(found: Any) -> str:
    trained = found.result
    changes = {
        effect.programme.name.replace("_", " "): trained.changes[effect.programme.name][COST]
        for effect in trained.effects
    }
    cheaper = listed([name for name, spread in changes.items() if spread.high < 0] or [NONE])
    dearer = listed([name for name, spread in changes.items() if spread.low > 0] or [NONE])
    return (
        f"Clearly cheaper (95 % interval below zero) after {cheaper}; clearly dearer after "
        f"{dearer}. {trained.agreement}"
    )


def draw(found: Any) -> Figure:
    trained = found.result
    figure, (cost, tissue, effect) = three_panels()
    programmes = [one.programme for one in trained.effects]
    rows = [
        Row(
            programme.name.replace("_", " "),
            tuple(trained.changes[programme.name][COST]),
            tuple((one.mean, one.low, one.high) for one in programme.published[:1]),
        )
        for programme in programmes
    ]
    signs = intervals(cost, rows)
    cost.set_title("Cost")
    borne = {
        quantity_words(name): [trained.changes[p.name][name].median for p in programmes]
        for name in found.show["tissue"]
    }
    signs += bars(tissue, borne)
    tissue.set_title("What tissue bears")
    for axes in (cost, tissue):
        axes.set_xlabel("Change (%)")
    effect_panel(effect, found)
    legend_below(figure, [*signs, *effect_handles()])
    return figure
