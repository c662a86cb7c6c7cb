"""A sweep as one netCDF file for xarray and its kin: units as attributes, statuses as text.

A grid's axes are dimensions with coordinates; the points of any other design lie along `row`,
with their inputs as variables. The nominal runner is no point of the design: his values are
attributes. A few columns are held at a time.
"""

import json
import math
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from stridesim.results import QUANTITIES, InputError
from stridesim.sweeps.export_csv import check_complete
from stridesim.sweeps.files import on_disk, whole_file
from stridesim.sweeps.result import reason
from stridesim.sweeps.store import SweepStore

_AT_A_TIME: Final = 8
"""Columns read in one pass over the parts."""


def export_netcdf(store: SweepStore, path: Path, *, partial: bool = False) -> int:
    """Write the points of a complete sweep; returns how many rows, the nominal runner's included.

    With `partial` the rows that are not finished are NaN and have an empty status. Raises
    `InputError` where rows are missing, with `partial` where all are.
    """
    try:
        import h5netcdf
        import h5py  # h5netcdf writes through it, and comes without
    except ImportError as error:
        raise InputError(
            f"netCDF needs {error.name}: install stridesim with its extra 'io' "
            "(pip install '.[io]')"
        ) from None
    check_complete(store, partial=partial)
    with on_disk(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as temporary, h5netcdf.File(temporary, "w") as file:
        _Writer(store, file, h5py.string_dtype()).write()
    return sum(stop - start for start, stop in store.finished())


class _Writer:
    def __init__(self, store: SweepStore, file: Any, text: Any) -> None:
        self._store, self._file, self._text = store, file, text
        axes = store.manifest["axes"]
        self._points = store.rows - 1
        shape = tuple(len(axis["values"]) for axis in axes)
        self._axes = axes if math.prod(shape) == self._points else []
        self._shape = shape if self._axes else (self._points,)
        self._dims = tuple(axis["parameter"] for axis in self._axes) or ("row",)

    def write(self) -> None:
        self._file.dimensions = dict(zip(self._dims, self._shape, strict=True))
        self._describe_sweep()
        for axis in self._axes:
            name = axis["parameter"]
            variable = self._file.create_variable(name, (name,), float, data=axis["values"])
            variable.attrs["units"] = axis["unit"]
        fields = [field for field in self._store.schema() if field.name not in self._dims]
        wanted = [field for field in fields if field.name != "row"]
        for start in range(0, len(wanted), _AT_A_TIME):
            self._write_columns(wanted[start : start + _AT_A_TIME])

    def _write_columns(self, fields: list[pa.Field]) -> None:
        columns = self._store.read([field.name for field in fields], gaps=True)
        for field in fields:
            values = columns[field.name]
            points, nominal = values[: self._points].reshape(self._shape), values[self._points]
            kind = self._text if pa.types.is_string(field.type) else values.dtype
            variable = self._file.create_variable(field.name, self._dims, kind, data=points)
            variable.attrs["nominal_runner"] = nominal
            self._describe(variable, field)

    def _describe(self, variable: Any, field: pa.Field) -> None:
        unit = (field.metadata or {}).get(b"unit")
        if unit:
            variable.attrs["units"] = unit.decode()
        if field.name in QUANTITIES:
            variable.attrs["long_name"] = QUANTITIES[field.name].meaning
        if field.name == "status":
            variable.attrs["long_name"] = "why a point has no result, or ok"
            for name in sorted({name for part in self._store.finished().values() for name in part}):
                variable.attrs[f"meaning_of_{name}"] = reason(name)

    def _describe_sweep(self) -> None:
        manifest = self._store.manifest
        attributes = self._file.attrs
        attributes["title"] = manifest["config"].get("title") or manifest["config"]["name"]
        attributes["design_hash"] = manifest["design_hash"]
        for key in ("config", "identity", "provenance"):
            attributes[key] = json.dumps(manifest[key], ensure_ascii=False)
