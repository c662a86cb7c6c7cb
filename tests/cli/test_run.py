"""`stridesim run`: the names and sums of its answer, and one line for everything that fails."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click
import jax
import numpy as np
import pytest
from click.testing import CliRunner, Result

from stridesim.cli import main
from stridesim.economy import Evaluation, evaluate
from stridesim.economy.optimal import Optimum
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.energetics import METABOLIC_MODELS
from stridesim.energetics.upkeep import REST_POWER
from stridesim.reports.summary import print_summary
from stridesim.results import GROUP_QUANTITIES, QUANTITIES, REASONS, Status, quantity
from stridesim.runner import GROUPS, PARAMETERS, Runner, load_runner, shipped_runner
from stridesim.studies.breakdown import breakdown_of
from stridesim.studies.failure import failure_line

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


@pytest.fixture(scope="module")
def solved() -> Evaluation:
    """The shipped runner's stride, taken as good whatever its muscles say of it."""
    found = evaluate(shipped_runner())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride), status=Status.ok)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments], prog_name="stridesim")


def _answers(monkeypatch: pytest.MonkeyPatch, evaluation: Evaluation) -> None:
    """Let every run end in `evaluation`."""
    _evaluate_by(monkeypatch, lambda runner, metabolic: evaluation)


def _evaluate_by(monkeypatch: pytest.MonkeyPatch, evaluated: Callable[..., Any]) -> None:
    """The study of the stride, and the runner before the settings in its figure."""
    for place in ("stridesim.studies.stride.evaluate", "stridesim.economy.evaluate"):
        monkeypatch.setattr(place, evaluated)


def _failed(solved: Evaluation, status: Status) -> Evaluation:
    return solved._replace(status=status)


def test_json_has_every_name_with_its_unit() -> None:
    result = _run("--json", "--set", "task.speed=12 km/h")
    answer = json.loads(result.stdout)
    assert set(answer) == {
        "schema", "status", "reason", "results", "breakdown", "runner", "metabolic", "provenance",
        "notes",
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
        "parameters": list(shipped_runner().habits.paths),
        "measured_speeds": {"value": [2.5, 3.5, 4.5], "unit": "m/s"},
        "extrapolated": False,
    }


def test_every_way_of_breaking_the_cost_down_adds_up(solved: Evaluation) -> None:
    found = breakdown_of(solved)
    gross = float(solved.results["metabolic_power"])
    upkeep = sum(float(term) for term in solved.stride.upkeep)
    assert list(found["muscle"]) == list(GROUPS)
    assert sum(found["muscle"].values()) == pytest.approx(gross - upkeep, rel=1e-12)
    assert sum(found["phase"].values()) == pytest.approx(gross, rel=1e-12)
    assert sum(found["cause"].values()) == pytest.approx(gross, rel=1e-12)
    assert found["phase"]["rest"] == found["cause"]["rest"] == REST_POWER
    assert found["cause"]["positive_work"] > 0 >= found["cause"]["negative_work"]
    energy = float(solved.results["metabolic_energy.soleus"])
    period, mass = float(solved.stride.timeline.period), float(solved.runner.body.mass)
    assert found["muscle"]["soleus"] == pytest.approx(2 * energy / (period * mass), rel=1e-12)


def test_the_table_has_every_number_with_its_unit(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _answers(monkeypatch, solved)
    result = _run("--set", "hip.strength=1.1", "--full")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "set hip.strength = 1.1" in lines
    assert "speed 3.33 m/s = 12 km/h = 5:00 min/km" in lines
    for name in set(QUANTITIES) - ELSEWHERE - {"speed"}:
        unit = re.escape(quantity(name).unit)
        shown = [line for line in lines if line.startswith(f"{name} ")]
        assert len(shown) == 1, name
        assert re.match(rf"{name} -?[\d.]+(e-\d+)? {unit} \S", shown[0]), shown[0]
    for group in GROUPS:
        assert sum(line.startswith(f"{group} ") for line in lines) == 1
    gross = float(solved.results["metabolic_power"])
    totals = [line for line in lines if line.startswith("gross ")]
    assert len(totals) == 2
    assert all(line.startswith(f"gross {gross:.3f} ") and line.endswith("100.0") for line in totals)
    assert "standing rest" in result.stdout
    assert "strategy measured: leg stiffness, leg loss and step frequency follow the speed" in lines
    assert "note:" not in result.stdout


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
    _answers(monkeypatch, _failed(solved, Status.no_flight))
    assert _run("--set", "task.speed=5").stderr.startswith(f"note: {note}\nstridesim: error: no_fl")


def test_a_failed_stride_is_one_line_and_its_object(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    demand = np.array(solved.stride.muscles.demand)
    demand[GROUPS.index("soleus"), 4] = 99.0
    muscles = solved.stride.muscles._replace(demand=demand)
    failed = _failed(solved, Status.activation_above_one)._replace(
        stride=solved.stride._replace(muscles=muscles)
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


@pytest.mark.parametrize("status", [s for s in Status if s != Status.ok])
def test_every_reason_can_be_said(solved: Evaluation, status: Status) -> None:
    line = failure_line(_failed(solved, status))
    assert line.startswith(f"{status.name}: ")
    assert REASONS[status] in line
    assert "\n" not in line


def test_the_joint_that_lacks_strength_is_named(solved: Evaluation) -> None:
    reserve = np.zeros_like(solved.stride.muscles.reserve)
    reserve[2, 0] = -3.0 * float(solved.runner.body.mass)
    muscles = solved.stride.muscles._replace(reserve=reserve)
    weak = _failed(solved, Status.strength_too_low)._replace(
        stride=solved.stride._replace(muscles=muscles)
    )
    assert "knee lacks 3 N m/kg at 0 % of the stride" in failure_line(weak)


def test_a_posture_out_of_reach_says_what_to_change(solved: Evaluation) -> None:
    line = failure_line(_failed(solved, Status.posture_out_of_reach))
    assert line.endswith("; posture.knee_flexion_at_contact or gait.step_frequency may be too low "
                         "for this speed and slope")  # fmt: skip


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
    assert "Umberger 2010" in target.read_text()
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


@pytest.mark.parametrize(
    "options", [[], ["--set", "task.speed=5", "--set", "hip.strength=1.1", "--set", "leg.loss=0.1"]]
)
def test_by_default_there_is_a_summary_of_thirty_lines_at_most(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    _answers(monkeypatch, solved)
    short, full = (_run(*options, *more).stdout.splitlines() for more in ([], ["--full"]))
    assert 15 < len(short) <= 30 < len(full)
    said = [" ".join(line.split()) for line in short]
    cost = float(solved.results["cost_of_transport"])
    assert f"energy a metre {cost:.2f} J/kg/m" in said
    assert any(line.startswith("ground contact, flight 230 ms, ") for line in said)
    assert any(line.startswith("everything: --full")
               for line in said)  # fmt: skip
    if options:
        assert "set task.speed = 5, hip.strength = 1.1, leg.loss = 0.1" in said


def test_the_summary_fits_a_terminal_of_eighty_columns(
    solved: Evaluation, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    asked = {"name": "rbds011", "file": None, "set": {"task.speed": "12 km/h"}}
    print_summary(solved, asked, DEFAULT_METABOLIC_MODEL)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 30
    assert all(len(click.unstyle(line)) <= 80 for line in lines)


def test_the_runner_as_asked_can_be_kept_and_run_again(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    _answers(monkeypatch, solved)
    target = tmp_path / "mine.toml"
    assert _run("--set", "task.speed=4:00 min/km", "--save-runner", str(target)).exit_code == 0
    kept = load_runner(target)
    assert float(kept.task.speed) == pytest.approx(1000 / 240)
    assert kept.habits == shipped_runner().habits
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
        (["--metabolic", "foo"], "uchida2016, all"),
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
    models, spread = answer["metabolic_models"], answer["metabolic_spread"]
    assert list(models) == list(METABOLIC_MODELS)
    for name, found in spread.items():
        values = {model: priced[name]["value"] for model, priced in models.items()}
        assert {priced[name]["unit"] for priced in models.values()} == {quantity(name).unit}
        default = float(solved.results[name])
        assert values[DEFAULT_METABOLIC_MODEL] == pytest.approx(default, rel=1e-12)
        low, high = found["lowest"], found["highest"]
        assert low["value"] == values[low["model"]] == min(values.values())
        assert high["value"] == values[high["model"]] == max(values.values())
        distance = 100 * (high["value"] - low["value"]) / default
        assert found["percent_of_default"] == pytest.approx(distance, rel=1e-12)
        assert found["unit"] == quantity(name).unit
    names = {"metabolic_power", "cost_of_transport", "net_cost_of_transport"}
    assert set(spread) == set(models["uchida2016"]) == names

    lines = _run("--metabolic", "all").stdout.splitlines()
    start = next(i for i, line in enumerate(lines) if "under every metabolic model" in line)
    assert [line.split()[0] for line in lines[start + 2 : -2]] == list(METABOLIC_MODELS)
    dearest = [f"to {spread[name]['highest']['value']:.2f}" for name in spread]
    assert all(text in lines[-2] for text in dearest)
    assert lines[-1].startswith(f"range, % of {DEFAULT_METABOLIC_MODEL}")
    assert "metabolic model umberger2010" in [" ".join(line.split()) for line in lines]


def test_all_models_of_a_stride_without_a_gait_are_null() -> None:
    answer = json.loads(
        _run("--set", "leg.stiffness=5 kN/m", "--metabolic", "all", "--json").stdout
    )
    assert answer["metabolic_models"] is answer["metabolic_spread"] is None


def _choice(free: Sequence[str], at_bound: int = 0, blocked: str = "") -> Optimum:
    """What the search would answer for one choice: 2.7 Hz at 3.8 J/kg/m."""
    one, table = np.ones(1), np.ones((1, 1))
    return Optimum(
        tuple(free), 2.7 * table, 3.8 * one, np.array(["ok"]), 0 * table, 0.19 * table,
        np.array([[at_bound]]), np.array([blocked], dtype=object), 0.01 * one, np.array([5]), 9,
    )  # fmt: skip


def test_a_runner_chooses_his_gait(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def evaluated(runner: Runner, metabolic: str) -> Evaluation:
        ran.append(float(runner.at_speed().gait.step_frequency))
        return solved

    _evaluate_by(monkeypatch, evaluated)
    monkeypatch.setattr(
        "stridesim.studies.stride.optimise_points", lambda _r, _p, free, **_: _choice(free)
    )
    result = _run(*CHOOSING, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)["optimum"]
    habit = float(shipped_runner().at_speed().gait.step_frequency)
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


def test_what_holds_a_choice_is_said(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, solved)
    held = _choice(["gait.step_frequency"], 1, "no_flight")
    monkeypatch.setattr("stridesim.studies.stride.optimise_points", lambda *_, **__: held)
    text = _run(*CHOOSING, "--full").stdout
    assert "at its upper bound" in text
    assert "held by: no_flight on the way further down" in text
    found = json.loads(_run(*CHOOSING, "--json").stdout)["optimum"]
    assert found["choices"][0]["at_bound"] == "upper"
    assert found["blocked_by"] == "no_flight"


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
