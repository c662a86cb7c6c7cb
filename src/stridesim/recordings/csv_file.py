"""Force-plate CSV: `time_s,fx_ap_N,fy_ml_N,fz_vert_N`, the unit in every column's name.

The layout of the treadmill recordings derived from Fukuchi, Fukuchi & Duarte 2017
(doi:10.7717/peerj.3298). Its lateral axis is "lab": both feet on one belt, and nothing in the
file says which side is positive (in the RBDS011 files it is the right, by the markers of the
same trial), so the sign is kept as written and marked as unknown. Other columns may stand beside
these. A file without them that has a time and a plate's columns (`plates`) is read by their names.

Columns are separated by commas, semicolons or tabs; with the latter two, numbers may have decimal
commas. Names and numbers may be quoted, as R's and spreadsheets' writers do.
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stridesim.recordings._table import Split, check_time, parse_rows, short
from stridesim.recordings._text import read_text
from stridesim.recordings.plates import Plate, find_plates, sum_plates
from stridesim.recordings.recording import ForceRecording
from stridesim.results import InputError

COLUMNS: Final = ("time_s", "fx_ap_N", "fy_ml_N", "fz_vert_N")
_TIME: Final = re.compile(r"(time|t)(?:[_. ]?[(\[]?s[)\]]?)?", re.IGNORECASE)


def read_csv(path: Path) -> ForceRecording:
    """Read a force-plate CSV; columns in any order, lines starting with # are comments.

    Raises `InputError` (one line: file, line or column, value, what is permitted).
    """
    text = read_text(path)
    lines = text.splitlines()
    head = next((i for i, line in enumerate(lines) if _carries_data(line)), None)
    if head is None:
        raise InputError(f"{path}: holds only comments; permitted: a header and rows of numbers")
    mark = max(",;\t", key=lines[head].count)
    columns = [name.strip() for name in _fields(lines[head], mark)]
    time, plates = _known(path, head + 1, columns)
    used = [column for plate in plates for column in plate.axes.values()]
    table = parse_rows(path, lines, head + 1, columns, [time, *used], _splitter(mark, text))
    notes = []
    if not text.endswith(("\n", "\r")):
        # Cut within its last number, a row still looks whole; one sample is no loss.
        table = table._replace(values=table.values[:-1], lines=table.lines[:-1])
        notes.append("the last line has no line end and may be cut off: not used")
    others = [name for name in columns if name not in {time, *used}]
    if others:
        notes.append(f"columns that are not used: {short(', '.join(map(repr, others)))}")
    summed = sum_plates(plates, table)
    ours = tuple(used) == COLUMNS[1:]
    return ForceRecording(
        time=check_time(path, table, time),
        force=table.values[:, 1:] if ours else summed.total,
        source=str(path),
        feet=summed.feet,
        columns=COLUMNS[1:] if ours else summed.names,
        lateral_sign_known=not ours,
        notes=(*notes, *([] if ours else summed.notes)),
        lines=table.lines,
        raw=summed.raw,
    )


def _known(path: Path, line: int, columns: Sequence[str]) -> tuple[str, list[Plate]]:
    """The column of time and the plates: ours, or those that the names tell."""
    missing = [name for name in COLUMNS if name not in columns]
    plates = [Plate("", dict(zip("xyz", COLUMNS[1:], strict=True)), "", opensim=False)]
    time = COLUMNS[0]
    if missing:
        plates, lacking = find_plates(columns)
        time = next((name for name in columns if _TIME.fullmatch(name)), "")
        if not (plates and time) or lacking:
            raise InputError(f"{path}, line {line}: {_complaint(columns, missing)}")
    for name in (time, *(column for plate in plates for column in plate.axes.values())):
        if columns.count(name) > 1:
            raise InputError(
                f"{path}, line {line}: repeated column {short(name)!r}; permitted: "
                f"{','.join(COLUMNS)}, each once"
            )
    return time, plates


def _complaint(columns: Sequence[str], missing: Sequence[str]) -> str:
    """What is wrong with a header that lacks columns of ours."""
    lacks = ", ".join(missing)
    repeated = [name for name in COLUMNS if columns.count(name) > 1]
    if repeated:
        return f"repeated column {repeated[0]!r}; permitted: {','.join(COLUMNS)}, each once"
    unknown = [name for name in columns if name not in COLUMNS]
    permitted = f"{','.join(COLUMNS)}, or a column of time and a plate's such as Fx1,Fy1,Fz1"
    if unknown and len(missing) < len(COLUMNS):
        return f"unknown column {short(unknown[0])!r}; permitted: {permitted} ({lacks} is missing)"
    return f"missing column {lacks}; permitted: {permitted}"


def _splitter(mark: str, text: str) -> Split:
    """How a row of numbers is cut; decimal commas become points where no comma separates."""
    quoted, decimal_commas = '"' in text, mark != "," and "," in text

    def split(line: str) -> list[str]:
        fields = _fields(line, mark) if quoted else line.split(mark)
        return [field.replace(",", ".") for field in fields] if decimal_commas else fields

    return split


def _fields(line: str, mark: str) -> list[str]:
    return next(csv.reader([line], delimiter=mark), [])


def _carries_data(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
