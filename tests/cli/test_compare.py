"""`stridesim compare`: who is compared, the differences, and reasons for who cannot run."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest
from click.testing import CliRunner, Result

from stridesim.cli import main
from stridesim.economy import Evaluation, evaluate
from stridesim.results import Status
from stridesim.runner import Runner, apply_overrides

FILE = """
runner = "mine.toml"
[set]
task.speed = "12 km/h"
[[variant]]
name = "as I am"
[[variant]]
name = "stiffer tendons"
set = { tendon.stiffness_scale = 1.25 }
[[variant]]
name = "the shipped runner, slower"
runner = "rbds011"
set = { task.speed = "3 m/s" }
"""


@pytest.fixture(scope="module")
def solved() -> Evaluation:
    with jax.numpy_rank_promotion("allow"):
        found = evaluate(Runner.load())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    mine = apply_overrides(Runner.load(), {"body.mass": "80 kg"})
    Path("mine.toml").write_text(mine.to_toml())
    Path("variants.toml").write_text(FILE)
    return tmp_path


def _stiffness(runner: Runner) -> float:
    return float(runner.tendon.stiffness_scale)


def _use_law(monkeypatch: pytest.MonkeyPatch, solved: Evaluation) -> None:
    """Cost is 3 + tendon stiffness scale; a scale above 2 fails."""

    def law(runner: Runner, metabolic: str) -> Evaluation:
        results = solved.results | {"cost_of_transport": 3.0 + _stiffness(runner)}
        status = Status.strength_too_low if _stiffness(runner) > 2 else Status.ok
        return solved._replace(runner=runner, results=results, status=status)

    monkeypatch.setattr("stridesim.studies.comparison.evaluate", law)


def _compare(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compare", *arguments], prog_name="stridesim")


def test_the_command_compares_with_the_first(
    folder: Path, solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_law(monkeypatch, solved)
    options = ["--variant", "stiffer: tendon.stiffness_scale=1.5",
               "--variant", "far too stiff: tendon.stiffness_scale=2.5"]  # fmt: skip
    done = _compare(*options, "--set", "task.speed=12 km/h")
    assert done.exit_code == 0, done.output
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    assert "energy a metre J/kg/m 4.00 4.50 +0.50 +12.5 %" in lines
    assert "set for all: task.speed = 12 km/h" in lines
    assert any("Energy a metre against rbds011 (4.00 J/kg/m): stiffer +12.5 % (4.50)" in line
               for line in lines)  # fmt: skip
    assert any(line.startswith("no result: far too stiff: strength_too_low: ") for line in lines)
    answer = json.loads(_compare(*options, "--json").stdout)
    first, stiffer, failed = answer["variants"]
    assert first["against_first"] is None
    cost = stiffer["against_first"]["cost_of_transport"]
    assert cost == {"difference": pytest.approx(0.5), "percent": pytest.approx(12.5),
                    "unit": "J/kg/m"}  # fmt: skip
    assert stiffer["set"] == {"tendon.stiffness_scale": "1.5"}
    assert (failed["status"], failed["against_first"]) == ("strength_too_low", None)
    assert failed["results"]["cost_of_transport"]["value"] is None
    assert "the muscles cannot supply" in failed["reason"]


def test_without_a_first_nothing_is_compared(
    folder: Path, solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use_law(monkeypatch, solved)
    options = ["--set", "tendon.stiffness_scale=2.5"]
    done = _compare(*options, "--variant", "softer: tendon.stiffness_scale=1")
    assert done.exit_code == 1
    assert "rbds011, the first, has no result" in done.stderr
    assert "strength_too_low" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "compare: two are needed"),
        (["mine.toml"], "compare: two are needed"),
        (["mine.toml", "absent.toml"], "absent.toml: no such file"),
        (["mine.toml", "--variant", "x"], "variant = 'x': expected 'NAME: PATH=VALUE"),
        (["mine.toml", "--variant", "x: leg.foo=1"], "variant 'x': unknown parameter 'leg.foo'"),
        (["variants.toml", "--output", "cost"], "unknown result 'cost'"),
        (["variants.toml", "--plot", "a.gif"], "figures are written as"),
        (["variants.toml", "--metabolic", "foo"], "metabolic = 'foo'"),
        (["odd.toml"], "odd.toml: variant[0]: unknown key 'sett'; permitted: name, runner, set"),
    ],
)
def test_bad_input_is_one_line_before_any_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    Path("odd.toml").write_text('[[variant]]\nname = "x"\nsett = 1\n')
    monkeypatch.setattr("stridesim.studies.comparison.evaluate", lambda *_: pytest.fail("computed"))
    done = _compare(*arguments)
    assert done.exit_code == 1, done.output
    assert len(done.stderr.splitlines()) == 1
    assert message in done.stderr
