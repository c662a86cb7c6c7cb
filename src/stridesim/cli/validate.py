"""`stridesim validate`: the model against the published record."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import json_option, runner_argument, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL

if TYPE_CHECKING:
    from stridesim.evidence import Validation
    from stridesim.evidence.validation import Verdict

_MARKS = {True: "inside", False: "OUTSIDE", None: "-"}


@click.command("validate", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--metabolic",
    metavar="NAME",
    default=DEFAULT_METABOLIC_MODEL,
    show_default=True,
    help="Metabolic model.",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw predicted against published, and the joint curves, to FILE (.svg, .png or .pdf).",
)
@json_option
def command(
    runner: Path | None,
    settings: dict[str, str],
    metabolic: str,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Compare the model with published numbers, row by row.

    Every row of the record has an experiment: predicted, published, its band, inside or not, and
    a score for each topic. A row without a result counts as outside; a row that the model has no
    mechanism for says so and does not count. `fitted` rows judge the fit, `given` ones are inputs;
    all others emerge. A minute or two; rows outside are an answer, not an error.

    \b
    Examples:
      stridesim validate
      stridesim validate --plot validation.png --json
    """
    from stridesim.runtime import configure_jax, provenance

    if plot is not None:
        from stridesim.plots.formats import check_format

        check_format(plot)
    configure_jax()
    from stridesim.cli._stages import Stage, stages
    from stridesim.evidence import validate
    from stridesim.evidence.validation import STAGES
    from stridesim.reports.output import print_json
    from stridesim.runner import apply_overrides, load_runner

    chosen = apply_overrides(load_runner(runner), settings)
    with stages("validate", [Stage(*stage) for stage in STAGES]) as begin:
        found = validate(chosen, metabolic, begin)
    if plot is not None:
        from stridesim.plots.validation import save_validation

        save_validation(plot, found)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(record_of(found) | {"provenance": provenance()})
        return
    _print(found)


def record_of(found: "Validation") -> dict[str, Any]:
    """What `--json` prints, but for the provenance."""
    return {
        "rows": [v.record() for v in found.verdicts],
        "score": found.score().record()
        | {
            "predicted_only": found.score(only="predicted").record(),
            "topics": {topic: score.record() for topic, score in found.topics.items()},
        },
        "curves": [
            {"variable": c.variable, "speed": c.speed, "share_of_stance_within_sd": c.inside}
            for c in found.curves
        ],
    }


def _print(found: "Validation") -> None:
    from stridesim.evidence.joint_curves import LABELS, SPEEDS
    from stridesim.reports.output import print_table

    def number(value: float | None, digits: int = 3) -> str:
        return "-" if value is None else f"{value:.{digits}g}"

    def model(v: "Verdict") -> str:
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
    total, alone = found.score(), found.score(only="predicted")
    scores.append(["all but training and fatigue", str(total.inside), str(total.addressed)])
    scores.append(["of these predicted, not fitted", str(alone.inside), str(alone.addressed)])
    print_table("Score", ["topic", "inside", "addressed"], scores)
    click.echo(
        f"\n{total.inside} of {total.addressed} rows ({100 * total.share:.0f} %) are inside."
    )
