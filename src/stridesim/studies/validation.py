"""The model against the published record: every row, a score for each topic, and joint curves.

answer = validate(runner)
answer.score.share                  # of the rows that the model addresses
answer.plot("validation.png")
answer.plot_changes("changes.png")  # what tasks change: published against predicted

The same table scores another simulator: `validate(results="other.csv")`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.stride import check_metabolic_model
from stridesim.evidence.changes import Change, Error, cost_errors, errors_record
from stridesim.evidence.models import changes_by_model
from stridesim.evidence.open_record import read_results, results_of
from stridesim.evidence.validation import Score, Validation, judge, judge_results
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table

STAGES: Final = (
    ("some 350 runs, and the cheapest gaits at three speeds", 110.0),
    ("whole strides for rows and curves", 25.0),
)
"""What `validate` does, and how long each takes the first time on a common machine, s."""

EVERY_MODEL: Final = "all"
"""Instead of a metabolic model: the default for the rows, and errors of changes under each."""

MODELS_STAGE: Final = ("the cost of some 20 strides under every metabolic model", 60.0)
"""What `EVERY_MODEL` does beside `STAGES`."""

_COLUMNS: Final = (
    "topic", "id", "predicted", "published", "band_low", "band_high", "unit", "inside", "basis",
    "why", "source",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class ValidationAnswer(Answer):
    """Every row's verdict and every curve (`found`), for one runner and one metabolic model, or
    for another simulator (`runner` and `metabolic` are None then)."""

    kind: ClassVar[str] = "validation"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner | None
    metabolic: str | None
    found: Validation
    models: Mapping[str, tuple[Change, ...]]
    """Metabolic model -> what tasks change in the cost, where every model was asked for."""

    @property
    def score(self) -> Score:
        """Rows inside their band, of those that the model addresses and that count."""
        return self.found.score()

    @property
    def predicted_score(self) -> Score:
        """The same of the rows that are neither fitted nor given."""
        return self.found.score(only="predicted")

    @property
    def missing(self) -> tuple[str, ...]:
        """Rows for which another simulator has no number."""
        told = self.found.verdicts if self.found.name else ()
        return tuple(v.row.id for v in told if v.predicted is None)

    @property
    def errors(self) -> dict[str, Error]:
        """Root mean square error of what tasks change in the cost, percentage points."""
        return cost_errors(self.found.changes)

    def record(self) -> dict[str, Any]:
        """Rows, scores, errors of changes, and the share of stance that each curve is within one
        SD; the runner's metabolic model, or the other simulator and the rows that it lacks."""
        found = self.found
        return {
            "simulator": found.name or "stridesim",
            "metabolic": self.metabolic,
            "missing": self.missing,
            "rows": [v.record() for v in found.verdicts],
            "score": self.score.record()
            | {
                "predicted_only": self.predicted_score.record(),
                "topics": {topic: score.record() for topic, score in found.topics.items()},
            },
            "curves": [
                {"variable": c.variable, "speed": c.speed, "share_of_stance_within_sd": c.inside}
                for c in found.curves
            ],
            "changes": errors_record(found.changes)
            | {
                "relative_cost_by_model": {
                    model: {name: one.record() for name, one in cost_errors(told).items()}
                    for model, told in self.models.items()
                }
            },
        }

    def table(self) -> Table:
        """A row for each published number."""
        records = [verdict.record() for verdict in self.found.verdicts]
        return Table(_COLUMNS, [tuple(record[column] for column in _COLUMNS) for record in records])

    def plot(self, path: str | Path | None = None) -> Any:
        """Predicted beside published, and the joint curves: written to `path`, or the figure."""
        from stridesim.plots.style import figure_style
        from stridesim.plots.validation import draw_validation, save_validation

        if path is not None:
            save_validation(Path(path), self.found)
            return None
        with figure_style():
            return draw_validation(self.found)

    def plot_changes(self, path: str | Path | None = None) -> Any:
        """Published against predicted change, a colour a condition: written to `path`, or the
        figure."""
        from stridesim.plots.changes import draw_changes, save_changes
        from stridesim.plots.style import figure_style

        who = self.found.name or f"{self.runner.name if self.runner else ''}, {self.metabolic}"
        if path is not None:
            save_changes(Path(path), self.found.changes, who)
            return None
        with figure_style():
            return draw_changes(self.found.changes, who)

    def __repr__(self) -> str:
        return f"<validation: {self.score.inside} of {self.score.addressed} rows inside>"


def validate(
    runner: Runner | None = None,
    *,
    metabolic: str | None = None,
    results: str | Path | Mapping[str, float] | None = None,
    begin: Callable[[], None] = lambda: None,
) -> ValidationAnswer:
    """Compare what the model says of `runner` (the shipped one by default) with every row of the
    published record; or what another simulator says.

    `metabolic` is a model's name, the default's by default, or "all": the default for the rows, and
    the errors of what tasks change in the cost under each. `results` are the numbers of another
    simulator: a CSV file (`evidence.open_record.read_results`) or row identifier -> number, which
    are scored by the same table and have no runner and no metabolic model. `begin` is called as
    each of `STAGES` begins. Raises `InputError` for an unknown metabolic model, for strategy
    `optimal`, because rows compare habits with habits, and for results that cannot be read. Rows
    outside their band are an answer, not an error.
    """
    models: Mapping[str, tuple[Change, ...]] = {}
    if results is not None:
        if runner is not None or metabolic is not None:
            raise InputError("results: numbers of another simulator go with no runner and no "
                             "metabolic model; permitted: results alone")  # fmt: skip
        given = results_of(results) if isinstance(results, Mapping) else read_results(Path(results))
        found = judge_results(given)
    else:
        runner = Runner.load() if runner is None else runner
        asked = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL, EVERY_MODEL)
        every = asked == EVERY_MODEL
        metabolic = DEFAULT_METABOLIC_MODEL if every else asked
        found = judge(runner, metabolic, begin)
        models = changes_by_model(runner, begin) if every else {}
    return ValidationAnswer(
        status="ok",
        reason="",
        notes=(),
        provenance=provenance(),
        runner=runner,
        metabolic=metabolic,
        found=found,
        models=models,
    )
