"""`stridesim sweep`: vary parameters and see what a stride costs."""

from pathlib import Path
from typing import Any

import click

from stridesim.cli import _sweep_plan, _sweep_run, _sweep_slurm
from stridesim.cli._options import json_option

_HELP: dict[str, Any] = {"help_option_names": ["-h", "--help"]}


@click.group("sweep", context_settings=_HELP)
def command() -> None:
    """Vary parameters and see what a stride costs.

    \b
    Example:
      stridesim sweep run configs/demo.toml --plot demo.svg
    """


command.add_command(_sweep_plan.command)
command.add_command(_sweep_run.command)
command.add_command(_sweep_slurm.command)


@command.command("status", context_settings=_HELP)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--verify", is_flag=True, help="Read every page; parts that fail are set aside.")
@json_option
def status_command(folder: Path, verify: bool, as_json: bool) -> None:
    """Say how much of a sweep is finished, and which points have no result and why.

    With --verify every checksum is tested, and damaged parts are set aside, so that the next run
    computes their rows again; exit code 1 if there are any.

    \b
    Examples:
      stridesim sweep status results/demo
      stridesim sweep status results/demo --verify
    """
    import collections

    from stridesim.cli._output import print_json, print_table
    from stridesim.sweeps.store import SweepStore

    store = SweepStore.open(folder)
    damaged = [path.name for path in store.verify()] if verify else []
    counted: collections.Counter[str] = collections.Counter()
    for statuses in store.finished().values():
        counted.update(statuses)
    finished = sum(counted.values())
    if as_json:
        entry = {"rows": store.rows, "finished": finished, "status": dict(counted.most_common())}
        entry |= {"damaged": damaged} if verify else {}
        print_json({"folder": str(folder), **entry, "design_hash": store.manifest["design_hash"]})
    else:
        rows = [[name.replace("_", " "), str(count)] for name, count in counted.most_common()]
        left = store.rows - finished
        print_table(
            f"{folder}: {finished} of {store.rows} rows are finished (of the {store.rows}, "
            f"{len(store.nominal_rows)} without any change of the runner)",
            ["status", "rows"],
            [*rows, *([["not yet computed", str(left)]] if left else [])],
        )
    for name in damaged:
        click.echo(f"{name}: damaged; run the same sweep again to compute its rows", err=True)
    if damaged:
        raise click.exceptions.Exit(1)


@command.command("export", context_settings=_HELP)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--to", type=click.Choice(["csv", "netcdf"]), default="csv", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write.  [default: FOLDER.csv or FOLDER.nc]",
)
@click.option("--partial", is_flag=True, help="Write the finished rows of an unfinished sweep.")
def export_command(folder: Path, to: str, output: Path | None, partial: bool) -> None:
    """Write a sweep as one file: CSV with units in its header, or netCDF with units as attributes.

    In netCDF (extra 'io') a grid's axes are dimensions with coordinates. With --partial an
    interrupted sweep is written as far as it went; 'row' shows the gaps, and the nominal runner,
    the last row, may be missing.

    \b
    Examples:
      stridesim sweep export results/demo --to csv --output demo.csv
      stridesim sweep export results/demo --to netcdf
      stridesim sweep export results/demo --partial
    """
    from stridesim.sweeps.store import SweepStore

    suffix = {"csv": "csv", "netcdf": "nc"}[to]
    path = output or folder.parent / f"{folder.resolve().name}.{suffix}"
    store = SweepStore.open(folder)
    if to == "csv":
        from stridesim.sweeps.export_csv import export_csv as export
    else:
        from stridesim.sweeps.export_netcdf import export_netcdf as export
    rows = export(store, path, partial=partial)
    of = f" of {store.rows}" if rows < store.rows else ""
    click.echo(f"{path}: {rows}{of} rows", err=True)
