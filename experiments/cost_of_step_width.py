"""What wide steps cost: the net cost over step width, beside Arellano & Kram 2011.

The study gives widths in leg lengths and changes against the preferred width.
"""

from typing import Any

from matplotlib.figure import Figure

from stridesim.evidence.points import task_points
from stridesim.evidence.tasks import TROCHANTER
from stridesim.plots.measured import moved
from stridesim.plots.task_sheet import Task, task_answer, task_figure
from stridesim.sweeps import SweepResult


def _task(result: SweepResult) -> Task:
    leg = TROCHANTER * float(result.design.runner.body.height)
    points = moved(task_points("width", "net cost"), lambda share: share * leg)
    return Task("Step width (cm)", 100.0, " cm", points, {}, "Arellano & Kram 2011")


def answer(found: Any) -> str:
    result = found.result
    return task_answer(result, _task(result))


def draw(found: Any) -> Figure:
    result = found.result
    return task_figure(result, _task(result))
