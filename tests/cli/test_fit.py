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
from stridesim.economy import evaluate
from stridesim.fitting.fit import Comparison, Fit
from stridesim.fitting.runs import Recorded, Runs
from stridesim.fitting.uncertainty import Estimates
from stridesim.results import Status
from stridesim.runner import Runner, apply_overrides


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
    runner = Runner.load(written)
    assert runner.name == "someone"
    assert runner.habits.speeds == (2.5, 3.5)
    assert 15e3 < float(runner.leg.stiffness) < 23e3
    assert "sha256" in written.read_text()
    fitted = {(e["parameter"], e["speed"]): e for e in found["estimates"]}
    assert len(fitted) == 8
    assert 100 < fitted["leg.stiffness", 3.5]["sd"] < 2000
    assert all(0 < e["sd_from_steps"] <= e["sd"] for e in fitted.values())
    assert "muscle.strength_scale" not in {path for path, _ in fitted}
    assert len(runner.uncertainty.paths) == 8
    assert runner.uncertainty_at_speed()[1].shape == (5, 5)
    assert found["warnings"] == []
    assert [(r["speed"], r["status"]) for r in found["recorded_speeds"]] == [
        (2.5, "ok"),
        (3.5, "ok"),
    ]
    assert float(runner.muscle.strength_scale) == float(Runner.load().muscle.strength_scale)
    assert "strength_scale = 1.25" in written.read_text()


def test_a_runner_that_cannot_run_where_it_was_recorded(shared: Path, tmp_path: Path) -> None:
    """Said in a warning, in the object and in the file, with what would help and its price; the
    file is written, for the runner runs at other speeds."""
    recording = shared / "cases" / "fit_cannot_run_4ms.csv"
    written = tmp_path / "runner.toml"
    result = CliRunner().invoke(
        main,
        ["fit", str(recording), "--mass", "81.7", "--height", "1.772", "--speed", "4",
         "--output", str(written), "--json"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    [at] = found["recorded_speeds"]
    assert (at["speed"], at["status"], at["cost_of_transport"]) == (4.0, "strength_too_low", None)
    assert found["strength"]["value"] == found["strength"]["default"]
    cannot = found["warnings"][0]
    assert cannot.startswith(
        "fit_cannot_run_4ms.csv: the fitted runner cannot run at 4 m/s, a recorded speed: "
        "strength_too_low, the muscles cannot supply the joint moments"
    )
    assert f"--set muscle.strength_scale={at['strength_needed']:g} instead of 1.25" in cannot
    assert f"warning: {cannot}" in result.stderr
    assert f"# {cannot}" in written.read_text().splitlines()
    stronger = Runner.load(written), {"muscle.strength_scale": at["strength_needed"]}
    assert evaluate(apply_overrides(*stronger)).ok
    [[low, high]] = found["runs_between"]["ranges"]
    assert evaluate(apply_overrides(stronger[0], {"task.speed": high})).ok
    assert low < high < 4
    held = next(e for e in found["estimates"] if e["parameter"] == "posture.cop_excursion")
    assert (held["sd"], held["at_end_of_range"]) == (None, 1.5)
    assert any("posture.cop_excursion = 1.5 is at the end of its range" in w
               for w in found["warnings"])  # fmt: skip


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to name, with reading and fitting faked: the shipped runner, one number missed."""
    comparisons = [
        Comparison("run.csv", 3.5, "contact_time", 0.2, 0.201),
        Comparison("run.csv", 3.5, "braking_impulse", 0.2, 0.129),
    ]
    runs = Runs(
        (Recorded("run.csv", 3.5, Status.ok, 3.6),), ((2.0, 4.0),), 3.5,
        {1.0: float("nan"), 1.25: 3.6, 1.5: 3.78},
    )  # fmt: skip

    def fitted(_recordings: Any, *, name: str, overrides: Any) -> Fit:
        runner = dataclasses.replace(Runner.load(), name=name)
        known = Estimates(
            ("leg.loss",), (None,), np.array([0.2]), np.array([[1e-4]]), np.array([[3e-4]])
        )
        return Fit(runner, comparisons, known, {"method": "none"}, runs, ("run.csv: a note",))

    monkeypatch.setattr("stridesim.studies.fit.read_forces", lambda path: path)
    monkeypatch.setattr("stridesim.studies.fit.measure_steps", lambda *_, **__: None)
    monkeypatch.setattr("stridesim.studies.fit.fit_runner", fitted)
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
    assert "ground contact" in result.stderr
    assert "muscle.strength_scale 1.25, the muscles' strength" in result.stderr
    assert "sets the level of the metabolic cost" in result.stderr
    assert "is the declared default, the same for every runner" in result.stderr
    assert (
        "cost, 3.60 J/kg/m at 3.5 m/s (none with 1, which is too little, +5 % with 1.5)."
        in result.stderr
    )
    assert "run.csv: a note" in result.stderr.splitlines()


def test_with_a_file_the_report_is_the_output(recording: Path, tmp_path: Path) -> None:
    result = _fit(recording, "--output", str(tmp_path / "runner.toml"))
    assert "ground contact" in result.stdout
    assert "sets the level of the metabolic cost" in result.stdout
    assert "[body]" not in result.stdout


def test_a_large_misfit_is_a_warning_with_its_causes(recording: Path) -> None:
    warning = (
        "run.csv: braking_impulse of the fitted runner is -36 % off at 3.5 m/s (more than 15 %)"
    )
    result = _fit(recording, "--json")
    note, line = result.stderr.splitlines()
    assert note == "run.csv: a note"
    assert json.loads(result.stdout)["notes"] == [note]
    assert line.startswith(f"warning: {warning}: is the speed of this file right")
    assert "mass" in line
    assert [text.startswith(warning) for text in json.loads(result.stdout)["warnings"]] == [True]


def _with(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """The faked fit with some of it changed."""
    from stridesim.studies import fit

    usual = fit.fit_runner
    monkeypatch.setattr(
        fit, "fit_runner", lambda *given, **named: usual(*given, **named)._replace(**changes)
    )


def test_a_recorded_speed_without_a_stride(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a strength that suffices: what it costs. Without: that none does."""
    failed = (
        Recorded("a.csv", 3.0, Status.ok, 3.6),
        Recorded("b.csv", 4.0, Status.strength_too_low, float("nan"), 1.4, 3.9),
        Recorded("c.csv", 5.0, Status.posture_out_of_reach, float("nan")),
    )
    costs = {1.0: 3.4, 1.25: 3.6, 1.4: 3.744, 1.5: 3.8}
    _with(monkeypatch, comparisons=[], runs=Runs(failed, ((2.0, 3.2), (3.4, 3.4)), 3.0, costs))
    result = _fit(recording)
    assert result.exit_code == 0
    b, c = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert b.startswith("warning: b.csv: the fitted runner cannot run at 4 m/s")
    assert b.endswith(
        "; --set muscle.strength_scale=1.4 instead of 1.25 suffices and costs +4 % at 3 m/s; "
        "as it is, the runner runs at 2 to 3.2 and 3.4 m/s"
    )
    assert "posture_out_of_reach, hip to ankle is longer than thigh plus shank" in c
    assert "; no muscle.strength_scale up to 3 (it is 1.25) helps;" in c
    comments = [line for line in result.stdout.splitlines() if line.startswith("#")]
    assert comments == [f"# {line.removeprefix('warning: ')}" for line in (b, c)]
    assert tomllib.loads(result.stdout)["name"] == "run"


def test_a_runner_that_runs_nowhere_is_not_handed_out(
    recording: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Recorded("run.csv", 3.5, Status.strength_too_low, float("nan"), 2.1, 4.4)
    _with(monkeypatch, runs=Runs((nowhere,)))
    target = tmp_path / "runner.toml"
    result = _fit(recording, "--output", str(target))
    assert result.exit_code == 1
    [line] = result.stderr.splitlines()
    assert "cannot run at any recorded speed, 3.5 m/s (strength_too_low), nor at any" in line
    assert "--set muscle.strength_scale=2.1 lets the runner run" in line
    assert not target.exists()


def test_a_number_at_the_end_of_its_range_has_no_sd(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Estimates(
        ("leg.loss", "posture.cop_excursion"), (2.5, None), np.array([0.2, 1.4999]),
        np.diag([1e-4, 0.0]), np.diag([3e-4, 0.0]), (None, 1.5),
    )  # fmt: skip
    _with(monkeypatch, comparisons=[], estimates=known)
    result = _fit(recording)
    [row] = [line for line in result.stderr.splitlines() if line.startswith("posture.cop_exc")]
    assert row.split("  ")[1:] != []
    assert "end of range" in row
    assert " 0 " not in row
    [warning] = [line for line in result.stderr.splitlines() if line.startswith("warning: ")]
    assert warning.startswith("warning: posture.cop_excursion = 1.5 is at the end of its range: ")
    held = json.loads(_fit(recording, "--json").stdout)["estimates"]
    assert [(e["sd"], e["at_end_of_range"]) for e in held] == [(pytest.approx(0.02), None),
                                                               (None, 1.5)]  # fmt: skip


def test_recordings_are_measured_as_the_options_say(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The options of `measure`, with their units."""
    asked: list[Any] = []
    monkeypatch.setattr(
        "stridesim.studies.fit.measure_steps", lambda *_, settings, **__: asked.append(settings)
    )
    options = ["--threshold", "5 % BW", "--filter", "40 Hz", "--horizontal-filter", "15"]
    assert _fit(recording, *options, "--keep-baseline").exit_code == 0
    [settings] = asked
    assert settings.threshold == pytest.approx(0.05 * 75 * 9.80665)
    assert (settings.cutoff, settings.horizontal_cutoff) == (40, 15)
    assert not settings.subtract_baseline


def test_a_runner_file_is_overwritten_only_by_force(recording: Path, tmp_path: Path) -> None:
    target = tmp_path / "runner.toml"
    target.write_text("mine")
    refused = _fit(recording, "--output", str(target))
    assert refused.exit_code == 1
    [line] = refused.stderr.splitlines()
    assert line == f"stridesim: error: output = {str(target)!r}: exists; --force overwrites it"
    assert target.read_text() == "mine"
    assert _fit(recording, "--output", str(target), "--force").exit_code == 0
    assert Runner.load(target).name == "run"


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
