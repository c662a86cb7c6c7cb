"""`stridesim sweep run`: compute a sweep, or a share of it, wherever there are cores."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from stridesim.cli._interruptible import interruptible
from stridesim.cli._options import json_option, set_option, sweep_argument
from stridesim.cli.sweep._engine_options import EngineChoice, engine_options, shard_option

if TYPE_CHECKING:
    from stridesim.sweeps import Design
    from stridesim.sweeps.engines.shard import Shard
    from stridesim.sweeps.run import Options


@click.command("run", context_settings={"help_option_names": ["-h", "--help"]})
@sweep_argument
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
@click.option("--metabolic", help="Metabolic model instead of the file's, such as houdijk2006.")
@click.option(
    "--fresh", is_flag=True, help="Discard the sweep in the output folder; do not resume."
)
@engine_options
@shard_option
@set_option
@json_option
def command(
    config: Path,
    output: Path | None,
    plot: Path | None,
    metabolic: str | None,
    fresh: bool,
    engine: EngineChoice,
    shard: "Shard | None",
    settings: dict[str, str],
    as_json: bool,
) -> None:
    """Run a sweep, keep every point on disk, draw it, and say the answer in a sentence.

    SWEEP is a sweep file, or the name of one that comes with stridesim: demo, posture or
    sensitivity.

    Finished rows are never lost: interrupt it (Ctrl-C; twice to stop at once), run the same
    command again, and it computes what is missing. Points without a result keep their reason.
    Exit code 1 if no point has a result. The numbers do not depend on how they are computed; on
    processors of one kind they agree to the last digit. A folder holds the numbers of one version
    of stridesim and its libraries; a folder with other files in it is refused.

    \b
    Examples:
      stridesim sweep run demo
      stridesim sweep run demo --set "task.speed=14 km/h" --output results/fast
      stridesim sweep run demo --workers 8
      stridesim sweep run demo --shard 2/20
    """
    import time

    from stridesim.runtime import configure_jax

    configure_jax()
    from stridesim.plots.formats import check_format
    from stridesim.reports.output import print_json
    from stridesim.reports.sweep import print_summary
    from stridesim.results import InputError
    from stridesim.studies.sweep import sweep_design
    from stridesim.sweeps import load_design

    if shard is not None and fresh:
        raise click.UsageError("--fresh and --shard: other shards may be at work in the folder")
    if shard is not None and plot is not None:
        raise click.UsageError("--plot and --shard: the same command without --shard draws")
    if plot is not None and not plot.parent.is_dir():
        raise InputError(f"plot = {str(plot)!r}: no such folder; permitted: an existing one")
    design = load_design(config, settings, metabolic)
    folder = output or Path("results") / design.name
    figure = plot or folder / "sweep.png"
    check_format(figure)
    options: Options = {"engine": engine.engine()}
    if shard is not None:
        _run_shard(design, folder, shard, options, as_json=as_json)
        return
    started = time.monotonic()
    with interruptible(design.rows, design.name, options):
        answer = sweep_design(design, folder, fresh=fresh, **options)
    seconds = time.monotonic() - started
    if as_json:
        print_json(answer.to_dict() | {"files": {"table": str(folder), "figure": str(figure)}})
    else:
        print_summary(answer.result, seconds)
        click.echo(f"\n{answer.sentence}")
        click.echo(f"table {folder}", err=True)
    # After the answer, which a figure that cannot be written should not cost.
    answer.plot(figure)
    if not as_json:
        click.echo(f"figure {figure}", err=True)
    if not answer.ok:
        raise click.exceptions.Exit(1)


def _run_shard(
    design: "Design", folder: Path, shard: "Shard", options: "Options", *, as_json: bool
) -> None:
    """Compute a share and say how far the whole is; whoever comes last need not draw."""
    from stridesim.reports.output import print_json
    from stridesim.runtime import provenance
    from stridesim.studies.sweep_model import MODEL
    from stridesim.sweeps.engines.chunk import chunk_size_for, chunks_of
    from stridesim.sweeps.engines.job import evaluate_of
    from stridesim.sweeps.run import fill_store

    options["provenance"] = provenance()
    evaluate_of(design, MODEL)  # what cannot be computed is refused before a folder is made
    chunks = chunks_of(design.rows, chunk_size_for(design.rows))
    rows = sum(stop - start for start, stop in shard.of(chunks))
    with interruptible(rows, f"{design.name} {shard}", options):
        store = fill_store(design, MODEL, folder, shard, **options)
    finished = sum(stop - start for start, stop in store.finished())
    if as_json:
        entry = {"folder": str(folder), "shard": str(shard), "rows": store.rows}
        print_json({**entry, "finished": finished, "design_hash": design.content_hash})
        return
    left = store.rows - finished
    then = "the others are other shards'" if left else "the same command without --shard draws"
    click.echo(
        f"{folder}: shard {shard} is done; {finished} of {store.rows} rows are finished; {then}"
    )
