"""Which model made these numbers? Its version, and a hash of its own source.

A version number alone would let results of yesterday's equations mix with today's while the
model is being worked on; the source of everything below the sweep (constants, runner, physics,
muscles, energetics, economy) is its exact name.
"""

import hashlib
import importlib.resources
import sys
from importlib.resources.abc import Traversable
from typing import Final

NOT_THE_MODEL: Final = (
    "__main__.py",
    "_shipped",
    "analysis",
    "cache",
    "cli",
    "evidence",
    "files.py",
    "fingerprint.py",
    "lab",
    "measured",
    "plots",
    "programs",
    "reading.py",
    "reports",
    "runtime.py",
    "shipped.py",
    "text.py",
    "studies",
    "jax.py",
    "sweeps",
    "training",
    "words",
)
"""What stands beside or above the model; all else is hashed, so nothing can be forgotten."""

_SUFFIXES: Final = (".py", ".csv")


def model_fingerprint() -> str:
    """`0.1.0+3f2a...`: the same text, the same equations and tables. Of what this process loaded:
    who edits the source meanwhile goes on with the old one."""
    return _LOADED


def edited_since() -> bool:
    """Whether the source is another by now. What this process then computes is of the old one or,
    if modules were loaded again, of neither."""
    return _of_source() != _LOADED


def _of_source() -> str:
    version = sys.modules["stridesim"].__version__  # from above: the package's own front
    root = importlib.resources.files("stridesim")
    digest = hashlib.sha256()
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.name not in NOT_THE_MODEL:
            _add(digest, entry, entry.name)
    return f"{version}+{digest.hexdigest()[:16]}"


def _add(digest: "hashlib._Hash", entry: Traversable, name: str) -> None:
    if entry.is_dir():
        for child in sorted(entry.iterdir(), key=lambda child: child.name):
            _add(digest, child, f"{name}/{child.name}")
    elif entry.is_file() and name.endswith(_SUFFIXES):
        digest.update(name.encode() + b"\0" + entry.read_bytes())


_LOADED: Final = _of_source()
