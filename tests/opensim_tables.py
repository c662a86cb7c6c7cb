"""Tables printed by OpenSim 4.6, kept beside the checkout in `shared/reference/opensim`."""

import csv
from pathlib import Path

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "shared" / "reference" / "opensim"


def table(name: str, **only: str) -> dict[str, np.ndarray]:
    """Columns by name without unit; rows whose text columns equal `only`. Skips where absent."""
    path = FOLDER / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"no OpenSim table at {path}")
    with path.open() as file:
        header, *rows = csv.reader(line for line in file if not line.startswith("#"))
    names = [column.split(" [")[0] for column in header]
    for column, value in only.items():
        rows = [row for row in rows if row[names.index(column)] == value]
    assert rows
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    return {key: _numbers(values) for key, values in columns.items()}


def _numbers(values: tuple[str, ...]) -> np.ndarray:
    try:
        return np.array(values, dtype=float)
    except ValueError:
        return np.array(values)
