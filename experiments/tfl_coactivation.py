"""C8: is it wasteful when the tensor fasciae latae (TFL) fires along with the glutes?

TFL flexes and abducts the hip. Kept active while the hip extends, it pulls against gluteus
maximus and hamstrings, and takes load off gluteus medius. Which of the two wins?
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stridesim.plots.marks import legend_handles
from stridesim.plots.panels import lines_panel, map_panel
from stridesim.plots.sheet import headline, legend_below, panel_grid
from stridesim.sweeps import SweepResult
from stridesim.sweeps.wording import change as change_in_words
from stridesim.sweeps.wording import number


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
    figure, panels = panel_grid(2, 3, 13.2, 7.6)
    cost, cut, burnt, maximus, medius, tensor = panels.flat
    change = result.change("cost_of_transport")
    strengths = _strengths(result)
    map_panel(cost, result, "cost_of_transport", values=change, label="% against this runner",
              optimum="lowest")  # fmt: skip
    cost.set_title("What the stride costs")
    lines_panel(cut, result, "cost_of_transport", at=strengths, values=change, own=0.0,
                label="Change of cost (%)")  # fmt: skip
    cut.axhline(0, color="0.6", lw=0.8, zorder=1)
    cut.set_title("The same, at three strengths")
    _burnt_by_muscle(burnt, result)
    burnt.set_xlim(cut.get_xlim())
    for axes, muscle in (
        (maximus, "gluteus_maximus"),
        (medius, "gluteus_medius"),
        (tensor, "tensor_fasciae_latae"),
    ):
        lines_panel(axes, result, f"peak_force.{muscle}", at=strengths)
        axes.set_ylabel("Peak force (body weights)")
        axes.set_title(f"{muscle.replace('_', ' ').capitalize()}: peak force")
    for axes in panels.flat:
        axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
        axes.set_xlabel("TFL kept active in hip extension (%)")
    legend_below(
        figure,
        [*cut.get_legend_handles_labels()[0], *legend_handles(result, "cheapest")],
        columns=5,
    )
    headline(figure, result.design.config.title, answer(result))
    return figure


def _burnt_by_muscle(axes: Axes, result: SweepResult) -> None:
    """Metabolic energy at this runner's strength, as a change for each of the three muscles."""
    x = np.asarray(result.design.axes[0].values)
    own = _own_strength(result)
    styles = (("tensor_fasciae_latae", "C4", "-"), ("gluteus_maximus", "C5", "--"),
              ("gluteus_medius", "C7", "-."))  # fmt: skip
    for muscle, color, style in styles:
        energy = result.grid(f"metabolic_energy.{muscle}")[:, own]
        solved = np.isfinite(energy)
        if solved.any():
            axes.plot(x, energy - energy[solved][0], style, color=color,
                      label=muscle.replace("_", " "))  # fmt: skip
    axes.axhline(0, color="0.6", lw=0.8, zorder=1)
    axes.set_ylabel("Change (J a stride)")
    axes.set_title("Who burns more, who less")
    axes.margins(x=0.025)
    axes.legend()


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
