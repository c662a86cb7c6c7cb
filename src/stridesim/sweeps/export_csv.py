"""A sweep for spreadsheets: CSV with the unit in every column's header."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from stridesim.files import on_disk, whole_file
from stridesim.results import InputError
from stridesim.sweeps.store import SweepStore
from stridesim.text import cell


def export_csv(store: SweepStore, path: Path, *, partial: bool = False) -> int:
    """Write the rows of a complete sweep, one part at a time; returns how many.

    The last row of every runner and task is the nominal runner; the column `nominal` marks it.
    With `partial` the rows that are there are written; the column `row` shows which. Raises
    `InputError` where rows are missing, with `partial` where all are.
    """
    check_complete(store, partial=partial)
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    rows = 0
    with whole_file(path) as temporary, contextlib.ExitStack() as stack:
        writer: pacsv.CSVWriter | None = None
        for part in store.tables():
            table = _with_headers(part, store.nominal_rows)
            if writer is None:
                writer = stack.enter_context(pacsv.CSVWriter(str(temporary), table.schema))
            assert writer is not None  # pyarrow's types are incomplete
            writer.write_table(table)
            rows += table.num_rows
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


def _with_headers(table: pa.Table, nominal_rows: list[int]) -> pa.Table:
    named = []
    for field in table.schema:
        unit = (field.metadata or {}).get(b"unit")
        named.append(f"{field.name} [{unit.decode()}]" if unit else field.name)
    # An empty cell, not the text "nan", is what a spreadsheet leaves out of a mean.
    cells = [
        pa.array(column.to_numpy(), from_pandas=True)
        if pa.types.is_floating(column.type)
        else _plain_text(column)
        for column in table.columns
    ]
    rows = table.column("row").to_numpy()
    headed = pa.table(cells, names=named)
    return headed.add_column(1, "nominal", pa.array(np.isin(rows, nominal_rows).astype("int8")))


def _plain_text(column: pa.ChunkedArray) -> Any:
    """A column of text with no cell that a spreadsheet would run; any other as it is."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return column
    plain: dict[Any, Any] = {None: None}
    return pa.array([plain.setdefault(t, t and cell(t)) for t in column.to_pylist()], pa.string())
