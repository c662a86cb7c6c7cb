"""What will a sweep take? Rows, time, memory and disk, measured on one of its chunks.

The probe runs a chunk of the middle of the design twice: the second run gives the rate, what the
first took longer is compilation. Its rows are written as a part like any other, elsewhere, and
weighed. Nothing is left behind.
"""

import dataclasses
import functools
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from stridesim.results import InputError
from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.chunk import (
    Columns,
    Evaluate,
    chunk_size_for,
    compute_chunk,
    counted,
    failures,
)
from stridesim.sweeps.store import SweepStore, column_units

_BYTES_OF_A_NUMBER: Final = np.dtype(float).itemsize


@dataclasses.dataclass(frozen=True)
class Probe:
    """What one chunk took."""

    rows: int
    seconds: float
    """Of the second run."""
    compilation: float
    """s that the first run took longer."""
    bytes_on_disk: int
    failures: Mapping[str, int]
    """Rows without a result by reason."""
    peak_memory: int | None
    """Bytes that this process had in memory at most; None where the system does not say."""

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.rows / self.seconds


@dataclasses.dataclass(frozen=True)
class Plan:
    """A design, where it stands, and what is still to come."""

    design: Design
    folder: Path
    chunk_size: int
    finished: int
    """Rows that the folder holds already."""
    another: str
    """Why the folder cannot be used; empty if it can."""
    probe: Probe

    @property
    def chunks(self) -> int:
        """Parts of the finished sweep."""
        return -(-self.design.rows // self.chunk_size)

    @property
    def dropped(self) -> int:
        """Points that the constraints leave out."""
        return self.design.layout.size * len(self.design.cases) - self.design.size

    @property
    def seconds(self) -> float:
        """Expected for the rows that are missing, without compilation."""
        return (self.design.rows - self.finished) / self.probe.rate

    @property
    def bytes_on_disk(self) -> int:
        """Of the finished sweep."""
        return round(self.design.rows * self.probe.bytes_on_disk / self.probe.rows)

    @property
    def table_memory(self) -> int:
        """Bytes of the columns that figure and answer are made of."""
        design = self.design
        names = {*design.units, design.shown, *design.config.outputs}
        return design.rows * len(names) * _BYTES_OF_A_NUMBER


def plan_sweep(design: Design, evaluate: Evaluate, folder: Path) -> Plan:
    """Probe a chunk and look at what `folder` holds; writes nothing there."""
    chunk_size, finished, another = chunk_size_for(design.rows), 0, ""
    try:
        store = SweepStore.find(folder, design)
    except InputError as error:
        another = str(error)
    else:
        if store is not None:
            chunk_size = store.manifest["chunk_size"]
            finished = sum(stop - start for start, stop in store.finished())
    return Plan(design, folder, chunk_size, finished, another, _probe(design, evaluate, chunk_size))


def _probe(design: Design, evaluate: Evaluate, chunk_size: int) -> Probe:
    with tempfile.TemporaryDirectory() as folder:
        store = SweepStore.create(Path(folder), design, chunk_size)
        chunks = store.chunks()
        # Not the last: it may be short.
        chunk = chunks[(len(chunks) - 1) // 2]
        compute = functools.partial(compute_chunk, design, evaluate, chunk)
        first, _ = _timed(compute)
        seconds, columns = _timed(compute)
        store.write(chunk, columns, column_units(design, columns))
        size = sum(path.stat().st_size for path in Path(folder).glob("*.parquet"))
    return Probe(
        rows=chunk[1] - chunk[0],
        seconds=seconds,
        compilation=max(0.0, first - seconds),
        bytes_on_disk=size,
        failures=failures(counted(columns["status"])),
        peak_memory=_peak_memory(),
    )


def _timed(call: Callable[[], Columns]) -> tuple[float, Columns]:
    started = time.perf_counter()
    value = call()
    return time.perf_counter() - started, value


def _peak_memory() -> int | None:
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
