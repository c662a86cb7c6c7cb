"""One door for recordings: the suffix of a file picks its reader."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from stridesim.measured.csv_file import read_csv
from stridesim.measured.opensim_file import read_opensim
from stridesim.measured.recording import ForceRecording
from stridesim.results import InputError

READERS: Final[dict[str, Callable[[Path], ForceRecording]]] = {
    ".csv": read_csv,
    ".mot": read_opensim,
    ".sto": read_opensim,
}


def read_forces(path: str | Path) -> ForceRecording:
    """Ground forces of a file (`.csv`, `.mot`, `.sto`).

    Raises `InputError`: one line naming the file and line or column, the value, and what is
    permitted.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError(f"{path}: unknown suffix {path.suffix!r}; permitted: {', '.join(READERS)}")
    return reader(path)
