"""A sweep as one netCDF file for xarray and its kin: units as attributes, statuses as text.

A complete grid's axes are dimensions with coordinates; other rows lie along `row`, with their
inputs as variables. The nominal runner is no point of a grid: his values are attributes. A few
columns are held at a time.
"""

import importlib
import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.files import on_disk, whole_file
from stridesim.results import QUANTITIES, InputError
from stridesim.sweeps.export_csv import check_complete
from stridesim.sweeps.result import reason
from stridesim.sweeps.store import SweepStore

_AT_A_TIME: Final = 8
"""Columns read in one pass over the parts."""


def export_netcdf(store: SweepStore, path: Path, *, partial: bool = False) -> int:
    """Write the rows of a complete sweep, the nominal runner's included; returns how many.

    With `partial` the rows that are there are written, along `row`. Raises `InputError` where rows
    are missing, with `partial` where all are.
    """
    try:
        import h5netcdf

        h5py = importlib.import_module("h5py")  # h5netcdf writes through it, and comes without
    except ImportError as error:
        raise InputError(
            f"netCDF needs {error.name}: install stridesim with its extra 'io' "
            "(pip install '.[io]')"
        ) from None
    check_complete(store, partial=partial)
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary, h5netcdf.File(temporary, "w") as file:
        return _Writer(store, file, h5py.string_dtype()).write()


class _Writer:
    def __init__(self, store: SweepStore, file: Any, text: Any) -> None:
        self._store, self._file, self._text = store, file, text
        self._rows = store.read(["row"], partial=True)["row"]
        self._axes = _grid(store, self._rows)
        self._fields = {field.name: field for field in store.schema()}

    def write(self) -> int:
        """Dimensions, then columns; returns the number of rows."""
        coordinates = self._axes or {"row": self._rows}
        self._file.dimensions = {name: len(values) for name, values in coordinates.items()}
        for name, values in coordinates.items():
            self._describe(self._file.create_variable(name, (name,), data=values), name)
        self._describe_sweep()
        names = [name for name in self._fields if name not in coordinates and name != "row"]
        for start in range(0, len(names), _AT_A_TIME):
            columns = self._store.read(names[start : start + _AT_A_TIME], partial=True)
            for name, values in columns.items():
                self._write(name, values)
        return len(self._rows)

    def _write(self, name: str, values: np.ndarray) -> None:
        kind = self._text if values.dtype == object else values.dtype
        if not self._axes:
            variable = self._file.create_variable(name, ("row",), kind, data=values)
        else:
            shape = [len(levels) for levels in self._axes.values()]
            points = values[:-1].reshape(shape)
            variable = self._file.create_variable(name, tuple(self._axes), kind, data=points)
            variable.attrs["nominal_runner"] = values[-1]
        self._describe(variable, name)

    def _describe(self, variable: Any, name: str) -> None:
        unit = (self._fields[name].metadata or {}).get(b"unit")
        if unit:
            variable.attrs["units"] = unit.decode()
        if name in QUANTITIES:
            variable.attrs["long_name"] = QUANTITIES[name].meaning
        if name == "status":
            variable.attrs["long_name"] = "ok, or why a row has no result"
            for status in sorted(set().union(*self._store.finished().values())):
                variable.attrs[f"meaning_of_{status}"] = reason(status)

    def _describe_sweep(self) -> None:
        manifest = self._store.manifest
        attributes = self._file.attrs
        attributes["title"] = manifest["config"].get("title") or manifest["config"]["name"]
        attributes["design_hash"] = manifest["design_hash"]
        attributes["nominal_rows"] = self._store.nominal_rows
        for key in ("config", "identity", "provenance"):
            attributes[key] = json.dumps(manifest[key], ensure_ascii=False)


def _grid(store: SweepStore, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Every axis and its values if the points are all their combinations in order, else none."""
    if len(rows) < store.rows or store.nominal_rows != [store.rows - 1]:
        return {}
    columns = store.read(store.manifest["identity"]["axes"])
    levels = {name: np.unique(values[:-1]) for name, values in columns.items()}
    if math.prod(map(len, levels.values())) != len(rows) - 1:
        return {}
    every = np.meshgrid(*levels.values(), indexing="ij")
    same = (np.array_equal(a.ravel(), columns[n][:-1]) for n, a in zip(levels, every, strict=True))
    return levels if all(same) else {}
