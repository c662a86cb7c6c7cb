"""What a slope costs: the net cost of running from -20 to +20 %, beside Minetti 2002.

Contact time, peak force (doi:10.7717/peerj.12752) and step frequency
(doi:10.1371/journal.pone.0069006) are measured too.
"""

from typing import Any

from matplotlib.figure import Figure

from stridesim.evidence.points import task_points
from stridesim.plots.task_sheet import Task, task_answer, task_figure
from stridesim.sweeps import SweepResult


def _task(_result: SweepResult) -> Task:
    return Task(
        "Slope (%)",
        100.0,
        " %",
        task_points("slope", "net cost"),
        {
            "step_frequency": task_points("slope", "step frequency"),
            "contact_time": task_points("slope", "contact time"),
            "peak_vertical_force": task_points("slope", "peak normal force"),
        },
        "Minetti 2002; motion: PeerJ 12752, PLoS ONE 69006",
    )


def answer(found: Any) -> str:
    result = found.result
    return task_answer(result, _task(result))


def draw(found: Any) -> Figure:
    result = found.result
    return task_figure(result, _task(result))
