"""Files that are whole or absent: temporary name, sync, rename, sync of the folder."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stridesim.results import InputError


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
    with on_disk(path):
        # A name that no part has and no other writer uses; a killed run leaves it behind unread.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync_folder(path.parent)


def write_whole(path: Path, content: "bytes | memoryview") -> None:
    """Write a file so that `path` either holds all of `content` or does not change."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the platform can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
