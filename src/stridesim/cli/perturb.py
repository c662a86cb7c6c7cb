"""`stridesim perturb`: push a runner, and see whether the runner falls."""

from pathlib import Path
from typing import Any

import click

from stridesim.cli._options import (
    check_figure,
    json_option,
    plot_option,
    runner_argument,
    set_option,
)
from stridesim.studies.disturbances import FEEDBACKS, PERTURBATIONS, Amount


def _quantities(declared: dict[str, Amount]) -> Any:
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
@plot_option("Draw the run to FILE (.svg, .png or .pdf).")
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
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.reports.output import print_json
    from stridesim.reports.perturbation import print_perturbation
    from stridesim.reports.stages import Stage, stages
    from stridesim.results import InputError
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.perturbation import perturb

    if region and plot is None:
        raise InputError("region: drawn with the figure only; permitted: together with --plot")
    check_figure(plot)
    given = apply_overrides(Runner.load(runner), settings)
    planned = [Stage("the periodic step", 25), Stage("multipliers, steps, basin", 40)]
    if given.strategy == "optimal":
        planned.insert(0, Stage("search of the cheapest gait", 60))
    if plot is not None:
        planned.append(Stage("the figure", 60 if region else 8))
    with stages("perturb", planned) as begin:
        answer = perturb(given, steps=steps, at=before, settings=settings, begin=begin, **amounts)
        if plot is not None and answer.ok:
            begin()
            answer.plot(plot, region=region)
            click.echo(f"wrote {plot}", err=True)
    asked = {"name": given.name, "file": runner, "set": settings}
    if as_json:
        print_json(answer.to_dict() | {"runner": asked})
    elif answer.ok:
        print_perturbation(answer, asked)
    if not answer.ok:
        raise Failure(answer.reason)
