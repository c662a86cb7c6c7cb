"""What running costs when part of the weight is taken, beside doi:10.1242/jeb.004481."""

from typing import Any

from matplotlib.figure import Figure

from stridesim.evidence.points import task_points
from stridesim.plots.task_sheet import Task, task_answer, task_figure
from stridesim.sweeps import SweepResult


def _task(_result: SweepResult) -> Task:
    points = task_points("support", "net cost")
    return Task("Weight taken (%)", 100.0, " %", points, {}, "Teunissen 2007")


def answer(found: Any) -> str:
    result = found.result
    return task_answer(result, _task(result))


def draw(found: Any) -> Figure:
    result = found.result
    return task_figure(result, _task(result))
