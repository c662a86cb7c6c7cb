"""`stridesim fit`: recordings of a runner become a runner file."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import json_option, set_option

if TYPE_CHECKING:
    from stridesim.measured.fit import Fit


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
@click.option("--name", default=None, help="Name of the runner; the first file's by default.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the runner file here; it goes to standard output otherwise.",
)
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
    threshold: str,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Fit a runner to recordings of ground force at one or more speeds.

    Stiffness and loss of the leg at each speed and the travel of the centre of pressure are fitted;
    step frequency, mass and height are taken as measured; everything else keeps its default or
    what --set says. Prints how closely the fitted runner repeats the recordings and how well
    they determine him; the runner file keeps both errors ('stridesim run --uncertainty').

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
    if output is not None and not output.parent.is_dir():
        raise InputError(f"output = {str(output)!r}: no such folder; permitted: an existing one")
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
    fitted = fit_runner(measured, name=name or files[0].stem, overrides=dict(settings))
    text = dump_runner(fitted.runner, fitted.provenance | {"software": provenance()})
    if output is not None:
        output.write_text(text, encoding="utf-8")
        click.echo(f"wrote {output}", err=True)
    if as_json:
        _print_json(fitted)
        return
    _print_table(fitted)
    _print_estimates(fitted)
    if output is None:
        click.echo(text)


def _print_table(fitted: "Fit") -> None:
    from stridesim.cli._output import print_table
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
    print_table(
        f"{fitted.runner.name}: centre of pressure "
        f"travels {float(fitted.runner.posture.cop_excursion):.2f} of the mean; strength "
        f"{float(fitted.runner.muscle.strength_scale):.3g}; stiffness " + _stiffness(fitted),
        ["speed m/s", "quantity", "unit", "measured", "fitted", "difference %"],
        rows,
    )


def _print_estimates(fitted: "Fit") -> None:
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
    click.echo()
    print_table(
        "How well they are known (SD; the steps' spread alone, the rest is what the model cannot "
        "reach). Strength, the least that suffices, is no estimate.",
        ["parameter", "value", "SD", "from steps", "unit"],
        rows,
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


def _print_json(fitted: "Fit") -> None:
    from stridesim.cli._output import print_json
    from stridesim.runner import dump_runner

    rows: list[dict[str, Any]] = [
        c._asdict() | {"difference": c.difference} for c in fitted.comparisons
    ]
    print_json(
        {
            "runner": dump_runner(fitted.runner),
            "comparisons": rows,
            "estimates": _estimates(fitted),
            "provenance": fitted.provenance,
        }
    )
