"""What another step frequency costs: the extra cost 18 % off the preferred one.

The published penalty is a range (Cavanagh & Williams 1982); its middle is drawn with its ends.
"""

from typing import Any

from matplotlib.figure import Figure

from stridesim.evidence.points import place, row_point
from stridesim.plots.task_sheet import Task, task_answer, task_figure
from stridesim.sweeps import SweepResult

PENALTY = "frequency_penalty_18"


def _task(result: SweepResult) -> Task:
    usual = result.design.nominal[0]
    off = place(PENALTY)
    points = [row_point(PENALTY, at=usual * (1 + side * off)) for side in (-1, 1)]
    return Task("Step frequency (Hz)", 1.0, " Hz", points, {}, "Cavanagh & Williams 1982 (range)")


def answer(found: Any) -> str:
    result = found.result
    return task_answer(result, _task(result))


def draw(found: Any) -> Figure:
    result = found.result
    return task_figure(result, _task(result))
