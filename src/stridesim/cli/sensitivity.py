"""`stridesim sensitivity`: which parameters matter, and how much?"""

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from stridesim.cli._options import found_sweep, json_option, plot_option, set_option

if TYPE_CHECKING:
    from collections.abc import Callable

    from stridesim.runner import Runner
    from stridesim.studies.answer import Answer
    from stridesim.sweeps import Design
    from stridesim.sweeps.run import Options

_METHODS = ("elasticities", "sobol", "morris")


class _Asked(NamedTuple):
    """What the options say, checked."""

    method: str
    outputs: tuple[str, ...]
    plot: Path | None
    csv: Path | None
    top: int | None
    as_json: bool


def _found(context: Any, argument: Any, written: Path | None) -> Path | None:
    """A sweep file by its path or name; the name of the shipped runner stays."""
    from stridesim.runner.toml import SHIPPED

    return written if str(written) == SHIPPED else found_sweep(context, argument, written)


@click.command("sensitivity", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "config",
    required=False,
    metavar="[CONFIG.toml]",
    type=click.Path(path_type=Path),
    callback=_found,
)
@click.option(
    "--method",
    type=click.Choice(_METHODS),
    default=_METHODS[0],
    show_default=True,
    help="Derivatives of one runner; shares of variance; or a screen of many parameters.",
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="NAME",
    help="Result to judge by. Repeatable.  [default: cost_of_transport; for sobol and morris the"
    " outputs of the file]",
)
@click.option(
    "--samples",
    type=click.IntRange(4, 1_000_000),
    help="Base samples of sobol (a power of 2; default 512), trajectories of morris (default 20).",
)
@click.option(
    "--seed", type=click.IntRange(0, 2**63 - 1), help="Of sobol and morris.  [default: 1]"
)
@click.option("--metabolic", metavar="NAME", help="Metabolic model, such as houdijk2006.")
@click.option(
    "--top",
    type=click.IntRange(min=1),
    help="Parameters in the table and the figure of elasticities; --json and --csv have all."
    "  [default: 20]",
)
@plot_option("Draw to FILE (.svg, .png or .pdf).")
@click.option(
    "--csv",
    "csv",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the table to FILE.",
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where sobol and morris keep their rows.  [default: results/NAME-METHOD-SAMPLES]",
)
@set_option
@json_option
def command(
    config: Path | None,
    method: str,
    outputs: tuple[str, ...],
    samples: int | None,
    seed: int | None,
    metabolic: str | None,
    top: int | None,
    plot: Path | None,
    csv: Path | None,
    folder: Path | None,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Say which parameters matter to what a stride costs.

    CONFIG.toml is a sweep file (its runner, its [set]; or the name of one that comes with
    stridesim, such as demo) or, for elasticities, a runner file; without it the runner that comes
    with the package is judged.

    elasticities: the change of the result, in per cent, for 1 % more of every parameter of the
    model; where 1 % means nothing (angles, what may be negative, what is 0) for a step that is
    named. The gait is held: habits do not follow the speed here. The first run compiles for
    some minutes, and says how far it is.

    sobol: what share of the variance over the ranges of the file's axes comes from each axis,
    alone (first) and with its interactions (total), with 95 % intervals. morris: a screen of many
    axes with few evaluations: mean size and spread of their effects. Both keep their rows like a
    sweep: after Ctrl-C the same command goes on. Points without a result are counted; sobol leaves
    out the base samples they belong to, and refuses when that is more than a fifth.

    \b
    Examples:
      stridesim sensitivity --set "task.speed=12 km/h" --plot tornado.png
      stridesim sensitivity demo --output net_cost_of_transport --json
      stridesim sensitivity sensitivity --method sobol --plot shares.png
      stridesim sensitivity sensitivity --method morris
    """
    from stridesim.files import check_output
    from stridesim.results import InputError, quantity
    from stridesim.runtime import configure_jax

    for name in outputs:
        quantity(name)
    if plot is not None:
        from stridesim.plots.formats import check_format

        check_format(plot)
    for path in (plot, csv):
        if path is not None:
            check_output(path)
    configure_jax()
    asked = _Asked(method, outputs, plot, csv, top, as_json)
    if method == "elasticities":
        for option, given in (("samples", samples), ("seed", seed), ("folder", folder)):
            if given is not None:
                raise InputError(f"{option}: only with --method sobol or morris")
        _elasticities(asked, *_runner(config, settings, metabolic))
    elif top is not None:
        raise InputError("top: only with --method elasticities")
    else:
        _over_ranges(asked, _design(config, method, settings, metabolic), samples, seed, folder)


def _runner(
    config: Path | None, settings: dict[str, str], metabolic: str | None
) -> "tuple[Runner, str, tuple[str, ...]]":
    """Runner, metabolic model and free choices of a sweep file or of a runner file."""
    from stridesim.constants import DEFAULT_METABOLIC_MODEL
    from stridesim.economy.optimal import check_strategy
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.runner import Runner, apply_overrides
    from stridesim.runner.toml import SHIPPED, read_toml
    from stridesim.studies.sampling import check_alone
    from stridesim.sweeps import load_design

    if config is not None and str(config) != SHIPPED and "axis" in read_toml(config):
        design = load_design(config, settings, metabolic)
        check_alone(design, _METHODS[0])
        check_strategy(design.runner, design.config.free)
        model = check_metabolic_model(design.config.metabolic)
        return design.runner, model, tuple(design.config.free)
    model = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL)
    return apply_overrides(Runner.load(config), settings), model, ()


def _design(
    config: Path | None, method: str, settings: dict[str, str], metabolic: str | None
) -> "Design":
    from stridesim.results import InputError
    from stridesim.sweeps import load_design

    if config is None:
        raise InputError(f"{method}: needs a sweep file, whose axes are the ranges to vary")
    return load_design(config, settings, metabolic)


def _elasticities(asked: _Asked, runner: "Runner", model: str, free: tuple[str, ...]) -> None:
    from stridesim.reports.sensitivity import print_sensitivity
    from stridesim.reports.stages import Stage, stages
    from stridesim.studies.sensitivity import TOP, sensitivity, stages_of

    outputs, top = asked.outputs or ("cost_of_transport",), asked.top or TOP
    planned = [Stage(*stage) for stage in stages_of(runner, outputs)]
    with stages("sensitivity", planned) as begin:
        answer = sensitivity(runner, outputs, metabolic=model, free=free, begin=begin)
    _finish(asked, answer, lambda: print_sensitivity(answer, top), top=top)


def _over_ranges(
    asked: _Asked, design: "Design", samples: int | None, seed: int | None, folder: Path | None
) -> None:
    from stridesim.cli._interruptible import interruptible
    from stridesim.reports.sensitivity import print_global_sensitivity
    from stridesim.studies.global_sensitivity import judge
    from stridesim.studies.sampling import SEED, plan

    planned = plan(design, asked.method, samples, SEED if seed is None else seed)
    rows = folder or Path("results") / f"{planned.design.name}-{planned.samples}"
    options: Options = {}
    with interruptible(planned.design.rows, planned.design.name, options):
        answer = judge(planned, asked.outputs, rows, **options)
    for note in answer.notes:  # on stderr, before what may be refused for it
        click.echo(note, err=True)
    _finish(asked, answer, lambda: print_global_sensitivity(answer))
    if not asked.as_json:
        click.echo(f"rows {rows}", err=True)


def _finish(asked: _Asked, answer: "Answer", report: "Callable[[], None]", **how: Any) -> None:
    """Table, figure, and what is printed; `how` goes to the figure."""
    from stridesim.cli._lazy import Failure
    from stridesim.reports.output import print_json

    if answer.ok and asked.csv is not None:
        answer.to_csv(asked.csv)
        click.echo(f"wrote {asked.csv}", err=True)
    if answer.ok and asked.plot is not None:
        answer.plot(asked.plot, **how)
        click.echo(f"wrote {asked.plot}", err=True)
    if asked.as_json:
        print_json(answer.to_dict())
    elif answer.ok:
        report()
    if not answer.ok:
        raise Failure(answer.reason)
