"""Adaptation in a batch of strides: none without a task, none of what is imposed."""

import numpy as np
import pytest

from stridesim.economy.batch import results_at
from stridesim.parameter import get_value
from stridesim.runner import Runner

SPEED = 3.0
IMPOSED = {
    "gait.step_frequency": "step_frequency",
    "leg.stiffness": "spring_stiffness",
    "posture.trunk_lean": "trunk_lean",
}
"""What a task adapts, and the result that shows it. (The knee's parameter sets the length of the
leg, so its result follows from the hip's path as well.)"""

TASKS = {
    "task.slope": [0.0, 0.01, -0.02, 0.0, 0.0],
    "task.horizontal_force": [0.0, 0.0, 0.0, -0.02, 0.0],
    "task.weight_support": [0.0, 0.0, 0.0, 0.0, 0.1],
}


def _at(points: dict[str, list[float]]) -> dict[str, np.ndarray]:
    return results_at(Runner.load(), {path: np.array(v) for path, v in points.items()})


def test_tasks_of_size_zero_are_no_task() -> None:
    level = _at({"task.speed": [SPEED]})
    none = _at({"task.speed": [SPEED], **{path: [0.0] for path in TASKS}})
    for name in set(level) - {"status"}:
        np.testing.assert_array_equal(none[name], level[name], err_msg=name)
    assert level["status"][0] == "ok"


def test_what_is_imposed_reaches_the_stride_untouched() -> None:
    runner = Runner.load().with_(speed=SPEED).at_speed()
    count = len(TASKS["task.slope"])
    own = {path: [float(get_value(runner, path))] * count for path in IMPOSED}
    speed = {"task.speed": [SPEED] * count}
    imposed, adapted = _at(speed | TASKS | own), _at(speed | TASKS)
    assert set(imposed["status"]) == set(adapted["status"]) == {"ok"}
    for path, name in IMPOSED.items():
        np.testing.assert_allclose(imposed[name], imposed[name][0], rtol=1e-6, err_msg=path)
        assert imposed[name][0] == pytest.approx(adapted[name][0], rel=1e-9)
        assert np.ptp(adapted[name]) > 1e-3 * abs(adapted[name][0]), path
