"""The model against the published record: every row, a score per topic, and the curves.

A row is inside when the prediction lies in its band, outside when it does not or when the model
has no result there (its reason is said), and neither when the model has no mechanism for it. The
score is the share of addressed rows inside; no row is left out because it fails.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.stride import check_metabolic_model
from stridesim.evidence.changes import Change, changes
from stridesim.evidence.joint_curves import SPEEDS, Curve, compare
from stridesim.evidence.laboratory import Laboratory, NoResultError
from stridesim.evidence.literature import TOPICS, Row, literature
from stridesim.evidence.open_record import Results
from stridesim.evidence.predictions import NOT_ADDRESSED, PREDICTIONS, basis
from stridesim.results import InputError
from stridesim.runner import Runner

NOT_JUDGED: Final = ("training", "fatigue")
"""Topics whose mechanisms are still to come; their rows do not count in the score."""


class Verdict(NamedTuple):
    """One row: `inside` is None where the model cannot address it; `why` says what is missing."""

    row: Row
    predicted: float | None
    inside: bool | None
    why: str
    basis: str

    def record(self) -> dict[str, Any]:
        """For JSON."""
        row = self.row
        return {
            "id": row.id,
            "topic": row.topic,
            "predicted": self.predicted,
            "unit": row.unit,
            "published": row.value,
            "sd": row.sd,
            "band_low": row.low,
            "band_high": row.high,
            "inside": self.inside,
            "why": self.why or None,
            "basis": self.basis,
            "source": row.source,
        }


class Score(NamedTuple):
    """Rows inside their band, of those the model addresses."""

    inside: int
    addressed: int

    @property
    def share(self) -> float:
        """0 to 1; 1 where nothing is addressed."""
        return self.inside / self.addressed if self.addressed else 1.0

    def record(self) -> dict[str, Any]:
        """For JSON."""
        share = self.share if self.addressed else None
        return {"inside": self.inside, "addressed": self.addressed, "share": share}


class Validation(NamedTuple):
    """Every verdict, and every curve (none at a speed without a result, none of another simulator,
    whose `name` it is then)."""

    verdicts: tuple[Verdict, ...]
    curves: tuple[Curve, ...]
    name: str = ""

    def score(self, topic: str | None = None, only: str | None = None) -> Score:
        """Of a topic, of a basis (`predicted`), or of all that are judged."""
        rows = [
            v
            for v in self.verdicts
            if v.inside is not None
            and (v.row.topic == topic if topic else v.row.topic not in NOT_JUDGED)
            and (only is None or v.basis == only)
        ]
        return Score(sum(v.inside is True for v in rows), len(rows))

    @property
    def topics(self) -> dict[str, Score]:
        """Score of every topic."""
        return {topic: self.score(topic) for topic in TOPICS}

    @property
    def changes(self) -> tuple[Change, ...]:
        """What tasks change: published and predicted, in per cent."""
        return changes({v.row.id: v.predicted for v in self.verdicts}.get)


def judge_results(results: Results) -> Validation:
    """Every row of the record against the numbers of another simulator; a row that it has no
    number for is not addressed."""
    verdicts = []
    for row in literature():
        if row.id in results.values:
            verdicts.append(_judged(row, results.values[row.id], results.basis[row.id]))
        else:
            verdicts.append(Verdict(row, None, None, f"no number in {results.name}", "predicted"))
    return Validation(tuple(verdicts), (), results.name)


def _judged(row: Row, predicted: float, basis: str) -> Verdict:
    """A number against the band of its row."""
    if row.low is None or row.high is None:
        return Verdict(row, predicted, None, "no band is published", basis)
    return Verdict(row, predicted, row.low <= predicted <= row.high, "", basis)


def _verdict(row: Row, lab: Laboratory) -> Verdict:
    if row.id not in PREDICTIONS:
        why = NOT_ADDRESSED.get(row.id, "no prediction is written for this row")
        return Verdict(row, None, None, why, "predicted")
    try:
        predicted = PREDICTIONS[row.id](lab)
    except NoResultError as reason:
        return Verdict(row, None, False, f"no result: {reason}", basis(row.id))
    return _judged(row, predicted, basis(row.id))


def judge(
    runner: Runner,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    begin: Callable[[], None] = lambda: None,
) -> Validation:
    """Every row of the record and every curve, for one runner under one metabolic model.

    `begin` is called before the batch of runs, and again before the whole strides. Raises
    `InputError` for strategy `optimal`: rows compare habits with habits, and those on what a runner
    chooses find the optimum themselves.
    """
    if runner.strategy == "optimal":
        raise InputError(
            "gait.strategy = 'optimal': the record is of habits, and its rows on chosen gaits "
            "find the optimum themselves; permitted: measured, fixed"
        )
    check_metabolic_model(metabolic)
    lab = Laboratory(runner, metabolic)
    for row in literature():
        _verdict(row, lab)
    begin()
    lab.run()
    begin()
    verdicts = tuple(_verdict(row, lab) for row in literature())
    curves: list[Curve] = []
    for speed in SPEEDS:
        try:
            curves += compare(lab.stride(speed), speed)
        except NoResultError:
            continue
    return Validation(verdicts, tuple(curves))
