"""The sheet of one task: what it costs beside what is measured, how the runner moves, who pays.

All experiments on a task (slope, pull, support, width, frequency) are drawn alike, so that a reader
of one can read the others.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint
from stridesim.plots.marks import legend_handles, nominal_is_inside, ring
from stridesim.plots.measured import axis_in, beside, curves, measured
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps.result import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number

MOTION: Final = {
    "step_frequency": "step frequency",
    "contact_time": "contact time",
    "peak_vertical_force": "peak force",
}
"""Results of the second panel, by their words."""

PAYERS: Final = {
    "hip": ("gluteus_maximus", "hamstrings", "adductor_magnus", "gluteus_medius", "iliopsoas"),
    "knee": ("vasti", "rectus_femoris"),
    "calf": ("soleus", "gastrocnemius"),
}
"""Muscles of the third panel, by the words of their line."""


class Task(NamedTuple):
    """A task as people say it: axis label, what the declared unit is multiplied by, the unit that
    follows a place in a sentence; measured changes of cost and of each of `MOTION`, at places in
    the declared unit, %."""

    label: str
    factor: float
    unit: str
    cost: Sequence[MeasuredPoint]
    motion: dict[str, Sequence[MeasuredPoint]]
    source: str
    """Who measured, as the legend says it."""


def task_answer(result: SweepResult, task: Task) -> str:
    """Model and people side by side at every measured place, and how far they are apart."""
    told = beside(result, result.change("net_cost_of_transport"), task.cost)
    pairs = [(p, m) for p, m in zip(task.cost, told, strict=True) if np.isfinite(m)]
    if not pairs:
        return "The model has no result where people were measured."
    said = [
        f"{change_in_words(model)} at {number(task.factor * point.at)}{task.unit} "
        f"(measured {change_in_words(point.value)})"
        for point, model in pairs
    ]
    inside = sum(p.low is None or p.low <= m <= (p.high or m) for p, m in pairs)
    rms = np.sqrt(np.mean([(m - p.value) ** 2 for p, m in pairs]))
    without = len(task.cost) - len(pairs)
    lacking = f" At {without} measured places the model has no result." if without else ""
    return (
        f"The net cost changes by {listed(said)}: {inside} of {len(pairs)} inside the published "
        f"band, {number(rms)} percentage points off (root mean square).{lacking}"
    )


def task_figure(result: SweepResult, task: Task) -> Figure:
    """Three panels over the task's axis; call within `figure_style`."""
    figure, (row,) = panel_grid(1, 3)
    cost, motion, payers = row
    curves(
        cost, result, [("model", result.change("net_cost_of_transport"))],
        points=task.cost, level=CHANGE,
    )  # fmt: skip
    people = measured(cost, task.cost, label=f"measured: {task.source}")
    cost.set(title="Net cost", ylabel="Change of net cost (%)")
    known = [p for points in task.motion.values() for p in points]
    swept = result.design.axes[0].path
    shown = {name: words for name, words in MOTION.items() if not swept.endswith(name)}
    curves(
        motion, result, [(words, result.change(name)) for name, words in shown.items()],
        points=known, level=CHANGE,
    )  # fmt: skip
    for k, name in enumerate(shown):
        measured(motion, task.motion.get(name, ()), color=f"C{k}")
    motion.set(title="How the runner moves", ylabel="Change (%)")
    curves(payers, result, [(words, _energy(result, names)) for words, names in PAYERS.items()])
    payers.set(title="Muscles that pay", ylabel="Energy (J/kg/m)")
    for axes in row:
        axis_in(axes, task.label, task.factor)
        if axes is not payers:
            axes.axhline(0, color="0.6", lw=1.2, zorder=1)
            if nominal_is_inside(result):
                ring(axes, result.design.nominal[0], 0.0)
    for axes in (motion, payers):
        axes.legend(loc="best", handlelength=2.6)
    legend_below(figure, [people, *legend_handles(result, None, maps=False, runner="no task")])
    return figure


def _energy(result: SweepResult, groups: Sequence[str]) -> np.ndarray:
    """Of both legs, J/kg/m: the result is of one leg and a stride, which is two steps long."""
    energy = np.sum([result.grid(f"metabolic_energy.{group}") for group in groups], axis=0)
    return energy / (result.grid("step_length") * float(result.design.runner.body.mass))
