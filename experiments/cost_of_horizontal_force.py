"""What a pull costs: the net cost under an aiding or impeding force, beside Chang & Kram 1999."""

from typing import Any

from matplotlib.figure import Figure

from stridesim.evidence.points import task_points
from stridesim.plots.task_sheet import Task, task_answer, task_figure
from stridesim.sweeps import SweepResult


def _task(_result: SweepResult) -> Task:
    points = task_points("force", "net cost")
    label = "Pull backward (% of weight)"
    return Task(label, 100.0, " % BW", points, {}, "Chang & Kram 1999")


def answer(found: Any) -> str:
    result = found.result
    return task_answer(result, _task(result))


def draw(found: Any) -> Figure:
    result = found.result
    return task_figure(result, _task(result))
