"""Groucho running: what deep knees cost, beside McMahon, Valiant & Frederick 1987.

Running with bent knees is softer and costs up to half more oxygen
(doi:10.1152/jappl.1987.62.6.2326). The model's spring is a parameter of its own, so three of them
are shown: a bent knee alone, and a bent knee on a softer leg.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, row_point
from stridesim.plots.claims import no_change
from stridesim.plots.marks import legend_handles
from stridesim.plots.measured import FULL, measured, room_for
from stridesim.plots.panels import Derived, lines_panel
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number


def _deepest(result: SweepResult) -> np.ndarray:
    """Row of the deepest knee that runs, for every leg that runs at all; -1 for others."""
    ok = result.status_grid == "ok"
    return np.array([np.flatnonzero(leg)[-1] if leg.any() else -1 for leg in ok.T])


def _published(result: SweepResult) -> MeasuredPoint:
    """The published range, which is of the deepest crouch, at the deepest of the model."""
    return row_point("groucho", float(result.design.axes[0].values[_deepest(result).max()]))


def answer(found: Any) -> str:
    result = found.result
    knees, legs = (np.asarray(axis.values) for axis in result.design.axes)
    cost, bounce = result.change("oxygen_cost"), result.change("vertical_stiffness")
    said = [
        f"{number(knees[i])}° with a leg of {number(legs[k] / 1000)} kN/m "
        f"(oxygen {change_in_words(cost[i, k])}, vertical stiffness "
        f"{change_in_words(bounce[i, k])})"
        for k, i in enumerate(_deepest(result))
        if i >= 0
    ]
    people = _published(result)
    return (
        f"The muscles carry a crouch of at most {listed(said)}. Published for the deepest crouch: "
        f"oxygen +{number(people.low or 0)} to +{number(people.high or 0)} %."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    cost, bounce, reserve = row
    people = _published(result)
    change = result.change("oxygen_cost")
    lines_panel(
        cost, result, "oxygen_cost", Derived(change, "Change of oxygen cost (%)", 0.0, CHANGE)
    )
    sign = measured(cost, [people], label="published for the deepest crouch: McMahon 1987")
    cost.set_title("Oxygen")
    room_for(cost, people)
    softer = Derived(result.change("vertical_stiffness"), "Change (%)", 0.0, CHANGE)
    lines_panel(bounce, result, "vertical_stiffness", softer)
    bounce.set_title("Vertical stiffness")
    vasti = "peak_activation.vasti"
    used = Derived(100 * result.grid(vasti), "Peak activation (%)", 100 * result.nominal[vasti])
    lines_panel(reserve, result, vasti, used)
    reserve.set(title="How much vasti is in use", ylim=FULL)
    for axes in (cost, bounce):
        no_change(axes)
    for axes in row:
        axes.set_xlabel("Knee flexion at contact (deg)")
    lines = cost.get_legend_handles_labels()[0]
    legend_below(figure, [*lines, sign, *legend_handles(result, None, maps=False)])
    return figure
