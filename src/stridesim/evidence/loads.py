"""Published loads on tissue in level running, for comparison with a stride's own.

`data/loads.csv` holds the ranges with their sources, and for a range that the shipped runner misses
the reason. `economy.tissue_load` says what the results are.
"""

import csv
import functools
import importlib.resources
from typing import Final, NamedTuple

_FILE: Final = "data/loads.csv"


class PublishedLoad(NamedTuple):
    """A range `low` to `high` of a named `result`, in its unit, at `speed` (m/s).

    `found` says in words how and in whom, `source` where it stands. `missed` is why the shipped
    runner lies outside the range, empty where it lies inside.
    """

    result: str
    speed: float
    low: float
    high: float
    found: str
    missed: str
    source: str
    certainty: str

    def holds(self, value: float) -> bool:
        """Whether `value` lies in the range."""
        return self.low <= value <= self.high


@functools.cache
def published_loads() -> tuple[PublishedLoad, ...]:
    """Every row of the table, in its order."""
    text = importlib.resources.files("stridesim.evidence").joinpath(_FILE).read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        PublishedLoad(
            row["result"],
            float(row["speed"]),
            float(row["low"]),
            float(row["high"]),
            row["found"],
            row["missed"],
            row["source"],
            row["certainty"],
        )
        for row in rows
    )
