"""Run a design through a function that answers batches of points, chunk by chunk.

    evaluate({"hip.strength": (n,) SI}) -> {"cost_of_transport": (n,), ..., "status": (n,)}

Where a design has several runners or tasks, `evaluate(points, case)` is called for one of them at
a time: a chunk is split where its case changes, which the design alone decides.
A row that fails carries the name of its reason in `status` and NaN for its results. Ctrl-C
lets the chunk that is running finish and be written; a second Ctrl-C stops at once; what is on
disk stays and the same call resumes. A chunk is computed beside the main thread, because Python
delivers a signal only to a main thread that is not inside compiled code for half a minute.
"""

import contextlib
import functools
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.results import InputError, Status
from stridesim.sweeps.design import Design, Part
from stridesim.sweeps.effective import write_effective
from stridesim.sweeps.files import on_disk
from stridesim.sweeps.result import SweepResult, result_of
from stridesim.sweeps.store import MANIFEST, SweepStore, column_units

Evaluate = Callable[..., Mapping[str, np.ndarray]]
Progress = Callable[[int], object]
"""Called with the number of rows that have just been finished; with 0 while they are awaited."""

CHUNK_SIZE: Final = 512
"""Rows of a file: seconds of work, so that little is lost and the bar moves."""

TICK: Final = 0.1
"""s between two looks at what the user wants while a chunk is computed."""


class SweepInterrupted(Exception):  # noqa: N818 - as KeyboardInterrupt: no error
    """Ctrl-C: the finished rows are on disk and the same call goes on from there.

    `abandoned`: the second Ctrl-C left a chunk being computed in a thread that nothing can stop
    but the end of the process, and that an orderly end would wait for.
    """

    def __init__(self, folder: Path, finished: int, rows: int, *, abandoned: bool = False) -> None:
        super().__init__(f"{folder}: interrupted with {finished} of {rows} rows finished")
        self.folder, self.finished, self.rows = folder, finished, rows
        self.abandoned = abandoned


def run_sweep(
    design: Design,
    evaluate: Evaluate,
    folder: Path,
    *,
    progress: Progress | None = None,
    chunk_size: int = CHUNK_SIZE,
    provenance: Mapping[str, Any] | None = None,
    on_interrupt: Callable[[], object] | None = None,
) -> SweepResult:
    """Compute the rows that `folder` does not hold yet and return the whole sweep.

    `on_interrupt` is called at once on the first Ctrl-C, which ends the sweep after its chunk.
    Raises `InputError` when the folder holds another design or cannot be written, and
    `SweepInterrupted` after Ctrl-C.
    """
    folder = Path(folder)
    store = SweepStore.create(folder, design, chunk_size, provenance)
    write_effective(design, folder)
    missing = store.missing()
    left = sum(stop - start for start, stop in missing)
    _report(progress, design.rows - left)
    work: _Beside | None = None
    try:
        with _finish_chunk_on_interrupt() as interrupted:
            for chunk in missing:
                work = _Beside(functools.partial(compute_chunk, design, evaluate, chunk))
                columns = work.result(_wait(progress, interrupted, on_interrupt))
                store.write(chunk, columns, column_units(design, columns), provenance)
                left -= chunk[1] - chunk[0]
                _report(progress, chunk[1] - chunk[0])
                if interrupted() and left:
                    raise KeyboardInterrupt
    except KeyboardInterrupt:
        abandoned = work is not None and work.running
        raise SweepInterrupted(
            folder, design.rows - left, design.rows, abandoned=abandoned
        ) from None
    return read_result(design, store)


def run_in_memory(
    design: Design,
    evaluate: Evaluate,
    *,
    progress: Progress | None = None,
    chunk_size: int = CHUNK_SIZE,
) -> SweepResult:
    """The same rows without a folder."""
    parts = []
    for start in range(0, design.rows, chunk_size):
        chunk = (start, min(start + chunk_size, design.rows))
        parts.append(compute_chunk(design, evaluate, chunk))
        _report(progress, chunk[1] - chunk[0])
    return result_of(
        design, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    )


def read_result(design: Design, store: SweepStore) -> SweepResult:
    """The finished sweep of a store as arrays."""
    table = store.read()
    columns = {
        name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names
    }
    return result_of(design, columns)


def discard(folder: Path) -> None:
    """Remove a sweep's folder; refuses a folder that is not a sweep."""
    if not folder.exists():
        return
    if not (folder / MANIFEST).exists():
        raise InputError(f"{folder}: not a sweep (no {MANIFEST}); it is left alone")
    with on_disk(folder):
        shutil.rmtree(folder)


def compute_chunk(
    design: Design, evaluate: Evaluate, chunk: tuple[int, int]
) -> dict[str, np.ndarray]:
    """Every input in its declared unit, the reason, and every result of the rows of a chunk."""
    start, stop = chunk
    parts = [_answers(design, evaluate, part) for part in design.parts(start, stop)]
    answers = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    rows = np.arange(start, stop, dtype=np.int64)
    return {"row": rows, **design.inputs(start, stop), **answers}


def _answers(design: Design, evaluate: Evaluate, part: Part) -> dict[str, np.ndarray]:
    """What the model says of rows of one case; `status` first."""
    n = part.stop - part.start
    case = (part.case,) if len(design.cases) > 1 else ()
    answers = {k: np.asarray(v) for k, v in evaluate(design.part_points(part), *case).items()}
    status = answers.pop("status").astype(str)
    known = {reason.name for reason in Status}
    unknown = set(status.tolist()) - known
    if unknown:
        raise ValueError(f"status {sorted(unknown)[0]!r} is not one of stridesim.results.Status")
    for name, values in answers.items():
        if values.shape != (n,):
            raise ValueError(f"{name}: {values.shape} values for {n} points")
    return {"status": status, **{name: values.astype(float) for name, values in answers.items()}}


def _report(progress: Progress | None, rows: int) -> None:
    if progress is not None and rows:
        progress(rows)


class _Beside:
    """One call in a thread of its own, which does not keep the process alive."""

    def __init__(self, call: Callable[[], dict[str, np.ndarray]]) -> None:
        self._call = call
        self._value: dict[str, np.ndarray] | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._value = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            self._error = error

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def result(self, meanwhile: Callable[[], object]) -> dict[str, np.ndarray]:
        """What the call returned or raised; `meanwhile` is called every `TICK` seconds, and
        once at least: a Ctrl-C during a short call is seen too."""
        running = True
        while running:
            self._thread.join(TICK)
            running = self.running
            meanwhile()
        if self._error is not None:
            raise self._error
        assert self._value is not None
        return self._value


def _wait(
    progress: Progress | None,
    interrupted: Callable[[], bool],
    on_interrupt: Callable[[], object] | None,
) -> Callable[[], None]:
    """While a chunk is awaited: say that Ctrl-C was seen, once, and show the time passing."""
    told = False
    last = time.monotonic()

    def meanwhile() -> None:
        nonlocal told, last
        if interrupted() and not told:
            told = True
            if on_interrupt is not None:
                on_interrupt()
        if progress is not None and time.monotonic() - last >= 1.0:
            last = time.monotonic()
            progress(0)

    return meanwhile


@contextlib.contextmanager
def _finish_chunk_on_interrupt() -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C only sets a flag; the second is a `KeyboardInterrupt` as ever."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    seen: list[int] = []
    before = signal.getsignal(signal.SIGINT) or signal.default_int_handler

    def remember(number: int, _frame: object) -> None:
        seen.append(number)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, remember)
    try:
        yield lambda: bool(seen)
    finally:
        signal.signal(signal.SIGINT, before)
