"""A digest beside the content: whether a file is what was written, under the name it was given.

A file that was renamed holds the program of something else, so the name is part of the digest. It
guards against damage; against other people the folder's permissions do.
"""

import contextlib
import hashlib
from pathlib import Path
from typing import Final

SIZE: Final = hashlib.sha256().digest_size


def digest(name: str, content: bytes) -> bytes:
    """Of `content` under the name `name`."""
    found = hashlib.sha256(name.encode() + b"\0")
    found.update(content)
    return found.digest()


def remove(path: Path) -> None:
    """Make room for a whole one; what may not be removed stays, and is never used."""
    with contextlib.suppress(OSError):
        path.unlink()
