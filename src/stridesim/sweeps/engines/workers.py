"""`--workers N`: processes on this machine, one thread each, that may die.

Every worker has its own pipe and one chunk at a time, so when one dies (killed, out of memory)
it is known which chunk it had; a fresh worker gets it. Processes are spawned, never forked: a
fork of a process with JAX's threads hangs. What crosses the pipe is plain data (`job`).
"""

import contextlib
import logging
import multiprocessing
import os
import signal
from collections.abc import Generator, Iterator, Mapping
from multiprocessing import resource_tracker
from multiprocessing.connection import wait
from typing import Final, NamedTuple

from stridesim.results import InputError
from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.chunk import Chunk, Columns
from stridesim.sweeps.engines.engine import KEPT, TICK, Finished
from stridesim.sweeps.engines.job import Job, Model, job_of
from stridesim.sweeps.engines.worker import ONE_THREAD, Answer, serve

ATTEMPTS: Final = 3
"""Workers that may die of one chunk before the sweep gives it up."""

_PATIENCE: Final = 10.0
"""s that a worker without work has to leave by itself."""

_SPAWN: Final = multiprocessing.get_context("spawn")

log = logging.getLogger("stridesim")


class Workers:
    """Compute in `count` processes."""

    def __init__(self, count: int) -> None:
        if count < 1:
            raise InputError(f"workers = {count}: expected 1 or more")
        self.count = count

    def compute(
        self, design: Design, model: Model, chunks: Iterator[Chunk]
    ) -> Generator[Finished | None]:
        """See `Engine`; `InputError` when `ATTEMPTS` workers have died of one chunk."""
        tasks = _Tasks(chunks)
        crew = _Crew(job_of(design, model), self.count)
        try:
            finished: list[Finished] = []
            while True:
                # Work first: what is finished is written while the workers compute on.
                crew.hand_out(tasks)
                yield from finished or [None]
                if not crew.busy:
                    break
                finished = crew.collect(tasks)
        except BaseException:
            crew.kill()
            raise
        crew.dismiss()

    def __str__(self) -> str:
        return f"{self.count} workers"


class _Task(NamedTuple):
    chunk: Chunk
    deaths: int = 0


class _Tasks:
    """Chunks to hand out: those whose worker died first, then fresh ones."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._fresh = chunks
        self._again: list[_Task] = []

    def take(self) -> _Task | None:
        if self._again:
            return self._again.pop()
        chunk = next(self._fresh, None)
        return None if chunk is None else _Task(chunk)

    def put_back(self, task: _Task, how: str) -> None:
        """Its worker died, `how` says of what."""
        rows = f"rows {task.chunk[0]} to {task.chunk[1] - 1}"
        if task.deaths + 1 == ATTEMPTS:
            raise InputError(
                f"{rows}: {ATTEMPTS} workers died computing them, the last {how}; if memory was "
                f"short, use fewer --workers; {KEPT}"
            )
        log.warning("a worker %s; %s go to a fresh one", how, rows)
        self._again.append(task._replace(deaths=task.deaths + 1))


class _Worker:
    """A process, its pipe, and what it is computing."""

    def __init__(self, job: Job) -> None:
        self.pipe, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs, job), daemon=True)
        with _inherited(ONE_THREAD), _ctrl_c_is_ours():
            self._process.start()
        theirs.close()  # so that the pipe ends when the worker does
        self.task: _Task | None = None

    def give(self, task: _Task) -> None:
        self.task = task
        with contextlib.suppress(OSError):  # dead: its pipe will say so
            self.pipe.send(task.chunk)

    def answer(self) -> Answer | None:
        """None: it died."""
        try:
            return self.pipe.recv()
        except (EOFError, OSError):
            return None

    def end(self, patience: float) -> str:
        """Wait that long, then kill; says how it ended."""
        self.pipe.close()
        self._process.join(patience)
        self._process.kill()
        self._process.join()
        code = self._process.exitcode or 0
        self._process.close()
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}"


class _Crew:
    """At most `count` workers, started when there is work for them."""

    def __init__(self, job: Job, count: int) -> None:
        self._job, self._count = job, count
        self._idle: list[_Worker] = []
        self.busy: list[_Worker] = []

    def hand_out(self, tasks: _Tasks) -> None:
        """Give everybody a chunk, as long as there are any."""
        while len(self.busy) < self._count:
            task = tasks.take()
            if task is None:
                return
            self.busy.append(self._idle.pop() if self._idle else _Worker(self._job))
            self.busy[-1].give(task)

    def collect(self, tasks: _Tasks) -> list[Finished]:
        """What becomes finished within a tick."""
        ready = wait([worker.pipe for worker in self.busy], TICK)
        finished = []
        for worker in [worker for worker in self.busy if worker.pipe in ready]:
            assert worker.task is not None
            self.busy.remove(worker)
            answer = worker.answer()
            if answer is None:
                tasks.put_back(worker.task, worker.end(_PATIENCE))
                continue
            self._idle.append(worker)
            finished.append((worker.task.chunk, _columns(answer)))
        return finished

    def dismiss(self) -> None:
        """Everything is done."""
        for worker in self._idle:
            worker.pipe.close()
        for worker in self._idle:
            worker.end(_PATIENCE)

    def kill(self) -> None:
        """Give up what is being computed."""
        for worker in [*self._idle, *self.busy]:
            worker.end(0)


def _columns(answer: Answer) -> Columns:
    if answer.columns is not None:
        return answer.columns
    if answer.user_error:
        raise InputError(answer.user_error)
    raise RuntimeError(f"in a worker:\n{answer.fault}")


@contextlib.contextmanager
def _inherited(settings: Mapping[str, str]) -> Iterator[None]:
    """Environment of the processes that are started meanwhile."""
    before = dict(os.environ)
    os.environ.update(settings)
    try:
        yield
    finally:
        for name in settings:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]


@contextlib.contextmanager
def _ctrl_c_is_ours() -> Iterator[None]:
    """A terminal sends Ctrl-C to every process; those started meanwhile never see it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # to start it later would lift the block
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
