"""`stridesim run`: the names and sums of its answer, and one line for everything that fails."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
from click.testing import CliRunner, Result
from made_optimum import made_optimum

from stridesim.cli import main
from stridesim.economy import Evaluation
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.energetics import METABOLIC_MODELS
from stridesim.results import GROUP_QUANTITIES, QUANTITIES, Status, quantity
from stridesim.runner import GROUPS, PARAMETERS, Runner

OF_RECORDINGS = {"vertical_stiffness_sine_wave", "leg_stiffness_sine_wave"}
OF_PERTURBATIONS = {"spectral_radius", "steps_completed", "peak_deviation", "final_deviation"}
ELSEWHERE = OF_RECORDINGS | OF_PERTURBATIONS
"""Names that only a recording, or only a perturbed run, has."""

CHOOSING = ("--set", "gait.strategy=optimal", "--free", "gait.step_frequency")


@pytest.fixture(scope="module", autouse=True)
def _ranks() -> Iterator[None]:
    """The model itself multiplies (M, N) by (N,); these tests are not about that."""
    with jax.numpy_rank_promotion("allow"):
        yield


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments], prog_name="stridesim")


def _answers(monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation) -> None:
    """Let every run end in `evaluation`."""
    _evaluate_by(monkeypatch, lambda runner, metabolic: evaluation)


def _evaluate_by(monkeypatch: pytest.MonkeyPatch, evaluated: Callable[..., Any]) -> None:
    """The study of the stride, and the runner before the settings in its figure."""
    monkeypatch.setattr("stridesim.studies.stride.evaluate", evaluated)


def test_json_has_every_name_with_its_unit() -> None:
    result = _run("--json", "--set", "task.speed=12 km/h")
    answer = json.loads(result.stdout)
    assert set(answer) == {
        "schema", "status", "reason", "results", "breakdown", "runner", "metabolic",
        "metabolic_constants", "provenance", "notes",
    }  # fmt: skip
    assert answer["status"] in Status.__members__
    assert result.exit_code == (0 if answer["status"] == "ok" else 1)
    groups = {f"{name}.{group}" for name in GROUP_QUANTITIES for group in GROUPS}
    assert set(answer["results"]) == (set(QUANTITIES) - ELSEWHERE) | groups
    for name, entry in answer["results"].items():
        assert entry["unit"] == quantity(name).unit
        assert isinstance(entry["value"], float)
    assert answer["results"]["speed"]["value"] == pytest.approx(12 / 3.6)
    assert answer["metabolic"] == DEFAULT_METABOLIC_MODEL
    assert answer["runner"]["set"] == {"task.speed": "12 km/h"}
    assert set(answer["runner"]["parameters"]) == set(PARAMETERS)
    assert answer["runner"]["parameters"]["task.speed"] == {
        "value": pytest.approx(12 / 3.6),
        "unit": "m/s",
    }
    assert answer["provenance"]["float64"] is True
    assert answer["notes"] == []
    assert answer["runner"]["follows_speed"] == {
        "parameters": list(Runner.load().habits.paths),
        "measured_speeds": {"value": [2.5, 3.5, 4.5], "unit": "m/s"},
        "extrapolated": False,
    }


def test_habits_beyond_their_speeds_are_noted(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answers(monkeypatch, solved)
    note = (
        "extrapolated to 5 m/s: leg stiffness, leg loss and step frequency "
        "(habits measured at 2.5 to 4.5 m/s)"
    )
    result = _run("--set", "task.speed=5")
    assert result.stdout.splitlines()[-1] == f"note: {note}"
    assert json.loads(_run("--set", "task.speed=5", "--json").stdout)["notes"] == [note]
    _answers(monkeypatch, solved._replace(status=Status.no_flight))
    assert _run("--set", "task.speed=5").stderr.startswith(f"note: {note}\nstridesim: error: no_fl")


def test_full_tables_take_the_place_of_the_summary(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answers(monkeypatch, solved)
    result = _run("--set", "hip.strength=1.1", "--full")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "set hip.strength = 1.1" in lines
    assert any(line.startswith("tendon_energy_returned ") for line in lines)
    assert "note:" not in result.stdout


def test_a_failed_stride_is_one_line_and_its_object(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = np.array(solved.stride.muscles.demand)
    demand[GROUPS.index("soleus"), 4] = 99.0
    muscles = solved.stride.muscles._replace(demand=demand)
    failed = solved._replace(
        status=Status.activation_above_one, stride=solved.stride._replace(muscles=muscles)
    )
    _answers(monkeypatch, failed)
    percent = 100 * float(solved.stride.timeline.time[4] / solved.stride.timeline.period)
    expected = f"activation_above_one: soleus needs 99.00 at {percent:.0f} % of the stride ("
    result = _run()
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"stridesim: error: {expected}")
    assert len(result.stderr.splitlines()) == 1

    result = _run("--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["status"] == "activation_above_one"
    assert answer["reason"].startswith(expected)
    assert answer["results"]["metabolic_power"]["value"] > 0
    assert len(result.stderr.splitlines()) == 1


def test_a_stride_without_a_gait_has_no_numbers_and_no_picture(tmp_path: Path) -> None:
    target = tmp_path / "stride.png"
    result = _run("--set", "leg.stiffness=5 kN/m", "--json", "--plot", str(target))
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert Status[answer["status"]] >= Status.posture_out_of_reach
    assert answer["results"]["metabolic_power"] == {"value": None, "unit": "W/kg"}
    assert answer["results"]["speed"]["value"] == pytest.approx(3.33)
    assert answer["breakdown"] is None
    assert not target.exists()
    assert len(result.stderr.splitlines()) == 1


def test_the_figure_is_written(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _answers(monkeypatch, solved)
    target = tmp_path / "stride.svg"
    result = _run("--plot", str(target))
    assert result.exit_code == 0
    assert result.stderr.endswith(f"wrote {target}\n")
    assert "Bhargava 2004 aerobic" in target.read_text()
    assert "nothing set" in target.read_text()


def test_the_figure_states_what_was_set_and_what_it_is_compared_with(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The ghost is the runner without the settings, at the speed that both run at."""
    ran = []

    def evaluated(runner: Runner, metabolic: str) -> Evaluation:
        ran.append((float(runner.tendon.stiffness_scale), float(runner.task.speed)))
        cost = 3.0 + float(runner.tendon.stiffness_scale)
        return solved._replace(results=solved.results | {"cost_of_transport": cost})

    _evaluate_by(monkeypatch, evaluated)
    target = tmp_path / "stride.svg"
    options = ["--set", "tendon.stiffness_scale=1.5", "--set", "task.speed=4", "--plot"]
    assert _run(*options, str(target)).exit_code == 0
    assert ran == [(1.5, 4.0), (1.0, 4.0)]
    drawn = " ".join(re.findall(r">([^<]*)</text>", target.read_text()))
    assert "tendon stiffness scale 1.5, speed 4" in " ".join(drawn.split())
    assert "+12.5\xa0% against the same runner without this setting (4.00)" in drawn
    ran.clear()
    assert _run("--set", "task.speed=4", "--plot", str(target)).exit_code == 0
    assert ran == [(1.0, 4.0), (1.0, pytest.approx(3.33))], "nothing but the task is set"
    ran.clear()
    assert _run(*options, str(target), "--detail").exit_code == 0
    assert len(ran) == 1
    assert "Elastic energy in tendons" in target.read_text()
    refused = _run("--detail")
    assert refused.exit_code == 1
    assert "permitted: together with --plot" in refused.stderr


def test_the_runner_as_asked_can_be_kept_and_run_again(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _answers(monkeypatch, solved)
    target = tmp_path / "mine.toml"
    assert _run("--set", "task.speed=4:00 min/km", "--save-runner", str(target)).exit_code == 0
    kept = Runner.load(target)
    assert float(kept.task.speed) == pytest.approx(1000 / 240)
    assert kept.habits == Runner.load().habits
    assert "task.speed=4:00 min/km" in target.read_text()
    assert _run(str(target)).exit_code == 0
    refused = _run("--save-runner", str(target))
    assert refused.exit_code == 1
    assert refused.stderr.endswith("mine.toml': exists; --force overwrites it\n")
    assert "task.speed=4:00 min/km" in target.read_text()
    assert _run("--save-runner", str(target), "--force").exit_code == 0
    assert "task.speed" not in target.read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "task.speed=99"], "task.speed = 99: outside its permitted range 1.5 to 9 m/s"),
        (["--set", "task.speed=3 kg"], "task.speed = '3 kg'"),
        (["--set", "leg.foo=1"], "unknown parameter 'leg.foo'"),
        (["--set", "hip.strength=nan"], "hip.strength"),
        (["--metabolic", "foo"], "schroeder2021, all"),
        (["--plot", "stride.gif"], "stride.gif: figures are written as"),
        (["--plot", "/absent/stride.png"], "no such folder"),
        (["--save-runner", "/absent/mine.toml"], "no such folder"),
        (["absent.toml"], "absent.toml: no such file"),
        (["--free", "gait.step_width"], "free: only with gait.strategy = 'optimal'"),
        ([*CHOOSING, "--free", "gait.cadence"], "free = 'gait.cadence': expected some of"),
        ([*CHOOSING, "--free", "gait.step_frequency"], "at least one choice, each once"),
    ],
)
def test_bad_input_is_one_line_before_any_work(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    def work(*_: Any) -> None:
        pytest.fail("computed before the input was checked")

    _evaluate_by(monkeypatch, work)
    result = _run(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_all_models_price_one_stride(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, solved)
    result = _run("--metabolic", "all", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["metabolic"] == DEFAULT_METABOLIC_MODEL
    assert list(answer["metabolic_models"]) == list(METABOLIC_MODELS)
    assert answer["metabolic_spread"]["cost_of_transport"]["unit"] == "J/kg/m"
    assert "under every metabolic model" in _run("--metabolic", "all").stdout


def test_all_models_of_a_stride_without_a_gait_are_null() -> None:
    answer = json.loads(
        _run("--set", "leg.stiffness=5 kN/m", "--metabolic", "all", "--json").stdout
    )
    assert answer["metabolic_models"] is answer["metabolic_spread"] is None


def test_a_runner_chooses_his_gait(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def evaluated(runner: Runner, metabolic: str) -> Evaluation:
        ran.append(float(runner.at_speed().gait.step_frequency))
        return solved

    _evaluate_by(monkeypatch, evaluated)
    monkeypatch.setattr(
        "stridesim.studies.optimum.optimise_points", lambda _r, _p, free, **_: made_optimum(free)
    )
    result = _run(*CHOOSING, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)["optimum"]
    habit = float(Runner.load().at_speed().gait.step_frequency)
    assert found["choices"] == [
        {
            "parameter": "gait.step_frequency",
            "unit": "Hz",
            "habit": pytest.approx(habit),
            "optimal": pytest.approx(2.7),
            # Half the curvature times the square of 0.632 natural steps is 1 % of 3.8.
            "costs_1_percent_more_at_plus_minus": pytest.approx(0.15 * 0.4**0.5),
            "at_bound": None,
        }
    ]
    assert found["spread_over_starts"] == {"value": pytest.approx(0.01), "unit": "J/kg/m"}
    assert found["blocked_by"] is None
    text = [" ".join(line.split()) for line in _run(*CHOOSING, "--full").stdout.splitlines()]
    assert f"gait.step_frequency Hz {habit:.4g} 2.7 0.09487" in text
    assert "5 starts found a gait, 0.010 J/kg/m apart" in text
    assert ran == [pytest.approx(2.7)] * 2
    assert "optimum" not in json.loads(_run("--json").stdout)


def test_help_names_every_metabolic_model() -> None:
    said = " ".join(_run("--help").stdout.split())
    assert all(name in said for name in (*METABOLIC_MODELS, "all", DEFAULT_METABOLIC_MODEL))


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from stridesim.cli.run import command\n"
        "command(['-h'], standalone_mode=False)\n"
        "heavy = {'jax', 'numpy', 'scipy', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Example" in done.stdout
