"""The default engine: one chunk at a time in this process; the model itself uses all cores.

A chunk is computed beside the main thread, because Python delivers a signal only to a main
thread that is not inside compiled code for half a minute.
"""

import functools
import threading
from collections.abc import Callable, Generator, Iterator

from stridesim.sweeps.chunk import Chunk, Columns, compute_chunk
from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.engine import TICK, Finished, StillAtWork
from stridesim.sweeps.job import Model, evaluate_of


class InProcess:
    """Compute here."""

    def compute(
        self, design: Design, model: Model, chunks: Iterator[Chunk]
    ) -> Generator[Finished | None]:
        """See `Engine`; `StillAtWork` when it is closed while a chunk is computed."""
        evaluate = evaluate_of(design, model)
        for chunk in chunks:
            work = _Beside(functools.partial(compute_chunk, design, evaluate, chunk))
            try:
                while not work.ended():
                    yield None
            except (KeyboardInterrupt, GeneratorExit):
                if work.running:
                    raise StillAtWork from None
                raise
            yield chunk, work.result()

    def __str__(self) -> str:
        return "in process"


class _Beside:
    """One call in a thread of its own, which does not keep the process alive."""

    def __init__(self, call: Callable[[], Columns]) -> None:
        self._call = call
        self._value: Columns | None = None
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

    def ended(self) -> bool:
        """Wait for a moment: is it done?"""
        self._thread.join(TICK)
        return not self.running

    def result(self) -> Columns:
        """What the call returned or raised."""
        if self._error is not None:
            raise self._error
        assert self._value is not None
        return self._value
