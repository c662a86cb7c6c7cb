"""A finished sweep in memory: the grid's columns, why rows failed, the nominal runner.

Numbers are in the units of the store: inputs as declared, outputs as `stridesim.results` names
them. A row without a result is NaN and its status says why.
"""

import collections
import dataclasses
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from stridesim.results import REASONS, InputError, Status
from stridesim.sweeps.design import Design
from stridesim.sweeps.nominal_lines import (
    Ask,
    Line,
    is_task,
    lines_in_grid,
    lines_through,
    nominal_at,
)

OK: Final = Status.ok.name
HOLE: Final = ""
"""Status of a place in a grid that a constraint leaves out."""


class Optimum(NamedTuple):
    """The best row of a sweep: where it lies and what it is worth."""

    row: int
    value: float
    inputs: tuple[float, ...]
    notes: tuple[str, ...]
    """For every axis, why the true optimum may lie beyond; empty when the row is inside."""


class Table(Protocol):
    """Numbers by column, in memory or on disk, nominal runners' rows included."""

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


@dataclasses.dataclass(frozen=True, eq=False)
class SweepResult:
    """The rows of a design in its order: the points of every case, and its nominal runner.

    Nominal runner, grid and optimum are those of a result of one case; of several, `cases` has
    each.
    """

    design: Design
    columns: Table
    """Numbers by name, all rows of the sweep."""
    statuses: np.ndarray
    start: int = 0
    """The first row that is meant, where it is one case of several."""
    ask: Callable[..., Any] | None = dataclasses.field(default=None, repr=False)
    """The model, for rows beside the points (`nominal_lines`); None where there is no model."""

    def __getitem__(self, name: str) -> np.ndarray:
        """One column, points in order; NaN where a point has no result."""
        if name not in self.columns:
            raise InputError(f"{name}: this sweep has no such result")
        return self._points(self.columns[name])

    @functools.cached_property
    def cases(self) -> tuple["SweepResult", ...]:
        """The result of every runner and task alone."""
        design, starts = self.design, itertools.accumulate(s + 1 for s in (-1, *self.design.sizes))
        return tuple(
            SweepResult(
                design.alone(k),
                self.columns,
                self.statuses,
                self.start + start,
                self.ask if self.ask is None or len(design.cases) == 1 else _of_case(self.ask, k),
            )
            for k, start in zip(range(len(design.cases)), starts, strict=False)
        )

    @functools.cached_property
    def status(self) -> np.ndarray:
        """Of every point, "ok" or why it has no result."""
        return self._points(self.statuses)

    @functools.cached_property
    def nominal(self) -> dict[str, float]:
        """What the nominal runner (of the first case) comes to."""
        return self._row(self.design.nominal_rows[0])

    @property
    def nominal_status(self) -> str:
        """Whether the nominal runner has a result: "ok" or the reason."""
        return str(self.statuses[self.start + self.design.nominal_rows[0]])

    @functools.cached_property
    def nominal_lines(self) -> tuple[Line, ...]:
        """Of one case, a line through the nominal runner along every axis, computed now.

        Without a model to ask it is the nearest lines of a grid, and none of scattered points.
        """
        if self.ask is not None:
            return lines_through(self.design, self.ask)
        if not self.design.is_grid:
            return ()
        shown = {name: self.grid(name) for name in (self.design.shown,)}
        return lines_in_grid(self.design, {**shown, "status": self.status_grid})

    def nominal_at(self, inputs: tuple[float, ...]) -> dict[str, Any] | None:
        """What the nominal runner comes to at a point's speed and task, its status with it.

        None where that is not known: it is another task than the runner's own and there is no
        model to ask.
        """
        design = self.design
        pairs = list(zip(design.axes, inputs, design.nominal, strict=True))
        if all(np.isclose(at, own) for axis, at, own in pairs if is_task(axis.path)):
            return {**self.nominal, "status": self.nominal_status}
        return None if self.ask is None else nominal_at(design, self.ask, inputs) or None

    def at(self, point: int) -> dict[str, float]:
        """Every number of a point of one case."""
        return self._row(point)

    def grid(self, name: str) -> np.ndarray:
        """One column in the shape of the axes; NaN where a constraint left no point."""
        return self._in_shape(self[name], np.nan)

    def change(self, name: str) -> np.ndarray:
        """Grid of a result's change against the nominal runner, per cent; NaN without one."""
        own = self.nominal[name] if self.nominal_status == OK else np.nan
        return 100 * (self.grid(name) / own - 1)

    @property
    def status_grid(self) -> np.ndarray:
        """Statuses in the shape of the axes; `HOLE` where a constraint left no point."""
        return self._in_shape(self.status, HOLE)

    @property
    def ok(self) -> np.ndarray:
        """Which rows have a result."""
        return self.status == OK

    @property
    def failures(self) -> dict[str, int]:
        """How many rows have no result, by reason, most frequent first."""
        counted = collections.Counter(self.status[~self.ok].tolist())
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
        inputs = tuple(float(self[axis.path][row]) for axis in self.design.axes)
        notes = tuple(self._beyond(row, k) for k in range(len(inputs)))
        return Optimum(row, float(values[row]), inputs, notes)

    def _points(self, values: np.ndarray) -> np.ndarray:
        of_these = values[self.start : self.start + self.design.rows]
        if len(self.design.cases) == 1:
            return of_these[:-1]
        return np.delete(of_these, self.design.nominal_rows)

    def _row(self, index: int) -> dict[str, float]:
        return self.columns.row(self.start + index)

    def _in_shape(self, values: np.ndarray, hole: Any) -> np.ndarray:
        design = self.design
        if not design.is_grid or len(design.cases) > 1:
            raise InputError(f"{design.name}: is no grid of one runner and task")
        kept = design.kept[0]
        if kept is None:
            return values.reshape(design.shape)
        whole = np.full(design.shape, hole, np.result_type(values, np.asarray(hole)))
        whole.flat[kept] = values
        return whole

    def _beyond(self, row: int, along: int) -> str:
        """What lies next to a row along one axis, if it is no result."""
        design = self.design
        axis = design.axes[along]
        if not design.is_grid:
            ends = (axis.low, axis.high)
            return "an end of the range" if self[axis.path][row] in ends else ""
        count = design.shape[along]
        if count == 1:
            return ""
        kept = design.kept[0]
        places = np.unravel_index(row if kept is None else kept[row], design.shape)
        status = self.status_grid
        for step in (-1, 1):
            beside = list(places)
            beside[along] = places[along] + step
            if not 0 <= beside[along] < count:
                return "an end of the range"
            if status[tuple(beside)] != OK:
                hole = status[tuple(beside)] == HOLE
                return "next to a constraint" if hole else "next to points without result"
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


def result_of(
    design: Design, columns: Table, status: np.ndarray, ask: Callable[..., Any] | None = None
) -> SweepResult:
    """The rows of a complete sweep; `ask` is the model, for rows beside them."""
    return SweepResult(design, columns, status, ask=ask)


def _of_case(ask: Callable[..., Any], case: int) -> Ask:
    return lambda points: ask(points, case)
