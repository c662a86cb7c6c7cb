"""Experiments: declaration, script and figure share a stem; the JSON is the picture's numbers."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.text import Text

from stridesim import shipped
from stridesim.cli import main
from stridesim.economy.optimal import FREE
from stridesim.evidence import effect
from stridesim.evidence.effect import Asked
from stridesim.evidence.verdict import Effect
from stridesim.results import GROUP_QUANTITIES, QUANTITIES, InputError
from stridesim.runner import GROUPS, Runner
from stridesim.studies import sweep_model
from stridesim.studies.experiment import ExperimentAnswer, experiment, load, run
from stridesim.studies.published import files_of, publish, written_in
from stridesim.studies.sweep_model import model
from stridesim.sweeps import Design, run_in_memory
from stridesim.sweeps.design import design_from_tables

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = shipped.experiment_names(ROOT)
CLAIMED = [name for name in SHIPPED if load(name, ROOT).declared.question.claim]
"""The others draw a published figure again."""

SCRIPT = """
import matplotlib.pyplot as plt
from stridesim.plots.panels import lines_panel
from stridesim.words.sweep_answer import answer as sentence

def answer(found):
    return sentence(found.result)

def draw(found):
    figure, axes = plt.subplots(layout="constrained")
    lines_panel(axes, found.result, "cost_of_transport")
    return figure
"""


def fake_model(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every result there is, smooth in every axis; the far corner of the first axis fails."""
    x = sum(np.asarray(values) for values in points.values())
    first = next(iter(points.values()))
    n = len(first)
    names = [*QUANTITIES, *(f"{head}.{group}" for head in GROUP_QUANTITIES for group in GROUPS)]
    # Below 1, as shares are: figures show no more of them than that.
    shape = 0.05 * np.tanh(0.1 * x - 0.7) ** 2
    answers = {name: 0.3 + 0.002 * k + shape for k, name in enumerate(names)}
    failed = first >= np.partition(first, -2)[-2] if n > 2 else np.zeros(n, bool)
    status = np.where(failed, "no_periodic_gait", "ok")
    return {**{k: np.where(failed, np.nan, v) for k, v in answers.items()}, "status": status}


def fake_effects(asked: Asked, tell: Callable[[int], object]) -> list[Effect]:
    """An effect of -1, -2 and so on per cent at the speeds."""
    tell(1)
    by = {"model": {"a": -1.0, "b": -3.0}, "strategy": {"gait chosen anew": -2.0}}
    parts = {"runner": 0.3, "metabolic model": 0.4}
    return [Effect(name, -1.0 - k, parts, by) for k, (name, *_) in enumerate(asked.runners)]


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_model, "model", lambda _design: fake_model)
    monkeypatch.setattr(effect, "effects_of", fake_effects)


def _run(root: Path, name: str, evaluate: Callable[..., dict] = fake_model) -> ExperimentAnswer:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep_model, "model", lambda _design: evaluate)
        patched.setattr(effect, "effects_of", fake_effects)
        return run(load(name, root), smoke=True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (shipped.EXPERIMENTS, shipped.SCRIPTS):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def _declare(root: Path, name: str, **replaced: str) -> None:
    text = (ROOT / "configs/experiments/tendon_stiffness.toml").read_text()
    text = text.replace("points = 41", "points = 7")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (root / shipped.EXPERIMENTS / f"{name}.toml").write_text(text)
    (root / shipped.SCRIPTS / f"{name}.py").write_text(SCRIPT)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_experiment_is_sound_and_draws(name: str) -> None:
    """Question, answer, both verdicts and conditions, in letters that the back row reads."""
    import matplotlib.pyplot as plt

    from stridesim.plots.style import SHEET, SMALLEST, figure_style

    answer = _run(ROOT, name)
    assert answer.sentence.endswith(".")
    assert not re.search(r"\bnan\b", answer.sentence)
    with figure_style():
        figure = answer.draw()
        figure.canvas.draw()
        shown = [" ".join(text.get_text().split()) for text in figure.texts]
        letters = figure.findobj(lambda artist: isinstance(artist, Text) and artist.get_visible())
        sizes = [t.get_fontsize() for t in letters if t.get_text().strip()]
        plt.close(figure)
    assert answer.sentence in shown
    told = [s for s in shown if " Model: " in s or " Studies: " in s]
    assert len(told) == len(answer.judgement) == (2 if name in CLAIMED else 0)
    assert all(line.endswith(said) for line, said in zip(told, answer.judgement, strict=True))
    assert any("Held fixed: " in text and "n = " in text for text in shown)
    assert tuple(figure.get_size_inches()) == pytest.approx(SHEET)
    assert 1 <= len([axes for axes in figure.axes if axes.axison]) <= 3
    assert min(sizes) >= SMALLEST


@pytest.mark.parametrize("name", CLAIMED)
def test_no_number_is_written_in_a_drawing_function(name: str) -> None:
    """But places in lists, the ends of a share in per cent, and thousandths."""
    tree = ast.parse((ROOT / shipped.SCRIPTS / f"{name}.py").read_text())
    numbers = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float)
    }
    assert numbers <= {0, 1, 2, 100, 1000}


@pytest.mark.parametrize("name", CLAIMED)
def test_an_experiment_has_a_source_for_its_change(name: str) -> None:
    declared = load(name, ROOT).declared
    assert declared.question.says
    assert declared.change is not None
    assert any(known in declared.change.source for known in ("doi:", "PMID", "no study", "none"))


def test_the_set_is_complete() -> None:
    """Declaration, script, picture and numbers, one stem each; nothing without the others."""
    scripts = {p.stem for p in (ROOT / shipped.SCRIPTS).glob("*.py")}
    assert {stem for stem in scripts if not stem.startswith("fit_")} == set(SHIPPED)
    numbers = {p.stem for p in (ROOT / "figures").glob("*.json")}
    assert set(SHIPPED) <= numbers
    for name in SHIPPED:
        assert all(path.is_file() for path in files_of(name, ROOT / "figures")), name
        assert written_in(name, ROOT / "figures")["experiment"] == name


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


def test_publish_writes_picture_and_numbers(root: Path) -> None:
    _declare(root, "springs")
    answer = _run(root, "springs")
    files = publish(answer, root / "figures")
    assert [path.name for path in files] == ["springs.svg", "springs.png", "springs.json"]
    assert all(path.stat().st_size for path in files)
    numbers = json.loads((root / "figures/springs.json").read_text())
    assert numbers["claim"] == "C2"
    assert [len(axis["values"]) for axis in numbers["axes"]] == [7, 3]
    cost = numbers["results"]["cost_of_transport"]
    assert cost["unit"] == "J/kg/m"
    assert len(cost["values"]) == 21
    failed = numbers["rows"]["rows_without_result"]["no_periodic_gait"]
    assert [i for i, value in enumerate(cost["values"]) if value is None] == failed
    assert numbers["answer"] == answer.sentence
    made = numbers["provenance"]
    assert numbers["verdict"]["model"]["effects"][0]["by"]["model"] == {"a": -1.0, "b": -3.0}
    assert numbers["verdict"]["evidence"]["verdict"] == "undecided"
    assert made["config"] == "configs/experiments/springs.toml"
    assert {"config_sha256", "design_hash", "model", "commit", "libraries"} <= set(made)


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


def test_everything_but_provenance_is_the_same_again(root: Path) -> None:
    _declare(root, "springs")
    written = []
    for _ in range(2):
        files = publish(_run(root, "springs"), root / "figures")
        numbers = json.loads(files[2].read_text())
        del numbers["provenance"]
        written.append((files[0].read_bytes(), files[1].read_bytes(), numbers))
    assert written[0] == written[1]


def _figures(root: Path, *arguments: str) -> tuple[int, list[dict]]:
    asked = ["figures", *arguments, "--root", str(root), "--json"]
    done = CliRunner().invoke(main, asked)
    return done.exit_code, json.loads(done.stdout)["figures"]


def _bytes(root: Path) -> list[bytes]:
    return [path.read_bytes() for path in files_of("springs", root / "figures")]


@pytest.mark.usefixtures("fake")
def test_what_is_up_to_date_stays_as_it_is(root: Path) -> None:
    _declare(root, "springs")
    assert _figures(root, "--dry")[1][0]["reasons"] == [
        "springs.svg, springs.png, springs.json are missing"
    ]
    assert _figures(root)[1][0]["unchanged"] is False
    first = _bytes(root)
    assert _figures(root, "--dry")[1][0]["reasons"] == []
    entry = _figures(root)[1][0]
    assert entry["unchanged"] is True
    assert entry["answer"]
    assert _bytes(root) == first
    assert _figures(root, "--redraw")[1][0]["unchanged"] is False


@pytest.mark.usefixtures("fake")
def test_what_changed_is_made_anew_and_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _declare(root, "springs")
    _figures(root)
    script = root / shipped.SCRIPTS / "springs.py"
    script.write_text(SCRIPT + "\n")
    assert _figures(root, "--dry")[1][0]["reasons"] == ["the drawing function changed"]
    _figures(root)
    _declare(root, "springs", **{"2.5 m/s": "2.6 m/s"})
    assert _figures(root, "--dry")[1][0]["reasons"] == [
        "the declaration changed",
        "the drawing function changed",
    ]
    _figures(root)
    (root / "figures/springs.svg").unlink()
    assert _figures(root, "--dry")[1][0]["reasons"] == ["springs.svg is missing"]
    _figures(root)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("stridesim.sweeps.design.design.model_fingerprint", lambda: "other")
        assert _figures(root, "--dry")[1][0]["reasons"] == ["the model changed"]
    (root / "figures/springs.json").write_text("{}")
    assert _figures(root, "--dry")[1][0]["reasons"] == ["its numbers cannot be read"]


@pytest.mark.usefixtures("fake")
def test_a_check_finds_a_number_that_is_another(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _declare(root, "springs")
    _figures(root)
    code, entries = _figures(root, "--check")
    assert (code, entries[0]["differences"]) == (0, [])
    monkeypatch.setattr(sweep_model, "model", lambda _design: _scaled(1 + 1e-8))
    assert _figures(root, "--check")[0] == 0
    monkeypatch.setattr(sweep_model, "model", lambda _design: _scaled(1 + 1e-5))
    code, entries = _figures(root, "--check")
    assert code == 1
    assert entries[0]["differences"][0]["place"].startswith("smoke.results.")


@pytest.mark.usefixtures("fake")
def test_experiments_are_listed_and_drawn_elsewhere(root: Path, tmp_path: Path) -> None:
    _declare(root, "springs")
    assert _figures(root, "--list")[1][0]["claim"] == "C2"
    _figures(root, "--output", str(tmp_path / "mine"))
    assert (tmp_path / "mine/springs.json").exists()
    assert not (root / "figures").exists()


def _scaled(factor: float) -> Callable[..., dict]:
    """Another machine: every result a little larger."""

    def evaluate(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        answers = fake_model(points)
        return {k: v if k == "status" else factor * v for k, v in answers.items()}

    return evaluate


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
    _declare(root, "springs", **replaced)
    with pytest.raises(InputError, match=r"springs\.toml") as refused:
        load("springs", root)
    assert said in str(refused.value)


def test_missing_scripts_functions_and_names_are_refused(root: Path) -> None:
    _declare(root, "springs")
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
    _declare(root, "springs")
    _declare(root, "others")
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
    _declare(root, "springs")

    def failing(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        n = len(points["task.speed"])
        return {**fake_model(points), "status": np.full(n, "no_flight")}

    answer = _run(root, "springs", failing)
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
