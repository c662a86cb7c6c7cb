"""C7: does a leg press push more from a bent start?

Left the force on a sled that is held, in the middle work and peak power of a push that begins
there, right what a nearly straight start does to each: three different answers to one question.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.plots.claims import effect_handles, effect_panel, seen, three_panels
from stridesim.plots.measured import line_legend
from stridesim.plots.sheet import legend_below
from stridesim.words.wording import number


def answer(found: Any) -> str:
    best = {name: number(start) for name, start in found.result.best.items()}
    return (
        f"With the knee at {best['static_force']}° the legs press hardest on a sled that is held. "
        f"A sled that moves gets most work from a start at {best['work']}°, most power from "
        f"{best['peak_power']}°."
    )


def draw(found: Any) -> Figure:
    press = found.result
    figure, (force, push, effect) = three_panels()
    force.plot(press.starts, press.by_start["static_force"] / 1000, color="C0")
    force.set(title="On a sled that is held", ylabel="Force (kN)")
    for k, (name, words) in enumerate((("work", "work"), ("peak_power", "peak power"))):
        along = press.by_start[name]
        largest = np.nanmax(along)
        shown = 100 * along / largest
        push.plot(press.starts, shown, color=f"C{k + 1}", ls=("-", "--")[k], label=words)
    push.set(title="On a sled that moves", ylabel="Share of the largest (%)")
    for axes in (force, push):
        axes.set_xlabel("Knee flexion at the start (deg)")
        axes.set_ylim(bottom=0)
    line_legend(push)
    seen(force, f"Largest at {number(press.best['static_force'])}°")
    effect_panel(effect, found)
    effect.set(title="Start nearly straight", xlabel="Change (%)\nclaim: left of zero")
    legend_below(figure, effect_handles()[:1])
    return figure
