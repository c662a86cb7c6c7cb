"""What speed costs: the cost a metre over speed, beside 24 elite and 68 recreational runners.

Black 2018 (IJSPP 13:92) does not say whether the cost is gross or net; the model's is gross. Gross
power and mechanical advantages of ten trained runners are Kipp 2018's (doi:10.1242/jeb.184218).
"""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from stridesim.evidence.points import MeasuredPoint, black2018, row_point
from stridesim.evidence.tasks import FAST, SLOW
from stridesim.plots.claims import no_change
from stridesim.plots.marks import legend_handles, ring
from stridesim.plots.measured import axis_in, beside, curves, line_legend, measured
from stridesim.plots.sheet import legend_below, panel_grid
from stridesim.plots.span import CHANGE
from stridesim.words.wording import change as change_in_words
from stridesim.words.wording import number

GROUPS = ("recreational", "elite")
JOINTS = ("hip", "knee", "ankle")


def _power() -> tuple[MeasuredPoint, ...]:
    return row_point("gross_power_2.22", SLOW), row_point("gross_power_5.0", FAST)


def answer(found: Any) -> str:
    result = found.result
    cost = result.grid("cost_of_transport")
    speeds = np.asarray(result.design.axes[0].values)
    told = []
    for group in GROUPS:
        points = black2018(group)
        apart = [m / p.value - 1 for p, m in zip(points, beside(result, cost, points), strict=True)]
        apart = [share for share in apart if np.isfinite(share)]
        told.append(
            f"{change_in_words(100 * min(apart))} to {change_in_words(100 * max(apart))} against "
            f"{group} runners"
        )
    slow, fast = beside(result, result.grid("metabolic_power"), _power())
    rise = _power()[1].value / _power()[0].value
    cheapest = speeds[np.nanargmin(np.where(result.ok, cost, np.nan))]
    return (
        f"The model is cheapest at {number(cheapest)} m/s; its cost a metre is {told[0]}, and "
        f"{told[1]}. From {SLOW} to {FAST} m/s its power grows {number(fast / slow)} times, "
        f"that of people {number(rise)} times."
    )


def draw(found: Any) -> Figure:
    result = found.result
    figure, (row,) = panel_grid(1, 3)
    cost, power, leverage = row
    groups = {group: black2018(group) for group in GROUPS}
    every = [point for points in groups.values() for point in points]
    curves(cost, result, [("model", result.grid("cost_of_transport"))], points=every)
    signs = [
        measured(cost, points, color=f"C{k + 1}", label=f"{group} runners, Black 2018")
        for k, (group, points) in enumerate(groups.items())
    ]
    cost.set(title="Cost a metre", ylabel="Cost of transport (J/kg/m)")
    curves(power, result, [("model", result.grid("metabolic_power"))], points=_power())
    signs.append(measured(power, _power(), label="trained runners, Kipp 2018"))
    power.set(title="Power", ylabel="Gross metabolic power (W/kg)")
    lines, points = [], []
    for joint in JOINTS:
        grid = result.grid(f"{joint}_mechanical_advantage")
        [own] = beside(result, grid, [MeasuredPoint(SLOW, 0.0, None, None, "")])
        lines.append((joint, 100 * (grid / own - 1)))
        points.append(row_point(f"speed_{joint}_advantage", FAST))
    curves(leverage, result, lines, points=points, level=CHANGE)
    for k, point in enumerate(points):
        measured(leverage, [point], color=f"C{k}")
    no_change(leverage)
    leverage.set(title=f"Leverage, against {SLOW} m/s", ylabel="Change (%)")
    line_legend(leverage)
    own = float(result.design.nominal[0])
    ring(cost, own, float(result.nominal["cost_of_transport"]))
    ring(power, own, float(result.nominal["metabolic_power"]))
    for axes in row:
        axis_in(axes, "Speed (m/s)")
    legend_below(figure, [*signs, *legend_handles(result, None, maps=False)])
    return figure
