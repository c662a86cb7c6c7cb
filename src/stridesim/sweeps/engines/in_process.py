"""The default engine: in this process, where the model itself uses all cores.

Two chunks are at work at a time: while one is in the parts of its computation that need one core,
or on its way to the disk, the other has the rest. The first chunk is alone, as it compiles.

A chunk is computed beside the main thread, because Python delivers a signal only to a main
thread that is not inside compiled code for half a minute.
"""

import functools
import itertools
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from typing import Final

from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.chunk import Chunk, Columns, compute_chunk
from stridesim.sweeps.engines.engine import TICK, Finished, StillAtWork
from stridesim.sweeps.engines.job import Model, evaluate_of

_AT_WORK: Final = 2


class InProcess:
    """Compute here."""

    def compute(
        self, design: Design, model: Model, chunks: Iterator[Chunk]
    ) -> Generator[Finished | None]:
        """See `Engine`; `StillAtWork` when it is closed while a chunk is computed."""
        evaluate = evaluate_of(design, model)
        at_work: deque[tuple[Chunk, _Beside]] = deque()

        def begin(many: int) -> None:
            for chunk in itertools.islice(chunks, many - len(at_work)):
                call = functools.partial(compute_chunk, design, evaluate, chunk)
                at_work.append((chunk, _Beside(call)))

        begin(1)
        while at_work:
            chunk, work = at_work[0]
            try:
                while not work.ended():
                    yield None
                at_work.popleft()
                if work.error is None:
                    begin(_AT_WORK)
                    yield chunk, work.value
            except (KeyboardInterrupt, GeneratorExit):
                if any(other.running for _, other in at_work):
                    raise StillAtWork from None
                raise
            if work.error is not None:
                for _, other in at_work:
                    other.wait()
                raise work.error

    def __str__(self) -> str:
        return "in process"


class _Beside:
    """One call in a thread of its own, which does not keep the process alive."""

    def __init__(self, call: Callable[[], Columns]) -> None:
        self._call = call
        self.value: Columns = {}
        self.error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.value = self._call()
        except BaseException as error:  # noqa: BLE001 - raised again where it is awaited
            self.error = error

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def ended(self) -> bool:
        """Wait for a moment: is it done?"""
        self._thread.join(TICK)
        return not self.running

    def wait(self) -> None:
        """Until it is done."""
        self._thread.join()
