"""One part of a sweep: the rows of a chunk in one Parquet file, written once.

The footer holds units, the design's hash, provenance and how often each status occurs, so what
a part is, and what became of its rows, is known without reading them. A file that was cut short
has no footer; a page that was damaged later fails its checksum when it is read.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from stridesim.sweeps.engines.chunk import Chunk, Columns, counted

UNREADABLE: Final = (pa.ArrowException, OSError, ValueError)
"""What pyarrow raises for a file that is damaged."""

_HASH: Final = b"stridesim.design_hash"
_PROVENANCE: Final = b"stridesim.provenance"
_STATUSES: Final = b"stridesim.statuses"

_TYPES: Final = {"row": "int64", **dict.fromkeys(("runner", "task", "status"), "string")}
"""Of the columns that are no numbers."""


class Footer(NamedTuple):
    """What a part says of itself."""

    chunk: Chunk
    design_hash: str
    statuses: dict[str, int]
    provenance: dict[str, Any]
    columns: dict[str, str]
    """Type of every column by name, in order."""


def encode(
    columns: Columns, units: Mapping[str, str], design_hash: str, provenance: Mapping[str, Any]
) -> pa.Buffer:
    """The content of a part's file."""
    table = pa.table(dict(columns))
    fields = [
        field.with_metadata({"unit": units[field.name]}) if field.name in units else field
        for field in table.schema
    ]
    metadata = {
        _HASH: design_hash.encode(),
        _PROVENANCE: json.dumps(dict(provenance), default=str).encode(),
        _STATUSES: json.dumps(counted(columns["status"])).encode(),
    }
    sink = pa.BufferOutputStream()
    schema = pa.schema(fields, metadata=metadata)
    # Measured results hardly repeat: to look for repetitions, or for more than lz4 finds, takes
    # up to eight times as long and saves a tenth of the bytes.
    text: Any = [field.name for field in schema if pa.types.is_string(field.type)]
    pq.write_table(
        table.cast(schema), sink, write_page_checksum=True, compression="lz4", use_dictionary=text
    )
    return sink.getvalue()


def read_footer(path: Path) -> Footer | None:
    """None where the file is absent or no whole part."""
    try:
        # A file, not a path: a path would be searched for Hive partitions.
        with path.open("rb") as file:
            found = pq.read_metadata(file)
        metadata = found.metadata or {}
        return Footer(
            _rows(found),
            metadata[_HASH].decode(),
            _counts(json.loads(metadata[_STATUSES]), found.num_rows),
            json.loads(metadata[_PROVENANCE]),
            columns_of(found.schema.to_arrow_schema()),
        )
    except (*UNREADABLE, LookupError, AttributeError, TypeError, RecursionError):
        return None


def read_table(path: Path, names: Sequence[str] | None = None) -> pa.Table:
    """The named columns, or all; raises one of `UNREADABLE`, never returns what was damaged."""
    with path.open("rb") as file:
        part = pq.ParquetFile(file, page_checksum_verification=True)
        return part.read(columns=None if names is None else list(names))


def columns_of(schema: pa.Schema) -> dict[str, str]:
    """Type of every column by name; `ValueError` where they are no part's."""
    columns = {field.name: str(field.type) for field in schema}
    if len(columns) < len(schema):
        raise ValueError("a column stands there twice")
    for name in ("row", "status"):
        if name not in columns:
            raise ValueError(f"the column {name} is missing")
    for name, kind in columns.items():
        if kind != _TYPES.get(name, "double"):
            raise ValueError(f"the column {name} is of type {kind}")
    return columns


def read_schema(path: Path) -> pa.Schema:
    """Names, types and units of a part's columns."""
    with path.open("rb") as file:
        return pq.read_schema(file)


def as_array(column: pa.ChunkedArray) -> np.ndarray:
    """Numbers as they are; text as objects that share their few values."""
    if not pa.types.is_string(column.type):
        return column.to_numpy()
    coded = column.dictionary_encode().unify_dictionaries().combine_chunks()
    names = np.array(coded.dictionary.to_pylist(), dtype=object)
    return names[coded.indices.to_numpy()]


def _counts(statuses: Any, rows: int) -> dict[str, int]:
    counts = list(statuses.values())
    if any(type(count) is not int or count < 1 for count in counts) or sum(counts) != rows:
        raise ValueError("its statuses are not those of its rows")
    return statuses


def _rows(found: pq.FileMetaData) -> Chunk:
    """First row and one past the last, by the statistics of the column `row`."""
    place = found.schema.names.index("row")
    groups = [found.row_group(i).column(place).statistics for i in range(found.num_row_groups)]
    first, last = min(group.min for group in groups), max(group.max for group in groups)
    if last - first + 1 != found.num_rows:
        raise ValueError("rows are missing or stand there twice")
    return first, last + 1
