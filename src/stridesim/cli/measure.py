"""`stridesim measure`: what recorded ground forces say about a runner's steps."""

from collections.abc import Sequence
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
    follow from it. What is doubtful about a recording is a warning beside its numbers; one that is
    no run, or no newtons, is refused, and the others are measured.

    \b
    Example:
      stridesim measure run_2.5.csv run_3.5.csv --mass 75 --height 1.795 \\
          --speed 2.5 --speed "12.6 km/h" --plot steps.svg
    """
    from stridesim.measured import measure_steps, read_forces
    from stridesim.results import InputError
    from stridesim.units import parse_quantity

    kilograms = parse_quantity(mass, "kg", "mass")
    settings = analysis.settings(kilograms)
    metres = parse_quantity(height, "m", "height")
    per_file = _one_per_file([parse_quantity(text, "m/s", "speed") for text in speeds], files)
    figures = _figure_paths(plot, files)

    measured: list[tuple[ForceRecording, StepMeasures]] = []
    drawn: list[Path] = []
    refused: list[dict[str, str]] = []
    for path, speed, figure_path in zip(files, per_file, figures or files, strict=True):
        try:
            recording = read_forces(path)
            measures = measure_steps(
                recording, speed=speed, height=metres, stated_mass=kilograms, settings=settings
            )
        except InputError as error:
            if len(files) == 1:
                raise
            refused.append({"file": str(path), "reason": str(error)})
            continue
        measured.append((recording, measures))
        drawn.append(figure_path)

    names = labels([recording.source for recording, _ in measured])
    for name, pair, figure_path in zip(names, measured, drawn if figures else [], strict=False):
        _draw(figure_path, name, *pair)
    notes = _speed_notes(speeds, files)
    if as_json:
        _print_json(measured, refused, notes)
    elif measured:
        _print_table(names, measured)
        for note in notes:
            click.echo(note)
    if refused:
        # The files that could be measured are there; the others are said last, where they are seen.
        for entry in refused[:-1]:
            click.echo(f"stridesim: error: {entry['reason']}", err=True)
        raise InputError(refused[-1]["reason"])


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
    return [
        plot.with_name(f"{plot.stem}_{label.replace('/', '_')}{plot.suffix}")
        for label in labels([str(file) for file in files])
    ]


def labels(sources: Sequence[str]) -> list[str]:
    """What tells files apart: their names, with as many of their folders as it takes.

    `run` for `a/run.csv` beside `a/walk.csv`, `a/grf` beside `b/grf`; a number is added to a file
    that is given twice, or in two formats.
    """
    parts = [(*Path(source).parts[:-1], Path(source).stem) for source in sources]
    names = [part[-1] for part in parts]
    for depth in range(2, max(map(len, parts), default=0) + 1):
        repeated = {name for name in names if names.count(name) > 1}
        names = [
            "/".join(part[-depth:]).replace("//", "/") if name in repeated else name
            for name, part in zip(names, parts, strict=True)
        ]
    return [
        name if names.count(name) == 1 else f"{name}-{1 + names[:i].count(name)}"
        for i, name in enumerate(names)
    ]


def _draw(path: Path, name: str, recording: "ForceRecording", measures: "StepMeasures") -> None:
    from stridesim.plots.measured import save_recording

    save_recording(path, recording, measures, title=name)
    click.echo(f"wrote {path}", err=True)


def _print_table(names: list[str], measured: "list[tuple[ForceRecording, StepMeasures]]") -> None:
    from stridesim.constants import GRAVITY
    from stridesim.reports.output import print_table

    cutoffs = sorted({(m.settings.cutoff, m.settings.horizontal_cutoff) for _, m in measured})
    filters = ", or ".join(f"{low:g} Hz, horizontal peaks {high:g} Hz" for low, high in cutoffs)
    chosen = measured[0][1]
    share = chosen.settings.threshold / (chosen.runner.stated_mass * GRAVITY)
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
        f"Contact above {chosen.settings.threshold:.3g} N ({100 * share:.1f} % of stated body "
        f"weight); zero-phase low-pass {filters}; mean ± SD over steps",
        ["quantity", "unit", *names],
        rows,
    )
    for name, (recording, measures) in zip(names, measured, strict=True):
        warnings = [*recording.warnings, *measures.warnings]
        for warning in warnings:
            click.echo(f"warning: {name}: {warning}")
        for note in [*recording.notes, *measures.notes()]:
            if note not in warnings:
                click.echo(f"{name}: {note}")


def _mass(measures: "StepMeasures") -> str:
    stated = measures.runner.stated_mass
    return f"{measures.effective_mass:.1f} ({measures.effective_mass / stated - 1:+.1%} of stated)"


def _mean_sd(entry: dict[str, Any]) -> str:
    decimals = _DECIMALS.get(entry["unit"], 3)
    mean = f"{entry['value']:.{decimals}f}"
    return mean if entry["sd"] is None else f"{mean} ± {entry['sd']:.{decimals}f}"


def _print_json(
    measured: "list[tuple[ForceRecording, StepMeasures]]",
    refused: list[dict[str, str]],
    notes: list[str],
) -> None:
    import platform

    import numpy as np
    import scipy

    from stridesim.measured.measures import as_record
    from stridesim.reports.output import print_json

    libraries = {"python": platform.python_version()}
    libraries |= {"numpy": np.__version__, "scipy": scipy.__version__}
    print_json(
        {
            "recordings": [as_record(*pair) for pair in measured],
            "refused": refused,
            "notes": notes,
            "provenance": {"libraries": libraries},
        }
    )
