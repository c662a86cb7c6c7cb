"""The configuration that ran, written beside its results so that it can be run again."""

from pathlib import Path

import tomlkit

from stridesim.sweeps.design import Design
from stridesim.sweeps.files import write_whole

CONFIG = "sweep.toml"
RUNNER = "runner.toml"


def write_effective(design: Design, folder: Path) -> None:
    """Write `sweep.toml` (options applied) and, unless it is the shipped one, `runner.toml`."""
    if design.runner_text is not None:
        write_whole(folder / RUNNER, design.runner_text.encode())
    write_whole(folder / CONFIG, tomlkit.dumps(design.effective()).encode())
