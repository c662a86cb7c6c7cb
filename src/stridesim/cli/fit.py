"""`stridesim fit`: recordings of a runner become a runner file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stridesim.cli._measure_options import measure_options
from stridesim.cli._options import check_new_file, force_option, json_option, set_option

if TYPE_CHECKING:
    from stridesim.studies.force_analysis import ForceAnalysis


@click.command("fit", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--mass", required=True, metavar="KG", help="Stated body mass; checks the unit.")
@click.option("--height", required=True, metavar="M", help="Body height.")
@click.option(
    "--speed",
    "speeds",
    required=True,
    multiple=True,
    metavar="M/S",
    help='Running speed ("3.5", "12 km/h", "4:30 min/km") of each file, in their order.',
)
@click.option("--name", help="Name of the runner.  [default: what the files' names begin with]")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the runner file here; it goes to standard output otherwise, the report to stderr.",
)
@force_option
@measure_options
@set_option
@json_option
def command(
    files: tuple[Path, ...],
    mass: str,
    height: str,
    speeds: tuple[str, ...],
    name: str | None,
    output: Path | None,
    force: bool,
    analysis: "ForceAnalysis",
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Fit a runner to recordings of ground force at one or more speeds.

    Stiffness and loss of the leg at each speed and the travel of the centre of pressure are
    fitted; step frequency, mass and height are taken as measured; everything else, such as
    muscle strength, keeps its default or what --set says. Prints how closely the fitted runner
    repeats the recordings and how well they determine it, and warns of a recorded speed that the
    fitted runner cannot run, of a misfit that a wrong speed or mass would explain, and of a
    parameter at the end of its range. The runner file keeps the errors ('stridesim run
    --uncertainty') and, as comments, the warnings.

    \b
    Example:
      stridesim fit run_2.5.csv run_3.5.csv run_4.5.csv --mass 75 --height 1.795 \\
          --speed 2.5 --speed 3.5 --speed 4.5 --output runner.toml
    """
    from stridesim.runtime import configure_jax

    if output == Path("-"):
        output = None
    if output is not None:
        check_new_file(output, "output", force)
    configure_jax()
    from stridesim.reports.fit import print_fit
    from stridesim.reports.output import print_json
    from stridesim.results import InputError
    from stridesim.studies.fit import fit

    answer = fit(
        files,
        mass=mass,
        height=height,
        speed=speeds,
        name=name,
        settings=settings,
        analysis=analysis,
    )
    if not answer.ok:
        raise InputError(answer.reason)
    if output is not None:
        answer.save(output)
        click.echo(f"wrote {output}", err=True)
    for note in answer.notes:
        click.echo(note, err=True)
    for warning in answer.warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        print_json(answer.to_dict())
        return
    # What is piped into a file must be the runner and nothing else.
    print_fit(answer, err=output is None)
    if output is None:
        click.echo(answer.to_toml(), nl=False)
