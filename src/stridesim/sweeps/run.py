"""Run a design through a model, chunk by chunk, into a folder that never loses a chunk.

    for chunk, columns in engine.compute(design, model, chunks that are missing):
        store.write(chunk, columns)

The engine decides where chunks are computed, the store what is missing, and this loop nothing
but the order: ask, write, report. Ctrl-C ends the supply of chunks; what is being computed is
finished and written. A second Ctrl-C stops at once; the same call resumes.
"""

import contextlib
import functools
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypedDict, Unpack

import numpy as np

from stridesim.results import InputError
from stridesim.sweeps.design import WORDS, Design
from stridesim.sweeps.design.files import effective_files, write_effective
from stridesim.sweeps.engines.chunk import (
    SMALLEST_CHUNK,
    Chunk,
    chunk_size_for,
    chunks_of,
    compute_chunk,
    counted,
    failures,
)
from stridesim.sweeps.engines.engine import KEPT, Engine, StillAtWork
from stridesim.sweeps.engines.in_process import InProcess
from stridesim.sweeps.engines.interrupt import first_interrupt_asks
from stridesim.sweeps.engines.job import Model, evaluate_of
from stridesim.sweeps.engines.shard import WHOLE, Shard
from stridesim.sweeps.result import Columns, SweepResult, result_of
from stridesim.sweeps.store import MissingRowsError, SweepStore, column_units
from stridesim.sweeps.store.folder import discard as discard
from stridesim.sweeps.store.stored import StoredColumns

Progress = Callable[[int, Mapping[str, int]], object]
"""Called with the number of rows just finished and, of those without a result, how many have
which reason; with 0 while rows are awaited."""

log = logging.getLogger("stridesim")

_ATTEMPTS: Final = 3
"""How often parts that turn out to be damaged are computed again before a disk is given up."""


class SweepInterrupted(Exception):  # noqa: N818 - as KeyboardInterrupt: no error
    """Ctrl-C: the finished rows are on disk and the same call goes on from there.

    `abandoned`: the second Ctrl-C left a chunk being computed in a thread that nothing can stop
    but the end of the process, and that an orderly end would wait for.
    """

    def __init__(self, folder: Path, finished: int, rows: int, *, abandoned: bool = False) -> None:
        super().__init__(f"{folder}: interrupted with {finished} of {rows} rows finished")
        self.folder, self.finished, self.rows = folder, finished, rows
        self.abandoned = abandoned


class Options(TypedDict, total=False):
    """How a sweep is run; none of it changes a number."""

    engine: Engine
    """Where chunks are computed; by default in this process."""
    progress: Progress | None
    provenance: Mapping[str, Any]
    """Goes into every part."""
    on_interrupt: Callable[[], object]
    """Called at once on the first Ctrl-C, which ends the sweep after the chunks at work."""
    chunk_size: int
    """Rows of a chunk of a new sweep."""


def run_sweep(
    design: Design, model: Model, folder: Path, **options: Unpack[Options]
) -> SweepResult:
    """Compute the rows that `folder` does not hold yet and return the whole sweep.

    Raises `InputError` when the folder holds another design or cannot be written, and
    `SweepInterrupted` after Ctrl-C.
    """
    for _ in range(_ATTEMPTS):
        store = fill_store(design, model, folder, **options)
        try:
            return read_result(design, store, model)
        except MissingRowsError as error:  # damaged on the disk, and set aside
            log.warning("%s", error)
        options["progress"] = None  # all rows were reported
    raise InputError(f"{folder}: what is written there is damaged when it is read; see to the disk")


def fill_store(
    design: Design,
    model: Model,
    folder: Path,
    shard: Shard = WHOLE,
    **options: Unpack[Options],
) -> SweepStore:
    """Compute the chunks of `shard` that `folder` does not hold yet; the store as it is then."""
    folder = Path(folder)
    engine = options.get("engine") or InProcess()
    size = options.get("chunk_size") or chunk_size_for(design.rows)
    record = {**options.get("provenance", {}), "engine": str(engine)}
    store = SweepStore.create(folder, design, size, record)
    write_effective(effective_files(design), folder)
    work = _Work(store, shard.of(store.chunks()), options.get("progress"))
    try:
        with (
            first_interrupt_asks(options.get("on_interrupt")) as interrupted,
            contextlib.closing(engine.compute(design, model, work.supply(interrupted))) as finished,
        ):
            for done in finished:
                interrupted()
                if done is None:
                    work.go_on()
                    continue
                chunk, columns = done
                try:
                    store.write(chunk, columns, column_units(design, columns), record)
                except InputError as error:
                    work.begin_no_more()
                    for _ in finished:  # what is at work ends by itself
                        pass
                    raise InputError(f"{error}; {KEPT}") from None
                work.count(counted(columns["status"]))
            if interrupted() and work.done < work.rows:
                raise KeyboardInterrupt
    except KeyboardInterrupt as stop:
        abandoned = isinstance(stop, StillAtWork)
        raise SweepInterrupted(folder, work.done, work.rows, abandoned=abandoned) from None
    return store


def run_in_memory(
    design: Design,
    model: Model,
    *,
    progress: Progress | None = None,
    chunk_size: int = SMALLEST_CHUNK,
) -> SweepResult:
    """The same rows without a folder."""
    evaluate = evaluate_of(design, model)
    parts = []
    for chunk in chunks_of(design.rows, chunk_size):
        parts.append(compute_chunk(design, evaluate, chunk))
        if progress is not None:
            progress(chunk[1] - chunk[0], failures(counted(parts[-1]["status"])))
    whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    numbers = {name: whole[name] for name in whole if name not in WORDS}
    return result_of(design, Columns(numbers), whole["status"], evaluate)


def read_result(design: Design, store: SweepStore, model: Model | None = None) -> SweepResult:
    """The finished sweep of a store: what is shown is read now, other columns when asked for.

    With the `model`, rows beside its points can be asked for.
    """
    columns = StoredColumns(store, [design.shown, *design.config.outputs])
    ask = None if model is None else _asked_when_needed(design, model)
    return result_of(design, columns, columns.status, ask)


def _asked_when_needed(design: Design, model: Model) -> Callable[..., Any]:
    """The model, made of the design by the first who asks."""
    made = functools.cache(lambda: evaluate_of(design, model))
    return lambda *asked: made()(*asked)


class _Work:
    """What of a run's share is done: the one count behind messages and progress."""

    def __init__(
        self, store: SweepStore, share: Sequence[Chunk], progress: Progress | None
    ) -> None:
        self._store, self._progress = store, progress
        self._reported = time.monotonic()
        self.rows = sum(stop - start for start, stop in share)
        self.done = 0
        self._wanted = True
        self._missing: list[Chunk] = []
        there: Counter[str] = Counter()
        for chunk in share:
            statuses = store.statuses(chunk)
            if statuses is None:
                self._missing.append(chunk)
            else:
                there.update(statuses)
        self.count(there)

    def supply(self, interrupted: Callable[[], bool]) -> Iterator[Chunk]:
        """The chunks to compute, until Ctrl-C or `begin_no_more`; what another run has finished is
        only counted."""
        for chunk in self._missing:
            if interrupted() or not self._wanted:
                return
            statuses = self._store.statuses(chunk)
            if statuses is None:
                yield chunk
            else:
                self.count(statuses)

    def begin_no_more(self) -> None:
        """End the supply of chunks."""
        self._wanted = False

    def count(self, statuses: Mapping[str, int]) -> None:
        """Rows are on disk, so many with each status."""
        rows = sum(statuses.values())
        self.done += rows
        if rows:
            self._report(rows, failures(statuses))

    def go_on(self) -> None:
        """Chunks are awaited: show the time passing."""
        if time.monotonic() - self._reported >= 1.0:
            self._report(0, {})

    def _report(self, rows: int, without_result: Mapping[str, int]) -> None:
        self._reported = time.monotonic()
        if self._progress is not None:
            self._progress(rows, without_result)
