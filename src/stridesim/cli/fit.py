"""`stridesim fit`: recordings of a runner become a runner file."""

import re
from collections.abc import Sequence
from pathlib import Path

import click

from stridesim.cli._measure_options import MeasureOptions, measure_options
from stridesim.cli._options import check_new_file, force_option, json_option, set_option

_GENERIC = {"run", "running", "trial", "speed", "force", "forces", "grf"}
"""Words of file names that name no runner."""


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
    analysis: MeasureOptions,
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
    from stridesim.files import write_output
    from stridesim.results import InputError
    from stridesim.runtime import configure_jax, provenance
    from stridesim.units import parse_quantity

    if len(speeds) != len(files):
        raise InputError(
            f"speed: {len(speeds)} given for {len(files)} files; permitted: one per file"
        )
    if output == Path("-"):
        output = None
    if output is not None:
        check_new_file(output, "output", force)
    configure_jax()
    from stridesim.cli._fit_report import print_object, print_report, runs_nowhere, warnings_of
    from stridesim.fitting.fit import fit_runner
    from stridesim.recordings import measure_steps, read_forces
    from stridesim.runner import dump_runner

    kilograms = parse_quantity(mass, "kg", "mass")
    metres = parse_quantity(height, "m", "height")
    chosen = analysis.settings(kilograms)
    measured = []
    for path, text in zip(files, speeds, strict=True):
        recording = read_forces(path)
        measures = measure_steps(
            recording,
            speed=parse_quantity(text, "m/s", "speed"),
            height=metres,
            stated_mass=kilograms,
            settings=chosen,
        )
        measured.append((recording, measures))
    fitted = fit_runner(
        measured, name=name or common_name([path.stem for path in files]), overrides=dict(settings)
    )
    if fitted.runs.nowhere:
        raise InputError(runs_nowhere(fitted))
    warnings = warnings_of(fitted)
    text = dump_runner(fitted.runner, fitted.provenance | {"software": provenance()}, warnings)
    if output is not None:
        write_output(output, text.encode())
        click.echo(f"wrote {output}", err=True)
    for note in fitted.notes:
        click.echo(note, err=True)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        print_object(fitted, warnings)
        return
    # What is piped into a file must be the runner and nothing else.
    print_report(fitted, err=output is None)
    if output is None:
        click.echo(text, nl=False)


def common_name(stems: Sequence[str]) -> str:
    """`RBDS011` of `RBDS011_run_2.5ms` and `RBDS011_run_3.5ms`; one file keeps its name."""
    if len(stems) == 1:
        return stems[0]
    words: list[str] = []
    for column in zip(*(re.split(r"[_\s-]+", stem) for stem in stems), strict=False):
        if len(set(column)) > 1:
            break
        words.append(column[0])
    named = [*words]
    while named and named[-1].lower() in _GENERIC:
        named.pop()
    return "_".join(named or words) or stems[0]
