"""`stridesim validate`: the model against the published record."""

from pathlib import Path

import click

from stridesim.cli._options import check_figure, json_option, runner_argument, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL


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

    An experiment is computed for every row of the record: predicted, published, its band, inside or
    not; and a score for each topic. A row without a result counts as outside; a row that the model
    has no mechanism for says so and does not count. `fitted` rows judge the fit, `given` ones are
    inputs; all others are predicted. A minute or two; rows outside are an answer, not an error.

    \b
    Examples:
      stridesim validate
      stridesim validate --plot validation.png --json
    """
    from stridesim.runtime import configure_jax

    check_figure(plot)
    configure_jax()
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import Stage, stages
    from stridesim.reports.validation import print_validation
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.validation import STAGES, validate

    chosen = apply_overrides(Runner.load(runner), settings)
    with stages("validate", [Stage(*stage) for stage in STAGES]) as begin:
        answer = validate(chosen, metabolic=metabolic, begin=begin)
    if plot is not None:
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        print_validation(answer)
