"""Files that are whole or absent: written elsewhere, synced, renamed, and their folder synced.

    with output_file(path) as temporary:     # what a user names: a figure, a table, a runner
        figure.savefig(temporary)
    with whole_file(path) as temporary: ...  # what stands in a folder of our own

Until the rename `path` is what it was, and whoever dies or fills the disk before leaves it so.
Permissions of a new file are the user's umask's, of one that is replaced its own.

What a killed process leaves is removed. A user's folder should not even see it: there the content
has no name before it is whole, where the file system knows such files (Linux's O_TMPFILE), and
else is locked while its writer lives, so that the next writer of the same file can tell. In a
folder of our own a left file harms nobody; the next run removes it when it is far older than any
write takes, which holds on the network file systems of clusters too.
"""

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from stridesim.results import InputError

if sys.platform == "win32":
    fcntl = None  # it removes no open file: there is nothing to lock for
else:
    import fcntl

UNFINISHED: Final = ".unfinished"

STALE: Final = 3600.0
"""s after which an unfinished file belongs to nobody: a write takes less than a second."""

PATIENCE: Final = 30.0
"""s in which somebody must begin to read a pipe that is to be written."""

_LONGEST: Final = 100
"""Bytes of a file's name that its temporary file repeats: a name has 255 at most."""


@contextlib.contextmanager
def on_disk(path: Path) -> Iterator[None]:
    """Turn what the file system refuses (full, read-only, no such place) into one line."""
    if "\0" in str(path):
        raise InputError(f"{str(path)!r}: a file's name cannot contain the character NUL")
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


@contextlib.contextmanager
def output_file(path: Path) -> Iterator[Path]:
    """The same for a file that a user names, whatever stands there.

    A link's target is written, and the link stays. Pipes and devices that take a stream
    (`/dev/stdout`) are written into once the content is complete; what else is no file is refused.
    """
    check_output(path)
    with on_disk(path):
        if _is_stream(path):
            with _unnamed_or_named(Path(tempfile.gettempdir(), "stream")) as (temporary, _):
                yield temporary
                _pour(temporary, path)
            return
        target = Path(os.path.realpath(path))
        _remove_those_of_the_dead(target)
        with _unnamed_or_named(target) as (temporary, handle):
            yield temporary
            _take_over(target, handle)
            os.fsync(handle)
            _name(temporary, handle, target)
            _sync_folder(target.parent)


def check_output(path: Path) -> None:
    """Refuse, before any work, what `output_file` cannot write: one line that says why."""
    with on_disk(path):
        if str(path) == "-":
            raise InputError("-: standard output cannot be written here; name a file")
        try:
            mode = path.stat().st_mode
        except FileNotFoundError:
            folder = Path(os.path.realpath(path)).parent
            if not folder.is_dir():
                raise InputError(f"{path}: no such folder; permitted: an existing one") from None
            return
        if stat.S_ISDIR(mode):
            raise InputError(f"{path}: is a folder; name a file")
        if stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
            what = "a disk" if stat.S_ISBLK(mode) else "a socket"
            raise InputError(f"{path}: is {what}, which is left alone; name a file")
        if not os.access(path, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def write_whole(path: Path, content: "bytes | memoryview") -> None:
    """Write a file so that `path` either holds all of `content` or does not change."""
    with whole_file(path) as temporary:
        temporary.write_bytes(content)


def write_output(path: Path, content: bytes) -> None:
    """Write a file that a user names, whole or not at all."""
    with output_file(path) as temporary:
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


def is_leftover(name: str) -> bool:
    """Whether a file of that name is one that a killed writer left, or one still writes."""
    return name.startswith(".") and name.endswith(UNFINISHED)


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
    temporary, handle = _created(path)
    os.close(handle)
    try:
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _beside(path: Path) -> Path:
    """A name that nobody else takes."""
    return path.with_name(f"{_prefix(path)}{secrets.token_hex(6)}{UNFINISHED}")


def _prefix(path: Path) -> str:
    return f".{os.fsdecode(os.fsencode(path.name)[:_LONGEST])}."


def _created(path: Path) -> tuple[Path, int]:
    """A new file beside `path`; the system applies the umask."""
    temporary = _beside(path)
    return temporary, os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)


@contextlib.contextmanager
def _unnamed_or_named(path: Path) -> Iterator[tuple[Path, int]]:
    """An empty file in the folder of `path`, and its handle: without a name if that can be."""
    handle = _unnamed(path.parent)
    named = None
    if handle is None:
        named, handle = _created(path)
    try:
        # A writer of the same file that comes in the moment before takes this one for dead, and
        # then the rename fails; it cannot go wrong unseen.
        if fcntl is not None:
            with contextlib.suppress(OSError):  # a file system without locks
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield named or Path(f"/proc/self/fd/{handle}"), handle
    finally:
        os.close(handle)
        if named is not None:
            with contextlib.suppress(OSError):
                named.unlink()


def _unnamed(folder: Path) -> int | None:
    """A file that vanishes with its last handle, unless it is given a name; None where the
    system has none."""
    kind = getattr(os, "O_TMPFILE", None)
    if kind is None:
        return None
    try:
        handle = os.open(folder, kind | os.O_RDWR, 0o666)
    except OSError as error:
        if error.errno in (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL):
            return None
        raise
    if not Path(f"/proc/self/fd/{handle}").exists():  # it could not be given a name
        os.close(handle)
        return None
    return handle


def _name(temporary: Path, handle: int, target: Path) -> None:
    """The complete content takes its place."""
    if temporary.name == str(handle):  # a link replaces nothing: only a rename does
        named = _beside(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:  # the folder's handle makes Python follow the link in /proc
            os.link(temporary, named.name, dst_dir_fd=folder)
        finally:
            os.close(folder)
        temporary = named
    try:
        temporary.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _take_over(target: Path, handle: int) -> None:
    """Owner and permissions of the file that is replaced, as far as they can be given."""
    with contextlib.suppress(FileNotFoundError):
        was = target.stat()
        if os.name == "posix":
            with contextlib.suppress(OSError):
                os.fchown(handle, was.st_uid, was.st_gid)
            os.fchmod(handle, stat.S_IMODE(was.st_mode) & 0o777)


def _remove_those_of_the_dead(target: Path) -> None:
    """Temporary files of `target` that nobody holds locked."""
    if fcntl is None:
        return
    left = [path for path in target.parent.iterdir() if is_leftover(path.name)]
    for path in [path for path in left if path.name.startswith(_prefix(target))]:
        with contextlib.suppress(OSError):
            handle = os.open(path, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
            finally:
                os.close(handle)


def _is_stream(path: Path) -> bool:
    """Whether content goes into what stands there, instead of in its place."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    # /dev/stdout and its kin are links to what the shell has opened, be it a file.
    folder = os.path.realpath(path.parent)
    return not stat.S_ISREG(mode) or folder == "/dev" or folder.startswith("/proc/")


def _pour(content: Path, stream: Path) -> None:
    """Copy into a pipe or device."""
    with content.open("rb") as source, os.fdopen(_opened(stream), "wb") as sink:
        shutil.copyfileobj(source, sink)


def _opened(stream: Path) -> int:
    """A pipe is waited for until somebody reads it, but not for ever."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            handle = os.open(stream, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO or time.monotonic() > deadline:
                if error.errno == errno.ENXIO:
                    raise InputError(
                        f"{stream}: nobody reads this pipe within {PATIENCE:g} s; name a file"
                    ) from None
                raise
            time.sleep(0.05)
        else:
            os.set_blocking(handle, True)
            return handle


def _make_durable(temporary: Path) -> None:
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable where the platform can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
