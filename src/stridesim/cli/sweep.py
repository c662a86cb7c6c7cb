"""`stridesim sweep`: vary parameters and see what a stride costs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli import _sweep_plan
from stridesim.cli._options import json_option, set_option

if TYPE_CHECKING:
    from stridesim.sweeps import Design, SweepResult

_STOPPING = "stopping after this chunk; press Ctrl-C again to stop now"
_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


@click.group("sweep", context_settings=_HELP)
def command() -> None:
    """Vary parameters and see what a stride costs.

    \b
    Example:
      stridesim sweep run configs/demo.toml --plot demo.svg
    """


command.add_command(_sweep_plan.command)


@command.command("run", context_settings=_HELP)
@click.argument("config", metavar="CONFIG.toml", type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the result table.  [default: results/NAME]",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw to this file (.svg, .png or .pdf).  [default: sweep.png in the output folder]",
)
@click.option("--metabolic", help="Metabolic model instead of the file's, such as umberger2010.")
@click.option("--fresh", is_flag=True, help="Discard what the output folder holds; do not resume.")
@set_option
@json_option
def run_command(
    config: Path,
    output: Path | None,
    plot: Path | None,
    metabolic: str | None,
    fresh: bool,
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Run a sweep, keep every point on disk, draw it, and say the answer in a sentence.

    Finished rows are never lost: interrupt it (Ctrl-C; twice to stop at once), run the same
    command again, and it computes what is missing. Points without a result keep their reason.
    Exit code 1 if no point has a result.

    \b
    Examples:
      stridesim sweep run configs/demo.toml
      stridesim sweep run configs/demo.toml --set "task.speed=14 km/h" --output results/fast
    """
    import time

    from stridesim.runtime import configure_jax, provenance

    configure_jax()
    from stridesim.cli._output import print_json
    from stridesim.cli._sweep_report import print_summary, record_of
    from stridesim.experiments import model
    from stridesim.plots.style import check_format
    from stridesim.plots.sweep import save_sweep
    from stridesim.sweeps import load_design
    from stridesim.sweeps.answer import answer
    from stridesim.sweeps.run import discard

    design = load_design(config, settings, metabolic)
    folder = output or Path("results") / design.name
    figure = plot or folder / "sweep.png"
    check_format(figure)
    evaluate = model(design)
    if fresh:
        discard(folder)
    record = provenance()
    started = time.monotonic()
    result = _computed(design, evaluate, folder, record)
    seconds = time.monotonic() - started
    save_sweep(result, figure)
    sentence = answer(result)
    if as_json:
        print_json(record_of(result, folder, figure, sentence, record))
    else:
        print_summary(result, seconds)
        click.echo(f"\n{sentence}")
        click.echo(f"table {folder}, figure {figure}", err=True)
    if not result.ok.any():
        raise click.exceptions.Exit(1)


@command.command("status", context_settings=_HELP)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@json_option
def status_command(folder: Path, as_json: bool) -> None:
    """Say how much of a sweep is finished, and which points have no result and why.

    \b
    Example:
      stridesim sweep status results/demo
    """
    import collections

    from stridesim.cli._output import print_json, print_table
    from stridesim.sweeps.store import SweepStore

    store = SweepStore.open(folder)
    counted: collections.Counter[str] = collections.Counter()
    for part in store.tables():
        counted.update(part.column("status").to_pylist())
    finished = sum(counted.values())
    if as_json:
        entry = {"rows": store.rows, "finished": finished, "status": dict(counted.most_common())}
        print_json({"folder": str(folder), **entry, "design_hash": store.manifest["design_hash"]})
        return
    rows = [[name.replace("_", " "), str(count)] for name, count in counted.most_common()]
    left = store.rows - finished
    print_table(
        f"{folder}: {finished} of {store.rows} rows are finished (the last is the nominal runner)",
        ["status", "rows"],
        [*rows, *([["not yet computed", str(left)]] if left else [])],
    )


@command.command("export", context_settings=_HELP)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", "kind", type=click.Choice(["csv"]), default="csv", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: FOLDER.csv]",
)
@click.option("--partial", is_flag=True, help="Write the finished rows of an unfinished sweep.")
def export_command(folder: Path, kind: str, output: Path | None, partial: bool) -> None:
    """Write a sweep as one table, with the unit in every column's header.

    With --partial an interrupted sweep is written as far as it went; the column 'row' shows
    the gaps, and the nominal runner, the last row, may be missing.

    \b
    Examples:
      stridesim sweep export results/demo --to csv --output demo.csv
      stridesim sweep export results/demo --partial
    """
    from stridesim.sweeps.export import export_csv
    from stridesim.sweeps.store import SweepStore

    path = output or folder.parent / f"{folder.resolve().name}.{kind}"
    store = SweepStore.open(folder)
    rows = export_csv(store, path, partial=partial)
    of = f" of {store.rows}" if rows < store.rows else ""
    click.echo(f"{path}: {rows}{of} rows", err=True)


def _computed(
    design: "Design", evaluate: Any, folder: Path, record: dict[str, Any]
) -> "SweepResult":
    """Run or resume, with progress; Ctrl-C says what happens and how to go on."""
    import os
    import sys

    from stridesim.cli._lazy import Failure
    from stridesim.cli._output import progress
    from stridesim.sweeps import SweepInterrupted, run_sweep

    try:
        with progress(design.rows, design.name) as advance:
            return run_sweep(
                design,
                evaluate,
                folder,
                progress=advance,
                provenance=record,
                on_interrupt=lambda: click.echo(_STOPPING, err=True),
            )
    except SweepInterrupted as error:
        failure = Failure(f"{error}; run the same command again to go on", exit_code=130)
        if error.abandoned:
            # An orderly end would wait for the chunk that the user does not want to wait for.
            failure.show()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(failure.exit_code)
        raise failure from None
