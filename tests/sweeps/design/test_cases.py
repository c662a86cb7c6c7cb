"""One design asked of several runners and tasks: rows, results, store and model case by case."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_sweep import LINE, STRENGTH, Fake

from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.sweeps import SweepResult, load_design, run_in_memory, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.design.files import CONFIG


@pytest.fixture
def two_runners(tmp_path: Path) -> Path:
    heavy = apply_overrides(Runner.load(), {"body.mass": "140 kg"})
    (tmp_path / "heavy.toml").write_text(heavy.to_toml())
    path = tmp_path / "both.toml"
    path.write_text(
        'name = "both"\nrunners = ["rbds011", "heavy.toml"]\n'
        'constraints = ["hip.strength * body.mass < 80 kg"]\n'
        '[[axis]]\nparameter = "hip.strength"\nvalues = [0.5, 0.6, 1]\n'
        '[[task]]\nname = "flat"\n[[task]]\nname = "fast"\nset = { task.speed = "5 m/s" }\n'
    )
    return path


def _with_cases(points: Any, case: int = 0) -> dict[str, np.ndarray]:
    """The fake, a unit dearer with every case."""
    answers = Fake()(points)
    return answers | {"cost_of_transport": answers["cost_of_transport"] + case}


def test_the_whole_design_for_every_runner_and_task(two_runners: Path) -> None:
    design = load_design(two_runners)
    rows = design.inputs(0, design.rows)
    own = float(design.runner.hip.strength)
    # 72.9 kg and 140 kg: the heavy one may not have the strength 0.6.
    np.testing.assert_allclose(rows[STRENGTH], 2 * [0.5, 0.6, 1, own] + 2 * [0.5, own])
    assert rows["runner"].tolist() == 8 * ["rbds011"] + 4 * ["heavy"]
    assert rows["task"][:8].tolist() == 4 * ["flat"] + 4 * ["fast"]
    speeds = [float(case.runner.task.speed) for case in design.cases]
    assert speeds == pytest.approx([3.33, 5, 3.33, 5])


def test_a_result_of_cases_is_that_of_each(two_runners: Path) -> None:
    design = load_design(two_runners)
    result = run_in_memory(design, _with_cases, chunk_size=3)
    assert len(result["cost_of_transport"]) == design.size == len(result.status)
    for k, case in enumerate(result.cases):
        assert case.design.cases == (design.cases[k],)
        own = Fake()({STRENGTH: np.array(case.design.nominal)})["cost_of_transport"][0] + k
        assert case.nominal["cost_of_transport"] == pytest.approx(own)
        truth = Fake()({STRENGTH: case[STRENGTH]})["cost_of_transport"] + k
        np.testing.assert_allclose(case["cost_of_transport"], truth)
        assert case.failures == {}


def test_rows_of_cases_survive_the_store(two_runners: Path, tmp_path: Path) -> None:
    design = load_design(two_runners)
    stored = run_sweep(design, _with_cases, tmp_path / "out", chunk_size=3)
    fresh = run_in_memory(design, _with_cases)
    np.testing.assert_array_equal(stored["cost_of_transport"], fresh["cost_of_transport"])
    again = load_design(tmp_path / "out" / CONFIG)
    assert again.content_hash == design.content_hash
    assert (tmp_path / "out/runners/heavy.toml").is_file()


def test_a_model_is_asked_for_one_case_at_a_time(two_runners: Path) -> None:
    asked: list[tuple[int, int]] = []

    def evaluate(points: dict, case: int) -> dict[str, np.ndarray]:
        asked.append((case, len(points[STRENGTH])))
        return Fake()(points)

    design = load_design(two_runners)
    run_in_memory(design, evaluate, chunk_size=6)
    assert asked[:3] == [(0, 4), (1, 2), (1, 2)]
    assert sum(n for _, n in asked) == design.rows


def test_grids_of_several_cases_are_asked_of_each() -> None:
    tasks = [{"name": "flat"}, {"name": "uphill", "set": {"task": {"slope": "5 %"}}}]
    result: SweepResult = run_in_memory(
        design_from_tables({**LINE, "task": tasks}, "x.toml"), _with_cases
    )
    with pytest.raises(InputError, match="no grid of one runner and task"):
        result.grid("cost_of_transport")
    assert result.cases[1].grid("cost_of_transport").shape == (4,)
