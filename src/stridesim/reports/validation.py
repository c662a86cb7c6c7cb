"""What `stridesim validate` says: the model beside the published record."""

from typing import Final

import click

from stridesim.evidence.joint_curves import LABELS, SPEEDS
from stridesim.evidence.validation import Verdict
from stridesim.reports.output import print_table
from stridesim.studies.validation import ValidationAnswer

_MARKS: Final = {True: "inside", False: "OUTSIDE", None: "-"}


def print_validation(answer: ValidationAnswer) -> None:
    """Rows, curves and scores, a table each."""
    found = answer.found

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
        "The model and the published record",
        ["topic", "row", "model", "published", "band", "unit", "", "basis"],
        rows,
    )
    shares = {(c.variable, c.speed): c.inside for c in found.curves}
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
