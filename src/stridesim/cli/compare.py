"""`stridesim compare`: two or more runners, or one under several settings, side by side."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stridesim.cli._options import json_option, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stridesim.economy.compared import Compared, Variant


@click.command("compare", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("files", nargs=-1, metavar="[FILE.toml]...", type=click.Path(path_type=Path))
@set_option
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="'NAME: PATH=VALUE, ...'",
    help="The first runner with these settings, under this name. Repeatable.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="Result to compare. Repeatable.  [default: twelve that a teacher and a coach ask for]",
)
@click.option(
    "--metabolic",
    metavar="NAME",
    default=DEFAULT_METABOLIC_MODEL,
    show_default=True,
    help="Metabolic model.",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the differences to FILE (.svg, .png or .pdf).",
)
@json_option
def command(
    files: tuple[Path, ...],
    settings: dict[str, str],
    variants: tuple[str, ...],
    outputs: tuple[str, ...],
    metabolic: str,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Compare runners, or one runner under several settings: what differs, and by how much?

    FILE.toml is a runner file, or a file that lists variants (tables [[variant]] with name, runner
    and set; runner and [set] at its top hold for all). Without a file the runner that comes with
    the package is the first. The others are compared with the first, absolutely and in per cent.
    --set holds for all. A variant that cannot run is listed with its reason.

    \b
    Examples:
      stridesim compare me.toml friend.toml --set "task.speed=12 km/h"
      stridesim compare --variant "stiffer tendons: tendon.stiffness_scale=1.2" \\
          --variant "quick feet: gait.step_frequency=180 steps/min" --plot differences.png
      stridesim compare variants.toml --json
    """
    from stridesim.results import InputError, quantity
    from stridesim.runtime import configure_jax, provenance

    for name in outputs:
        quantity(name)
    if plot is not None:
        from stridesim.plots.formats import check_format

        check_format(plot)
        if not plot.parent.is_dir():
            raise InputError(f"plot = {str(plot)!r}: no such folder; permitted: an existing one")
    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.cli._variants import variants_of
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.reports.comparison import print_compared, record_of
    from stridesim.reports.output import print_json
    from stridesim.sweeps.spoken import COMPARED

    check_metabolic_model(metabolic)
    found = _run(variants_of(files, settings, variants), metabolic)
    shown = outputs or COMPARED
    for name in shown:
        if name not in found[0].evaluation.results:
            raise InputError(
                f"output = {name!r}: not a result of a stride ('stridesim run --json')"
            )
    if plot is not None:
        from stridesim.plots.compared import save_compared

        save_compared(plot, found, shown, metabolic, settings)
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(record_of(found, shown, metabolic) | {"provenance": provenance()})
    else:
        print_compared(found, shown, metabolic, settings)
    if not found[0].ok:
        raise Failure(f"{found[0].variant.name}, the first, has no result, so that nothing can be "
                      f"compared with it: {found[0].reason}")  # fmt: skip
    if not any(one.ok for one in found[1:]):
        raise Failure("compare: none of the others has a result")


def _run(variants: "Sequence[Variant]", metabolic: str) -> "list[Compared]":
    """Every variant's stride, or its reason."""
    from stridesim.cli._stages import Stage, stages
    from stridesim.economy import evaluate
    from stridesim.economy.compared import Compared
    from stridesim.studies.failure import failure_line

    found = []
    planned = [
        Stage(f"the stride of {one.name}", (60 if one.runner.gait.strategy == "optimal" else 2))
        for one in variants
    ]
    planned[0] = planned[0]._replace(seconds=planned[0].seconds + 45)
    with stages("compare", planned) as begin:
        for one in variants:
            begin()
            evaluation = evaluate(one.runner, metabolic)
            reason = "" if evaluation.ok else failure_line(evaluation)
            found.append(Compared(one, evaluation, reason))
    return found
