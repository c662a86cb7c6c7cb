"""The doors of the teaching page and of the animation: what they refuse before any work."""

import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from stridesim.cli import main
from stridesim.cli.lab import _listen
from stridesim.results import InputError


def test_a_port_that_is_taken_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"port = {port}: cannot listen on 127.0.0.1"):
            _listen("127.0.0.1", port)


def test_a_strategy_that_the_page_chooses_itself_is_refused() -> None:
    words = ["lab", "--no-browser", "--port", "0", "--set", "gait.strategy=optimal"]
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 1
    assert "the page has its own switch" in found.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--points", "300"], "--sliders, --points and --json go with --export"),
        (["--export", "a.html", "--points", "3"], "points = 3: permitted: 128 to 200000"),
        (["--export", "a.html", "--sliders", "task.sped"], "task.sped"),
        (["--export", "absent/a.html"], "no such folder"),
        (["--export", "a.html", "--metabolic", "none"], "none"),
    ],
)
def test_a_page_that_cannot_be_is_refused_before_any_work(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, ["lab", *words])
    assert found.exit_code in (1, 2)
    assert said in found.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "runner.avi"], "permitted: .gif, .mp4, .svg"),
        (["-o", "absent/runner.svg"], "no such folder"),
        (["absent.toml", "-o", "runner.svg"], "absent.toml: no such file"),
    ],
)
def test_what_cannot_be_animated_is_one_line(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, ["animate", *words])
    assert found.exit_code == 1
    assert said in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_runner_in_motion_is_written(tmp_path: Path) -> None:
    path = tmp_path / "runner.svg"
    words = ["animate", "--set", "hip.strength=0.8", "--compare", "rbds011", "-o", str(path)]
    found = CliRunner().invoke(main, words, catch_exceptions=False)
    assert found.stderr == f"wrote {path}\n"
    assert "hip stabiliser strength 0.8: " in path.read_text("utf-8")
    refused = CliRunner().invoke(main, ["animate", "--set", "task.speed=8", "-o", str(path)])
    assert refused.exit_code == 1
    assert "speed 8: " in refused.stderr
