"""Rows of numbers out of a text file, with the line of every mistake.

Shared by the text readers. NumPy's own loaders are faster but name no column and let a cut
last row or `nan` pass; a minute of recording still reads in well under a second.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from stridesim.measured.recording import time_problem
from stridesim.results import InputError


class Table(NamedTuple):
    """`values` (rows, columns); `lines` (rows,) the line of each row in the file, from 1."""

    columns: tuple[str, ...]
    values: np.ndarray
    lines: np.ndarray

    def column(self, name: str) -> np.ndarray:
        """One column (rows,) by its name in the file."""
        return self.values[:, self.columns.index(name)]


def read_text(path: Path) -> str:
    """All of a text file; `InputError` where there is no such text."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not text; permitted: UTF-8 text") from None
    if not text.strip():
        raise InputError(f"{path}: is empty; permitted: a header and rows of numbers")
    return text


def parse_rows(
    path: Path,
    lines: Sequence[str],
    first: int,
    columns: Sequence[str],
    split: Callable[[str], list[str]],
) -> Table:
    """Parse `lines[first:]` into numbers; blank lines and those that start with # are skipped.

    `split` cuts a line into its fields. Raises `InputError` naming line, column and value.
    """
    rows: list[list[float]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines[first:], first + 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        fields = split(line)
        if len(fields) != len(columns):
            raise InputError(
                f"{path}, line {number}: {len(fields)} values"
                f"{_why(fields, columns, last=number == len(lines))}; permitted: {len(columns)}, "
                "one a column"
            )
        rows.append([_number(path, number, *pair) for pair in zip(columns, fields, strict=True)])
        numbers.append(number)
    if not rows:
        raise InputError(f"{path}: no rows after the header; permitted: rows of numbers")
    return Table(tuple(columns), np.array(rows), np.array(numbers))


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


def _number(path: Path, line: int, column: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        hint = " with a decimal point, not a comma" if "," in text else ""
        raise InputError(
            f"{path}, line {line}: {column} = {text.strip()!r}: permitted: a finite number{hint}"
        )
    return value
