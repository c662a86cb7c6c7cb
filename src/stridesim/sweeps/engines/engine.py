"""What an engine is to the loop that runs a sweep."""

from collections.abc import Generator, Iterator
from typing import Final, Protocol

from stridesim.sweeps.design import Design
from stridesim.sweeps.engines.chunk import Chunk, Columns
from stridesim.sweeps.engines.job import Model

TICK: Final = 0.1
"""s after which an engine that waits lets the loop look at what the user wants."""

KEPT: Final = "finished rows are kept, the same command goes on"
"""How the message of every end before the last row ends."""

Finished = tuple[Chunk, Columns]


class StillAtWork(KeyboardInterrupt):
    """The second Ctrl-C left work in a thread that only the end of the process can stop."""


class Engine(Protocol):
    """A launcher of chunks; `str` of it goes into the provenance."""

    def compute(
        self, design: Design, model: Model, chunks: Iterator[Chunk]
    ) -> Generator[Finished | None]:
        """Compute every chunk that the iterator supplies, in any order.

        Chunks are taken as late as they can be started, because the supply may end at any time.
        Yields a chunk when it is finished, and None at least every `TICK` while it waits. When
        the generator is closed early, what is being computed is given up.
        """
        ...
