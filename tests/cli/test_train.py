"""`stridesim train` as it is typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from fake_strides import strides

from stridesim import shipped
from stridesim.cli import main
from stridesim.training import effect as module


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())


def test_programmes_are_listed() -> None:
    done = CliRunner().invoke(main, ["train", "--list"])
    assert done.exit_code == 0, done.stderr
    for name in shipped.programme_names():
        assert name in done.stdout
    listed = json.loads(CliRunner().invoke(main, ["train", "--list", "--json"]).stdout)
    assert [one["name"] for one in listed["programmes"]] == shipped.programme_names()


def test_changes_with_sources_and_the_published() -> None:
    done = CliRunner().invoke(main, ["train", "heavy", "hip_stability"])
    assert done.exit_code == 0, done.stderr
    assert "doi:10.1007/s40279-016-0604-z" in done.stdout
    assert "hip.strength +13 %" in done.stdout
    assert "Heavy strength training for 12 weeks: cost" in done.stdout


def test_json_and_figure(tmp_path: Path) -> None:
    path = tmp_path / "training.svg"
    done = CliRunner().invoke(main, ["train", "--weeks", "4", "--json", "--plot", str(path)])
    assert done.exit_code == 0, done.stderr
    record = json.loads(done.stdout)
    assert {one["weeks"] for one in record["programmes"]} == {4.0}
    assert "published, 95 % interval" in path.read_text()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["yoga"], "unknown programme 'yoga' (permitted: drills, heavy"),
        (["heavy", "--weeks", "60"], "weeks = 60: outside its permitted range 0 to 52"),
        (["absent.toml"], "absent.toml: no such file"),
    ],
)
def test_what_cannot_be_trained_is_one_line(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["train", *words])
    assert done.exit_code == 1
    assert message in done.stderr.splitlines()[-1]
