"""The formats that can be read, in one registry: the suffix of a file picks its reader.

A new format is one function from a path to a recording, in a file of its own, and one entry in
`READERS`. Nothing else names formats: messages, documentation and commands ask the registry.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, NamedTuple, TypeVar

from stridesim.recordings.csv_file import read_csv
from stridesim.recordings.opensim_file import read_opensim
from stridesim.recordings.recording import ForceRecording
from stridesim.results import InputError

R = TypeVar("R")


class Reader(NamedTuple, Generic[R]):
    """One format: what its files hold (`kind`), their `suffixes` in lower case, the format in
    `words`, and `read`, which raises `InputError` (one line: file, line or column, value, what is
    permitted)."""

    kind: type[R]
    suffixes: tuple[str, ...]
    words: str
    read: Callable[[Path], R]


READERS: Final[list[Reader[Any]]] = [
    Reader(
        ForceRecording,
        (".csv",),
        "force-plate CSV: time_s, fx_ap_N, fy_ml_N, fz_vert_N, or a column of time and a plate's",
        read_csv,
    ),
    Reader(
        ForceRecording,
        (".mot", ".sto"),
        "OpenSim motion or storage file with ground forces",
        read_opensim,
    ),
]


def read_recording(path: str | Path, kind: type[R]) -> R:
    """The recording of `kind` in a file.

    Raises `InputError` for a suffix that no reader of `kind` has, and as the reader does.
    """
    path = Path(path)
    readers = {suffix: r for r in READERS if r.kind is kind for suffix in r.suffixes}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: unknown suffix {path.suffix!r}; permitted: {', '.join(readers)}")
    return reader.read(path)


def read_forces(path: str | Path) -> ForceRecording:
    """Ground forces of a file; otherwise as `read_recording`."""
    return read_recording(path, ForceRecording)
