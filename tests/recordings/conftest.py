"""Synthetic runs whose every measure is known in closed form, and the real recordings."""

from collections.abc import Callable
from pathlib import Path

import half_sine as synthetic
import pytest


@pytest.fixture
def half_sine() -> type[synthetic.HalfSineRun]:
    return synthetic.HalfSineRun


@pytest.fixture(scope="session")
def data(shared: Path) -> Path:
    return shared / "data"


@pytest.fixture
def csv_lines() -> list[str]:
    """A small, valid force-plate CSV: 3 s at 300 Hz."""
    return synthetic.csv_lines(synthetic.HalfSineRun().recording(rate=300.0, duration=3.0))


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, list[str]], Path]:
    def write_file(name: str, lines: list[str]) -> Path:
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n")
        return path

    return write_file
