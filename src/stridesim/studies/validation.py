"""The model against the published record: every row, a score for each topic, and joint curves.

answer = validate(runner)
answer.score.share                  # of the rows that the model addresses
answer.plot("validation.png")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.evidence.validation import Score, Validation, judge
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table

STAGES: Final = (
    ("some 350 runs, and the cheapest gaits at three speeds", 110.0),
    ("whole strides for rows and curves", 25.0),
)
"""What `validate` does, and how long each takes the first time on a common machine, s."""

_COLUMNS: Final = (
    "topic", "id", "predicted", "published", "band_low", "band_high", "unit", "inside", "basis",
    "why", "source",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class ValidationAnswer(Answer):
    """Every row's verdict and every curve (`found`), for one runner and one metabolic model."""

    kind: ClassVar[str] = "validation"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner
    metabolic: str
    found: Validation

    @property
    def score(self) -> Score:
        """Rows inside their band, of those that the model addresses and that count."""
        return self.found.score()

    @property
    def predicted_score(self) -> Score:
        """The same of the rows that are neither fitted nor given."""
        return self.found.score(only="predicted")

    def record(self) -> dict[str, Any]:
        """Rows, scores, and the share of stance that each curve is within one SD."""
        found = self.found
        return {
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

    def __repr__(self) -> str:
        return f"<validation: {self.score.inside} of {self.score.addressed} rows inside>"


def validate(
    runner: Runner,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    begin: Callable[[], None] = lambda: None,
) -> ValidationAnswer:
    """Compare what the model says of `runner` with every row of the published record.

    `begin` is called as each of `STAGES` begins. Raises `InputError` for an unknown metabolic model
    and for strategy `optimal`, because rows compare habits with habits. Rows outside their band are
    an answer, not an error.
    """
    found = judge(runner, metabolic, begin)
    return ValidationAnswer(
        status="ok",
        reason="",
        notes=(),
        provenance=provenance(),
        runner=runner,
        metabolic=metabolic,
        found=found,
    )
