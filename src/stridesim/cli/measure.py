"""`stridesim measure`: what recorded ground forces say about a runner's steps."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from stridesim.cli._measure_options import MeasureOptions, measure_options

if TYPE_CHECKING:
    from stridesim.measured import ForceRecording, StepMeasures

_DECIMALS: Final = {"N/m": 0}


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
    analysis: MeasureOptions,
    as_json: bool,
    plot: Path | None,
) -> None:
    """Measure the steps in recordings of ground force.

    FILE is a force-plate CSV (time_s, fx_ap_N, fy_ml_N, fz_vert_N) or an OpenSim .mot or .sto
    file with ground forces. Prints mean ± SD over steps: times, peak forces, impulses, motion
    of the centre of mass, stiffness. Forces are in body weights by the mean vertical force.
    Ground forces do not show the speed: it is taken as stated, and step length and leg stiffness
    follow from it.

    \b
    Example:
      stridesim measure run_2.5.csv run_3.5.csv --mass 75 --height 1.795 \\
          --speed 2.5 --speed "12.6 km/h" --plot steps.svg
    """
    from stridesim.measured import measure_steps, read_forces
    from stridesim.units import parse_quantity

    kilograms = parse_quantity(mass, "kg", "mass")
    settings = analysis.settings(kilograms)
    metres = parse_quantity(height, "m", "height")
    per_file = _one_per_file([parse_quantity(text, "m/s", "speed") for text in speeds], files)
    figures = _figure_paths(plot, files)

    measured: list[tuple[ForceRecording, StepMeasures]] = []
    for path, speed in zip(files, per_file, strict=True):
        recording = read_forces(path)
        measures = measure_steps(
            recording, speed=speed, height=metres, stated_mass=kilograms, settings=settings
        )
        measured.append((recording, measures))

    for (recording, measures), figure_path in zip(measured, figures, strict=False):
        _draw(figure_path, recording, measures)
    notes = _speed_notes(speeds, files)
    if as_json:
        _print_json(measured, notes)
    else:
        _print_table(measured)
        for note in notes:
            click.echo(note)


def _one_per_file(speeds: list[float], files: tuple[Path, ...]) -> list[float]:
    from stridesim.results import InputError

    if len(speeds) == 1:
        return speeds * len(files)
    if len(speeds) != len(files):
        raise InputError(
            f"speed: {len(speeds)} given for {len(files)} files; permitted: one for all files, "
            "or one per file in their order"
        )
    return speeds


def _speed_notes(speeds: tuple[str, ...], files: tuple[Path, ...]) -> list[str]:
    if len(speeds) == len(files):
        return []
    note = (
        f"speed {speeds[0]} is taken for all {len(files)} files: ground forces do not show whether "
        "it was; step length and leg stiffness follow from it"
    )
    return [note]


def _figure_paths(plot: Path | None, files: tuple[Path, ...]) -> list[Path]:
    """Where each recording's figure goes; checked before any work is done."""
    from stridesim.results import InputError

    if plot is None:
        return []
    if plot.suffix.lower() not in {".svg", ".png", ".pdf"}:
        raise InputError(f"plot = {str(plot)!r}: permitted: a name that ends in .svg, .png or .pdf")
    if not plot.parent.is_dir():
        raise InputError(f"plot = {str(plot)!r}: no such folder; permitted: an existing one")
    if len(files) == 1:
        return [plot]
    paths = [plot.with_name(f"{plot.stem}_{file.stem}{plot.suffix}") for file in files]
    if len(set(paths)) < len(paths):
        raise InputError(
            "plot: two recordings of one name; permitted: different names, or one FILE"
        )
    return paths


def _draw(path: Path, recording: "ForceRecording", measures: "StepMeasures") -> None:
    from stridesim.plots.measured import save_recording

    save_recording(path, recording, measures)
    click.echo(f"wrote {path}", err=True)


def _print_table(measured: "list[tuple[ForceRecording, StepMeasures]]") -> None:
    from stridesim.cli._output import print_table

    first = measured[0][1]
    chosen = first.settings
    rows = [
        ["steps", "1", *(str(m.n) for _, m in measured)],
        ["mass from mean force", "kg", *(_mass(m) for _, m in measured)],
        [
            "force in flight, vertical",
            "N",
            *(f"{m.conditioned.baseline[2]:.1f}" for _, m in measured),
        ],
    ]
    summaries = [m.summary() for _, m in measured]
    for name, entry in summaries[0].items():
        rows.append([name, entry["unit"], *(_mean_sd(s[name]) for s in summaries)])
    print_table(
        f"Contact above {chosen.threshold:g} N; zero-phase low-pass {chosen.cutoff:g} Hz, "
        f"horizontal peaks {chosen.horizontal_cutoff:g} Hz; mean ± SD over steps",
        ["quantity", "unit", *(Path(r.source).stem for r, _ in measured)],
        rows,
    )
    for recording, measures in measured:
        for note in [*recording.notes, *measures.notes()]:
            click.echo(f"{Path(recording.source).name}: {note}")


def _mass(measures: "StepMeasures") -> str:
    stated = measures.runner.stated_mass
    return f"{measures.effective_mass:.1f} ({measures.effective_mass / stated - 1:+.1%} of stated)"


def _mean_sd(entry: dict[str, Any]) -> str:
    decimals = _DECIMALS.get(entry["unit"], 3)
    mean = f"{entry['value']:.{decimals}f}"
    return mean if entry["sd"] is None else f"{mean} ± {entry['sd']:.{decimals}f}"


def _print_json(measured: "list[tuple[ForceRecording, StepMeasures]]", notes: list[str]) -> None:
    import platform

    import numpy as np
    import scipy

    from stridesim.cli._output import print_json
    from stridesim.measured.measures import as_record

    libraries = {"python": platform.python_version()}
    libraries |= {"numpy": np.__version__, "scipy": scipy.__version__}
    print_json(
        {
            "recordings": [as_record(*pair) for pair in measured],
            "notes": notes,
            "provenance": {"libraries": libraries},
        }
    )
