"""The configuration that ran, written beside its results so that it can be run again."""

from pathlib import Path

import tomlkit

from stridesim.sweeps.design import Design
from stridesim.sweeps.files import on_disk, write_whole

CONFIG = "sweep.toml"


def write_effective(design: Design, folder: Path) -> None:
    """Write `sweep.toml` (options applied) and the runners' files, except the shipped one."""
    for name, text in design.runner_files().items():
        path = folder / name
        with on_disk(path):
            path.parent.mkdir(exist_ok=True)
        write_whole(path, text.encode())
    write_whole(folder / CONFIG, tomlkit.dumps(design.effective()).encode())
