"""The columns of a finished sweep, read from its parts when they are asked for.

A sweep has a hundred columns and a figure shows a few: only those are held, so a million rows
take megabytes and not a gigabyte.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from stridesim.sweeps.design import WORDS
from stridesim.sweeps.store import SweepStore


class StoredColumns(Mapping[str, np.ndarray]):
    """Numbers by name (`result.Table`), and `status`.

    What is named in `shown` is read, and its checksums verified, at once.
    """

    def __init__(self, store: SweepStore, shown: Iterable[str]) -> None:
        self._store = store
        self._names = [name for name in store.schema().names if name not in WORDS]
        self._held = store.read(dict.fromkeys(["status", *shown]))
        self.status = self._held.pop("status")

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._held:
            self._held |= self._store.read([name])
        return self._held[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def row(self, index: int) -> dict[str, float]:
        """Every number of one row, without holding any column."""
        row = self._store.row(index)
        return {name: row[name] for name in self._names}
