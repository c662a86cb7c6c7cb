"""`stridesim train`: what a training programme does to a runner's economy."""

from pathlib import Path

import click

from stridesim.cli._options import check_figure, json_option, plot_option, set_option
from stridesim.constants import DEFAULT_METABOLIC_MODEL


@click.command("train", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("programmes", nargs=-1, metavar="[PROGRAMME]...")
@click.option("--list", "as_list", is_flag=True, help="List the programmes that come along.")
@click.option("--runner", metavar="FILE", type=click.Path(path_type=Path),
              help="Who trains: a runner file.  [default: the shipped runner]")  # fmt: skip
@click.option("--weeks", type=float, help="Weeks of training; 0 changes nothing."
              "  [default: each programme's own]")  # fmt: skip
@click.option("--draws-log2", type=click.IntRange(3, 12), default=6, show_default=True,
              help="Two to this power are the draws of each programme.")  # fmt: skip
@click.option("--metabolic", metavar="NAME", default=DEFAULT_METABOLIC_MODEL, show_default=True,
              help="Metabolic model.")  # fmt: skip
@set_option
@plot_option("Draw predicted and published intervals to FILE (.svg, .png or .pdf).")
@json_option
def command(
    programmes: tuple[str, ...],
    as_list: bool,
    runner: Path | None,
    weeks: float | None,
    draws_log2: int,
    metabolic: str,
    settings: dict[str, str],
    plot: Path | None,
    as_json: bool,
) -> None:
    """What does a training programme do to the cost, and to the load on tissue?

    PROGRAMME is the name of one that comes with stridesim or a file (default: all that come along):
    changes of parameters as distributions, each with its source and the share of it that transfers
    to a stride. The runner is drawn and solved before and after; the change of the cost stands
    beside what trials found.

    \b
    Examples:
      stridesim train heavy
      stridesim train --plot training.png
      stridesim train plyometric mine.toml --runner me.toml --weeks 6 --json
      stridesim train --list
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import Stage, stages
    from stridesim.reports.training import print_programmes, print_training
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.training import load_programmes, train

    check_figure(plot)
    known = load_programmes(programmes)
    if as_list:
        listed = [{"name": one.name, "title": one.title, "weeks": one.weeks} for one in known]
        if as_json:
            print_json({"programmes": listed})
        else:
            print_programmes(known)
        return
    who = apply_overrides(Runner.load(runner), settings)
    planned = [Stage(f"draws of {one.name}", 5 if i else 50) for i, one in enumerate(known)]
    if plot is not None:
        planned.append(Stage("the figure", 8))
    with stages("train", planned) as begin:
        answer = train(
            who,
            programmes,
            weeks=weeks,
            draws_log2=draws_log2,
            metabolic=metabolic,
            begin=begin,
        )
        if plot is not None and answer.ok:
            begin()
            answer.plot(plot)
            click.echo(f"wrote {plot}", err=True)
    if as_json:
        print_json(answer.to_dict())
    elif answer.ok:
        print_training(answer)
    if not answer.ok:
        raise Failure(answer.reason)
