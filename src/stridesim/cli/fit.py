"""`stridesim fit`: recordings of a runner become a runner file."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import check_new_file, force_option, json_option, set_option

if TYPE_CHECKING:
    from stridesim.measured.fit import Comparison, Fit

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
@click.option(
    "--threshold", default="50 N", show_default=True, help="Contact above this vertical force."
)
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
    threshold: str,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Fit a runner to recordings of ground force at one or more speeds.

    Stiffness and loss of the leg at each speed and the travel of the centre of pressure are
    fitted; step frequency, mass and height are taken as measured; everything else keeps its
    default or what --set says. Prints how closely the fitted runner repeats the recordings and how
    well they determine him, and warns of a misfit that a wrong speed or mass would explain; the
    runner file keeps the errors ('stridesim run --uncertainty').

    \b
    Example:
      stridesim fit run_2.5.csv run_3.5.csv run_4.5.csv --mass 75 --height 1.795 \\
          --speed 2.5 --speed 3.5 --speed 4.5 --output runner.toml
    """
    from stridesim.results import InputError
    from stridesim.runtime import configure_jax, provenance
    from stridesim.units import parse_quantity

    if len(speeds) != len(files):
        raise InputError(
            f"speed: {len(speeds)} given for {len(files)} files; permitted: one per file"
        )
    if output is not None:
        check_new_file(output, "output", force)
    configure_jax()
    from stridesim.measured import MeasureSettings, measure_steps, read_forces
    from stridesim.measured.fit import fit_runner
    from stridesim.runner import dump_runner

    chosen = MeasureSettings(threshold=parse_quantity(threshold, "N", "threshold"))
    measured = []
    for path, text in zip(files, speeds, strict=True):
        recording = read_forces(path)
        measures = measure_steps(
            recording,
            speed=parse_quantity(text, "m/s", "speed"),
            height=parse_quantity(height, "m", "height"),
            stated_mass=parse_quantity(mass, "kg", "mass"),
            settings=chosen,
        )
        measured.append((recording, measures))
    fitted = fit_runner(
        measured, name=name or common_name([path.stem for path in files]), overrides=dict(settings)
    )
    text = dump_runner(fitted.runner, fitted.provenance | {"software": provenance()})
    if output is not None:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)
    doubtful = [c for c in fitted.comparisons if c.doubtful]
    for comparison in doubtful:
        click.echo(f"warning: {_doubt(comparison)}", err=True)
    if as_json:
        _print_json(fitted, [_doubt(c) for c in doubtful])
        return
    # What is piped into a file must be the runner and nothing else.
    _print_report(fitted, err=output is None)
    _print_estimates(fitted, err=output is None)
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


def _doubt(c: "Comparison") -> str:
    from stridesim.measured.fit import LARGEST_MISFIT

    return (
        f"{c.recording}: {c.name} of the fitted runner is {100 * c.difference:+.0f} % off at "
        f"{c.speed:.3g} m/s (more than {100 * LARGEST_MISFIT:.0f} %): is the speed of this file "
        "right, in the order of the files, and the mass?"
    )


def _print_report(fitted: "Fit", *, err: bool) -> None:
    from stridesim.cli._output import print_table
    from stridesim.measured.fit import SPEED_RESERVE
    from stridesim.results import quantity

    rows = [
        [
            f"{c.speed:g}",
            c.name,
            quantity(c.name).unit,
            f"{c.measured:.3f}",
            f"{c.fitted:.3f}",
            f"{100 * c.difference:+.1f}",
        ]
        for c in fitted.comparisons
    ]
    runner = fitted.runner
    print_table(
        f"{runner.name}: centre of pressure travels {float(runner.posture.cop_excursion):.2f} of "
        f"the mean; stiffness {_stiffness(fitted)}",
        ["speed m/s", "quantity", "unit", "measured", "fitted", "difference %"],
        rows,
        err=err,
    )
    click.echo(
        f"muscle.strength_scale {float(runner.muscle.strength_scale):.3g}, the muscles' strength "
        "relative to the source's, is the least tried with which the model can run every recorded "
        f"speed and {100 * (SPEED_RESERVE - 1):.0f} % beyond (the declared one where none can): "
        "forces of the ground do not show it, and it sets the level of the metabolic cost.",
        err=err,
    )


def _print_estimates(fitted: "Fit", *, err: bool) -> None:
    from stridesim.cli._output import print_table

    rows = [
        [
            e["parameter"] if e["speed"] is None else f"{e['parameter']} at {e['speed']:g} m/s",
            # No exponents: a stiffness has four or five digits before the point.
            *(
                f"{e[key]:.0f}" if abs(e["value"]) >= 1000 else f"{e[key]:.{digits}g}"
                for key, digits in (("value", 4), ("sd", 2), ("sd_from_steps", 2))
            ),
            e["unit"],
        ]
        for e in _estimates(fitted)
    ]
    click.echo(err=err)
    print_table(
        "How well they are known (SD; the steps' spread alone, the rest is what the model cannot "
        "reach). Strength, the least that suffices, is no estimate.",
        ["parameter", "value", "SD", "from steps", "unit"],
        rows,
        err=err,
    )


def _estimates(fitted: "Fit") -> list[dict[str, Any]]:
    """Every fitted number with its errors, in declared units."""
    from stridesim.runner import PARAMETERS
    from stridesim.units import from_si

    found = fitted.estimates
    from_steps = found.of_means.diagonal() ** 0.5
    return [
        {
            "parameter": path,
            "speed": speed,
            "value": from_si(float(value), PARAMETERS[path].unit),
            "sd": from_si(float(sd), PARAMETERS[path].unit),
            "sd_from_steps": from_si(float(alone), PARAMETERS[path].unit),
            "unit": PARAMETERS[path].unit,
        }
        for path, speed, value, sd, alone in zip(
            found.paths, found.speeds, found.values, found.sds, from_steps, strict=True
        )
    ]


def _stiffness(fitted: "Fit") -> str:
    habits = fitted.runner.habits
    if not habits.paths:
        return f"{float(fitted.runner.leg.stiffness) / 1000:.1f} kN/m"
    values = habits.values[habits.paths.index("leg.stiffness")]
    return ", ".join(
        f"{v / 1000:.1f} kN/m at {s:g} m/s" for s, v in zip(habits.speeds, values, strict=True)
    )


def _print_json(fitted: "Fit", warnings: list[str]) -> None:
    from stridesim.cli._output import print_json
    from stridesim.runner import dump_runner

    rows: list[dict[str, Any]] = [
        c._asdict() | {"difference": c.difference} for c in fitted.comparisons
    ]
    print_json(
        {
            "runner": dump_runner(fitted.runner),
            "comparisons": rows,
            "warnings": warnings,
            "estimates": _estimates(fitted),
            "provenance": fitted.provenance,
        }
    )
