"""`stridesim race`: run a distance with muscles that tire."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import check_figure, json_option, plot_option, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL

if TYPE_CHECKING:
    from stridesim.economy.compared import Variant


@click.command("race", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("runners", nargs=-1, metavar="[RUNNER.toml]...", type=click.Path(path_type=Path))
@click.option("--distance", metavar="KM", help="How far: 42.2km, '10 miles', marathon, half."
              "  [default: the profile's]")  # fmt: skip
@click.option("--pace", "paces", multiple=True, metavar="PACE",
              help="Pace or speed: 4:30/km, '14 km/h'. Repeatable: side by side."
              "  [default: the runner's speed]")  # fmt: skip
@click.option("--profile", metavar="FILE", type=click.Path(path_type=Path),
              help="Slopes on the way: CSV (kilometre,slope), TOML or a GPX track.")  # fmt: skip
@click.option("--variant", "written", multiple=True, metavar="'NAME: PATH=VALUE'",
              help="Another runner, who differs in these. Repeatable.")  # fmt: skip
@set_option
@click.option("--points", type=click.IntRange(2, 400), default=40, show_default=True,
              help="Stations at least at which the gait is solved again.")  # fmt: skip
@click.option("--rates", type=float, default=1.0, show_default=True,
              help="Times the published rates of fatigue; 0: nothing tires.")  # fmt: skip
@click.option("--hip-rates", type=click.Choice(["knee", "trunk", "ankle"]), default="knee",
              show_default=True, help="Whose rates the muscles of the hip borrow.")  # fmt: skip
@click.option("--stabiliser", type=float, default=1.0, show_default=True,
              help="How much the hip stabiliser follows its muscles, 0 to 1.")  # fmt: skip
@click.option("--tendon", type=float, default=1.0, show_default=True,
              help="How much of the Achilles' published loss of stiffness, 0 to 1.")  # fmt: skip
@click.option("--metabolic", metavar="NAME", default=DEFAULT_METABOLIC_MODEL, show_default=True,
              help="Metabolic model.")  # fmt: skip
@click.option("--csv", "csv_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
              help="Write every station to FILE; Ctrl-C writes what was run so far.")  # fmt: skip
@plot_option("Draw cost, contact and the weakest muscles to FILE (.svg, .png or .pdf).")
@json_option
def command(
    runners: tuple[Path, ...],
    distance: str | None,
    paces: tuple[str, ...],
    profile: Path | None,
    written: tuple[str, ...],
    settings: dict[str, str],
    points: int,
    rates: float,
    hip_rates: str,
    stabiliser: float,
    tendon: float,
    metabolic: str,
    csv_file: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Run a distance with muscles that tire: what drifts, and does form hold?

    Every muscle has three compartments of motor units (active, resting, fatigued); what is
    fatigued gives no force, the hip stabiliser and the Achilles tendon follow, and the gait is
    solved again along the way. With gait.strategy=optimal the runner also chooses a new gait at
    every station, which takes minutes. Ctrl-C keeps what was run so far (--csv, --plot, --json).

    \b
    Examples:
      stridesim race --distance 42.2km --pace 4:30/km
      stridesim race me.toml --profile course.gpx --pace 5:00/km --plot race.png
      stridesim race --distance 10km --pace 4:00/km --pace 5:00/km --json
      stridesim race --distance half --variant "weak hips: hip.strength=0.9"
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.files import check_output
    from stridesim.reports.output import print_json
    from stridesim.reports.patience import patience
    from stridesim.reports.progress import progress
    from stridesim.reports.race import print_race
    from stridesim.studies.race import count_of_stations, race
    from stridesim.tasks.distance_run import Fatigue

    check_figure(plot)
    if csv_file is not None:
        check_output(csv_file)
    variants = _variants(runners, settings, written, paces)
    tires = Fatigue(rates, hip_rates, stabiliser, tendon)
    count = count_of_stations(distance, profile, points)
    with progress(count, "race") as advance, patience() as has_begun:

        def told(done: int) -> None:
            has_begun()
            advance(done)

        answer = race(
            variants,
            distance=distance,
            profile=profile,
            points=points,
            fatigue=tires,
            metabolic=metabolic,
            progress=told,
        )
    ran = bool(answer.stations)
    if csv_file is not None and ran:
        answer.to_csv(csv_file)
        click.echo(f"wrote {csv_file}", err=True)
    if plot is not None and any(answer.last(i) >= 0 for i in range(len(variants)) if ran):
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(answer.to_dict())
    elif ran:
        print_race(answer)
    if answer.status == "interrupted" and csv_file is None:
        click.echo("note: --csv FILE keeps what was run when it is interrupted", err=True)
    if not answer.ok:
        raise Failure(answer.reason, exit_code=130 if answer.status == "interrupted" else 1)


def _variants(
    files: tuple[Path, ...], settings: dict[str, str], written: tuple[str, ...], paces: Any
) -> "list[Variant]":
    """Everybody at every pace."""
    from stridesim.runner import apply_overrides
    from stridesim.runner.toml import SHIPPED
    from stridesim.studies.variants import everybody_of
    from stridesim.units import parse_quantity

    runners = everybody_of(files or (Path(SHIPPED),), settings, written)
    if not paces:
        return runners
    found = []
    for pace in paces:
        parse_quantity(pace, "m/s", "pace")
        for one in runners:
            several = len(paces) > 1
            name = f"{one.name} at {pace}" if several else one.name
            runner = apply_overrides(one.runner, {"task.speed": pace})
            found.append(one._replace(name=name, runner=runner))
    return found
