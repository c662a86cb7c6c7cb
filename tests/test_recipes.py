"""The six recipes of CONTRIBUTING, followed to the letter in a copy of the package.

Each recipe is one place: a line in a file, or a file of its own and a line that names it. One
process then asks the copy for all of them; nothing is compiled.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

ROOT = Path(__file__).resolve().parents[1]

INSERTED: Final = {
    "runner/template.py": (
        '    """What the runner is asked to do."""\n',
        """
    shoe_height: Any = parameter(
        20.0, unit="mm", doc="height of the sole", bounds=(0.0, 40.0), source="a recipe"
    )
""",
    ),
    "results.py": (
        "\nQUANTITIES: Final[dict[str, Quantity]] = {\n",
        '    "shoe_energy": Quantity("J", "energy that the sole returns a step"),\n',
    ),
    "energetics/__init__.py": (
        "METABOLIC_MODELS: Final[dict[str, MetabolicModel]] = {\n",
        '    "recipe2030": recipe2030,\n',
    ),
    "recordings/readers.py": (
        "READERS: Final[list[Reader[Any]]] = [\n",
        '    Reader(ForceRecording, (".npy",), "NumPy array", read_numpy),\n',
    ),
    "__init__.py": (
        "_HOMES: Final = {\n",
        '    "heaviness": "stridesim.studies.heaviness",\n',
    ),
}
"""File -> the line below which the recipe inserts, and what."""

IMPORTED: Final = {
    "energetics/__init__.py": "from stridesim.energetics.recipe2030 import recipe2030\n",
    "recordings/readers.py": "from stridesim.recordings.numpy_file import read_numpy\n",
}

NEW_FILES: Final = {
    "energetics/recipe2030.py": """
from stridesim.energetics.margaria1968 import margaria1968
from stridesim.energetics.model import HeatRates, MuscleState


def recipe2030(state: MuscleState, /) -> HeatRates:
    return margaria1968(state)
""",
    "recordings/numpy_file.py": """
from pathlib import Path

import numpy as np

from stridesim.recordings.recording import ForceRecording


def read_numpy(path: Path) -> ForceRecording:
    table = np.load(path)
    return ForceRecording(table[:, 0], table[:, 1:], str(path))
""",
    "studies/heaviness.py": """
import dataclasses
from collections.abc import Mapping
from typing import Any, ClassVar

from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table


@dataclasses.dataclass(frozen=True)
class Heaviness(Answer):
    kind: ClassVar[str] = "heaviness"
    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    weight: float

    def record(self) -> dict[str, Any]:
        return {"weight": {"value": self.weight, "unit": "N"}}

    def table(self) -> Table:
        return Table(("quantity", "value"), [("weight", self.weight)])


def heaviness(runner: Runner) -> Heaviness:
    return Heaviness("ok", "", (), provenance(), 9.81 * float(runner.body.mass))
""",
}

CONFIG: Final = """
[question]
text = "Which tendon?"
claim = "C1"
held_fixed = "everything else"
[[axis]]
parameter = "tendon.stiffness_scale"
values = [0.4, 0.8, 1.6]
"""

SCRIPT: Final = """
import matplotlib.pyplot as plt


def answer(found):
    return f"The cheapest of {len(found.result['cost_of_transport'])}."


def draw(found):
    figure, axes = plt.subplots()
    axes.plot(found.result["cost_of_transport"])
    return figure
"""

ASKED: Final = """
import json
import sys

import numpy as np
from click.testing import CliRunner
from fake_sweep import Fake
from half_sine import HalfSineRun

import stridesim as ss
import stridesim.studies.sweep_model
from stridesim.cli import main
from stridesim.economy.stride import check_metabolic_model
from stridesim.parameter import get_value
from stridesim.results import quantity
from stridesim.runner import PARAMETERS


def said(*words):
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


runner = ss.Runner.load("rbds011").with_(shoe_height="3 cm")
runner.save("me.toml")
recording = HalfSineRun().recording(rate=300.0, duration=4.0)
np.save("run.npy", np.column_stack([recording.time, recording.force]))
measured = ss.measure("run.npy", mass=70, height=1.75, speed=3.5)
stridesim.studies.sweep_model.model = lambda design: Fake()
said("figures", "soles")
json.dump(
    {
        "package": ss.__file__,
        "parameter": {
            "si": runner.task.shoe_height,
            "read back": get_value(ss.Runner.load("me.toml"), "task.shoe_height"),
            "label": PARAMETERS["task.shoe_height"].label,
            "listed": said("params", "shoe_height"),
        },
        "result": list(quantity("shoe_energy")),
        "model": check_metabolic_model("recipe2030"),
        "reader": measured.to_dict(),
        "study": ss.heaviness(runner).to_dict(),
        "experiment": json.load(open("figures/soles.json")),
    },
    open("answers.json", "w"),
)
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the package says after all six recipes."""
    folder = tmp_path_factory.mktemp("recipes")
    package = folder / "stridesim"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "stridesim", package, ignore=ignored)
    for name, (below, text) in INSERTED.items():
        path = package / name
        source = path.read_text("utf-8")
        assert source.count(below) == 1, f"{name} has another form than the recipe says"
        path.write_text(IMPORTED.get(name, "") + source.replace(below, below + text), "utf-8")
    for name, text in NEW_FILES.items():
        (package / name).write_text(text, "utf-8")
    for name, text in {
        "configs/experiments/soles.toml": CONFIG,
        "experiments/soles.py": SCRIPT,
    }.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, "utf-8")
    (folder / "figures").mkdir()
    paths = os.pathsep.join([str(folder), str(ROOT / "tests")])
    done = subprocess.run(
        [sys.executable, "-c", ASKED],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((folder / "answers.json").read_text("utf-8"))
    assert Path(found["package"]).is_relative_to(folder)
    return found


def test_a_parameter_is_one_declaration(answers: dict[str, Any]) -> None:
    found = answers["parameter"]
    assert found["si"] == pytest.approx(0.03)
    assert found["read back"] == pytest.approx(0.03)
    assert found["label"] == "task shoe height (mm)"
    assert "height of the sole" in found["listed"]


def test_a_result_is_declared_by_one_line(answers: dict[str, Any]) -> None:
    assert answers["result"] == ["J", "energy that the sole returns a step"]


def test_a_metabolic_model_is_a_file_and_an_entry(answers: dict[str, Any]) -> None:
    assert answers["model"] == "recipe2030"


def test_a_reader_is_a_file_and_an_entry(answers: dict[str, Any]) -> None:
    [recording] = answers["reader"]["recordings"]
    assert recording["file"] == "run.npy"
    assert recording["effective_mass"] == pytest.approx(70.0, rel=0.01)


def test_a_study_is_a_file_and_an_entry(answers: dict[str, Any]) -> None:
    found = answers["study"]
    assert found["schema"]["kind"] == "heaviness"
    assert found["weight"]["value"] == pytest.approx(9.81 * 72.9, rel=0.01)


def test_an_experiment_is_a_declaration_and_a_drawing(answers: dict[str, Any]) -> None:
    assert answers["experiment"]["answer"] == "The cheapest of 3."
