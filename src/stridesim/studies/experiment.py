"""An experiment: one declaration, one drawing function, and the numbers behind the picture.

    configs/experiments/NAME.toml   the sweep, the question, the claim, what is held fixed
    experiments/NAME.py             answer(result) -> str and draw(result) -> Figure
    figures/NAME.svg|png|json       the picture, and every number in it with its provenance

The answer is computed from the numbers; the same sentence stands in the figure and in its JSON.
Machines differ in the fifth digit. What is published stays as it is where nothing changed that its
figure shows: no number by a dot of the screen, no status, no declaration, no drawing function.
"""

import dataclasses
import functools
import hashlib
import importlib.util
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.files import on_disk, write_output
from stridesim.results import InputError, quantity
from stridesim.runner import Runner
from stridesim.runtime import configure_jax, provenance
from stridesim.sweeps import Design, SweepResult, load_design, run_in_memory
from stridesim.sweeps.design.config import DesignConfig, QuestionConfig
from stridesim.sweeps.engines.chunk import Evaluate
from stridesim.sweeps.run import Progress

CONFIGS: Final = Path("configs/experiments")
SCRIPTS: Final = Path("experiments")
FIGURES: Final = Path("figures")
FORMATS: Final = (".svg", ".png")

_DIGITS: Final = 5
"""Significant digits in the JSON: more than any figure shows, about what machines agree in."""

_SHOWN: Final = 1e-3
"""Share of an axis that a figure shows: a dot of a screen. Smaller differences are none."""


class Experiment(NamedTuple):
    """A resolved experiment: its design, its question, and its script."""

    name: str
    design: Design
    question: QuestionConfig
    script: ModuleType
    config: Path


def find_root(start: Path) -> Path:
    """`start` or its nearest parent that holds experiments."""
    for folder in (start, *start.resolve().parents):
        if (folder / CONFIGS).is_dir():
            return folder
    raise InputError(f"{start}: no {CONFIGS} here or in any folder above; name one with --root")


def names(root: Path) -> list[str]:
    """The experiments that `root` declares."""
    return sorted(path.stem for path in (root / CONFIGS).glob("*.toml"))


def load(root: Path, name: str) -> Experiment:
    """One experiment; `InputError` when its declaration or its script is missing or unsound."""
    path = root / CONFIGS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(names(root)) or "none"
        raise InputError(f"unknown experiment {name!r} (known: {known})")
    design = load_design(path)
    if design.name != name:
        raise InputError(f"{path}: name = {design.name!r}: expected {name!r}, the file's own name")
    if design.config.question is None:
        raise InputError(f"{path}: question: it must be given (text, claim, held_fixed)")
    if not design.is_grid or len(design.cases) > 1:
        raise InputError(f"{path}: an experiment is a grid, of one runner and task")
    script = _script(root / SCRIPTS / f"{name}.py")
    return Experiment(name, design, design.config.question, script, path)


def model(design: Design) -> "_Model":
    """The model as a sweep calls it: every case's runner and the metabolic model bound."""
    configure_jax()
    from stridesim.energetics import METABOLIC_MODELS

    chosen = design.config.metabolic
    if chosen not in METABOLIC_MODELS:
        known = ", ".join(METABOLIC_MODELS)
        raise InputError(f"metabolic = {chosen!r}: expected one of {known}")
    strategies = {case.runner.gait.strategy for case in design.cases}
    if design.config.free and "optimal" not in strategies:
        raise InputError("free: only with gait.strategy = 'optimal'")
    return _Model([_bound(case.runner, design.config) for case in design.cases], chosen)


@dataclasses.dataclass(frozen=True)
class _Model:
    """The functions of points of a design's cases."""

    cases: Sequence[Evaluate]
    metabolic: str

    def __call__(self, points: Mapping[str, Any], case: int = 0) -> Mapping[str, Any]:
        return self.cases[case](points)

    def prepare(self) -> None:
        """Begin to get ready, while points are laid out."""
        from stridesim.economy.batch import prepare

        prepare(self.metabolic)


def _bound(runner: Runner, config: DesignConfig) -> Evaluate:
    from stridesim.economy import evaluate_points

    how: dict[str, Any] = {"metabolic": config.metabolic, "units": "SI"}
    if runner.gait.strategy == "optimal" and config.free:
        from stridesim.economy.optimal import check_free

        how["free"] = check_free(config.free)
    return functools.partial(evaluate_points, runner, **how)


def run(
    experiment: Experiment, evaluate: Evaluate, progress: Progress | None = None
) -> SweepResult:
    """Compute every point; an experiment without a single result has no figure."""
    result = run_in_memory(experiment.design, evaluate, progress=progress)
    if not result.ok.any():
        reasons = ", ".join(f"{count} {status}" for status, count in result.failures.items())
        raise InputError(f"{experiment.config}: no point has a result ({reasons})")
    return result


def published(root: Path, experiment: Experiment) -> list[Path]:
    """The files of an experiment's picture and numbers, whether or not they are there."""
    return [root / FIGURES / f"{experiment.name}{suffix}" for suffix in (*FORMATS, ".json")]


def is_published(root: Path, experiment: Experiment, result: SweepResult) -> bool:
    """Whether the files that are there show what new ones would."""
    *_, numbers = files = published(root, experiment)
    if not all(path.is_file() for path in files):
        return False
    try:
        return _shows_the_same(json.loads(numbers.read_text()), record(root, experiment, result))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # not what we wrote
        return False


def publish(
    root: Path, experiment: Experiment, result: SweepResult, *, redraw: bool = False
) -> list[Path]:
    """Picture and numbers in `figures/`, written where they would show something else.

    `redraw` writes them in any case.
    """
    import matplotlib.pyplot as plt

    from stridesim.plots.style import figure_style, save_figure

    if not redraw and is_published(root, experiment, result):
        return published(root, experiment)
    folder = root / FIGURES
    with on_disk(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with figure_style():
        figure = experiment.script.draw(result)
        try:
            pictures = [folder / f"{experiment.name}{suffix}" for suffix in FORMATS]
            for path in pictures:
                save_figure(figure, path)
        finally:
            plt.close(figure)
    numbers = folder / f"{experiment.name}.json"
    write_output(numbers, (_dumped(record(root, experiment, result)) + "\n").encode())
    return [*pictures, numbers]


def record(root: Path, experiment: Experiment, result: SweepResult) -> dict[str, Any]:
    """The numbers behind a picture, with question, answer and provenance."""
    design = experiment.design
    shown = [name for name in design.config.outputs if name in result.columns]
    return {
        "experiment": experiment.name,
        "claim": experiment.question.claim,
        "question": experiment.question.text,
        "held_fixed": experiment.question.held_fixed,
        "answer": experiment.script.answer(result),
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
            for name in shown
        },
        "status": {
            "nominal": result.nominal_status,
            "failures": result.failures,
            "rows_without_result": {
                reason: [i for i, status in enumerate(result.status) if status == reason]
                for reason in result.failures
            },
        },
        "provenance": {
            "config": _relative(experiment.config, root),
            "config_sha256": _sha256(experiment.config),
            "script": str(SCRIPTS / f"{experiment.name}.py"),
            "script_sha256": _sha256(root / SCRIPTS / f"{experiment.name}.py"),
            "design_hash": design.content_hash,
            "model": design.identity["model"],
            "runner": design.config.runner,
            "metabolic": design.config.metabolic,
            **provenance(),
        },
    }


def _shows_the_same(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    declared = ("experiment", "claim", "question", "held_fixed", "axes", "order", "status")
    made = ("config_sha256", "script_sha256", "runner", "metabolic")
    if any(old[key] != new[key] for key in declared):
        return False
    if any(old["provenance"][key] != new["provenance"][key] for key in made):
        return False
    return old["results"].keys() == new["results"].keys() and all(
        old["results"][name]["unit"] == result["unit"]
        and _looks_the_same(_numbers(old["results"][name]), _numbers(result))
        for name, result in new["results"].items()
    )


def _numbers(result: Mapping[str, Any]) -> np.ndarray:
    return np.array([result["nominal"], *result["values"]], float)


def _looks_the_same(old: np.ndarray, new: np.ndarray) -> bool:
    """Whether two columns differ by less than an axis with them shows."""
    from stridesim.plots.span import honest_limits

    if old.shape != new.shape:
        return False
    low, high = honest_limits(new)
    return np.allclose(old, new, rtol=0, atol=_SHOWN * (high - low), equal_nan=True)


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


def _relative(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()


def _rounded(value: float) -> float | None:
    value = float(value)
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None


def _dumped(tables: Mapping[str, Any], indent: str = "") -> str:
    """JSON with one key a line, and every list on one line: a change of numbers stays readable."""
    if not tables:
        return "{}"
    inner = indent + " "
    lines = []
    for key, value in tables.items():
        if isinstance(value, Mapping):
            text = _dumped(value, inner)
        else:
            text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        lines.append(f"{inner}{json.dumps(key)}: {text}")
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"
