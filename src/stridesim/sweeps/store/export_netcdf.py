"""A sweep as one netCDF file for xarray and its kin: units as attributes, statuses as text.

A grid's axes are dimensions with coordinates, and so are its runners and tasks where several are
declared; what a constraint leaves out is NaN there. Other rows lie along `row`, with their inputs
as variables. The nominal runner is no point of a grid: its values are attributes, or, where there
are several, variables of their own. A few columns are held at a time.
"""

import importlib
import io
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.files import on_disk, output_file
from stridesim.results import QUANTITIES, InputError
from stridesim.sweeps.design.own import own_values
from stridesim.sweeps.result import HOLE, reason
from stridesim.sweeps.store import SweepStore
from stridesim.sweeps.store.export_csv import check_complete

_AT_A_TIME: Final = 8
"""Columns read in one pass over the parts."""

_MOST_HOLES: Final = 9
"""More places without a row than this, for each row: the rows are not exported as a grid."""

_NOMINAL: Final = "nominal_runner"


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
    # Opened here: HDF5 opens no file without a name, and none that is locked.
    with output_file(path) as temporary, _Sink(temporary) as sink:
        with h5netcdf.File(sink, "w") as file:
            rows = _Writer(store, file, h5py.string_dtype(), sink.check).write()
        sink.check()
        return rows


class _Sink(io.FileIO):
    """A file that never fails for HDF5, which does not survive a full disk: the first failure is
    kept for `check` to raise, and what is written after it is held in memory until then."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "w+")
        self._failure: OSError | None = None
        self._held: list[tuple[int, bytes]] = []

    def write(self, content: Any, /) -> int:
        """Write all, on the disk or else in memory."""
        start, left = self.tell(), memoryview(content).cast("B")
        size = len(left)
        try:
            while self._failure is None and len(left):
                left = left[super().write(left) :]
        except OSError as error:
            self._failure = error
        if len(left):
            self._held.append((start + size - len(left), bytes(left)))
            self.seek(start + size)
        return size

    def readinto(self, buffer: Any, /) -> int:
        """What was written, wherever it is."""
        start, view = self.tell(), memoryview(buffer).cast("B")
        there = super().readinto(view)
        if self._failure is None:
            return there
        view[there:] = bytes(len(view) - there)
        for place, content in self._held:
            first, last = max(start, place), min(start + len(view), place + len(content))
            if first < last:
                view[first - start : last - start] = content[first - place : last - place]
        self.seek(start + len(view))
        return len(view)

    def truncate(self, size: int | None = None, /) -> int:
        """To a length that the disk may not have."""
        size = self.tell() if size is None else size
        try:
            super().truncate(size)
        except OSError as error:
            self._failure = self._failure or error
        return size

    def check(self) -> None:
        """Raise what went wrong, if anything."""
        if self._failure is not None:
            raise self._failure


class _Grid(NamedTuple):
    """Dimensions of a grid, and where its rows lie."""

    cases: dict[str, np.ndarray]
    """Names of runners, of tasks, where they are declared."""
    axes: dict[str, np.ndarray]
    places: np.ndarray
    """Of every row that is a point, in order: its place in the flat grid."""

    @property
    def dimensions(self) -> dict[str, np.ndarray]:
        """Every dimension and its coordinates."""
        return {**self.cases, **self.axes}

    @property
    def shape(self) -> tuple[int, ...]:
        """Length of every dimension."""
        return tuple(len(values) for values in self.dimensions.values())


class _Writer:
    def __init__(
        self, store: SweepStore, file: Any, text: Any, check: Callable[[], object]
    ) -> None:
        self._store, self._file, self._text, self._check = store, file, text, check
        self._rows = store.read(["row"], partial=True)["row"]
        self._nominal = np.isin(self._rows, store.nominal_rows)
        self._grid = _grid(store, self._rows, self._nominal)
        self._fields = {field.name: field for field in store.schema()}

    def write(self) -> int:
        """Dimensions, then columns; returns the number of rows."""
        coordinates = self._grid.dimensions if self._grid else {"row": self._rows}
        self._file.dimensions = {name: len(values) for name, values in coordinates.items()}
        for name, values in coordinates.items():
            self._describe(self._create(name, (name,), values), name)
        self._describe_sweep()
        self._write_own()
        names = [name for name in self._fields if name not in coordinates and name != "row"]
        for start in range(0, len(names), _AT_A_TIME):
            columns = self._store.read(names[start : start + _AT_A_TIME], partial=True)
            for name, values in columns.items():
                self._write(name, values)
            self._check()
        return len(self._rows)

    def _create(self, name: str, dimensions: tuple[str, ...], values: np.ndarray) -> Any:
        kind = self._text if values.dtype == object else values.dtype
        return self._file.create_variable(name, dimensions, kind, data=values)

    def _write(self, name: str, values: np.ndarray) -> None:
        grid = self._grid
        if grid is None:
            self._describe(self._create(name, ("row",), values), name)
            return
        empty = HOLE if values.dtype == object else np.nan
        dense = np.full(grid.shape, empty, values.dtype)
        dense.flat[grid.places] = values[~self._nominal]
        variable = self._create(name, tuple(grid.dimensions), dense)
        self._describe(variable, name)
        nominal = values[self._nominal]
        if not grid.cases:
            variable.attrs[_NOMINAL] = nominal[0]
            return
        named = f"{name}.{_NOMINAL}"
        shape = [len(names) for names in grid.cases.values()]
        self._describe(self._create(named, tuple(grid.cases), nominal.reshape(shape)), name)
        variable.attrs[_NOMINAL] = named

    def _write_own(self) -> None:
        """What a runner has, or a task sets, for itself."""
        for value in own_values(self._store.manifest):
            of_cases = value.of_cases
            if self._grid is None:
                of_rows = of_cases[np.searchsorted(self._store.nominal_rows, self._rows)]
                variable = self._create(value.path, ("row",), of_rows)
            else:
                shape = [len(names) for names in self._grid.cases.values()]
                variable = self._create(
                    value.path, tuple(self._grid.cases), of_cases.reshape(shape)
                )
            if value.unit:
                variable.attrs["units"] = value.unit

    def _describe(self, variable: Any, name: str) -> None:
        unit = (self._fields[name].metadata or {}).get(b"unit")
        if unit:
            variable.attrs["units"] = unit.decode()
        if name in QUANTITIES:
            variable.attrs["long_name"] = QUANTITIES[name].meaning
        if name == "status":
            variable.attrs["long_name"] = (
                "ok, or why a row has no result; empty where a constraint leaves no row"
            )
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


def _grid(store: SweepStore, rows: np.ndarray, nominal: np.ndarray) -> _Grid | None:
    """The grid that the design declares; None where its rows are none, or not all are there."""
    identity = store.manifest["identity"]
    if len(rows) < store.rows or any(key.startswith("sampling.") for key in identity):
        return None
    axes = {name: np.array(identity[f"axis.{name}"], float) for name in identity["axes"]}
    there = store.schema().names
    cases: dict[str, np.ndarray] = {}
    places = []
    for name in [name for name in ("runner", "task") if name in there]:
        words = store.read([name])[name][~nominal]
        cases[name] = np.array(list(dict.fromkeys(words)), dtype=object)
        order = {word: k for k, word in enumerate(cases[name])}
        places.append(np.array([order[word] for word in words], int))
    shape = [len(values) for values in (*cases.values(), *axes.values())]
    if math.prod(shape) > (1 + _MOST_HOLES) * len(rows):
        return None
    for name, levels in axes.items():
        values = store.read([name])[name][~nominal]
        place = np.minimum(np.searchsorted(levels, values), len(levels) - 1)
        if not np.array_equal(levels[place], values):
            return None
        places.append(place)
    return _Grid(cases, axes, np.asarray(np.ravel_multi_index(tuple(places), shape)))
