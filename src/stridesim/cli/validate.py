"""`stridesim validate`: the model, or another simulator, against the published record."""

from pathlib import Path
from typing import Any

import click

from stridesim.cli._options import check_figure, json_option, runner_argument, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL


@click.command("validate", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--metabolic",
    metavar="NAME",
    help="Metabolic model; 'all': the default, and errors of changes under each.  "
    f"[default: {DEFAULT_METABOLIC_MODEL}]",
)
@click.option(
    "--results",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Score the numbers of another simulator: CSV with the columns id and predicted.",
)
@click.option(
    "--table",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="Write the record as CSV, to be filled in, to FILE (- for the screen), and stop.",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw predicted against published, and the joint curves, to FILE (.svg, .png or .pdf).",
)
@click.option(
    "--plot-changes",
    "plot_changes",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw what tasks change, published against predicted, to FILE.",
)
@json_option
def command(
    runner: Path | None,
    settings: dict[str, str],
    metabolic: str | None,
    results: Path | None,
    table: Path | None,
    plot: Path | None,
    plot_changes: Path | None,
    as_json: bool,
) -> None:
    """Compare the model with published numbers, row by row.

    An experiment is computed for every row of the record: predicted, published, its band, inside or
    not; a score for each topic; and the error of what tasks change, condition by condition. A row
    without a result counts as outside; a row that the model has no mechanism for says so and does
    not count. `fitted` rows judge the fit, `given` ones are inputs; all others are predicted. A
    minute or two; rows outside are an answer, not an error.

    Another simulator is scored by the same record: --table writes it, --results reads it with the
    column `predicted` filled in. Rows left empty are not addressed, and are named.

    \b
    Examples:
      stridesim validate
      stridesim validate --plot validation.png --plot-changes changes.png --json
      stridesim validate --metabolic all
      stridesim validate --table record.csv
      stridesim validate --results other.csv --plot other.png
    """
    for path in (plot, plot_changes):
        check_figure(path)
    if table is not None:
        if any((runner, settings, metabolic, results, plot, plot_changes, as_json)):
            raise click.UsageError("--table goes with no other option: the record is always the "
                                   "same")  # fmt: skip
        _write(table)
        return
    if results is not None and any((runner, settings, metabolic)):
        raise click.UsageError(
            "--results goes with no runner, --set or --metabolic: the numbers are another's"
        )
    from stridesim.reports.output import print_json
    from stridesim.reports.validation import print_validation

    answer = _answer(runner, settings, metabolic, results)
    if plot is not None:
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if plot_changes is not None:
        answer.plot_changes(plot_changes)
        click.echo(f"wrote {plot_changes}", err=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        print_validation(answer)


def _write(table: Path) -> None:
    from stridesim.evidence.open_record import record_csv
    from stridesim.files import write_output

    if str(table) == "-":
        click.echo(record_csv(), nl=False)
        return
    write_output(table, record_csv().encode())
    click.echo(f"wrote {table}", err=True)


def _answer(
    runner: Path | None, settings: dict[str, str], metabolic: str | None, results: Path | None
) -> Any:
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.reports.stages import Stage, stages
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.validation import EVERY_MODEL, MODELS_STAGE, STAGES, validate

    if results is not None:
        return validate(results=results)
    chosen = apply_overrides(Runner.load(runner), settings)
    planned = [*STAGES, *([MODELS_STAGE] if metabolic == EVERY_MODEL else [])]
    with stages("validate", [Stage(*stage) for stage in planned]) as begin:
        return validate(chosen, metabolic=metabolic, begin=begin)
