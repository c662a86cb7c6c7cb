"""`stridesim run`: solve one stride of a runner and say what it looks like and what it costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import (
    check_new_file,
    force_option,
    json_option,
    runner_argument,
    set_option,
)
from stridesim.constants import DEFAULT_METABOLIC_MODEL

if TYPE_CHECKING:
    from stridesim.cli._stages import Stage
    from stridesim.runner import Runner

_ALL = "all"


@click.command("run", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--metabolic",
    metavar="NAME",
    help="Metabolic model: margaria1968, minetti1997, bhargava2004, houdijk2006, lichtwark2007,"
    " umberger2010 or uchida2016; or all: the tables of the default, and how far the models lie"
    f" apart.  [default: {DEFAULT_METABOLIC_MODEL}]",
)
@click.option(
    "--plot",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the stride to FILE (.svg, .png or .pdf): six panels, and the runner before --set.",
)
@click.option("--detail", is_flag=True, help="With --plot: the full sheet of sixteen panels.")
@click.option(
    "--save-runner",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the runner with all settings to FILE, a runner file.",
)
@force_option
@click.option(
    "--free",
    "free",
    multiple=True,
    metavar="PATH",
    help="With gait.strategy=optimal: what the runner chooses. Repeatable.  [default: step"
    " frequency, leg stiffness, step width, knee flexion at contact]",
)
@click.option(
    "--uncertainty",
    is_flag=True,
    help="Add 95 % intervals: how well the results are known from the runner's recordings.",
)
@click.option("--full", is_flag=True, help="Every table, not only the summary.")
@json_option
def command(  # noqa: C901  (one `if` for each option)
    runner: Path | None,
    settings: dict[str, str],
    metabolic: str | None,
    plot: Path | None,
    detail: bool,
    save_runner: Path | None,
    force: bool,
    free: tuple[str, ...],
    uncertainty: bool,
    full: bool,
    as_json: bool,
) -> None:
    """Solve one stride: mechanics, joints, muscles, energy.

    RUNNER.toml is a runner file; without it the runner that comes with the package runs. A summary
    is printed; --full adds every number, muscle by muscle, and what the energy goes into. A stride
    that fails its checks is named in one line, with exit code 1; --json prints its object all the
    same, with the reason as `status`, and --plot draws it if there is a gait.

    \b
    Examples:
      stridesim run --set "task.speed=12 km/h"
      stridesim run me.toml --set tendon.stiffness_scale=1.2 --plot stride.png
      stridesim run --set "task.speed=4:30 min/km" --metabolic bhargava2004 --json
      stridesim run me.toml --uncertainty
      stridesim run --full
      stridesim run --metabolic all
      stridesim run --set gait.strategy=optimal --free gait.step_frequency
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.cli._stages import stages
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.economy.uncertainty import uncertain_parameters
    from stridesim.reports.models import print_models
    from stridesim.reports.optimum import print_optimum
    from stridesim.reports.output import print_json
    from stridesim.reports.stride import print_report
    from stridesim.reports.summary import print_summary
    from stridesim.reports.uncertainty import print_uncertainty
    from stridesim.results import InputError
    from stridesim.runner import apply_overrides, load_runner
    from stridesim.studies.stride import stride

    model = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL, _ALL)
    compare = model == _ALL
    if compare:
        model = DEFAULT_METABOLIC_MODEL
    given = load_runner(runner)
    chosen = apply_overrides(given, settings)
    own = None if given.habits.paths else float(given.task.speed)
    if plot is not None:
        _check_figure(plot)
    elif detail:
        raise InputError("detail: drawn with the figure only; permitted: together with --plot")
    asked: dict[str, Any] = {"name": chosen.name, "file": runner, "set": settings}
    if save_runner is not None:
        check_new_file(save_runner, "save-runner", force)
        _save(chosen, save_runner, asked)
    if uncertainty:
        uncertain_parameters(chosen)  # refuses a runner without errors, before any work
    chooses = chosen.gait.strategy == "optimal"
    with stages("run", _stages(chooses, uncertainty, plot is not None)) as begin:
        answer = stride(
            chosen,
            metabolic=model,
            free=free,
            uncertainty=uncertainty,
            own_speed=own,
            begin=begin,
        )
        evaluation = answer.evaluation
        if plot is not None and answer.has_gait:
            from stridesim.cli._stride_figure import save_figure_of

            begin()
            save_figure_of(plot, evaluation, given, settings, model, own, detail=detail)
            click.echo(f"wrote {plot}", err=True)
    if as_json:
        record = answer.to_dict()
        record["runner"] = asked | record["runner"]
        print_json(record | (answer.models() if compare else {}))
    elif answer.ok:
        if full:
            print_report(answer, asked)
            print_optimum(chosen, answer.optimum)
        else:
            print_summary(evaluation, asked, model, answer.optimum, answer.spread)
        if compare:
            print_models(evaluation)
        if full and answer.spread is not None:
            print_uncertainty(evaluation.results, answer.spread)
    for note in [] if as_json else answer.notes:
        click.echo(f"note: {note}", err=not answer.ok)
    if not answer.ok:
        raise Failure(answer.reason)


def _stages(chooses: bool, uncertain: bool, drawn: bool) -> "list[Stage]":
    """What is waited for, with the seconds that each takes the first time."""
    from stridesim.cli._stages import Stage

    planned = [Stage("search of the cheapest gait", 60)] if chooses else []
    planned.append(Stage("gait, muscles and cost of the stride", 45))
    planned += [Stage("draws of the fitted numbers", 60)] if uncertain else []
    return planned + ([Stage("figure", 8)] if drawn else [])


def _check_figure(path: Path) -> None:
    """Refuse a figure that can't be written, before any work is done."""
    from stridesim.plots.formats import check_format
    from stridesim.results import InputError

    check_format(path)
    if not path.parent.is_dir():
        raise InputError(f"plot = {str(path)!r}: no such folder; permitted: an existing one")


def _save(runner: "Runner", path: Path, asked: dict[str, Any]) -> None:
    """Write the runner as asked for, habits over speed kept."""
    from stridesim import __version__
    from stridesim.files import write_output
    from stridesim.runner import dump_runner
    from stridesim.runtime import commit

    origin = {"written_by": f"stridesim {__version__} run", "runner": str(asked["file"] or "")}
    origin |= {"commit": commit() or "", "set": [f"{k}={v}" for k, v in asked["set"].items()]}
    text = dump_runner(runner, {key: value for key, value in origin.items() if value})
    write_output(path, text.encode())
    click.echo(f"wrote {path}", err=True)
