"""`stridesim measure`: what recorded ground forces say about a runner's steps."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stridesim.cli._measure_options import measure_options
from stridesim.cli._options import check_figure

if TYPE_CHECKING:
    from stridesim.studies.force_analysis import ForceAnalysis


@click.command("measure", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
)
@click.option("--mass", required=True, metavar="KG", help="Stated body mass; checks the unit.")
@click.option("--height", required=True, metavar="M", help="Body height; L = 0.53 height.")
@click.option(
    "--speed",
    "speeds",
    required=True,
    multiple=True,
    metavar="M/S",
    help='Running speed ("3.5", "12 km/h", "4:30 min/km"): one for all files, or one per file.',
)
@measure_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with every step.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw to FILE (.svg, .png or .pdf); with several recordings FILE_<recording>.",
)
def command(
    files: tuple[Path, ...],
    mass: str,
    height: str,
    speeds: tuple[str, ...],
    analysis: "ForceAnalysis",
    as_json: bool,
    plot: Path | None,
) -> None:
    """Measure the steps in recordings of ground force.

    FILE is such as a force-plate CSV (time_s, fx_ap_N, fy_ml_N, fz_vert_N) or an OpenSim .mot or
    .sto file with ground forces. Prints mean ± SD over steps: times, peak forces, impulses, motion
    of the centre of mass, stiffness. Forces are in body weights by the mean vertical force.
    Ground forces do not show the speed: it is taken as stated, and step length and leg stiffness
    follow from it. What is doubtful about a recording is a warning beside its numbers; one that is
    no run, or no newtons, is refused, and the others are measured.

    \b
    Example:
      stridesim measure run_2.5.csv run_3.5.csv --mass 75 --height 1.795 \\
          --speed 2.5 --speed "12.6 km/h" --plot steps.svg
    """
    from stridesim.reports.measurement import print_measurement
    from stridesim.reports.output import print_json
    from stridesim.results import InputError
    from stridesim.studies.measurement import measure

    check_figure(plot)
    answer = measure(files, mass=mass, height=height, speed=speeds, analysis=analysis)
    for path in [] if plot is None else answer.plot(plot):
        click.echo(f"wrote {path}", err=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        print_measurement(answer)
    if answer.refused:
        # The files that could be measured are there; the others are said last, where they are seen.
        for refused in answer.refused[:-1]:
            click.echo(f"stridesim: error: {refused.reason}", err=True)
        raise InputError(answer.refused[-1].reason)
