"""Peaks of the ground force over slope, beside Gottschall & Kram 2005.

At 3 m/s the braking peak is 73 % larger 9 deg down, the propulsive one 75 % larger 9 deg up, and
the active peak normal to the ground does not change (doi:10.1016/j.jbiomech.2004.04.023). Whole
curves: `stridesim compare --plot-curves`.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, study_points, task_points
from stridesim.plots.claims import no_change
from stridesim.plots.marks import legend_handles, ring
from stridesim.plots.measured import axis_in, beside, curves, measured
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import listed, number

FORCES = {"peak_vertical_force": "normal to the ground", "peak_braking_force": "braking",
          "peak_propulsive_force": "propulsive"}  # fmt: skip
STUDY = "gottschall2005"


def _points(name: str) -> tuple[MeasuredPoint, ...]:
    """Changes in per cent: of the study, and of another one where it measured the same."""
    if name == "peak_vertical_force":
        return (*study_points(STUDY, "normal force"), *task_points("slope", "normal force"))
    return study_points(STUDY, name.removeprefix("peak_").replace("_", " "))


def answer(found: Any) -> str:
    result = found.result
    said = []
    for name, words in FORCES.items():
        points = _points(name)
        told = beside(result, result.change(name), points)
        said += [
            f"{words} {change_in_words(m)} at {number(100 * p.at)} % "
            f"(measured {change_in_words(p.value)})"
            for p, m in zip(points, told, strict=True)
            if p.low is None and np.isfinite(m)
        ]
    return f"Peak force against the level: {listed(said) if said else 'no result'}."


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    for axes, (name, words) in zip(row, FORCES.items(), strict=True):
        points = _points(name)
        curves(axes, result, [("model", result.change(name))], points=points, level=CHANGE)
        measured(axes, points)
        no_change(axes)
        ring(axes, float(result.design.nominal[0]), 0.0)
        axes.set(title=f"Peak {words}", ylabel="Change (%)")
        axis_in(axes, "Slope (%)", 100.0)
    people = measured(row[0], (), label="measured: Gottschall & Kram 2005; PeerJ 12752 (bars)")
    legend_below(figure, [people, *legend_handles(result, None, maps=False, runner="level")])
    return figure
