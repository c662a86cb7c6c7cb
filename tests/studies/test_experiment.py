"""Experiments: declaration, script and figure share a stem; the JSON is the picture's numbers."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from stridesim import shipped
from stridesim.cli import main
from stridesim.economy.optimal import FREE
from stridesim.results import GROUP_QUANTITIES, QUANTITIES, InputError
from stridesim.runner import GROUPS, Runner
from stridesim.studies import sweep_model
from stridesim.studies.experiment import ExperimentAnswer, experiment, load, run
from stridesim.studies.published import is_published, publish
from stridesim.studies.sweep_model import model
from stridesim.sweeps import Design, run_in_memory
from stridesim.sweeps.design import design_from_tables

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (
    "cost_of_horizontal_force",
    "cost_of_slope",
    "cost_of_speed",
    "cost_of_step_frequency",
    "cost_of_step_width",
    "cost_of_weight_support",
    "forces_on_a_slope",
    "groucho_running",
    "hip_flexion",
    "hip_stabiliser",
    "leg_stiffness_of_step_frequency",
    "tendon_stiffness",
    "tfl_coactivation",
)
SCRIPT = """
import matplotlib.pyplot as plt
from stridesim.plots.panels import lines_panel
from stridesim.words.sweep_answer import answer

def draw(result):
    figure, axes = plt.subplots(figsize=(3, 2), layout="constrained")
    lines_panel(axes, result, "cost_of_transport")
    return figure
"""


def fake_model(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every result there is, smooth in every axis; the far corner of the first axis fails."""
    x = sum(np.asarray(values) for values in points.values())
    first = next(iter(points.values()))
    n = len(first)
    names = [*QUANTITIES, *(f"{head}.{group}" for head in GROUP_QUANTITIES for group in GROUPS)]
    answers = {name: 1 + 0.1 * k + 0.05 * (x - 0.7) ** 2 for k, name in enumerate(names)}
    failed = first >= np.partition(first, -2)[-2] if n > 2 else np.zeros(n, bool)
    status = np.where(failed, "no_periodic_gait", "ok")
    return {**{k: np.where(failed, np.nan, v) for k, v in answers.items()}, "status": status}


def _run(root: Path, name: str, evaluate: Callable[..., dict] = fake_model) -> ExperimentAnswer:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sweep_model, "model", lambda _design: evaluate)
        return run(load(name, root))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in (shipped.EXPERIMENTS, shipped.SCRIPTS):
        (tmp_path / folder).mkdir(parents=True)
    return tmp_path


def _declare(root: Path, name: str, **replaced: str) -> None:
    text = (ROOT / "configs/experiments/tendon_stiffness.toml").read_text()
    text = text.replace('name = "tendon_stiffness"', f'name = "{name}"')
    text = text.replace("points = 61", "points = 7")
    for old, new in replaced.items():
        text = text.replace(old, new)
    (root / shipped.EXPERIMENTS / f"{name}.toml").write_text(text)
    (root / shipped.SCRIPTS / f"{name}.py").write_text(SCRIPT)


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_experiment_is_sound_and_draws(name: str) -> None:
    import matplotlib.pyplot as plt

    from stridesim.plots.style import figure_style

    answer = _run(ROOT, name)
    sentence = answer.sentence
    assert sentence.endswith(".")
    assert "nan" not in sentence
    with figure_style():
        figure = answer.draw()
        shown = [" ".join(text.get_text().split()) for text in figure.texts]
        plt.close(figure)
    assert sentence in shown
    assert any("Bhargava 2004 aerobic · measured" in text for text in shown)


def test_every_experiment_on_disk_is_tested() -> None:
    assert shipped.experiment_names(ROOT) == sorted(SHIPPED)


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
    failed = numbers["status"]["rows_without_result"]["no_periodic_gait"]
    assert [i for i, value in enumerate(cost["values"]) if value is None] == failed
    assert numbers["answer"] == answer.sentence
    made = numbers["provenance"]
    assert made["config"] == "configs/experiments/springs.toml"
    assert {"config_sha256", "design_hash", "model", "commit", "libraries"} <= set(made)


def test_the_answer_of_a_shipped_experiment_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sweep_model, "model", lambda _design: fake_model)
    answer = experiment("tendon_stiffness")
    told = answer.to_dict()
    assert told["schema"] == {"kind": "experiment", "version": 1}
    assert (told["status"], told["claim"]) == ("ok", "C2")
    assert told["answer"] == answer.sentence
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


def _scaled(factor: float) -> Callable[..., dict]:
    """Another machine: every result a little larger."""

    def evaluate(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        answers = fake_model(points)
        return {k: v if k == "status" else factor * v for k, v in answers.items()}

    return evaluate


def _published(root: Path, factor: float, **how: bool) -> dict[str, bytes]:
    files = publish(_run(root, "springs", _scaled(factor)), root / "figures", **how)
    return {path.name: path.read_bytes() for path in files}


def test_another_machine_dirties_no_clone(root: Path) -> None:
    """Differences in the fifth digit, the date and the commit are nothing that a figure shows."""
    _declare(root, "springs")
    first = _published(root, 1.0)
    assert set(first) == {"springs.svg", "springs.png", "springs.json"}
    assert _published(root, 1 + 1e-5) == first
    assert _published(root, 1 - 1e-5) == first
    assert _published(root, 1.0, redraw=True)["springs.json"] is not first["springs.json"]


def test_what_a_figure_shows_is_written_anew(root: Path) -> None:
    _declare(root, "springs")
    first = _published(root, 1.0)
    changed = _published(root, 1.01)
    assert all(changed[name] != first[name] for name in first)
    script = root / shipped.SCRIPTS / "springs.py"
    script.write_text(SCRIPT.replace("(3, 2)", "(4, 2)"))
    assert _published(root, 1.01)["springs.png"] != changed["springs.png"]
    (root / "figures/springs.svg").unlink()
    _published(root, 1.01)
    assert (root / "figures/springs.svg").exists()
    (root / "figures/springs.json").write_text("{}")
    assert b"springs" in _published(root, 1.01)["springs.json"]


def test_a_point_that_fails_is_something_a_figure_shows(root: Path) -> None:
    _declare(root, "springs")
    first = _published(root, 1.0)

    def other(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        answers = fake_model(points)
        return {**answers, "status": np.full_like(answers["status"], "ok")}

    assert not is_published(_run(root, "springs", other), root / "figures")
    assert first == _published(root, 1.0)


@pytest.mark.parametrize(
    ("replaced", "said"),
    [
        ({'name = "springs"': 'name = "other"'}, "expected 'springs', the file's own name"),
        ({'claim = "C2"': 'claim = "C13"'}, "question.claim = 'C13'"),
        (
            {"[question]": '[[task]]\nname = "a"\n[[task]]\nname = "b"\n[question]'},
            "is a grid, of one",
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
    script.write_text("def draw(result): ...\n")
    with pytest.raises(InputError, match=r"has no function answer\(result\)"):
        load("springs", root)
    script.unlink()
    with pytest.raises(InputError, match=r"springs\.py: no such file"):
        load("springs", root)
    assert shipped.nearest_root(Path("/")) is None


def test_command_runs_the_named_experiment(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _declare(root, "springs")
    _declare(root, "others")
    monkeypatch.setattr(sweep_model, "model", lambda _design: fake_model)
    result = CliRunner().invoke(main, ["figures", "springs", "--root", str(root), "--json"])
    assert result.exit_code == 0, result.output
    entry = json.loads(result.stdout)["figures"][0]
    assert entry["experiment"] == "springs"
    assert (root / "figures/springs.svg").exists()
    assert not (root / "figures/others.svg").exists()
    assert not entry["unchanged"]
    again = CliRunner().invoke(main, ["figures", "springs", "--root", str(root)])
    assert "show the same and stay as they are (--redraw writes them)" in again.stderr
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
