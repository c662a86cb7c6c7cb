"""`stridesim fit` from the shell: a runner file that the other commands read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stridesim.cli import main
from stridesim.runner import load_runner


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
