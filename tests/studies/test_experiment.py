"""Experiments: declaration, script and figure share a stem; the JSON is the picture's numbers."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from studies.made_experiment import SCRIPT, computed, declare, fake_model

from stridesim import shipped
from stridesim.cli import main
from stridesim.economy.optimal import FREE
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.experiment import experiment, load
from stridesim.studies.sweep_model import model
from stridesim.sweeps import Design, run_in_memory
from stridesim.sweeps.design import design_from_tables

THIRTEENTH = """
title = "Does a wider step cost more?"
[question]
text = "Does a wider step cost more?"
claim = "C13"
says = "Run on a line."
held_fixed = "everything else"
[change]
words = "steps 3 cm wider"
to = { gait.step_width = "gait.step_width + 3 cm" }
claimed = "higher"
source = "none: no study"
[[evidence]]
finding = "wide steps cost more"
sign = "supports"
design = "trial"
source = "doi:10.1016/j.jbiomech.2011.01.002"
[[axis]]
parameter = "gait.step_width"
values = [0.0, 0.1, 0.2]
"""


@pytest.mark.usefixtures("fake")
def test_a_thirteenth_claim_is_two_small_files(root: Path) -> None:
    (root / shipped.EXPERIMENTS / "step_width.toml").write_text(THIRTEENTH)
    (root / shipped.SCRIPTS / "step_width.py").write_text(SCRIPT)
    done = CliRunner().invoke(main, ["figures", "--root", str(root)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    numbers = json.loads((root / "figures/step_width.json").read_text())
    assert numbers["claim"] == "C13"
    assert numbers["verdict"]["evidence"]["verdict"] == "supported"
    assert numbers["verdict"]["model"]["verdict"] == "too small to matter"
    assert numbers["verdict"]["model"]["source"] == "none: no study"
    assert "Steps 3 cm wider" in numbers["judgement"][0]


def test_who_computes_does_not_wait_for_matplotlib() -> None:
    """Half a second, in every worker too."""
    script = (
        "import sys, stridesim.studies.sweep_model\n"
        "import stridesim.economy.batch, stridesim.plots.formats\n"
        "assert 'matplotlib' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_program_of_the_design_is_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr("stridesim.economy.batch.prepare", asked.append)
    axis = {"parameter": "hip.strength", "values": [0.8, 1.0]}
    table = {"name": "x", "axis": [axis], "metabolic": "bhargava2004"}
    model(design_from_tables(table, "x.toml")).prepare()
    assert asked == ["bhargava2004"]


@pytest.mark.usefixtures("fake")
def test_the_answer_of_a_shipped_experiment_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = experiment("tendon_stiffness", verdict=False)
    told = answer.to_dict()
    assert told["schema"] == {"kind": "experiment", "version": 1}
    assert (told["status"], told["claim"]) == ("ok", "C2")
    assert told["answer"] == answer.sentence
    assert told["verdict"]["model"] is None
    assert told["judgement"][0].startswith("Studies: undecided")
    table = answer.table()
    assert len(table.rows) == answer.result.design.size
    assert table.columns[:2] == ("tendon.stiffness_scale", "task.speed")
    answer.plot(tmp_path / "tendons.svg")
    assert (tmp_path / "tendons.svg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        ({"title = ": 'name = "other"\ntitle = '}, "expected 'springs', the file's own name"),
        ({'claim = "C2"': 'claim = "B2"'}, "question.claim = 'B2'"),
        ({"[question]": '[study]\nkind = "swep"\n[question]'}, "study.kind = 'swep': expected"),
        ({"[show]": "[shown]"}, "unknown key 'shown'"),
        ({"/ 1.16": "/ 1.16 m"}, "change.to: "),
        ({"/ 1.16": "* 1"}, "nothing changes"),
        ({'claimed = "lower"': 'claimed = "less"'}, "change.claimed = 'less'"),
        ({'claimed = "lower"': 'outcome = "step_length"'}, "worthwhile"),
        ({'claim = "C2"': ""}, "question.claim: it must be given"),
        (
            {"[question]": '[[task]]\nname = "a"\n[[task]]\nname = "b"\n[question]'},
            "is of one runner and task",
        ),
    ],
)
def test_unsound_declarations_are_refused(root: Path, replaced: dict, said: str) -> None:
    declare(root, "springs", **replaced)
    with pytest.raises(InputError, match=r"springs\.toml") as refused:
        load("springs", root)
    assert said in str(refused.value)


def test_missing_scripts_functions_and_names_are_refused(root: Path) -> None:
    declare(root, "springs")
    with pytest.raises(InputError, match=r"unknown experiment 'spring' \(known: springs\)"):
        load("spring", root)
    script = root / shipped.SCRIPTS / "springs.py"
    script.write_text("def draw(found): ...\n")
    with pytest.raises(InputError, match=r"has no function answer\(found\)"):
        load("springs", root)
    script.unlink()
    with pytest.raises(InputError, match=r"springs\.py: no such file"):
        load("springs", root)
    assert shipped.nearest_root(Path("/")) is None


@pytest.mark.usefixtures("fake")
def test_command_runs_the_named_experiment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(root, "springs")
    declare(root, "others")
    result = CliRunner().invoke(main, ["figures", "springs", "--root", str(root), "--json"])
    assert result.exit_code == 0, result.output
    entry = json.loads(result.stdout)["figures"][0]
    assert entry["experiment"] == "springs"
    assert (root / "figures/springs.svg").exists()
    assert not (root / "figures/others.svg").exists()
    assert not entry["unchanged"]
    again = CliRunner().invoke(main, ["figures", "springs", "--root", str(root)])
    assert "are up to date (--redraw makes them anew)" in again.stderr
    monkeypatch.chdir(root / "configs")
    everything = CliRunner().invoke(main, ["figures"])
    assert everything.exit_code == 0, everything.output
    assert "Do stiffer tendons make running cheaper?" in everything.stdout
    assert (root / "figures/others.json").exists()


def test_experiment_without_any_result_has_no_figure(root: Path) -> None:
    declare(root, "springs")

    def failing(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        n = len(points["task.speed"])
        return {**fake_model(points), "status": np.full(n, "no_flight")}

    answer = computed(root, "springs", failing)
    assert (answer.ok, answer.status) == (False, "no_flight")
    assert answer.sentence.endswith("springs.toml: no point has a result (21 no_flight)")
    with pytest.raises(InputError, match="no point has a result"):
        answer.plot()


def _self_chosen(**changes: object) -> Design:
    tables = {
        "name": "chosen",
        "set": {"gait.strategy": "optimal"},
        "free": ["gait.step_frequency"],
        "axis": [{"parameter": "task.speed", "values": [3.0, 4.0]}],
    }
    return design_from_tables(tables | changes, "chosen.toml")


def test_a_self_optimising_runner_is_swept(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def evaluate(runner: Runner, points: Mapping[str, np.ndarray], **how: object) -> dict:
        asked.append((runner.strategy, how))
        return fake_model(points)

    monkeypatch.setattr("stridesim.economy.optimal.evaluate_optimal", evaluate)
    design = _self_chosen()
    result = run_in_memory(design, model(design))
    assert result["cost_of_transport"].shape == (2,)
    how = {"free": ("gait.step_frequency",), "metabolic": design.config.metabolic}
    assert asked == [("optimal", how)]
    left = _self_chosen(free=[])
    run_in_memory(left, model(left))
    assert asked[-1] == ("optimal", how | {"free": FREE})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"set": {}}, "free: only with gait.strategy = 'optimal'"),
        ({"free": ["gait.cadence"]}, "free = 'gait.cadence': expected some of gait.step_freq"),
        ({"free": ["gait.step_width"] * 2}, "free: expected at least one choice, each once"),
    ],
)
def test_choices_that_cannot_be_made_are_refused(changes: dict, said: str) -> None:
    with pytest.raises(InputError) as refused:
        model(_self_chosen(**changes))
    assert str(refused.value).startswith(said)


def test_every_task_has_a_model_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def evaluate(runner: Runner, points: Mapping[str, np.ndarray], **_how: object) -> dict:
        asked.append((float(runner.task.slope), len(points["hip.strength"])))
        return fake_model(points)

    monkeypatch.setattr("stridesim.economy.evaluate_points", evaluate)
    table = {
        "name": "tasks",
        "axis": [{"parameter": "hip.strength", "values": [0.8, 1.0]}],
        "task": [{"name": "flat"}, {"name": "uphill", "set": {"task.slope": "5 %"}}],
    }
    design = design_from_tables(table, "x.toml")
    run_in_memory(design, model(design))
    assert asked == [(0.0, 3), (0.05, 3)]
