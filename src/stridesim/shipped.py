"""Sweep files, experiments and training programmes that come with stridesim, found by name.

    stridesim sweep run demo               configs/demo.toml
    stridesim train heavy                  configs/training/heavy.toml
    stridesim figures tendon_stiffness     configs/experiments/tendon_stiffness.toml and its script

In a wheel they lie inside the package; in a checkout, at its top level.
"""

import difflib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from stridesim.results import InputError
from stridesim.text import quoted

SWEEPS: Final = Path("configs")
EXPERIMENTS: Final = Path("configs/experiments")
SCRIPTS: Final = Path("experiments")
FIGURES: Final = Path("figures")
PROGRAMMES: Final = Path("configs/training")

_PACKAGE: Final = Path(__file__).resolve().parent
_PLACES: Final = (_PACKAGE / "_shipped", _PACKAGE.parents[1])
"""Of a wheel, and of a checkout."""


def root() -> Path:
    """The folder that holds `configs` and `experiments`; `InputError` where there is none."""
    for place in _PLACES:
        if (place / EXPERIMENTS).is_dir():
            return place
    raise InputError(f"{_PLACES[0]}: the sweeps and experiments that come with stridesim are gone")


def sweep_names() -> list[str]:
    """The sweep files that come with stridesim."""
    return _stems(root() / SWEEPS)


def sweep_file(written: str | os.PathLike[str]) -> Path:
    """A sweep file by its path, or by its name if it comes with stridesim.

    A word without a folder and a suffix is a name, unless a file of that name is there.
    Raises `InputError` for an unknown name, with those that are known.
    """
    return _file_of(written, "sweep", SWEEPS, sweep_names())


def _file_of(
    written: str | os.PathLike[str], kind: str, folder: Path, known: Sequence[str]
) -> Path:
    path = Path(written)
    if len(path.parts) != 1 or path.suffix or (path.exists() and not path.is_dir()):
        return path
    if path.name in known:
        return root() / folder / f"{path.name}.toml"
    near = difflib.get_close_matches(path.name, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(
        f"unknown {kind} {quoted(path.name)}{hint} (permitted: {', '.join(known)}, or a file.toml)"
    )


def programme_names() -> list[str]:
    """The training programmes that come with stridesim."""
    return _stems(root() / PROGRAMMES)


def programme_file(written: str | os.PathLike[str]) -> Path:
    """A training programme by its path, or by its name if it comes with stridesim; `InputError` for
    an unknown name."""
    return _file_of(written, "programme", PROGRAMMES, programme_names())


def experiment_names(folder: Path) -> list[str]:
    """The experiments that `folder`, with `configs/experiments` in it, declares."""
    return _stems(folder / EXPERIMENTS)


def nearest_root(start: Path) -> Path | None:
    """`start` or its nearest parent that holds experiments; None where there is none."""
    for folder in (start, *start.resolve().parents):
        if (folder / EXPERIMENTS).is_dir():
            return folder
    return None


def _stems(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("*.toml"))
