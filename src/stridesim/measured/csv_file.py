"""Force-plate CSV: `time_s,fx_ap_N,fy_ml_N,fz_vert_N`, the unit in every column's name.

The layout of the treadmill recordings derived from Fukuchi, Fukuchi & Duarte 2017
(doi:10.7717/peerj.3298). Its lateral axis is "lab": both feet on one belt, and nothing in the
file says which side is positive (in the RBDS011 files it is the right, by the markers of the
same trial), so the sign is kept as written and marked as unknown.
"""

from pathlib import Path
from typing import Final

from stridesim.measured._table import check_time, parse_rows, read_text
from stridesim.measured.recording import ForceRecording
from stridesim.results import InputError

COLUMNS: Final = ("time_s", "fx_ap_N", "fy_ml_N", "fz_vert_N")


def read_csv(path: Path) -> ForceRecording:
    """Read a force-plate CSV; columns in any order, lines starting with # are comments.

    Raises `InputError` (one line: file, line or column, value, what is permitted).
    """
    text = read_text(path)
    lines = text.splitlines()
    head = next((i for i, line in enumerate(lines) if _carries_data(line)), None)
    if head is None:
        raise InputError(f"{path}: holds only comments; permitted: a header and rows of numbers")
    _check_separator(path, lines[head], head + 1)
    columns = [name.strip() for name in lines[head].split(",")]
    for name in columns:
        if name not in COLUMNS or columns.count(name) > 1:
            state = "unknown" if name not in COLUMNS else "repeated"
            raise InputError(
                f"{path}, line {head + 1}: {state} column {name!r}; permitted: {','.join(COLUMNS)}"
            )
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise InputError(
            f"{path}, line {head + 1}: missing column {', '.join(missing)}; "
            f"permitted: {','.join(COLUMNS)}"
        )
    table = parse_rows(path, lines, head + 1, columns, lambda line: line.split(","))
    notes = []
    if not text.endswith("\n"):
        # Cut within its last number, a row still looks whole; one sample is no loss.
        table = table._replace(values=table.values[:-1], lines=table.lines[:-1])
        notes.append("the last line has no line end and may be cut off: not used")
    time = check_time(path, table, COLUMNS[0])
    force = table.values[:, [columns.index(name) for name in COLUMNS[1:]]]
    return ForceRecording(
        time=time,
        force=force,
        source=str(path),
        columns=(COLUMNS[1], COLUMNS[2], COLUMNS[3]),
        lateral_sign_known=False,
        notes=tuple(notes),
        lines=table.lines,
    )


def _check_separator(path: Path, header: str, line: int) -> None:
    """Spreadsheets of half of Europe write semicolons, and commas in numbers."""
    for mark, word in ((";", "semicolons"), ("\t", "tabs")):
        if mark in header:
            raise InputError(
                f"{path}, line {line}: columns are separated by {word}; permitted: commas between "
                "columns, and decimal points in numbers"
            )


def _carries_data(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
