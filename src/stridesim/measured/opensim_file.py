"""OpenSim motion and storage files (`.mot`, `.sto`) with ground forces.

A header of `key=value` or `key value` lines down to `endheader` (`nRows`/`datarows`,
`nColumns`/`datacolumns`, `inDegrees`), a line of labels, then rows. A plate is a triple of
columns `<prefix>v{x,y,z}` whose prefix contains `ground_force`: `ground_force_vx`,
`R_ground_force_vx`, `1_ground_force_vx` and `ground_force_1_vx` are all in use. OpenSim's x
is fore-aft, y up, z to the right (OpenSim documentation, "Storage (.sto) Files" and
"Coordinate systems"), so forward, left, up = (x, -z, y). `inDegrees` concerns angles; it is
read and noted, and changes no force.
"""

import re
from pathlib import Path

import numpy as np

from stridesim.measured._table import check_time, parse_rows, read_text
from stridesim.measured.recording import Foot, ForceRecording
from stridesim.results import InputError

_FORCE = re.compile(r"(?P<prefix>.*ground_force.*?_?)v(?P<axis>[xyz])", re.IGNORECASE)
_SIDES: dict[str, Foot] = {"r": "right", "right": "right", "l": "left", "left": "left"}


def read_opensim(path: Path) -> ForceRecording:
    """Sum of all plates; per-foot forces where every plate's name says left or right.

    Raises `InputError` (one line: file, line or column, value, what is permitted).
    """
    lines = read_text(path).splitlines()
    header, labels_at = _header(path, lines)
    columns = lines[labels_at].split()
    plates = _plates(path, labels_at + 1, columns)
    _check_count(path, header, ("ncolumns", "datacolumns"), len(columns), "columns")
    table = parse_rows(path, lines, labels_at + 1, columns, str.split)
    _check_count(path, header, ("nrows", "datarows"), len(table.lines), "rows")
    time = check_time(path, table, columns[0])

    feet: dict[Foot, np.ndarray] = {}
    total = np.zeros((len(time), 3))
    for prefix, axes in plates.items():
        x, up, right = (table.column(axes[axis]) for axis in "xyz")
        force = np.stack([x, -right, up], axis=1)
        total += force
        side = _side(prefix)
        if side:
            feet[side] = feet.get(side, 0.0) + force
    known = all(_side(prefix) for prefix in plates) and len(feet) == 2
    notes = [f"sum of {len(plates)} plates: {', '.join(p.strip('_') for p in plates)}"]
    if "indegrees" in header:
        notes.append(f"inDegrees={header['indegrees']} (no angle is read)")
    first = next(iter(plates.values()))
    return ForceRecording(
        time=time,
        force=total,
        source=str(path),
        feet=feet if known else {},
        columns=(first["x"], first["z"], first["y"]),
        notes=tuple(notes),
        lines=table.lines,
    )


def _header(path: Path, lines: list[str]) -> tuple[dict[str, str], int]:
    """Header keys in lower case, and the index of the line of labels."""
    header: dict[str, str] = {}
    for index, line in enumerate(lines):
        if line.strip().lower() == "endheader":
            labels_at = next(
                (i for i in range(index + 1, len(lines)) if lines[i].strip()), len(lines)
            )
            if labels_at == len(lines):
                raise InputError(
                    f"{path}, line {index + 1}: nothing after endheader; permitted: a line of "
                    "column labels and rows of numbers"
                )
            return header, labels_at
        parts = re.split(r"\s*=\s*|\s+", line.strip(), maxsplit=1)
        if len(parts) == 2:
            header[parts[0].lower()] = parts[1]
    raise InputError(
        f"{path}: no line 'endheader'; permitted: an OpenSim header that ends with endheader"
    )


def _plates(path: Path, line: int, columns: list[str]) -> dict[str, dict[str, str]]:
    """Column of each axis by plate prefix; every plate has all three axes."""
    if columns[0].lower() != "time":
        raise InputError(f"{path}, line {line}: first column {columns[0]!r}; permitted: time")
    repeated = [name for name in columns if columns.count(name) > 1]
    if repeated:
        raise InputError(
            f"{path}, line {line}: repeated column {repeated[0]!r}; permitted: each name once"
        )
    plates: dict[str, dict[str, str]] = {}
    for name in columns:
        match = _FORCE.fullmatch(name)
        if match:
            plates.setdefault(match["prefix"], {})[match["axis"].lower()] = name
    if not plates:
        raise InputError(
            f"{path}, line {line}: missing columns *ground_force_v{{x,y,z}}; permitted: such as "
            "R_ground_force_vx or ground_force_1_vx"
        )
    for prefix, axes in plates.items():
        missing = [f"{prefix}v{axis}" for axis in "xyz" if axis not in axes]
        if missing:
            raise InputError(
                f"{path}, line {line}: missing column {', '.join(missing)}; permitted: "
                f"{prefix}vx, {prefix}vy and {prefix}vz together"
            )
    return plates


def _check_count(
    path: Path, header: dict[str, str], keys: tuple[str, str], found: int, what: str
) -> None:
    """The header's promise against what is there; a file may leave the promise out."""
    for key in keys:
        if key in header and header[key] != str(found):
            raise InputError(
                f"{path}: the header promises {header[key]} {what} ({key}), the file has {found}; "
                "permitted: the same number (is the file cut off?)"
            )


def _side(prefix: str) -> Foot | None:
    tokens = prefix.lower().replace("ground_force", "").split("_")
    sides: list[Foot] = [_SIDES[token] for token in tokens if token in _SIDES]
    return sides[0] if len(set(sides)) == 1 else None
