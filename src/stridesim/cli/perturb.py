"""`stridesim perturb`: push a runner, and see whether he falls."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from stridesim.cli._options import json_option, runner_argument, set_option

if TYPE_CHECKING:
    from stridesim.gait.perturbed_run import PerturbedRun
    from stridesim.gait.spring_mass import Region
    from stridesim.runner import Runner


class _Amount(NamedTuple):
    """An option: unit, permitted range in it, help."""

    unit: str
    bounds: tuple[float, float]
    doc: str


PERTURBATIONS: Final = {
    "ground_drop": _Amount(
        "m", (-0.5, 0.5), "The ground is lower from this contact on; negative is a step up."
    ),
    "push": _Amount("m/s", (-5, 5), "Change of forward velocity in flight."),
    "lateral_push": _Amount(
        "m/s", (-5, 5), "Change of sideways velocity, towards the foot that lands next."
    ),
    "late_stabiliser": _Amount(
        "s",
        (-0.5, 0.5),
        "The stabiliser comes on so much later in this contact (shipped: 0.1 s before it).",
    ),
}
FEEDBACKS: Final = {
    "retraction": _Amount(
        "deg/s",
        (-1000, 1000),
        "The leg swings back before it lands (Seyfarth 2003); try 150.",
    ),
    "lateral_placement": _Amount(
        "s",
        (-2, 2),
        "Foot so much further aside for each m/s of sideways speed (Hof 2008); try 0.3.",
    ),
    "forward_placement": _Amount(
        "s", (-2, 2), "Foot so much further ahead for each m/s too fast (Raibert 1986)."
    ),
    "push_off_energy": _Amount(
        "1", (-2, 2), "Push-off longer by this share of the missing energy height."
    ),
}


def _quantities(declared: dict[str, _Amount]) -> Any:
    """A decorator with an option for each name; arrives as text."""

    def decorate(function: Any) -> Any:
        for name, (unit, _, text) in reversed(declared.items()):
            metavar = "NUMBER" if unit == "1" else unit.upper()
            option = f"--{name.replace('_', '-')}"
            function = click.option(option, name, metavar=metavar, default="0", help=text)(function)
        return function

    return decorate


@click.command("perturb", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@_quantities(PERTURBATIONS)
@_quantities(FEEDBACKS)
@click.option("--steps", type=click.IntRange(1, 500), default=30, show_default=True,
              help="Steps to simulate from the perturbation on.")  # fmt: skip
@click.option("--at", "before", type=click.IntRange(0, 50), default=2, show_default=True,
              help="Undisturbed contacts before it.")  # fmt: skip
@set_option
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the run to FILE (.svg, .png or .pdf).",
)
@click.option(
    "--region", is_flag=True, help="With --plot: add the planar runner's self-stability region."
)
@json_option
def command(
    runner: Path | None,
    steps: int,
    before: int,
    settings: dict[str, str],
    plot: Path | None,
    region: bool,
    as_json: bool,
    **amounts: str,
) -> None:
    """Perturb a runner in mid-run: does the runner recover or fall?

    Simulates step by step with real touchdown and take-off, from the periodic stride of
    RUNNER.toml (or of the runner that comes with the package). Reports the outcome, every step's
    deviation, the Floquet multipliers (how fast small deviations grow or die out) and, where the
    gait is stable, how far each coordinate may be moved. With all feedback at 0 the leg is held
    in flight as at the normal touchdown: the shipped runner is not stable like that. A fall is
    an answer, not an error.

    \b
    Examples:
      stridesim perturb --ground-drop "3 cm" --plot drop.png
      stridesim perturb me.toml --push "0.1 m/s" --steps 30 --json
      stridesim perturb --lateral-push "0.1 m/s" --retraction "150 deg/s" \\
          --lateral-placement "0.3 s" --set hip.damping=0.1
    """
    from stridesim.runtime import configure_jax, provenance

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.cli._progress import progress
    from stridesim.cli._stages import Stage, stages
    from stridesim.dynamics.swing_leg import Feedback
    from stridesim.dynamics.template import template_of
    from stridesim.economy.optimal import settled
    from stridesim.gait.course import Perturbation
    from stridesim.gait.perturbed_run import RUN_STAGES, periodic, run_perturbed
    from stridesim.reports.output import print_json
    from stridesim.reports.perturbation import failed_record, print_report, record_of
    from stridesim.results import REASONS, InputError, Status
    from stridesim.runner import apply_overrides, load_runner

    if region and plot is None:
        raise InputError("region: drawn with the figure only; permitted: together with --plot")
    _check_figure(plot)
    si = _in_si(amounts)
    perturbation = Perturbation(**{name: si[name] for name in PERTURBATIONS}, at=before)
    feedback = Feedback(**{name: si[name] for name in FEEDBACKS})
    given = apply_overrides(load_runner(runner), settings)
    chooses = [Stage("search of the cheapest gait", 60)] if given.gait.strategy == "optimal" else []
    with stages("perturb", [*chooses, Stage("the periodic step", 25)]) as begin:
        begin()
        chosen = settled(given)
        if chosen.gait.chosen == ():
            raise Failure(
                "gait.strategy = 'optimal': no gait near the habit has a result to choose"
            )
        if chooses:
            begin()
        template = template_of(chosen.at_speed())
        unknowns, status = periodic(template)
    notes = _notes(given, chosen, settings)
    asked = {"name": chosen.name, "file": runner, "set": settings}
    written = {name: amounts[name] for name in amounts if si[name]}
    if status != Status.ok:
        line = f"{status.name}: {REASONS[status]}"
        if as_json:
            print_json(failed_record(status, line, asked, written, provenance()))
        raise Failure(line)
    with progress(RUN_STAGES, "perturbed run: multipliers, steps, basin") as advance:
        trial = run_perturbed(unknowns, template, feedback, perturbation, before + steps, advance)
    if plot is not None:
        from stridesim.plots.perturbed import save_perturbed_run
        from stridesim.sweeps.habit_words import strategy_words
        from stridesim.sweeps.wording import parameter_words

        words = written | {parameter_words(path): value for path, value in settings.items()}
        strategy = strategy_words(chosen.gait.strategy, chosen.habits)
        found = _region(trial) if region else None
        save_perturbed_run(trial, plot, chosen.name, words, found, strategy)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(record_of(trial, asked, written, provenance()) | {"notes": notes})
    else:
        print_report(trial, asked, written)
        for note in notes:
            click.echo(f"note: {note}")


def _notes(given: "Runner", chosen: "Runner", settings: dict[str, str]) -> list[str]:
    """What the runner chose, and which settings a perturbed run does not depend on."""
    from stridesim.constants import DEFAULT_METABOLIC_MODEL
    from stridesim.dynamics.template import template_of
    from stridesim.parameter import get_value, set_values
    from stridesim.runner import PARAMETERS
    from stridesim.units import from_si, to_si

    notes = []
    if made := chosen.gait.chosen:
        values = ((path, PARAMETERS[path].unit, get_value(chosen, path)) for path in made)
        said = ", ".join(f"{path} {from_si(float(v), unit):.4g} {unit}" for path, unit, v in values)
        notes.append(f"chosen at least cost ({DEFAULT_METABOLIC_MODEL}): {said}")
    template = template_of(chosen.at_speed())
    for path in settings:
        if path not in PARAMETERS:
            continue
        low, high = (to_si(bound, PARAMETERS[path].unit) for bound in PARAMETERS[path].bounds)
        between = 0.5 * (low + high)
        own = float(get_value(given, path))
        other = set_values(chosen.at_speed(), {path: between if own != between else high})
        if template_of(other) == template:
            notes.append(f"{path}: no part of a perturbed run, which has no muscles")
    return notes


def _in_si(amounts: dict[str, str]) -> dict[str, float]:
    from stridesim.parameter import Parameter
    from stridesim.units import to_si

    def number(name: str, text: str) -> float:
        unit, bounds, doc = (PERTURBATIONS | FEEDBACKS)[name]
        asked = Parameter(name.replace("_", "-"), unit, doc, bounds, "asked for", 0.0)
        return to_si(asked.check(text), unit)

    return {name: number(name, text) for name, text in amounts.items()}


def _check_figure(path: Path | None) -> None:
    """Refuse a figure that can't be written, before any work is done."""
    from stridesim.plots.formats import check_format
    from stridesim.results import InputError

    if path is None:
        return
    check_format(path)
    if not path.parent.is_dir():
        raise InputError(f"plot = {str(path)!r}: no such folder; permitted: an existing one")


def _region(trial: "PerturbedRun") -> "Region":
    """Self-stability of the runner's planar counterpart."""
    import numpy as np

    from stridesim.cli._progress import progress
    from stridesim.gait.perturbed_run import planar_counterpart
    from stridesim.gait.spring_mass import region

    runner, _, _ = planar_counterpart(trial)
    angles, stiffnesses = np.deg2rad(np.linspace(55, 85, 46)), np.linspace(5e3, 45e3, 41)
    with progress(angles.size * stiffnesses.size, "self-stability region") as advance:
        return region(runner, angles, stiffnesses, advance)
