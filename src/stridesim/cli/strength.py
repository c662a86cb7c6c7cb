"""`stridesim strength`: torque of a maximal effort against joint angle."""

from pathlib import Path
from typing import Any

import click

from stridesim.cli._options import (
    check_figure,
    json_option,
    parse_settings,
    plot_option,
    runner_argument,
    set_option,
)


@click.command("strength", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--hold",
    "held",
    multiple=True,
    metavar="JOINT=ANGLE",
    callback=lambda _context, _option, written: parse_settings(written),
    help="Hold a joint otherwise while others are measured: hip_flexion, hip_adduction,"
    " knee_flexion or ankle_dorsiflexion, deg. Repeatable.",
)
@plot_option("Draw torque against angle to FILE (.svg, .png or .pdf).")
@json_option
def command(
    runner: Path | None,
    settings: dict[str, str],
    held: dict[str, str],
    plot: Path | None,
    as_json: bool,
) -> None:
    """How strong is the leg: isometric torque of hip, knee and ankle at every angle.

    As on a dynamometer: joints are held, the muscles of the effort are as active as will can make
    them (muscle.voluntary_activation), tendons stretch, passive force counts. Published torques of
    people (Anderson 2007) stand beside the model's.

    \b
    Examples:
      stridesim strength
      stridesim strength --plot strength.png
      stridesim strength me.toml --hold hip_flexion=0 --set muscle.strength_scale=1 --json
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import Stage, stages
    from stridesim.reports.strength import print_strength
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.strength import STAGES, strength

    check_figure(plot)
    chosen = apply_overrides(Runner.load(runner), settings)
    with stages("strength", [Stage(*stage) for stage in STAGES]) as begin:
        answer = strength(chosen, held=held, begin=begin)
    if plot is not None:
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        asked: dict[str, Any] = {"name": chosen.name, "file": runner, "set": settings}
        print_json(answer.to_dict() | {"runner": asked})
    else:
        print_strength(answer)
