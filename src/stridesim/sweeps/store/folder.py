"""Which files of a folder are a sweep's: those may be discarded, and no others are ever touched.

A folder is a sweep's if its manifest can be relied on, or if it holds parts of the sweep that is
to be run. One that is neither, and not empty, is not a sweep's.
"""

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from stridesim.files import is_leftover, on_disk, write_whole
from stridesim.results import InputError
from stridesim.sweeps.design.files import CONFIG
from stridesim.sweeps.store.manifest import (
    DISCARDED,
    MANIFEST,
    DamagedManifestError,
    DiscardedSweepError,
    read_manifest,
)

PART: Final = re.compile(r"part-(\d{9,})-(\d{9,})\.parquet")

PICTURE: Final = "sweep.png"
"""The figure that a run leaves there unless another name is given."""

_RUNNER: Final = re.compile(r"runner\.toml|runners/[^/\\]+\.toml")

_UNUSABLE: Final = re.compile(rf"(?:{PART.pattern}|{re.escape(MANIFEST)})\.unusable-\d+")

_HOUSEKEEPING: Final = {".DS_Store", ".gitignore", ".gitkeep"}
"""Files that hold no results."""


def refuse_foreign(folder: Path, names: Iterable[str]) -> None:
    """`InputError` where a folder without a sweep holds other files."""
    foreign = [name for name in sorted(names) if not _holds_no_results(name)]
    if foreign:
        more = f" and {len(foreign) - 1} more" if foreign[1:] else ""
        raise InputError(
            f"{folder}: is no sweep's folder and not empty ({foreign[0]}{more}); "
            "name a new or empty one (--output; sensitivity: --folder)"
        )


def discard(folder: Path) -> None:
    """Remove a sweep from its folder, and the folder if nothing else is in it.

    Refuses a folder that is not a sweep by its manifest. The manifest goes last: who is killed
    before leaves a sweep with fewer parts.
    """
    if not folder.exists():
        return
    try:
        manifest = read_manifest(folder)
    except DiscardedSweepError:
        return
    except DamagedManifestError as error:
        said = str(error).partition(";")[0]
        raise InputError(f"{said}: what is no sweep is left alone; name another folder") from None
    except InputError as error:
        raise InputError(f"{error}; it is left alone") from None
    with on_disk(folder):
        for path in sorted(folder.iterdir()):
            if PART.fullmatch(path.name) or _UNUSABLE.fullmatch(path.name) or path.name == PICTURE:
                _remove(path)
        for name in (CONFIG, *_runner_files(manifest["config"])):
            _remove(folder / name)
        runners = folder / "runners"
        if not runners.is_symlink():
            with contextlib.suppress(OSError):  # holds others'
                runners.rmdir()
        if all(name == MANIFEST or _holds_no_results(name) for name in _names(folder)):
            _remove(folder / MANIFEST)
            with contextlib.suppress(OSError):
                folder.rmdir()
        else:
            write_whole(folder / MANIFEST, DISCARDED.encode())


def _holds_no_results(name: str) -> bool:
    return is_leftover(name) or name in _HOUSEKEEPING


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def _runner_files(config: Any) -> list[str]:
    """The runners' files that a run has written, by the names that `Case.file` gives them."""
    several = config.get("runners")
    written = several if isinstance(several, list) else [config.get("runner")]
    return [name for name in written if isinstance(name, str) and _RUNNER.fullmatch(name)]


def _remove(path: Path) -> None:
    """A file of ours; what is none, or lies behind a link, stays."""
    if path.is_file() and not path.parent.is_symlink():
        path.unlink()
