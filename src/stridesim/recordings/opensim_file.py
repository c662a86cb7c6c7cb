"""OpenSim motion and storage files (`.mot`, `.sto`) with ground forces.

A header of `key=value` or `key value` lines down to `endheader` (`nRows`/`datarows`,
`nColumns`/`datacolumns`, `inDegrees`), a line of labels, then rows. Which columns are forces is
for `plates` to say; no other column is needed, and the centres of pressure are read where they
are, to tell left from right. The counts in the header are often those of another file (OpenSim's
own writer leaves them when it cuts a range out), so a count that does not agree is a warning.
`inDegrees` concerns angles; it is read and noted, and changes no force. A file of vectors
(`DataType=Vec3`) has one label for three numbers.
"""

from collections import Counter
from pathlib import Path
from typing import Final

from stridesim.recordings._table import Split, Table, check_time, parse_rows, short
from stridesim.recordings._text import read_text
from stridesim.recordings.plates import Plate, find_plates, lateral_pressure, sum_plates
from stridesim.recordings.recording import ForceRecording
from stridesim.results import InputError

_COUNTS: Final = (
    ("columns", ("ncolumns", "datacolumns")),
    ("rows", ("nrows", "datarows")),
)


def read_opensim(path: Path) -> ForceRecording:
    """Sum of all plates; per-foot forces where every plate's name says left or right.

    Raises `InputError` (one line: file, line or column, value, what is permitted).
    """
    lines = read_text(path).splitlines()
    header, labels_at = _header(path, lines)
    split, columns = _columns(lines[labels_at])
    if header.get("datatype", "").lower() == "vec3":
        split, columns = _of_vectors(split, columns)
    plates = _plates(path, labels_at + 1, columns)
    forces = [column for plate in plates for column in plate.axes.values()]
    points = [plate.point for plate in plates if plate.point]
    table = parse_rows(
        path, lines, labels_at + 1, columns, [columns[0], *forces], split, optional=points
    )
    time = check_time(path, table, columns[0])
    summed = sum_plates(plates, table)
    notes = [*summed.notes]
    if "indegrees" in header:
        notes.append(f"inDegrees={short(header['indegrees'])} (no angle is read)")
    return ForceRecording(
        time=time,
        force=summed.total,
        source=str(path),
        feet=summed.feet,
        columns=summed.names,
        notes=tuple(notes),
        lines=table.lines,
        raw=summed.raw,
        cop_left=lateral_pressure(plates, table),
        warnings=tuple(_stale_counts(header, len(columns), table)),
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
        key, value = _entry(line)
        header[key.lower()] = value
    raise InputError(
        f"{path}: no line 'endheader'; permitted: an OpenSim header that ends with endheader"
    )


def _entry(line: str) -> tuple[str, str]:
    """Key and value of `key=value` or `key value`."""
    words = line.split(None, 1)
    key, equals, value = line.partition("=")
    if equals and len(key.split()) == 1:
        return key.strip(), value.strip()
    return (words[0], words[1].strip()) if len(words) == 2 else (line.strip(), "")


def _columns(labels: str) -> tuple[Split, list[str]]:
    """How rows are cut, and the labels: at white space, or at tabs where labels hold blanks."""
    at_tabs = [label.strip().strip('"') for label in labels.rstrip().split("\t")]
    words = labels.split()
    # Tabs around padded columns leave empty labels; then white space is the separator.
    if len(at_tabs) < 2 or not all(at_tabs):
        return str.split, [word.strip('"') for word in words]
    width = len(at_tabs)

    def split(line: str) -> list[str]:
        fields = line.split()
        if len(fields) == width:
            return fields
        # A value is missing, or the line is padded with tabs at its end.
        fields = [field.strip() for field in line.split("\t")]
        return fields[:width] if not any(fields[width:]) else fields

    return split, at_tabs


def _of_vectors(split: Split, columns: list[str]) -> tuple[Split, list[str]]:
    """The same for a file of vectors, `DataType=Vec3`: a label for `x,y,z`."""

    def parts(line: str) -> list[str]:
        return ",".join(split(line)).split(",")

    return parts, [columns[0], *(f"{name}_{axis}" for name in columns[1:] for axis in "xyz")]


def _plates(path: Path, line: int, columns: list[str]) -> list[Plate]:
    """Plates that have all three axes."""
    if columns[0].lower() != "time":
        raise InputError(
            f"{path}, line {line}: first column {short(columns[0])!r}; permitted: time"
        )
    plates, missing = find_plates(columns)
    if not plates:
        raise InputError(
            f"{path}, line {line}: missing columns *ground_force_v{{x,y,z}}; permitted: such as "
            "R_ground_force_vx, ground_force_1_vx, FP1_vx, f1_1 or Fx1, each with its three axes"
        )
    if missing:
        raise InputError(
            f"{path}, line {line}: missing column {short(', '.join(missing))}; permitted: all "
            "three axes of a plate together"
        )
    counts = Counter(columns)
    for column in (column for plate in plates for column in plate.axes.values()):
        if counts[column] > 1:
            raise InputError(
                f"{path}, line {line}: repeated column {short(column)!r}; permitted: each name once"
            )
    return plates


def _stale_counts(header: dict[str, str], columns: int, table: Table) -> list[str]:
    """What the header promises and the file does not hold."""
    found = {"columns": columns, "rows": len(table.lines)}
    return [
        f"the header promises {short(header[key])} {what} ({key}), the file has {found[what]}: all "
        "of them are read (is the file cut off, or the header an older file's?)"
        for what, keys in _COUNTS
        for key in keys
        if key in header and header[key] != str(found[what])
    ]
