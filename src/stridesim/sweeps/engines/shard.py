"""A share of a sweep for one of several processes that fill one folder: `2/8`.

The split is by the chunk's number, not by what is missing: whoever starts when, every chunk has
one owner, and two shards never compute the same one.
"""

import dataclasses
import re
from collections.abc import Sequence
from typing import Final, TypeVar

from stridesim.results import InputError

T = TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Shard:
    """The `index`-th of `count` shares, from 1."""

    index: int
    count: int

    def of(self, chunks: Sequence[T]) -> Sequence[T]:
        """Every `count`-th chunk."""
        return chunks[self.index - 1 :: self.count]

    def __str__(self) -> str:
        return f"{self.index}/{self.count}"


WHOLE: Final = Shard(1, 1)


def read_shard(text: str) -> Shard:
    """`"2/8"`; `InputError` for anything else."""
    match = re.fullmatch(r"(\d{1,7})/(\d{1,7})", text.strip())
    shard = Shard(int(match[1]), int(match[2])) if match else None
    if shard is None or not 1 <= shard.index <= shard.count:
        raise InputError(f"shard = {text!r}: expected i/n with i from 1 to n, such as 2/8")
    return shard
