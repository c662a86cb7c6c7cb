"""Leg stiffness over imposed step frequency, beside Farley & Gonzalez 1996.

People who step quicker than they like stiffen their legs: 7.0 to 16.3 kN/m from 26 % below to 36 %
above the preferred frequency, 2.5 m/s (doi:10.1016/0021-9290(95)00029-1). The model's rule for the
spring is taken from the ratio of the two; the classic leg stiffness (peak force over shortening by
the measured contact) is a result.
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, study_points
from stridesim.plots.marks import legend_handles, ring
from stridesim.plots.measured import axis_in, beside, curves, line_legend, measured, moved
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.sweeps import SweepResult
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

MOTION = {"contact_time": "contact time", "com_drop_in_stance": "drop of the body",
          "peak_vertical_force": "peak force"}  # fmt: skip


def _points(result: SweepResult) -> tuple[MeasuredPoint, ...]:
    """At the shares of the preferred frequency, in hertz of this runner; kN/m."""
    usual = float(result.design.nominal[0])
    return moved(study_points("farley1996", "leg stiffness"), lambda share: share * usual)


def _stiffness(result: SweepResult) -> np.ndarray:
    return result.grid("leg_stiffness") / 1000


def answer(found: Any) -> str:
    result = found.result
    points = _points(result)
    model = beside(result, _stiffness(result), points)
    low, high = (number(point.value) for point in points)
    slowest, quickest = (f"{number(m)} kN/m" for m in model)
    x = np.asarray(result.design.axes[0].values)[result.ok]
    usual = float(result.design.nominal[0])
    ends = _stiffness(result)[result.ok][[0, -1]]
    text = (
        f"From {change_in_words(100 * (x[0] / usual - 1))} to "
        f"{change_in_words(100 * (x[-1] / usual - 1))} of the step frequency the model's leg "
        f"stiffness goes from {number(ends[0])} to {number(ends[1])} kN/m, "
        f"{number(ends[1] / ends[0])} times. At the measured ends ({low} and {high} kN/m, "
        f"{number(points[1].value / points[0].value)} times) it is {slowest} and {quickest}."
    )
    return text.replace("no result kN/m", "without a gait")


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    leg, ratio, motion = row
    points, usual = _points(result), float(result.design.nominal[0])
    curves(leg, result, [("model", _stiffness(result))], points=points)
    people = measured(leg, points, label="measured: Farley & Gonzalez 1996")
    leg.set(title="Leg stiffness", ylabel="Leg stiffness, classic (kN/m)")
    ring(leg, usual, float(result.nominal["leg_stiffness"]) / 1000)
    own = float(result.nominal["leg_stiffness"]), float(result.nominal["vertical_stiffness"])
    curves(
        ratio, result,
        [("leg", result.grid("leg_stiffness") / own[0]),
         ("vertical", result.grid("vertical_stiffness") / own[1])],
    )  # fmt: skip
    ratio.set(title="Against the preferred frequency", ylabel="Stiffness, times own")
    ring(ratio, usual, 1.0)
    curves(
        motion, result, [(words, result.change(name)) for name, words in MOTION.items()],
        level=CHANGE,
    )  # fmt: skip
    motion.set(title="How the runner moves", ylabel="Change (%)")
    ring(motion, usual, 0.0)
    for axes in row:
        axis_in(axes, "Step frequency (Hz)")
    for axes in (ratio, motion):
        line_legend(axes)
    legend_below(figure, [people, *legend_handles(result, None, maps=False)])
    return figure
