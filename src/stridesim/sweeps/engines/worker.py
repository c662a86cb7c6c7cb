"""The process at the other end of `Workers`: one chunk after the other, on one thread.

It is sent chunks and sends answers: columns, or the text of what went wrong. It ends when its
pipe does, so it never outlives the sweep by more than a chunk.
"""

import contextlib
import logging
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Connection
from typing import Final, NamedTuple

from stridesim.results import InputError
from stridesim.sweeps.engines.chunk import Chunk, Columns
from stridesim.sweeps.engines.job import Job, compute

ONE_THREAD: Final[Mapping[str, str]] = dict.fromkeys(
    (
        "STRIDESIM_THREADS",
        "NPROC",  # how many threads XLA starts; a flag of XLA's would compile again
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    ),
    "1",
)
"""Environment of a worker. It must be there before Python starts: libraries read it on import."""


class Answer(NamedTuple):
    """The outcome of a chunk: its columns, or an error of the user's, or the trace of a fault."""

    columns: Columns | None = None
    user_error: str = ""
    fault: str = ""


def serve(pipe: Connection, job: Job) -> None:
    """Answer chunks until the pipe is closed."""
    logging.getLogger("stridesim.cache").setLevel(logging.ERROR)  # the parent says it once
    with contextlib.suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(job, pipe.recv()))


def _answer(job: Job, chunk: Chunk) -> Answer:
    try:
        return Answer(compute(job, chunk))
    except InputError as error:
        return Answer(user_error=str(error))
    except Exception:  # noqa: BLE001 - the parent raises it
        return Answer(fault=traceback.format_exc())
