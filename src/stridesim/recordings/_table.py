"""Rows of numbers out of lines of text, with the line of every mistake.

Shared by the text readers. Only the columns that are used are read: a file may hold `nan` where
nobody looks. NumPy's own loaders are no faster for that, name no column and let a cut last row
or `nan` pass; ten minutes at 1000 samples a second read in a few seconds.
"""

import math
from array import array
from collections.abc import Callable, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from stridesim.recordings.recording import time_problem
from stridesim.results import InputError

Split = Callable[[str], list[str]]

LONGEST_ECHO: Final = 60
"""Characters of a file that a message repeats."""


class Table(NamedTuple):
    """`values` (rows, columns) of the columns that were asked for; `lines` (rows,) the line of
    each row in the file, from 1."""

    columns: tuple[str, ...]
    values: np.ndarray
    lines: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """One column (rows,) by its name in the file."""
        return self.values[:, self.columns.index(name)]


def parse_rows(
    path: Path,
    lines: Sequence[str],
    first: int,
    columns: Sequence[str],
    used: Sequence[str],
    split: Split,
    optional: Sequence[str] = (),
) -> Table:
    """Parse `used` of `columns` (two or more) in `lines[first:]`; blank lines and those that start
    with # are skipped. Columns in `optional` may hold anything: what is no number there is NaN.

    `split` cuts a line into its fields. Raises `InputError` naming line, column and value.
    """
    needed = len(used)
    chosen = itemgetter(*(columns.index(name) for name in (*used, *optional)))
    width = len(columns)
    values, numbers = array("d"), array("q")
    for number, line in enumerate(lines[first:], first + 1):
        fields = split(line)
        if len(fields) != width or line.startswith("#"):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            raise InputError(
                f"{path}, line {number}: {len(fields)} values"
                f"{_why(fields, columns, last=number == len(lines))}; permitted: {width}, "
                "one a column"
            )
        try:
            row = [*map(float, chosen(fields))]
        except ValueError:
            _refuse(path, number, used, chosen(fields)[:needed])
            row = [_or_nan(field) for field in chosen(fields)]
        values.extend(row)
        numbers.append(number)
    if not numbers:
        raise InputError(f"{path}: no rows after the header; permitted: rows of numbers")
    names = (*used, *optional)
    table = Table(names, np.array(values).reshape(-1, len(names)), np.array(numbers))
    bad = np.flatnonzero(~np.isfinite(table.values[:, :needed]).all(axis=1))
    if bad.size:
        number = int(table.lines[bad[0]])
        _refuse(path, number, used, chosen(split(lines[number - 1]))[:needed])
    return table


def _why(fields: Sequence[str], columns: Sequence[str], *, last: bool) -> str:
    """What a row of another length is likely to be, in brackets, or nothing."""
    if len(fields) > len(columns) and all(f.strip().lstrip("+-").isdigit() for f in fields):
        return " (decimal commas? write decimal points)"
    return " (the file is cut off)" if last else ""


def check_time(path: Path, table: Table, column: str) -> np.ndarray:
    """The time column, or `InputError` naming the line where it is no even axis."""
    time = table.column(column)
    problem = time_problem(time)
    if problem:
        raise InputError(f"{path}, line {table.lines[problem[0]]}: {problem[1]}")
    return time


def _refuse(path: Path, line: int, columns: Sequence[str], fields: Sequence[str]) -> None:
    """Raise `InputError` for the first of a row's `fields` that is no finite number."""
    for column, text in zip(columns, fields, strict=True):
        if not math.isfinite(_or_nan(text)):
            hint = " with a decimal point, not a comma" if "," in text else ""
            raise InputError(
                f"{path}, line {line}: {short(column)} = {short(text.strip())!r}: permitted: a "
                f"finite number{hint}"
            )


def _or_nan(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def short(text: str) -> str:
    """`text` for a message: its beginning, if it is long."""
    return text if len(text) <= LONGEST_ECHO else f"{text[:LONGEST_ECHO]}..."
