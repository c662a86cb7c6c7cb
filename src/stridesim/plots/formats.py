"""What figures are written as. Apart, because asking must not take the time to load matplotlib."""

from pathlib import Path
from typing import Any, Final

from stridesim.results import InputError

METADATA: Final[dict[str, dict[str, Any]]] = {
    ".svg": {"Date": None, "Creator": "stridesim"},
    ".pdf": {"CreationDate": None, "Creator": "stridesim"},
    ".png": {"Software": "stridesim"},
}
"""Suffix -> what the file says of itself: nothing that changes from one drawing to the next."""


def check_format(path: Path) -> None:
    """Refuse a suffix that cannot be written, before the work is done."""
    if path.suffix.lower() not in METADATA:
        raise InputError(f"{path}: figures are written as {', '.join(METADATA)}")
