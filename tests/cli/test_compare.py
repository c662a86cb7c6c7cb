"""`stridesim compare`: who is compared, the differences, and reasons for who cannot run."""

import json
from pathlib import Path
from typing import Any

import jax
import matplotlib.pyplot as plt
import numpy as np
import pytest
from click.testing import CliRunner, Result

from stridesim.cli import main
from stridesim.cli._variants import parse_variant, variants_of
from stridesim.economy import Evaluation, evaluate
from stridesim.economy.compared import Compared, Variant, difference, differences
from stridesim.plots.compared import LEAST, draw_compared
from stridesim.plots.style import figure_style
from stridesim.results import InputError, Status
from stridesim.runner import Runner, apply_overrides, dump_runner, shipped_runner
from stridesim.words.everyday import COMPARED, everyday_value

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
        found = evaluate(shipped_runner())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    mine = apply_overrides(shipped_runner(), {"body.mass": "80 kg"})
    Path("mine.toml").write_text(dump_runner(mine))
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

    monkeypatch.setattr("stridesim.economy.evaluate", law)


def _compare(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["compare", *arguments], prog_name="stridesim")


@pytest.mark.parametrize(
    ("text", "name", "settings"),
    [
        ("stiff: tendon.stiffness_scale=1.2", "stiff", {"tendon.stiffness_scale": "1.2"}),
        (
            "a, b: hip.strength = 0.9, task.speed=4:30 min/km",
            "a, b",
            {"hip.strength": "0.9", "task.speed": "4:30 min/km"},
        ),
        ("4:30 min/km: task.speed=4:30 min/km", "4:30 min/km", {"task.speed": "4:30 min/km"}),
        ("task.speed=12 km/h", "task.speed=12 km/h", {"task.speed": "12 km/h"}),
    ],
)
def test_a_variant_is_a_name_and_settings(text: str, name: str, settings: dict[str, str]) -> None:
    assert parse_variant(text) == (name, settings)


@pytest.mark.parametrize("text", ["stiff", "stiff: tendon", "stiff: hip.strength="])
def test_a_variant_without_a_setting_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="variant = "):
        parse_variant(text)


def test_variants_of_a_file_resolve_runner_and_settings(folder: Path) -> None:
    found = variants_of([Path("variants.toml")], {}, [])
    assert [one.name for one in found] == [
        "as I am", "stiffer tendons", "the shipped runner, slower"
    ]  # fmt: skip
    assert [float(one.runner.body.mass) for one in found[:2]] == [80.0, 80.0]
    assert float(found[2].runner.body.mass) == float(shipped_runner().body.mass)
    speeds = [float(one.runner.task.speed) for one in found]
    assert speeds == pytest.approx([12 / 3.6, 12 / 3.6, 3.0])
    assert _stiffness(found[1].runner) == 1.25
    # The command line wins over the file's [set], and a variant's own over both.
    found = variants_of([Path("variants.toml")], {"task.speed": "4 m/s"}, [])
    assert [float(one.runner.task.speed) for one in found] == pytest.approx([4.0, 4.0, 3.0])


def test_files_of_one_name_are_told_apart(folder: Path) -> None:
    found = variants_of([Path("mine.toml"), Path("rbds011")], {"task.speed": "12 km/h"}, [])
    assert len({one.name for one in found}) == 2
    assert found[0].file == "mine.toml"
    assert found[1].file is None


def test_differences_are_absolute_and_per_cent_of_the_first() -> None:
    found = difference("contact_time", 0.220, 0.200)
    assert found.absolute == pytest.approx(0.02)
    assert found.percent == pytest.approx(10.0)
    assert difference("lateral_leakage", 0.1, 0.0).percent is None
    assert difference("peak_knee_flexion", 45.0, 40.0).percent is None
    assert everyday_value("contact_time", 0.2204) == "220 ms"
    assert everyday_value("achilles_peak_strain", 0.05) == "5.00 %"


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
    monkeypatch.setattr("stridesim.economy.evaluate", lambda *_: pytest.fail("computed"))
    done = _compare(*arguments)
    assert done.exit_code == 1, done.output
    assert len(done.stderr.splitlines()) == 1
    assert message in done.stderr


def _compared(solved: Evaluation, costs: dict[str, float]) -> list[Compared]:
    return [
        Compared(
            Variant(name, solved.runner, {}, None),
            solved._replace(results=solved.results | {"cost_of_transport": cost}),
        )
        for name, cost in costs.items()
    ]


def _drawn(found: list[Compared]) -> Any:
    with figure_style():
        return draw_compared(found, COMPARED, "umberger2010")


def test_the_figure_draws_the_differences(solved: Evaluation) -> None:
    found = _compared(solved, {"me": 4.0, "dearer": 4.4, "cheaper": 3.8})
    found.append(found[0]._replace(
        variant=found[0].variant._replace(name="weak"),
        evaluation=solved._replace(status=Status.pelvis_not_level),
        reason="pelvis_not_level: the hip stabiliser is too weak",
    ))  # fmt: skip
    figure = _drawn(found)
    widths = [axes.patches[0].get_width() for axes in figure.axes[:2]]
    assert widths == pytest.approx([10.0, -5.0])
    assert differences(found, ["cost_of_transport"])["dearer"]["cost_of_transport"].percent == (
        pytest.approx(10.0)
    )
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["dearer", "cheaper", "weak"]
    said = " ".join(" ".join(text.get_text() for text in figure.axes[2].texts).split())
    assert "no result: pelvis not level: the hip stabiliser is too weak" in said
    assert "+0.40 J/kg/m" in [text.get_text() for text in figure.axes[0].texts]
    plt.close(figure)


def test_a_trifle_does_not_fill_the_figure(solved: Evaluation) -> None:
    figure = _drawn(_compared(solved, {"me": 4.0, "nearly me": 4.002}))
    low, high = figure.axes[0].get_xlim()
    assert low < 0 < high
    assert high - low >= 2 * LEAST
    plt.close(figure)
