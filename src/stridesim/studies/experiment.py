"""An experiment: one declaration, one drawing function, the numbers behind the picture, a verdict.

    answer = experiment("tendon_stiffness")
    answer.sentence                     # the answer, computed from the numbers
    answer.verdicts.model.verdict       # what the model says of the claim
    answer.verdicts.evidence.verdict    # what published studies say of it
    answer.plot("tendons.svg")

    configs/experiments/NAME.toml   question, claim, change (`studies.claim`), study (`kinds`)
    experiments/NAME.py             answer(found) -> str and draw(found) -> Figure
    figures/NAME.svg|png|json       the picture, and every number in it with its provenance

The same sentences stand in the figure and in its JSON.
"""

import functools
import hashlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NamedTuple

from stridesim import evidence, shipped
from stridesim.evidence.findings import findings_on
from stridesim.evidence.verdict import EvidenceVerdict, ModelVerdict, judge_evidence, judge_model
from stridesim.results import InputError
from stridesim.runner.toml import read_toml
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.claim import ChangeConfig, ExperimentConfig, ends_of
from stridesim.studies.kinds import Outcome, Study, study_kind
from stridesim.studies.kinds.study import Progress
from stridesim.studies.verdict_record import verdict_record
from stridesim.sweeps.design.config import validate
from stridesim.words.verdict_words import verdict_words

_SHARED = tuple(ExperimentConfig.model_fields)

_RULE = ("findings.py", "verdict.py", "effect.py", "data/findings.csv")
"""What decides a verdict, in the package of the evidence."""


class Experiment(NamedTuple):
    """A resolved experiment: what it asks, its study, and its script, in the folder `root`."""

    name: str
    declared: ExperimentConfig
    study: Study
    script: ModuleType
    config: Path
    root: Path

    @property
    def rows(self) -> int:
        """Rows that a run with its verdict reports to its `progress`."""
        change = self.declared.change
        extra = 0 if change is None else self.study.effect_rows(change)
        return self.study.rows + extra + self.study.smaller(self.declared.study.smoke).rows


class Verdicts(NamedTuple):
    """The model's verdict (None where no change is declared, or it was not asked for), and that of
    published studies (None without a claim)."""

    model: ModelVerdict | None
    evidence: EvidenceVerdict | None


class Found(NamedTuple):
    """What an experiment's script gets: the study's result, the numbers of `[show]` in its file,
    the realistic change, and the verdicts."""

    result: Any
    show: Mapping[str, Any]
    change: ChangeConfig | None
    verdicts: Verdicts


@dataclass(frozen=True, eq=False, repr=False)
class ExperimentAnswer(Answer):
    """The numbers of an experiment, its answer in a sentence, its verdicts, and its figure.

    `smoke` are the numbers of the study made small, which `figures --check` computes again (None:
    not computed).
    """

    kind: ClassVar[str] = "experiment"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    experiment: Experiment
    outcome: Outcome
    verdicts: Verdicts
    smoke: Mapping[str, Any] | None

    @property
    def result(self) -> Any:
        """What the study found: of a sweep its `SweepResult`."""
        return self.outcome.result

    @functools.cached_property
    def sentence(self) -> str:
        """The answer, computed from the numbers; the reason where there is none."""
        return self.experiment.script.answer(self.found) if self.ok else self.reason

    @property
    def judgement(self) -> tuple[str, ...]:
        """What model and studies say of the claim, a sentence each."""
        change = self.experiment.declared.change
        return verdict_words(self.verdicts.model, self.verdicts.evidence, change and change.words)

    @property
    def found(self) -> Found:
        """What the script gets."""
        asked = self.experiment.declared
        return Found(self.result, asked.show, asked.change, self.verdicts)

    def record(self) -> dict[str, Any]:
        """Question, answer, verdicts and the numbers behind the picture."""
        asked = self.experiment.declared
        return {
            "experiment": self.experiment.name,
            "claim": asked.question.claim,
            "says": asked.question.says,
            "question": asked.question.text,
            "held_fixed": asked.question.held_fixed,
            "answer": self.sentence,
            "judgement": list(self.judgement),
            "verdict": verdict_record(self.verdicts.model, self.verdicts.evidence, asked.change),
            "study": asked.study.kind,
            **self.outcome.numbers,
            "rows": self.outcome.rows,
            "smoke": self.smoke,
        }

    def table(self) -> Table:
        """A row for each point: inputs, results, status and reason."""
        return self.outcome.table

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
        from stridesim.plots.verdict import claim_headline

        if not self.ok:
            raise InputError(self.reason)
        figure = self.experiment.script.draw(self.found)
        held = f"Held fixed: {self.experiment.declared.question.held_fixed}"
        conditions = f"{self.outcome.conditions} · {held}"
        title = self.experiment.study.title or self.experiment.declared.question.text
        claim_headline(figure, title, self.sentence, self.verdicts, self.judgement, conditions)
        return figure

    def __repr__(self) -> str:
        return f"<experiment {self.experiment.name}: {self.sentence}>"


def experiment(
    name: str,
    *,
    root: str | Path | None = None,
    verdict: bool = True,
    progress: Progress | None = None,
) -> ExperimentAnswer:
    """Compute every point of the experiment `name`, and judge its claim.

    `root` is a folder with `configs/experiments` and `experiments` (default: those that come with
    stridesim). Without `verdict` the model's verdict is left out, which takes most of the time.
    `progress` is called with the number of rows just finished and how many of them have no result
    for which reason. Raises `InputError` for an unknown name, and where the declaration or the
    script is missing or unsound.
    """
    found = load(name, shipped.root() if root is None else Path(root))
    return run(found, progress, verdict=verdict)


def load(name: str, root: Path) -> Experiment:
    """One experiment; `InputError` when its declaration or its script is missing or unsound."""
    path = root / shipped.EXPERIMENTS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(shipped.experiment_names(root)) or "none"
        raise InputError(f"unknown experiment {name!r} (known: {known})")
    tables = {"name": name, **read_toml(path)}
    if tables["name"] != name:
        raise InputError(
            f"{path}: name = {tables['name']!r}: expected {name!r}, the file's own name"
        )
    if "question" not in tables:
        raise InputError(f"{path}: question: it must be given (text, claim, held_fixed)")
    shared = {key: value for key, value in tables.items() if key in _SHARED}
    declared = validate(ExperimentConfig, shared, str(path))
    rest = {key: value for key, value in tables.items() if key not in _SHARED}
    try:
        kind = study_kind(declared.study.kind)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None
    study = kind.declared(rest, path)
    _check_change(declared, study, path)
    script = _script(root / shipped.SCRIPTS / f"{name}.py")
    return Experiment(name, declared, study, script, path, root)


def run(
    experiment: Experiment,
    progress: Progress | None = None,
    *,
    verdict: bool = True,
    smoke: bool = False,
) -> ExperimentAnswer:
    """Compute every point of a loaded experiment; with `verdict` judge its claim by the model, and
    with `smoke` compute the small study that a later check compares with."""
    declared, study = experiment.declared, experiment.study
    outcome = study.compute(progress)
    model = None
    if declared.change is not None and verdict:
        effects = study.effects(declared.change, progress)
        model = judge_model(effects, declared.change.claimed, declared.change.worthwhile)
    question = declared.question
    brought = [found.of(question.claim) for found in declared.evidence]
    findings = [*findings_on(question.claims), *brought]
    return ExperimentAnswer(
        status=outcome.status,
        reason=outcome.reason,
        notes=outcome.notes,
        provenance=made_of(experiment) | provenance(),
        experiment=experiment,
        outcome=outcome,
        verdicts=Verdicts(model, judge_evidence(findings) if question.claim else None),
        smoke=smoke_numbers(experiment, progress) if smoke else None,
    )


def smoke_numbers(experiment: Experiment, progress: Progress | None = None) -> Mapping[str, Any]:
    """The numbers of the study at its smoke size."""
    return experiment.study.smaller(experiment.declared.study.smoke).compute(progress).numbers


def made_of(experiment: Experiment) -> dict[str, Any]:
    """Which files, which design, which model and which rule the numbers are of."""
    script = shipped.SCRIPTS / f"{experiment.name}.py"
    return {
        "config": (shipped.EXPERIMENTS / experiment.config.name).as_posix(),
        "config_sha256": _sha256(experiment.config),
        "script": script.as_posix(),
        "script_sha256": _sha256(experiment.root / script),
        "rule_sha256": _sha256(*(Path(evidence.__path__[0], name) for name in _RULE)),
        **experiment.study.identity,
    }


def _check_change(declared: ExperimentConfig, study: Study, path: Path) -> None:
    """Refuse a change that cannot be made, before anything is computed."""
    change = declared.change
    if change is None or type(study).effects is not Study.effects:
        return
    try:
        ends_of(change, study.runner)
        study.asked(change)
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _sha256(*paths: Path) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


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
            raise InputError(f"{path}: has no function {name}(found)")
    return module
