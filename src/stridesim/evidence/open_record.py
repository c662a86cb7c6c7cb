"""The record as an open table, so that any simulator is scored by the same numbers.

`record_csv` writes it: a row a published number, with an empty column `predicted`. Whoever fills
the column in, for as many rows as the simulator can address, gets the score of `stridesim
validate` (`read_results`).
"""

import csv
import difflib
import io
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from stridesim.evidence.literature import Row, literature
from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.text import cell, quoted

COLUMNS: Final = (
    "id", "topic", "quantity", "condition", "n", "value", "sd", "band_low", "band_high", "unit",
    "doi", "source", "certainty", "predicted",
)  # fmt: skip
"""Of the open table; `n` is the number of subjects, empty where the record does not say it."""

BASES: Final = ("predicted", "fitted", "given")
"""What a results file may say of a number in a column `basis`: it emerged, or was fitted to the
subjects, or is an input."""

MOST_BYTES: Final = 1_000_000
_SUBJECTS: Final = re.compile(r"\bn=(\d+)")
_DOI: Final = re.compile(r"^doi:(10\.\S+)$")
_VALUES: Final = ("predicted", "value")
"""Columns that hold a simulator's number, the first that is there."""


class Results(NamedTuple):
    """What another simulator says: row identifier -> number in the row's unit, and its basis."""

    name: str
    values: Mapping[str, float]
    basis: Mapping[str, str]

    @property
    def missing(self) -> tuple[str, ...]:
        """Rows of the record without a number, in the record's order."""
        return tuple(row.id for row in literature() if row.id not in self.values)


def subjects(row: Row) -> int | None:
    """How many runners were measured; None where the record does not say it."""
    found = _SUBJECTS.search(row.condition)
    return int(found[1]) if found else None


def doi(row: Row) -> str:
    """The bare DOI of the source, empty where it has none."""
    found = _DOI.match(row.source)
    return found[1] if found else ""


def record_csv() -> str:
    """The record as CSV with the columns `COLUMNS`; `predicted` is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in literature():
        writer.writerow(
            (row.id, row.topic, cell(row.quantity), cell(row.condition), subjects(row), row.value,
             row.sd, row.low, row.high, row.unit, doi(row), row.source, row.certainty, "")
        )  # fmt: skip
    return text.getvalue()


def read_results(path: Path) -> Results:
    """The numbers of a CSV file with the columns `id` and `predicted` (or `value`, where there is
    no `predicted`), and `unit` and `basis` where it has them; other columns are left alone.

    Raises `InputError` naming line, column, value and what is permitted: an unknown or repeated
    identifier, what is no finite number, a unit that is not the row's. An empty number is a row
    that the simulator does not address.
    """
    rows = _rows(path)
    columns = rows.pop(0)[1] if rows else []
    used = next((name for name in _VALUES if name in columns), None)
    if "id" not in columns or used is None:
        raise InputError(
            f"{path}: columns {quoted(','.join(columns))}; permitted: id and predicted (or value), "
            "separated by commas, with unit and basis if wanted"
        )
    known = {row.id: row for row in literature()}
    values: dict[str, float] = {}
    bases: dict[str, str] = {}
    seen: dict[str, int] = {}
    for line, fields in rows:
        at = f"{path}, line {line}"
        if len(fields) != len(columns):
            raise InputError(f"{at}: {len(fields)} cells; permitted: {len(columns)}, one a column")
        named = dict(zip(columns, (field.strip() for field in fields), strict=True))
        row = _known(at, named["id"], known)
        if row.id in seen:
            raise InputError(
                f"{at}: id = {row.id!r}: also in line {seen[row.id]}; permitted: each id once"
            )
        seen[row.id] = line
        if named.get("unit") and named["unit"] != row.unit:
            raise InputError(f"{at}: unit = {quoted(named['unit'])}: {row.id} is in {row.unit!r}")
        basis = named.get("basis") or BASES[0]
        if basis not in BASES:
            raise InputError(f"{at}: basis = {quoted(basis)}: permitted: {', '.join(BASES)}")
        if named[used]:
            values[row.id] = _number(f"{at}: {used}", named[used], row)
            bases[row.id] = basis
    if not values:
        raise InputError(f"{path}: no row has a number in column {used}; permitted: one or more")
    return Results(path.stem, values, bases)


def results_of(numbers: Mapping[str, float], name: str = "results") -> Results:
    """The same of a mapping from row identifiers to numbers; `InputError` as `read_results`."""
    known = {row.id: row for row in literature()}
    values = {
        key: _number(f"{name}[{key!r}]", number, _known(name, key, known))
        for key, number in numbers.items()
    }
    if not values:
        raise InputError(f"{name}: no row has a number; permitted: one or more")
    return Results(name, values, dict.fromkeys(values, BASES[0]))


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Lines with their numbers, without comments and blank lines."""
    reader = csv.reader(io.StringIO(read_text(path, MOST_BYTES)))
    found = []
    try:
        for fields in reader:
            if any(field.strip() for field in fields) and not fields[0].lstrip().startswith("#"):
                found.append((reader.line_num, fields))
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: no CSV ({error})") from None
    if found:
        found[0] = (found[0][0], [name.strip() for name in found[0][1]])
    return found


def _known(at: str, name: str, known: Mapping[str, Row]) -> Row:
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise InputError(
            f"{at}: id = {quoted(name)}: unknown{hint}; permitted: the ids that "
            "'stridesim validate --table -' lists"
        )
    return known[name]


def _number(at: str, written: str | float, row: Row) -> float:
    try:
        value = float(written)
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{at} = {quoted(written)}: permitted: a finite number (row {row.id}, unit {row.unit})"
        )
    return value
