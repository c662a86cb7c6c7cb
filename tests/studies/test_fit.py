"""The answer to `fit`: a runner with errors, what is doubtful, and a file that gives it back.

The fit itself is stood in for; `tests/fitting` judges it.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridesim.fitting.fit import Comparison, Fit
from stridesim.fitting.runs import Recorded, Runs
from stridesim.fitting.uncertainty import Estimates
from stridesim.results import InputError, Status
from stridesim.runner import Runner
from stridesim.studies import fit as study
from stridesim.studies.fit import FitAnswer, common_name, fit
from stridesim.studies.force_analysis import ForceAnalysis


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the fit was asked for; it answers with the shipped runner and one number missed."""
    found: dict[str, Any] = {"runs": Runs((Recorded("a.csv", 2.5, Status.ok, 3.6),), (), 2.5)}

    def measured(recording: Path, **how: Any) -> tuple[Path, float]:
        found.setdefault("settings", how["settings"])
        return recording, how["speed"]

    def fitted(pairs: Sequence[Any], *, name: str, overrides: dict[str, Any]) -> Fit:
        found.update(name=name, overrides=overrides, speeds=[speed for _, (_, speed) in pairs])
        known = Estimates(
            ("leg.loss", "leg.stiffness"), (None, 2.5), np.array([0.2, 18e3]),
            np.diag([1e-4, 1e4]), np.diag([3e-4, 8e4]),
        )  # fmt: skip
        missed = [Comparison("a.csv", 2.5, "braking_impulse", 0.2, 0.129)]
        return Fit(
            Runner.load(), missed, known, {"method": "none"}, found["runs"], ("a.csv: a note",)
        )

    monkeypatch.setattr(study, "read_forces", lambda path: path)
    monkeypatch.setattr(study, "measure_steps", measured)
    monkeypatch.setattr(study, "fit_runner", fitted)
    return found


def _fit(**more: Any) -> FitAnswer:
    return fit(["anna_a.csv", "anna_b.csv"], mass=75, height=1.8, speed=[2.5, "12.6 km/h"], **more)


def test_arguments_reach_the_fit_in_si(asked: dict[str, Any]) -> None:
    _fit(settings={"hip.strength": 0.9}, analysis=ForceAnalysis(threshold="5 % BW"))
    assert asked["speeds"] == pytest.approx([2.5, 3.5])
    assert asked["name"] == "anna"
    assert asked["overrides"] == {"hip.strength": 0.9}
    assert asked["settings"].threshold == pytest.approx(0.05 * 75 * 9.80665)


def test_doubts_and_notes_are_told_apart(asked: dict[str, Any]) -> None:
    answer = _fit()
    assert answer.ok
    assert answer.notes == ("a.csv: a note",)
    [warning] = answer.warnings
    assert warning.startswith("a.csv: braking_impulse of the fitted runner is -36 % off at 2.5 m/s")


def test_the_errors_are_in_the_units_of_the_parameters(asked: dict[str, Any]) -> None:
    loss, stiffness = _fit().estimates
    assert (loss["value"], loss["sd"], loss["sd_from_steps"]) == pytest.approx((0.2, 0.02, 0.01))
    assert (stiffness["value"], stiffness["unit"]) == (18e3, "N/m")
    assert stiffness["sd"] == pytest.approx(300.0)
    assert len(_fit().table().rows) == 2


def test_the_file_gives_the_runner_back(asked: dict[str, Any], tmp_path: Path) -> None:
    answer = _fit()
    answer.save(tmp_path / "me.toml")
    text = (tmp_path / "me.toml").read_text()
    assert text.startswith(f"# {answer.warnings[0]}")
    assert 'method = "none"' in text
    assert Runner.load(tmp_path / "me.toml").uncertainty == answer.runner.uncertainty


def test_the_record_is_plain(asked: dict[str, Any]) -> None:
    whole = _fit().to_dict()
    assert whole["schema"]["kind"] == "fit"
    assert whole["comparisons"][0]["difference"] == pytest.approx(-0.355)
    assert whole["recorded_speeds"][0]["status"] == "ok"
    assert whole["provenance"]["software"]["stridesim"]


def test_a_runner_that_runs_nowhere_is_a_reason(asked: dict[str, Any]) -> None:
    weak = Recorded("a.csv", 2.5, Status.strength_too_low, float("nan"), 2.1, 4.4)
    asked["runs"] = Runs((weak,))
    answer = _fit()
    assert answer.status == "strength_too_low"
    assert "muscle.strength_scale=2.1 lets the runner run" in answer.reason


def test_one_speed_for_two_files_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="speed: 1 given for 2 files; permitted: one per file"):
        fit(["a.csv", "b.csv"], mass=75, height=1.8, speed=2.5)


def test_a_speed_that_no_runner_may_be_set_to_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(
        InputError, match=r"speed = 0\.8: outside its permitted range 1\.5 to 9 m/s"
    ):
        fit("walk.csv", mass=75, height=1.8, speed=0.8)
    assert "name" not in asked


@pytest.mark.parametrize(
    ("stems", "name"),
    [
        (["RBDS011_run_2.5ms_300Hz", "RBDS011_run_3.5ms_300Hz"], "RBDS011"),
        (["run_2.5", "run_2.7"], "run"),
        (["anna 12kmh", "anna 14kmh"], "anna"),
        (["anna-b-slow", "anna-b-fast"], "anna_b"),
        (["slow", "fast"], "slow"),
        (["RBDS011_run_2.5ms"], "RBDS011_run_2.5ms"),
    ],
)
def test_the_name_is_what_the_files_share(stems: list[str], name: str) -> None:
    assert common_name(stems) == name
