"""C8: is it wasteful when the tensor fasciae latae (TFL) fires along with the glutes?

TFL flexes and abducts the hip. Kept active while the hip extends, it pulls against gluteus
maximus and hamstrings, and takes load off gluteus medius. Which of the two wins?
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.conditions import sweep_conditions
from stridesim.plots.marks import crosses, legend_handles, over_range
from stridesim.plots.panels import lines_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

MUSCLES = (
    ("tensor_fasciae_latae", "C4", "-"),
    ("gluteus_maximus", "C5", "--"),
    ("gluteus_medius", "C7", "-."),
)
"""Each with its colour and dashes."""


def answer(result: SweepResult) -> str:
    level = result.design.axes[0].values
    own = _own_strength(result)
    cost = result.change("cost_of_transport")[:, own]
    solved = np.flatnonzero(np.isfinite(cost))
    if not solved.size:
        return "At this runner's stabiliser strength no point has a result."
    first, last = solved[[0, -1]]
    return (
        f"TFL kept on at {100 * level[last]:.0f} % in hip extension changes the cost by "
        f"{change_in_words(cost[last] - cost[first])}; the peak force of gluteus maximus goes from "
        f"{_ends(result, 'peak_force.gluteus_maximus', own, first, last)} body weights, that of "
        f"gluteus medius from {_ends(result, 'peak_force.gluteus_medius', own, first, last)}. "
        f"{_saved_by_strength(result)}"
    )


def draw(result: SweepResult) -> Figure:
    figure, panels = panel_grid(1, 3)
    cost, burnt, force = panels.flat
    lines_panel(cost, result, "cost_of_transport", at=_strengths(result), own=0.0,
                values=result.change("cost_of_transport"), label="Change of cost (%)",
                level=CHANGE)  # fmt: skip
    cost.axhline(0, color="0.6", lw=1.2, zorder=1)
    cost.set_title("Cost, against this runner")
    _by_muscle(burnt, result, "metabolic_energy")
    burnt.set(title="What the muscles burn", ylabel="Metabolic energy (J a stride)")
    _by_muscle(force, result, "peak_force")
    force.set(title="How hard they pull", ylabel="Peak force (body weights)")
    for axes in panels.flat:
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
        axes.set_xlabel("TFL active in hip extension (%)")
    lines = [*cost.get_legend_handles_labels()[0], *burnt.get_legend_handles_labels()[0]]
    legend_below(figure, [*lines, *legend_handles(result, None, maps=False)])
    headline(figure, result.design.config.title, answer(result), sweep_conditions(result))
    return figure


def _by_muscle(axes: Axes, result: SweepResult, name: str) -> None:
    """The three muscles at this runner's strength, from nothing up: what is small looks small."""
    swept = result.design.axes[0]
    own = _own_strength(result)
    for muscle, color, style in MUSCLES:
        values = result.grid(f"{name}.{muscle}")[:, own]
        axes.plot(swept.values, values, color=color, ls=style, label=muscle.replace("_", " "))
    over_range(axes, swept)
    axes.set_ylim(bottom=0)
    crosses(axes, result.failures, np.asarray(swept.values), result.status_grid[:, [own]])


def _own_strength(result: SweepResult) -> int:
    strength = np.asarray(result.design.axes[1].values)
    return int(np.abs(strength - result.design.nominal[1]).argmin())


def _strengths(result: SweepResult) -> tuple[float, float, float]:
    """The weakest and the strongest stabiliser that can do without TFL, and this runner's."""
    swept = result.design.axes[1].values
    weak, strong = _ends_without_tfl(result)
    return swept[weak], swept[_own_strength(result)], swept[strong]


def _ends_without_tfl(result: SweepResult) -> tuple[int, int]:
    solved = np.flatnonzero(np.isfinite(result.grid("cost_of_transport")[0]))
    return (int(solved[0]), int(solved[-1])) if solved.size else (0, -1)


def _ends(result: SweepResult, name: str, column: int, first: int, last: int) -> str:
    values = result.grid(name)[:, column]
    return f"{values[first]:.2f} to {values[last]:.2f}"


def _saved_by_strength(result: SweepResult) -> str:
    """Does a strong stabiliser make the co-activation dearer or cheaper?"""
    change = result.change("cost_of_transport")
    strengths = result.design.axes[1].values
    rises = []
    for k in _ends_without_tfl(result):
        line = change[np.isfinite(change[:, k]), k]
        if line.size > 1:
            rises.append(
                f"{change_in_words(line[-1] - line[0])} at strength {number(strengths[k])}"
            )
    return f"The same co-activation costs {' and '.join(rises)}." if rises else ""
