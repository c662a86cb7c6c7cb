"""`stridesim compare`: two or more runners, or one under several settings, side by side."""

from pathlib import Path

import click

from stridesim.cli._options import check_figure, json_option, plot_option, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL


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
@plot_option("Draw the differences to FILE (.svg, .png or .pdf).")
@click.option(
    "--plot-curves",
    "plot_curves",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw ground force, joint angles and moments over stance to FILE.",
)
@json_option
def command(
    files: tuple[Path, ...],
    settings: dict[str, str],
    variants: tuple[str, ...],
    outputs: tuple[str, ...],
    metabolic: str,
    plot: Path | None,
    plot_curves: Path | None,
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
      stridesim compare --variant "uphill: task.slope=10 %" --plot-curves curves.png
      stridesim compare variants.toml --json
    """
    from stridesim.results import quantity
    from stridesim.runtime import configure_jax

    for name in outputs:
        quantity(name)
    for path in (plot, plot_curves):
        check_figure(path)
    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.reports.comparison import print_comparison
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import Stage, stages
    from stridesim.studies.comparison import compare
    from stridesim.studies.variants import variants_of

    listed = variants_of(files, settings, variants)
    planned = [
        Stage(f"the stride of {one.name}", 60 if one.runner.strategy == "optimal" else 2)
        for one in listed
    ]
    planned[0] = planned[0]._replace(seconds=planned[0].seconds + 45)
    with stages("compare", planned) as begin:
        answer = compare(listed, outputs, metabolic=metabolic, settings=settings, begin=begin)
    if plot is not None:
        answer.plot(plot)
        click.echo(f"wrote {plot}", err=True)
    if plot_curves is not None:
        answer.plot_curves(plot_curves)
        click.echo(f"wrote {plot_curves}", err=True)
    if as_json:
        print_json(answer.to_dict())
    else:
        print_comparison(answer)
    if not answer.ok:
        raise Failure(answer.reason)
