"""What figures are written as. Apart, because asking must not take the time to load matplotlib."""

from pathlib import Path
from typing import Any, Final

from stridesim.files import check_output
from stridesim.results import InputError

METADATA: Final[dict[str, dict[str, Any]]] = {
    ".svg": {"Date": None, "Creator": "stridesim"},
    ".pdf": {"CreationDate": None, "Creator": "stridesim"},
    ".png": {"Software": "stridesim"},
}
"""Suffix -> what the file says of itself: nothing that changes from one drawing to the next."""


def check_format(path: Path) -> None:
    """Refuse what cannot be written, before the work is done: another suffix, or over a folder."""
    if path.suffix.lower() not in METADATA:
        raise InputError(f"{path}: figures are written as {', '.join(METADATA)}")
    if path.parent.is_dir():
        check_output(path)
