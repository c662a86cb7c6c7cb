"""`stridesim run`: solve one stride of a runner and say what it looks like and what it costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._options import (
    check_figure,
    check_new_file,
    force_option,
    json_option,
    plot_option,
    runner_argument,
    set_option,
)
from stridesim.constants import DEFAULT_METABOLIC_MODEL

if TYPE_CHECKING:
    from stridesim.reports.stages import Stage
    from stridesim.runner import Runner
    from stridesim.studies.stride import StrideAnswer

_ALL = "all"


@click.command("run", context_settings={"help_option_names": ["-h", "--help"]})
@runner_argument
@set_option
@click.option(
    "--metabolic",
    metavar="NAME",
    help="Metabolic model: margaria1968, minetti1997, bhargava2004, bhargava2004_aerobic,"
    " houdijk2006, lichtwark2007, umberger2010, uchida2016 or schroeder2021; or all: the tables of"
    " the default, and how far the models lie"
    f" apart.  [default: {DEFAULT_METABOLIC_MODEL}]",
)
@plot_option(
    "Draw the stride to FILE (.svg, .png or .pdf): six panels, and the runner before --set."
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
def command(
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
      stridesim run --set "task.slope=5 %"
    """
    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.cli._lazy import Failure
    from stridesim.economy.stride import check_metabolic_model
    from stridesim.reports.output import print_json
    from stridesim.reports.stages import stages
    from stridesim.reports.stride import print_stride
    from stridesim.results import InputError
    from stridesim.runner import Runner, apply_overrides
    from stridesim.studies.ensemble import check_errors
    from stridesim.studies.stride import stride

    model = check_metabolic_model(metabolic or DEFAULT_METABOLIC_MODEL, _ALL)
    compare = model == _ALL
    if compare:
        model = DEFAULT_METABOLIC_MODEL
    given = Runner.load(runner)
    chosen = apply_overrides(given, settings)
    own = None if given.habits.paths else float(given.task.speed)
    check_figure(plot)
    if detail and plot is None:
        raise InputError("detail: drawn with the figure only; permitted: together with --plot")
    asked: dict[str, Any] = {"name": chosen.name, "file": runner, "set": settings}
    if save_runner is not None:
        check_new_file(save_runner, "save-runner", force)
        _save(chosen, save_runner, asked)
    if uncertainty:
        check_errors(chosen)  # before any work
    chooses = chosen.strategy == "optimal"
    with stages("run", _stages(chooses, uncertainty, plot is not None)) as begin:
        answer = stride(
            chosen,
            metabolic=model,
            free=free,
            uncertainty=uncertainty,
            own_speed=own,
            begin=begin,
        )
        if plot is not None and answer.has_gait:
            begin()
            _draw(answer, plot, given, settings, detail)
    if as_json:
        record = answer.to_dict()
        record["runner"] = asked | record["runner"]
        print_json(record | (answer.models() if compare else {}))
    elif answer.ok:
        print_stride(answer, asked, full=full, models=compare)
    for note in [] if as_json else answer.notes:
        click.echo(f"note: {note}", err=not answer.ok)
    if not answer.ok:
        raise Failure(answer.reason)


def _stages(chooses: bool, uncertain: bool, drawn: bool) -> "list[Stage]":
    """What is waited for, with the seconds that each takes the first time."""
    from stridesim.reports.stages import Stage

    planned = [Stage("search of the cheapest gait", 60)] if chooses else []
    planned.append(Stage("gait, muscles and cost of the stride", 45))
    planned += [Stage("draws of the fitted numbers", 60)] if uncertain else []
    return planned + ([Stage("figure", 8)] if drawn else [])


def _draw(
    answer: "StrideAnswer", path: Path, given: "Runner", settings: dict[str, str], detail: bool
) -> None:
    """The figure, and on the slide the runner before the settings."""
    from stridesim.studies.before import before

    other = None if detail else before(given, settings, answer.metabolic)
    if other is not None and not other.answer.ok:
        click.echo(f"note: the runner without the settings is not drawn: {other.answer.reason}",
                   err=True)  # fmt: skip
    answer.plot(path, settings=settings, against=other, detail=detail)
    click.echo(f"wrote {path}", err=True)


def _save(runner: "Runner", path: Path, asked: dict[str, Any]) -> None:
    """Write the runner as asked for, habits over speed kept."""
    from stridesim import __version__
    from stridesim.files import write_output
    from stridesim.runtime import commit

    origin = {"written_by": f"stridesim {__version__} run", "runner": str(asked["file"] or "")}
    origin |= {"commit": commit() or "", "set": [f"{k}={v}" for k, v in asked["set"].items()]}
    text = runner.to_toml({key: value for key, value in origin.items() if value})
    write_output(path, text.encode())
    click.echo(f"wrote {path}", err=True)
