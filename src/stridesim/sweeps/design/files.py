"""The configuration that ran, as files: what it was, and all that is needed to run it again.

They are written beside the results, and other processes get them (`engines.job`).
"""

from collections.abc import Mapping
from pathlib import Path

import tomlkit

from stridesim.files import on_disk, write_whole
from stridesim.sweeps.design import Design

CONFIG = "sweep.toml"


def effective_files(design: Design) -> dict[str, str]:
    """`sweep.toml` (options applied) and the runners' files, except the shipped one."""
    return {**design.runner_files(), CONFIG: tomlkit.dumps(design.effective())}


def write_effective(files: Mapping[str, str], folder: Path) -> None:
    """Write those that do not already stand there as they are."""
    for name, text in files.items():
        path = folder / name
        with on_disk(path):
            path.parent.mkdir(exist_ok=True)
        if not path.is_file() or path.read_bytes() != text.encode():
            write_whole(path, text.encode())
