"""`stridesim sweep export`: a sweep as one file for other programs."""

import sys
from pathlib import Path
from typing import Final

import click

_ENDINGS: Final = {
    ".csv": "csv",
    # netCDF 4 is written in HDF5.
    **dict.fromkeys((".nc", ".nc4", ".cdf", ".h5", ".hdf5"), "netcdf"),
}

_SUFFIXES: Final = {"csv": ".csv", "netcdf": ".nc"}

_OTHERS: Final = {
    *(".parquet", ".feather", ".arrow", ".xlsx", ".xls", ".ods", ".json", ".tsv", ".mat"),
    *(".zarr", ".pkl", ".npz", ".npy", ".toml", ".gz", ".zip", ".xz", ".bz2"),
    *(".svg", ".png", ".pdf"),
}
"""What readers would take by its ending for something that it is not."""


@click.command("export", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--to",
    type=click.Choice(list(_SUFFIXES)),
    help="Format.  [default: what the ending of --output says, or csv]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; '-' is standard output, for CSV.  [default: FOLDER.csv or FOLDER.nc]",
)
@click.option("--partial", is_flag=True, help="Write the finished rows of an unfinished sweep.")
def command(folder: Path, to: str | None, output: Path | None, partial: bool) -> None:
    """Write a sweep as one file: CSV with units in its header, or netCDF with units as attributes.

    Both have what a task sets, and what tells one runner from another, as columns or variables of
    their own. In netCDF (extra 'io') a grid's axes are dimensions with coordinates, and so are
    runners and tasks. With --partial an interrupted sweep is written as far as it went; 'row' shows
    the gaps, and the nominal runner, the last row, may be missing.

    \b
    Examples:
      stridesim sweep export results/demo --output demo.csv
      stridesim sweep export results/demo --to netcdf
      stridesim sweep export results/demo --partial
      stridesim sweep export results/demo --output - | head
    """
    from stridesim.files import check_output
    from stridesim.sweeps.store import SweepStore

    chosen = _format(to, output)
    path = output or folder.parent / f"{folder.resolve().name}{_SUFFIXES[chosen]}"
    to_stdout = path == Path("-")
    if not to_stdout and path.parent.is_dir():
        check_output(path)
    store = SweepStore.open(folder)
    if to_stdout:
        from stridesim.sweeps.store.export_csv import stream_csv

        rows = stream_csv(store, sys.stdout.buffer, partial=partial)
    else:
        if chosen == "csv":
            from stridesim.sweeps.store.export_csv import export_csv as export
        else:
            from stridesim.sweeps.store.export_netcdf import export_netcdf as export
        rows = export(store, path, partial=partial)
    of = f" of {store.rows}" if rows < store.rows else ""
    click.echo(f"{'standard output' if to_stdout else path}: {rows}{of} rows", err=True)


def _format(to: str | None, output: Path | None) -> str:
    """The format that was asked for; `InputError` where two things are."""
    from stridesim.results import InputError

    ending = output.suffix.lower() if output is not None else ""
    said = _ENDINGS.get(ending)
    if ending in _OTHERS:
        raise InputError(
            f"output = {str(output)!r}: a sweep is exported as csv or netcdf; "
            "permitted: a name that ends in .csv or .nc"
        )
    if to and said and to != said:
        raise InputError(
            f"output = {str(output)!r}: ends as {said} does, and --to {to} is asked for; "
            f"permitted: a name that ends in {_SUFFIXES[to]}, or --to {said}"
        )
    chosen = to or said or "csv"
    if output == Path("-") and chosen == "netcdf":
        raise InputError(
            "output = '-': netCDF is written back and forth, which standard output cannot do; "
            "name a file, or take --to csv"
        )
    return chosen
