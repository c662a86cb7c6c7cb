"""A finished sweep in memory: the grid's columns, why rows failed, the nominal runner.

Numbers are in the units of the store: inputs as declared, outputs as `stridesim.results` names
them. A row without a result is NaN and its status says why.
"""

import collections
import dataclasses
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Protocol

import numpy as np

from stridesim.results import REASONS, InputError, Status
from stridesim.sweeps.design import Design

OK = Status.ok.name


class Optimum(NamedTuple):
    """The best row of a sweep: where it lies and what it is worth."""

    row: int
    value: float
    inputs: tuple[float, ...]
    notes: tuple[str, ...]
    """For every axis, why the true optimum may lie beyond; empty when the row is inside."""


class Table(Protocol):
    """Numbers by column, in memory or on disk, the nominal runner's row last."""

    def __getitem__(self, name: str, /) -> np.ndarray: ...
    def __iter__(self) -> Iterator[str]: ...
    def __contains__(self, name: object, /) -> bool: ...

    def row(self, index: int) -> dict[str, float]:
        """Every number of one row."""
        ...


class Columns(dict[str, np.ndarray]):
    """A table in memory."""

    def row(self, index: int) -> dict[str, float]:
        """Every number of one row."""
        return {name: float(values[index]) for name, values in self.items()}


@dataclasses.dataclass(frozen=True)
class SweepResult:
    """The rows of a design in its order; `nominal` is the row of the runner itself."""

    design: Design
    columns: Table
    status: np.ndarray
    nominal: Mapping[str, float]
    nominal_status: str

    def __getitem__(self, name: str) -> np.ndarray:
        """One column, rows in order; NaN where a row has no result."""
        if name not in self.columns:
            raise InputError(f"{name}: this sweep has no such result")
        return self.columns[name][: self.design.size]

    def at(self, row: int) -> dict[str, float]:
        """Every number of one row."""
        return self.columns.row(row)

    def grid(self, name: str) -> np.ndarray:
        """One column in the shape of the axes."""
        return self[name].reshape(self.design.shape)

    def change(self, name: str) -> np.ndarray:
        """Grid of a result's change against the nominal runner, per cent; NaN without one."""
        own = self.nominal[name] if self.nominal_status == OK else np.nan
        return 100 * (self.grid(name) / own - 1)

    @property
    def status_grid(self) -> np.ndarray:
        """Statuses in the shape of the axes."""
        return self.status.reshape(self.design.shape)

    @property
    def ok(self) -> np.ndarray:
        """Which rows have a result."""
        return self.status == OK

    @property
    def failures(self) -> dict[str, int]:
        """How many rows have no result, by reason, most frequent first."""
        counted = collections.Counter(str(s) for s in self.status if s != OK)
        return dict(counted.most_common())

    def optimum(self, name: str | None = None, kind: str | None = None) -> Optimum | None:
        """The row with the `lowest` or `highest` value; None when no row has one.

        Quantity and kind default to those of the design's figure.
        """
        values = np.where(self.ok, self[name or self.design.shown], np.nan)
        if not np.isfinite(values).any():
            return None
        lowest = (kind or self.design.figure.optimum) == "lowest"
        row = int(np.nanargmin(values) if lowest else np.nanargmax(values))
        places = np.unravel_index(row, self.design.shape)
        inputs = tuple(
            axis.values[int(i)] for axis, i in zip(self.design.axes, places, strict=True)
        )
        notes = tuple(self._beyond(places, k) for k in range(len(places)))
        return Optimum(row, float(values[row]), inputs, notes)

    def _beyond(self, places: tuple[np.integer, ...], along: int) -> str:
        """What lies next to a place of the grid along one axis, if it is no result."""
        count = self.design.shape[along]
        if count == 1:
            return ""
        ok = self.ok.reshape(self.design.shape)
        for step in (-1, 1):
            beside = list(places)
            beside[along] = places[along] + step
            if not 0 <= beside[along] < count:
                return "an end of the range"
            if not ok[tuple(beside)]:
                return "next to points without result"
        return ""

    def span(self, name: str) -> tuple[float, float] | None:
        """Smallest and largest value of a result over the rows that have one."""
        values = self[name][self.ok]
        values = values[np.isfinite(values)]
        return (float(values.min()), float(values.max())) if values.size else None


def reason(status: str) -> str:
    """A status in a sentence; unknown names stand for themselves."""
    known = {s.name: text for s, text in REASONS.items()}
    return known.get(status) or status.replace("_", " ")


def result_of(design: Design, columns: Table, status: np.ndarray) -> SweepResult:
    """The rows of a complete sweep, of which the last is the nominal runner."""
    n = design.size
    return SweepResult(design, columns, status[:n], columns.row(n), str(status[n]))
