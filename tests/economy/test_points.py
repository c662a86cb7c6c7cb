"""A batch of points is its points one by one, whatever stands beside them."""

import functools
import subprocess
import sys

import numpy as np
import pytest
from economy.shipped import shipped
from numpy.testing import assert_allclose

from stridesim.economy import batch, evaluate, evaluate_points
from stridesim.economy.batch import CHUNK, KEPT_ON_FAILURE
from stridesim.economy.evaluate import _everything
from stridesim.programs import forget
from stridesim.results import InputError, Status
from stridesim.runner import Runner

POINTS = {
    "task.speed": np.array([2.6, 3.0, 3.3, 3.6, 4.0, 4.4]),
    "posture.trunk_lean": np.array([8.0, 7.2, 10.0, 9.0, 6.5, 7.2]),
}
TOLERANCE = 1e-7
"""Relative; a batch starts its solver elsewhere and stops at scaled residuals of 1e-10."""


def _points(rows: list[int]) -> dict[str, np.ndarray]:
    return evaluate_points(Runner.load(), {path: v[rows] for path, v in POINTS.items()})


@functools.cache
def _all() -> dict[str, np.ndarray]:
    return _points(list(range(6)))


def _assert_same(found: dict[str, np.ndarray], expected: dict[str, np.ndarray]) -> None:
    assert found.keys() == expected.keys()
    assert (found["status"] == expected["status"]).all()
    for name in set(found) - {"status", "periodic_residual", "sharing_residual"}:
        assert_allclose(found[name], expected[name], rtol=TOLERANCE, atol=1e-9, err_msg=name)


def test_equals_one_by_one() -> None:
    found = _all()
    for row in range(6):
        one = shipped(
            float(POINTS["task.speed"][row]),
            posture__trunk_lean=float(POINTS["posture.trunk_lean"][row]),
        )
        assert found["status"][row] == one.status.name == "ok"
        for name in set(found) - {"status", "periodic_residual", "sharing_residual"}:
            expected = float(one.results[name])
            assert found[name][row] == pytest.approx(expected, rel=TOLERANCE, abs=1e-9), name


def test_what_is_prepared_is_what_is_called() -> None:
    """Else every process would compile two programs and wait for the second."""
    forget()
    _points([0])
    assert batch._price.ready == 1
    evaluate(Runner.load())
    assert _everything.ready == 1


def test_order_does_not_matter() -> None:
    order = [3, 0, 5, 1, 4, 2]
    _assert_same(_points(order), {name: values[order] for name, values in _all().items()})


def test_what_stands_beside_a_point_does_not_matter() -> None:
    _assert_same(_points([1, 4]), {name: values[[1, 4]] for name, values in _all().items()})


def test_more_points_than_one_chunk_come_back_in_order() -> None:
    rows = np.resize(np.arange(6), CHUNK + 5).tolist()
    _assert_same(_points(rows), {name: values[rows] for name, values in _all().items()})


def test_no_points_named_is_the_runner_itself() -> None:
    found = evaluate_points(Runner.load(), {})
    expected = float(shipped().results["cost_of_transport"])
    assert found["cost_of_transport"] == pytest.approx(expected, rel=TOLERANCE)


def test_a_failing_row_has_its_reason_and_leaves_its_neighbours_alone() -> None:
    values = {path: v.copy() for path, v in POINTS.items()}
    values["leg.soft_tissue_stiffness"] = np.array([103e3, 30e3, 103e3, 103e3, 103e3, 103e3])
    values["gait.step_frequency"] = np.array(
        [float(shipped(v).runner.gait.step_frequency) for v in values["task.speed"]]
    )
    expected = {name: column.copy() for name, column in _all().items()}
    values["gait.step_frequency"][4] = 5.0
    found = evaluate_points(Runner.load(), values)
    failed = [1, 4]
    assert found["status"][failed].tolist() == ["posture_out_of_reach", "posture_out_of_reach"]
    for name in set(found) - {"status", *KEPT_ON_FAILURE}:
        assert np.isnan(found[name][failed]).all(), name
    assert_allclose(found["speed"], values["task.speed"], rtol=1e-14)
    assert (found["periodic_residual"] < 1e-10).all()
    for name in set(found) - {"status", "periodic_residual", "sharing_residual"}:
        rest = [0, 2, 3, 5]
        assert_allclose(found[name][rest], expected[name][rest], rtol=TOLERANCE, atol=1e-9)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError, match=r"unknown parameter 'task\.sped'"):
        evaluate_points(Runner.load(), {"task.sped": np.array([3.0])})
    with pytest.raises(InputError, match="metabolic = 'foo'"):
        evaluate_points(Runner.load(), {}, metabolic="foo")


def test_status_is_a_name() -> None:
    assert set(_all()["status"]) <= set(Status.__members__)


def test_who_imports_it_himself_computes_in_float64_too() -> None:
    script = (
        "import numpy as np; from stridesim.economy import evaluate_points; "
        "from stridesim.runner import Runner; "
        "found = evaluate_points(Runner.load(), {'task.speed': np.array([3.5])}); "
        "print(found['status'][0], found['cost_of_transport'].dtype)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["ok", "float64"], done.stderr
