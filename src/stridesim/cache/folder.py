"""Which folder may hold programs: one that the user owns, and that only the user may write to."""

import contextlib
import functools
import logging
import os
import stat
from pathlib import Path
from typing import Final

_OF_THE_USER_ALONE: Final = 0o700
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH

_logger = logging.getLogger(__name__)


def cache_folder() -> Path | None:
    """The user's cache folder for compiled programs, made if need be; None if not writable, or not
    the user's alone."""
    import platformdirs

    try:
        folder = Path(platformdirs.user_cache_dir("stridesim", appauthor=False)) / "jax"
    except (RuntimeError, KeyError):  # a user without a home
        return None
    if not folder.is_absolute() or not is_trusted(folder):
        return None
    with contextlib.suppress(OSError):  # others have no business there, even to read
        if os.name == "posix" and stat.S_IMODE(folder.stat().st_mode) != _OF_THE_USER_ALONE:
            folder.chmod(_OF_THE_USER_ALONE)
    return folder if _may_write(folder) else None


@functools.cache
def is_trusted(folder: Path) -> bool:
    """Whether programs may be kept in `folder`, which is made if need be; said once if not."""
    try:
        if not folder.is_dir():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=_OF_THE_USER_ALONE, exist_ok=True)
        found = folder.stat()
    except (OSError, ValueError):  # nothing can be kept there; ValueError: no name of a file
        return False
    reason = _distrust(found)
    if reason:
        _logger.warning(
            "cache %s: %s, who could put programs of theirs there; it is not used, and every "
            "command compiles anew: remove it, or choose another by JAX_COMPILATION_CACHE_DIR",
            folder,
            reason,
        )
    return not reason


def _distrust(found: os.stat_result) -> str:
    if os.name != "posix":  # the folder of a profile is the user's alone by Windows' own rules
        return ""
    if found.st_uid != os.geteuid():
        return f"belongs to another user (uid {found.st_uid})"
    if found.st_mode & _OTHERS_WRITE:
        return f"may be written by others (mode {stat.S_IMODE(found.st_mode):04o}, not 0700)"
    return ""


def _may_write(folder: Path) -> bool:
    """Permission bits do not tell of a full disk or a read-only mount: try."""
    import tempfile

    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False
