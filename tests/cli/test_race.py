"""`stridesim race` as it is typed."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fake_strides import strides

from stridesim.cli import main
from stridesim.tasks import distance_run as module


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())


def test_tables_published_numbers_and_the_answer() -> None:
    done = CliRunner().invoke(main, ["race", "--distance", "10km", "--pace", "4:30/km"])
    assert done.exit_code == 0, done.stderr
    assert "rbds011 over 10 km" in done.stdout
    assert "Published changes beside the model's (%)" in done.stdout
    assert "form holds" in done.stdout
    assert "borrow those of the knee" in done.stdout
    assert "45:00" in done.stdout


def test_paces_and_variants_run_side_by_side_as_json() -> None:
    words = ["race", "--distance", "5", "--pace", "4:00/km", "--pace", "5:00/km", "--json",
             "--variant", "weak: hip.strength=0.9", "--points", "4"]  # fmt: skip
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    names = [one["name"] for one in json.loads(done.stdout)["runners"]]
    assert names == ["rbds011 at 4:00/km", "weak at 4:00/km", "rbds011 at 5:00/km",
                     "weak at 5:00/km"]  # fmt: skip


def test_ctrl_c_writes_what_was_run_and_is_130(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "results_at", strides(interrupt_at=5))
    path = tmp_path / "race.csv"
    done = CliRunner().invoke(main, ["race", "--distance", "marathon", "--csv", str(path)])
    assert done.exit_code == 130
    lines = done.stderr.splitlines()
    assert lines[-1].startswith("stridesim: error: interrupted: ")
    with path.open() as file:
        assert len(list(csv.DictReader(file))) == 5


def test_a_figure_is_drawn(tmp_path: Path) -> None:
    path = tmp_path / "race.svg"
    words = ["race", "--distance", "10", "--points", "5", "--plot", str(path)]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 0, done.stderr
    drawn = path.read_text()
    assert "change by fatigue (%)" in drawn
    assert "gastrocnemius" in drawn


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "distance: it must be given, or a profile that has one"),
        (["--distance", "far"], "distance = 'far'"),
        (["--distance", "5", "--rates", "-1"], "rates = -1: outside its permitted range 0 to 10"),
        (["--profile", "absent.gpx"], "absent.gpx: no such file"),
    ],
)
def test_what_cannot_be_run_is_one_line(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["race", *words])
    assert done.exit_code == 1
    assert message in done.stderr.splitlines()[-1]
