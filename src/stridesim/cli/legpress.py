"""`stridesim legpress`: push a sled with both legs from start postures."""

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
from stridesim.studies.press_amounts import AMOUNTS


def _amount_options(function: Any) -> Any:
    for name, amount in reversed(AMOUNTS.items()):
        told = f"{amount.text}  [default: {amount.default}]"
        function = click.option(f"--{name}", metavar=amount.unit.upper(), help=told)(function)
    return function


@click.command("legpress", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@_amount_options
@set_option
@plot_option("Draw force, work and power over the start posture to FILE (.svg, .png or .pdf).")
@json_option
def command(
    runner: Path | None,
    settings: dict[str, str],
    plot: Path | None,
    as_json: bool,
    **amounts: str | None,
) -> None:
    """Leg press: force, work and power from every start posture.

    Both legs of the runner push a sled as hard as will can, from 10 to 110 deg of knee flexion:
    force on a held sled, then the push itself with activation that rises, fibres that shorten and
    tendons that stretch. Static force, work and peak power are three different answers. Below them
    stand force against velocity, and how fast the force of an isometric push rises.

    \b
    Examples:
      stridesim legpress
      stridesim legpress --mass "200 kg" --incline "0 deg" --resistance "500 N" --plot press.png
      stridesim legpress me.toml --set "muscle.activation_time=30 ms" --json
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.reports.leg_press import print_leg_press
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import Stage, stages
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.leg_press import STAGES, leg_press

    check_figure(plot)
    chosen = apply_overrides(Runner.load(runner), settings)
    written = {name: text for name, text in amounts.items() if text is not None}
    with stages("legpress", [Stage(*stage) for stage in STAGES]) as begin:
        answer = leg_press(chosen, begin=begin, **written)
    if plot is not None:
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        asked: dict[str, Any] = {"name": chosen.name, "file": runner, "set": settings}
        print_json(answer.to_dict() | {"runner": asked})
    else:
        print_leg_press(answer)
