"""What `stridesim validate` says: the model beside the published record."""

from collections.abc import Mapping, Sequence
from typing import Final

import click

from stridesim.evidence.changes import GROUPS, Change, Error, condition_errors, cost_errors
from stridesim.evidence.joint_curves import LABELS, SPEEDS
from stridesim.evidence.validation import Verdict
from stridesim.reports.output import print_table
from stridesim.studies.validation import ValidationAnswer

_MARKS: Final = {True: "inside", False: "OUTSIDE", None: "-"}


def print_validation(answer: ValidationAnswer) -> None:
    """Rows, curves, errors of changes and scores, a table each."""
    found = answer.found
    who = found.name or "The model"

    def number(value: float | None, digits: int = 3) -> str:
        return "-" if value is None else f"{value:.{digits}g}"

    def model(v: Verdict) -> str:
        """With a digit more where a value outside would be rounded onto the border."""
        borders = [f"{border:.3g}" for border in (v.row.low, v.row.high) if border is not None]
        return number(v.predicted, 4 if not v.inside and number(v.predicted) in borders else 3)

    rows = [
        [
            v.row.topic,
            v.row.id,
            model(v),
            number(v.row.value),
            "-" if v.row.low is None else f"{v.row.low:g} to {v.row.high:g}",
            v.row.unit,
            _MARKS[v.inside],
            v.basis if not v.why else v.why,
        ]
        for v in found.verdicts
    ]
    print_table(
        f"{who} and the published record",
        ["topic", "row", "predicted", "published", "band", "unit", "", "basis"],
        rows,
    )
    if found.curves:
        _print_curves(answer)
    click.echo()
    _print_changes(found.changes, answer.models)
    click.echo()
    scores = [
        [topic, str(score.inside), str(score.addressed)] for topic, score in found.topics.items()
    ]
    total, alone = answer.score, answer.predicted_score
    scores.append(["all but training and fatigue", str(total.inside), str(total.addressed)])
    scores.append(["of these predicted, not fitted", str(alone.inside), str(alone.addressed)])
    print_table("Score", ["topic", "inside", "addressed"], scores)
    click.echo(
        f"\n{total.inside} of {total.addressed} rows ({100 * total.share:.0f} %) are inside."
    )
    if answer.missing:
        click.echo(f"No number for {len(answer.missing)} rows: {', '.join(answer.missing)}.")


def _print_curves(answer: ValidationAnswer) -> None:
    shares = {(c.variable, c.speed): c.inside for c in answer.found.curves}
    click.echo()
    print_table(
        "Share of stance (%) within one SD of 13 runners",
        ["curve", *(f"{speed:g} m/s" for speed in SPEEDS)],
        [
            [
                label,
                *(f"{100 * shares[name, s]:.0f}" if (name, s) in shares else "-" for s in SPEEDS),
            ]
            for name, label in LABELS.items()
        ],
    )


def _print_changes(found: Sequence[Change], models: Mapping[str, Sequence[Change]]) -> None:
    """Errors of changes by condition; of cost under every metabolic model, where it was asked."""

    def told(error: Error | None) -> str:
        if error is None or error.rms is None:
            return "-"
        lacking = f", {len(error.missing)} without" if error.missing else ""
        return f"{error.rms:.1f} ({error.rows}{lacking})"

    of_cost, of_all = cost_errors(found), condition_errors(found)
    print_table(
        "What a task changes: rms error, percentage points (rows)",
        ["condition", "cost", "all"],
        [[name, told(of_cost.get(name)), told(of_all.get(name))] for name in GROUPS],
    )
    if models:
        groups = [name for name in GROUPS if name in of_cost]
        click.echo()
        print_table(
            "The same of cost under every metabolic model",
            ["model", *groups],
            [
                [model, *(told(cost_errors(changes).get(name)) for name in groups)]
                for model, changes in models.items()
            ],
        )
