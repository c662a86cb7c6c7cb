"""`stridesim fit` from the shell: a runner file that the other commands read."""

import dataclasses
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from stridesim.cli import main
from stridesim.cli.fit import common_name
from stridesim.measured.fit import Comparison, Fit
from stridesim.measured.fit_uncertainty import Estimates
from stridesim.runner import load_runner, shipped_runner


def test_fit_of_the_shared_recordings(shared: Path, tmp_path: Path) -> None:
    """Two speeds of RBDS011: every fitted number within 8 %, the file complete and readable."""
    files = [shared / "data" / f"RBDS011_run_{speed}ms_300Hz_12s.csv" for speed in ("2.5", "3.5")]
    written = tmp_path / "runner.toml"
    result = CliRunner().invoke(
        main,
        ["fit", *map(str, files), "--mass", "75", "--height", "1.795", "--speed", "9 km/h",
         "--speed", "3.5", "--name", "someone", "--output", str(written), "--json"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    judged = [c for c in found["comparisons"] if c["name"] != "com_drop_in_stance"]
    assert len(judged) == 8
    assert max(abs(c["difference"]) for c in judged) < 0.08
    runner = load_runner(written)
    assert runner.name == "someone"
    assert runner.habits.speeds == (2.5, 3.5)
    assert 15e3 < float(runner.leg.stiffness) < 23e3
    assert "sha256" in written.read_text()
    fitted = {(e["parameter"], e["speed"]): e for e in found["estimates"]}
    assert len(fitted) == 7
    assert 100 < fitted["leg.stiffness", 3.5]["sd"] < 2000
    assert all(0 < e["sd_from_steps"] <= e["sd"] for e in fitted.values())
    assert "muscle.strength_scale" not in {path for path, _ in fitted}
    assert len(runner.uncertainty.paths) == 7
    assert runner.uncertainty_at_speed()[1].shape == (4, 4)


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to name, with reading and fitting faked: the shipped runner, one number missed."""
    comparisons = [
        Comparison("run.csv", 3.5, "contact_time", 0.2, 0.201),
        Comparison("run.csv", 3.5, "braking_impulse", 0.2, 0.129),
    ]

    def fitted(_recordings: Any, *, name: str, overrides: Any) -> Fit:
        runner = dataclasses.replace(shipped_runner(), name=name)
        known = Estimates(
            ("leg.loss",), (None,), np.array([0.2]), np.array([[1e-4]]), np.array([[3e-4]])
        )
        return Fit(runner, comparisons, known, {"method": "none"})

    monkeypatch.setattr("stridesim.measured.read_forces", lambda path: path)
    monkeypatch.setattr("stridesim.measured.measure_steps", lambda *_, **__: None)
    monkeypatch.setattr("stridesim.measured.fit.fit_runner", fitted)
    return tmp_path / "run.csv"


def _fit(recording: Path, *more: str) -> Result:
    arguments = ["fit", str(recording), "--mass", "75", "--height", "1.8", "--speed", "3.5", *more]
    return CliRunner().invoke(main, arguments)


def test_stdout_is_the_runner_alone(recording: Path) -> None:
    result = _fit(recording)
    assert result.exit_code == 0, result.output
    tables = tomllib.loads(result.stdout)
    assert tables["name"] == "run"
    assert tables["provenance"]["method"] == "none"
    assert not result.stdout.endswith("\n\n")
    assert "contact_time" in result.stderr
    assert "muscle.strength_scale 1.25, the muscles' strength" in result.stderr
    assert "sets the level of the metabolic cost" in result.stderr


def test_with_a_file_the_report_is_the_output(recording: Path, tmp_path: Path) -> None:
    result = _fit(recording, "--output", str(tmp_path / "runner.toml"))
    assert "contact_time" in result.stdout
    assert "sets the level of the metabolic cost" in result.stdout
    assert "[body]" not in result.stdout


def test_a_large_misfit_is_a_warning_with_its_causes(recording: Path) -> None:
    warning = (
        "run.csv: braking_impulse of the fitted runner is -36 % off at 3.5 m/s (more than 15 %)"
    )
    result = _fit(recording, "--json")
    [line] = result.stderr.splitlines()
    assert line.startswith(f"warning: {warning}: is the speed of this file right")
    assert "mass" in line
    assert [text.startswith(warning) for text in json.loads(result.stdout)["warnings"]] == [True]


def test_a_runner_file_is_overwritten_only_by_force(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "runner.toml"
    target.write_text("mine")
    refused = _fit(recording, "--output", str(target))
    assert refused.exit_code == 1
    [line] = refused.stderr.splitlines()
    assert line == f"stridesim: error: output = {str(target)!r}: exists; --force overwrites it"
    assert target.read_text() == "mine"
    assert _fit(recording, "--output", str(target), "--force").exit_code == 0
    assert load_runner(target).name == "run"


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


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--speed", "2.5", "--speed", "3.5"], "2 given for 1 files"),
        (["--speed", "2.5 kg"], "speed"),
        (["--speed", "2.5", "--output", "no/such/folder/x.toml"], "no such folder"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    """Exit code 1 and what is permitted."""
    absent = tmp_path / "absent.csv"
    result = CliRunner().invoke(
        main, ["fit", str(absent), "--mass", "75", "--height", "1.8", *arguments]
    )
    assert result.exit_code == 1
    lines = [line for line in result.output.splitlines() if line]
    assert len(lines) == 1
    assert says in lines[0] or "no such file" in lines[0]
