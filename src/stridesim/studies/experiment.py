"""An experiment: one declaration, one drawing function, and the numbers behind the picture.

    answer = experiment("tendon_stiffness")
    answer.sentence                     # the answer, computed from the numbers
    answer.plot("tendons.svg")

    configs/experiments/NAME.toml   the sweep, the question, the claim, what is held fixed
    experiments/NAME.py             answer(result) -> str and draw(result) -> Figure
    figures/NAME.svg|png|json       the picture, and every number in it with its provenance

The same sentence stands in the figure and in its JSON.
"""

import functools
import hashlib
import importlib.util
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Final, NamedTuple

from stridesim import shipped
from stridesim.results import InputError, quantity
from stridesim.runtime import provenance
from stridesim.studies import sweep_model
from stridesim.studies.answer import Answer, Table
from stridesim.studies.sweep import table_of, without_result
from stridesim.sweeps import Design, SweepResult, load_design, run_in_memory
from stridesim.sweeps.design.config import QuestionConfig
from stridesim.sweeps.run import Progress

_DIGITS: Final = 5
"""Significant digits in the JSON: more than any figure shows, about what machines agree in."""


class Experiment(NamedTuple):
    """A resolved experiment: its design, its question, and its script, in the folder `root`."""

    name: str
    design: Design
    question: QuestionConfig
    script: ModuleType
    config: Path
    root: Path


@dataclass(frozen=True, eq=False, repr=False)
class ExperimentAnswer(Answer):
    """The numbers of an experiment, its answer in a sentence, and its figure."""

    kind: ClassVar[str] = "experiment"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    experiment: Experiment
    result: SweepResult

    @functools.cached_property
    def sentence(self) -> str:
        """The answer, computed from the numbers; the reason where there is none."""
        return self.experiment.script.answer(self.result) if self.ok else self.reason

    def record(self) -> dict[str, Any]:
        """The question, the answer and the numbers behind the picture, five digits each."""
        design, question, result = self.experiment.design, self.experiment.question, self.result
        return {
            "experiment": self.experiment.name,
            "claim": question.claim,
            "question": question.text,
            "held_fixed": question.held_fixed,
            "answer": self.sentence,
            "axes": [
                {
                    "parameter": axis.path,
                    "unit": axis.parameter.unit,
                    "nominal": _rounded(own),
                    "values": [_rounded(value) for value in axis.values],
                }
                for axis, own in zip(design.axes, design.nominal, strict=True)
            ],
            "order": "row-major: the last axis runs fastest",
            "results": {
                name: {
                    "unit": quantity(name).unit,
                    "nominal": _rounded(result.nominal[name]),
                    "values": [_rounded(value) for value in result[name]],
                }
                for name in design.config.outputs
                if name in result.columns
            },
            "rows": {
                "nominal": result.nominal_status,
                "failures": result.failures,
                "rows_without_result": {
                    reason: [i for i, status in enumerate(result.status) if status == reason]
                    for reason in result.failures
                },
            },
        }

    def table(self) -> Table:
        """A row for each point: inputs, results, status and reason."""
        return table_of(self.result)

    def plot(self, path: str | Path | None = None) -> Any:
        """The figure: written to `path` (.svg, .png or .pdf), or the figure itself.

        Raises `InputError` where no point has a result.
        """
        import matplotlib.pyplot as plt

        from stridesim.plots.style import figure_style, save_figure

        with figure_style():
            figure = self.draw()
            if path is None:
                return figure
            try:
                save_figure(figure, Path(path))
            finally:
                plt.close(figure)
        return None

    def draw(self) -> Any:
        """A new Matplotlib figure; call within `plots.style.figure_style`, close it after use."""
        if not self.ok:
            raise InputError(self.reason)
        return self.experiment.script.draw(self.result)

    def __repr__(self) -> str:
        return f"<experiment {self.experiment.name}: {self.sentence}>"


def experiment(
    name: str, *, root: str | Path | None = None, progress: Progress | None = None
) -> ExperimentAnswer:
    """Compute every point of the experiment `name`.

    `root` is a folder with `configs/experiments` and `experiments` (default: those that come with
    stridesim). `progress` is called with the number of rows just finished and how many of them have
    no result for which reason. Raises `InputError` for an unknown name, and where the declaration
    or the script is missing or unsound.
    """
    return run(load(name, shipped.root() if root is None else Path(root)), progress)


def load(name: str, root: Path) -> Experiment:
    """One experiment; `InputError` when its declaration or its script is missing or unsound."""
    path = root / shipped.EXPERIMENTS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(shipped.experiment_names(root)) or "none"
        raise InputError(f"unknown experiment {name!r} (known: {known})")
    design = load_design(path)
    if design.name != name:
        raise InputError(f"{path}: name = {design.name!r}: expected {name!r}, the file's own name")
    if design.config.question is None:
        raise InputError(f"{path}: question: it must be given (text, claim, held_fixed)")
    if not design.is_grid or len(design.cases) > 1:
        raise InputError(f"{path}: an experiment is a grid, of one runner and task")
    script = _script(root / shipped.SCRIPTS / f"{name}.py")
    return Experiment(name, design, design.config.question, script, path, root)


def run(experiment: Experiment, progress: Progress | None = None) -> ExperimentAnswer:
    """Compute every point of a loaded experiment."""
    evaluate = sweep_model.model(experiment.design)
    result = run_in_memory(experiment.design, evaluate, progress=progress)
    status, reasons = without_result(result)
    return ExperimentAnswer(
        status=status,
        reason=f"{experiment.config}: {reasons}" if reasons else "",
        notes=tuple(experiment.design.notes),
        provenance=_made_of(experiment),
        experiment=experiment,
        result=result,
    )


def _made_of(experiment: Experiment) -> dict[str, Any]:
    """Which files, which design and which model the numbers are of."""
    design, script = experiment.design, shipped.SCRIPTS / f"{experiment.name}.py"
    return {
        "config": (shipped.EXPERIMENTS / experiment.config.name).as_posix(),
        "config_sha256": _sha256(experiment.config),
        "script": script.as_posix(),
        "script_sha256": _sha256(experiment.root / script),
        "design_hash": design.content_hash,
        "model": design.identity["model"],
        "runner": design.config.runner,
        "metabolic": design.config.metabolic,
        **provenance(),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _script(path: Path) -> ModuleType:
    if not path.is_file():
        raise InputError(f"{path}: no such file; an experiment needs its drawing function")
    spec = importlib.util.spec_from_file_location(f"stridesim_experiment_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("answer", "draw"):
        if not callable(getattr(module, name, None)):
            raise InputError(f"{path}: has no function {name}(result)")
    return module


def _rounded(value: float) -> float | None:
    value = float(value)
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
