"""Groucho running: what deep knees cost, beside McMahon, Valiant & Frederick 1987.

Running with bent knees is softer and costs up to half more oxygen
(doi:10.1152/jappl.1987.62.6.2326). The runner of the model may soften the leg as is cheapest for
each knee, as people do.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, row_point
from stridesim.plots.marks import legend_handles, ring
from stridesim.plots.measured import axis_in, measured
from stridesim.plots.panels import STYLES
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE, honest_limits
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

BOUNCE = {"vertical_stiffness": "vertical stiffness", "peak_vertical_force": "peak force",
          "contact_time": "contact time"}  # fmt: skip


def _cheapest(result: SweepResult) -> tuple[np.ndarray, np.ndarray]:
    """Rows (knees with a gait) and, of each, the column of the cheapest leg."""
    cost = np.where(result.status_grid == "ok", result.grid("oxygen_cost"), np.nan)
    knees = np.flatnonzero(np.isfinite(cost).any(axis=1))
    return knees, np.nanargmin(cost[knees], axis=1)


def _along(result: SweepResult, values: np.ndarray) -> np.ndarray:
    """Values with the cheapest leg of every knee, NaN where no leg runs."""
    knees, legs = _cheapest(result)
    found = np.full(values.shape[0], np.nan)
    found[knees] = values[knees, legs]
    return found


def _measured(result: SweepResult) -> MeasuredPoint:
    """The published range, which is of the deepest crouch, at the deepest of the model."""
    knees, _ = _cheapest(result)
    return row_point("groucho", float(result.design.axes[0].values[knees[-1]]))


def answer(found: Any) -> str:
    result = found.result
    deepest = _measured(result)
    cost = _along(result, result.change("oxygen_cost"))
    bounce = _along(result, result.change("vertical_stiffness"))
    last = int(np.flatnonzero(np.isfinite(cost))[-1])
    x = np.asarray(result.design.axes[0].values)
    best = int(np.nanargmin(cost))
    return (
        f"The deepest crouch that the muscles carry, {number(x[last])}° at contact, changes the "
        f"oxygen cost by {change_in_words(cost[last])} (published +{number(deepest.low or 0)} to "
        f"+{number(deepest.high or 0)} %) and the vertical stiffness by "
        f"{change_in_words(bounce[last])}. Cheapest is {number(x[best])}° "
        f"({change_in_words(cost[best])})."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    cost, bounce, reserve = row
    x = np.asarray(result.design.axes[0].values)
    people = _measured(result)
    own = float(result.design.nominal[0])
    shown = [_along(result, result.change("oxygen_cost"))]
    cost.plot(x, shown[0])
    sign = measured(cost, [people], label="published for the deepest crouch: McMahon 1987")
    cost.set_ylim(*honest_limits([*shown[0], people.low, people.high], CHANGE))
    cost.set(title="Oxygen cost", ylabel="Change (%)")
    lines = [_along(result, result.change(name)) for name in BOUNCE]
    for k, (values, words) in enumerate(zip(lines, BOUNCE.values(), strict=True)):
        bounce.plot(x, values, color=f"C{k}", ls=STYLES[k], label=words)
    bounce.set_ylim(*honest_limits(lines, CHANGE))
    bounce.set(title="The bounce", ylabel="Change (%)")
    bounce.legend(loc="best", handlelength=2.6)
    reserve.plot(x, 100 * _along(result, result.grid("peak_activation.vasti")))
    reserve.set(title="How much vasti is in use", ylabel="Peak activation (%)", ylim=(0, 105))
    for axes in (cost, bounce):
        axes.axhline(0, color="0.6", lw=1.2, zorder=1)
        ring(axes, own, 0.0)
    ring(reserve, own, 100 * float(result.nominal["peak_activation.vasti"]))
    for axes in row:
        axis_in(axes, "Knee flexion at contact (deg)")
        axes.set_xlim(x[0], x[-1])
    legend_below(figure, [sign, *legend_handles(result, None, lines=False, maps=False)])
    return figure
