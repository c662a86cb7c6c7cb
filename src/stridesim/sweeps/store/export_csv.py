"""A sweep for spreadsheets: CSV with the unit in every column's header."""

import contextlib
import errno
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from stridesim.files import on_disk, output_file
from stridesim.results import InputError
from stridesim.sweeps.design.own import OwnValues, own_values
from stridesim.sweeps.store import SweepStore
from stridesim.text import cell


def export_csv(store: SweepStore, path: Path, *, partial: bool = False) -> int:
    """Write the rows of a complete sweep, one part at a time; returns how many.

    The last row of every runner and task is the nominal runner; the column `nominal` marks it.
    What a runner has, or a task sets, for itself stands in columns of its own. With `partial` the
    rows that are there are written; the column `row` shows which. Raises `InputError` where rows
    are missing, with `partial` where all are.
    """
    check_complete(store, partial=partial)
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with output_file(path) as temporary:
        return _write(store, str(temporary))


def stream_csv(store: SweepStore, stream: IO[bytes], *, partial: bool = False) -> int:
    """The same into standard output, row by row."""
    check_complete(store, partial=partial)
    try:
        rows = _write(store, pa.PythonFile(stream, mode="w"))
        stream.flush()
    except OSError as error:
        if error.errno == errno.EPIPE:  # who reads has read enough
            raise
        raise InputError(f"standard output: cannot be written: {error.strerror or error}") from None
    return rows


def check_complete(store: SweepStore, *, partial: bool) -> None:
    """Refuse to export a sweep with gaps, unless they are wanted and something is there."""
    left = sum(stop - start for start, stop in store.missing())
    if left and not partial:
        raise InputError(
            f"{store.folder}: {left} of {store.rows} rows are missing; "
            "run the same sweep again to compute them, or write the others with --partial"
        )
    if left == store.rows:
        raise InputError(
            f"{store.folder}: none of {store.rows} rows is finished; run the same sweep again"
        )


def _write(store: SweepStore, sink: Any) -> int:
    rows = 0
    own = own_values(store.manifest)
    with contextlib.ExitStack() as stack:
        writer: pacsv.CSVWriter | None = None
        for part in store.tables():
            table = _with_headers(part, store.nominal_rows, own)
            if writer is None:
                writer = stack.enter_context(pacsv.CSVWriter(sink, table.schema))
            assert writer is not None  # pyarrow's types are incomplete
            writer.write_table(table)
            rows += table.num_rows
    return rows


def _with_headers(table: pa.Table, nominal_rows: list[int], own: list[OwnValues]) -> pa.Table:
    rows = table.column("row").to_numpy()
    marked = pa.array(np.isin(rows, nominal_rows).astype("int8"))
    columns: dict[str, Any] = {"row": table.column("row"), "nominal": marked}
    names = [name for name in ("runner", "task") if name in table.column_names]
    columns |= {name: _cells(table.column(name)) for name in names}
    case = np.searchsorted(nominal_rows, rows)
    for value in own:
        columns[_headed(value.path, value.unit)] = _cells(pa.array(value.of_cases[case]))
    for field in table.schema:
        if field.name not in ("row", *names):
            unit = (field.metadata or {}).get(b"unit")
            columns[_headed(field.name, unit.decode() if unit else "")] = _cells(
                table.column(field.name)
            )
    return pa.table(columns)


def _headed(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


def _cells(column: Any) -> Any:
    """An empty cell, not the text "nan", is what a spreadsheet leaves out of a mean."""
    if not pa.types.is_floating(column.type):
        return _plain_text(column)
    return pa.array(column.to_numpy(zero_copy_only=False), from_pandas=True)


def _plain_text(column: Any) -> Any:
    """A column of text with no cell that a spreadsheet would run; any other as it is."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return column
    plain: dict[Any, Any] = {None: None}
    return pa.array([plain.setdefault(t, t and cell(t)) for t in column.to_pylist()], pa.string())
