"""Files that are whole or absent: temporary name, sync, rename, sync of the folder.

A killed process leaves its temporary file behind. Its name is no result's and no other
writer's, so it harms nobody; the next run removes it when it is far older than any write takes.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stridesim.results import InputError

UNFINISHED: Final = ".unfinished"

STALE: Final = 3600.0
"""s after which an unfinished file belongs to nobody: a write takes less than a second."""


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the file system refuses (full, read-only, no such place) into one line."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from None


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary file to write; it becomes `path` when the body succeeds, and vanishes if not."""
    with on_disk(path), _temporary(path) as temporary:
        yield temporary
        _make_durable(temporary)
        temporary.replace(path)
        _sync_folder(path.parent)


def write_whole(path: Path, content: "bytes | memoryview") -> None:
    """Write a file so that `path` either holds all of `content` or does not change."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_first(path: Path, content: bytes) -> bool:
    """Write a file whole, unless there is one: False, of any number of writers, to all but one."""
    with on_disk(path), _temporary(path) as temporary:
        temporary.write_bytes(content)
        _make_durable(temporary)
        try:
            os.link(temporary, path)  # a rename would replace what another has just written
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            temporary.replace(path)
        _sync_folder(path.parent)
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove what killed writers left in `folder`; what may still be in use stays."""
    with contextlib.suppress(OSError):
        # The file system's own clock: that of another machine may be ahead of it.
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", suffix=UNFINISHED) as probe:
            now = os.fstat(probe.fileno()).st_mtime
        for path in folder.glob(f".*{UNFINISHED}"):
            with contextlib.suppress(OSError):
                if now - path.stat().st_mtime > STALE:
                    path.unlink()


@contextlib.contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """An empty file beside `path`, gone afterwards under that name."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _make_durable(temporary: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    temporary.chmod(0o644)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the platform can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
