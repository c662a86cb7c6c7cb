"""Errors of changes: what a task changes as predicted, less as published, condition by condition.

A level can be right by a constant; a change across conditions cannot (Afschrift 2025, PLoS Comput
Biol 21(11)). Every change is in per cent of the same runners without the task, so errors are
percentage points: a ratio of 1.30 is +30 %. Rows that state a level of the task are compared with
the row of the level run from the same study (`AGAINST`).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from stridesim.evidence.literature import Row, literature

CONDITIONS: Final = ("slope", "force", "support", "width", "frequency", "speed")
"""What is asked of the runner; the first word of a row's identifier."""

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "slope, force and support": CONDITIONS[:3],
    **{name: (name,) for name in CONDITIONS},
}
"""Name -> the conditions over which one error is taken."""

AGAINST: Final = {
    "slope_net_-20": "net_cost",
    "frequency_knee_10": "knee_flexion_peak",
    "frequency_knee_-10": "knee_flexion_peak",
}
"""Rows that are no ratio: row -> the row of the same study without the task."""
_DIFFERENCES: Final = ("frequency_knee_10", "frequency_knee_-10")
"""Of these, those that are a difference from it and not a level."""

_COST_WORDS: Final = ("cost", "power")


class Change(NamedTuple):
    """One row as a change in per cent; `predicted` is None where there is no number."""

    row: Row
    condition: str
    published: float
    low: float
    high: float
    predicted: float | None

    @property
    def is_cost(self) -> bool:
        """Whether it is energy that changes."""
        return is_cost(self.row)

    @property
    def inside(self) -> bool:
        """Whether the prediction lies in the published band."""
        return self.predicted is not None and self.low <= self.predicted <= self.high


class Error(NamedTuple):
    """Root of the mean square of predicted less published, percentage points (None: no rows)."""

    rms: float | None
    rows: int
    missing: tuple[str, ...]
    """Rows without a predicted number; they are not in `rms`."""

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {"rms_percentage_points": self.rms, "rows": self.rows, "missing": self.missing}


def is_cost(row: Row) -> bool:
    """Whether the row is of energy."""
    return any(word in row.quantity for word in _COST_WORDS)


def condition_of(row: Row) -> str | None:
    """Which of `CONDITIONS`, or None where the row is no change under a task."""
    word = row.id.partition("_")[0]
    return word if row.topic == "tasks" and word in CONDITIONS else None


def changes(predicted: Callable[[str], float | None]) -> tuple[Change, ...]:
    """Every change of the record beside `predicted` (row identifier -> number in the row's unit,
    None for none)."""
    rows = {row.id: row for row in literature()}
    found = []
    for row in rows.values():
        condition = condition_of(row)
        if condition is None or row.value is None or row.low is None or row.high is None:
            continue
        level = rows[AGAINST[row.id]].published if row.id in AGAINST else None
        own = predicted(AGAINST[row.id]) if row.id in AGAINST else None
        number = predicted(row.id)
        value, low, high = (percent(row, x, level) for x in (row.value, row.low, row.high))
        without = number is None or (row.id in AGAINST and not own)
        told = None if without or number is None else percent(row, number, own)
        found.append(Change(row, condition, value, low, high, told))
    return tuple(found)


def percent(row: Row, value: float, level: float | None) -> float:
    """`value` of a row (its unit) as a change in per cent; of `level` where the row is none."""
    if row.id in AGAINST:
        assert level is not None
        return 100 * value / level - (0 if row.id in _DIFFERENCES else 100)
    return value if row.unit == "%" else 100 * (value - 1)


def error(found: Iterable[Change]) -> Error:
    """Over the given changes."""
    found = list(found)
    apart = [c.predicted - c.published for c in found if c.predicted is not None]
    rms = math.sqrt(sum(x * x for x in apart) / len(apart)) if apart else None
    return Error(rms, len(apart), tuple(c.row.id for c in found if c.predicted is None))


def cost_errors(found: Sequence[Change]) -> dict[str, Error]:
    """Error of relative cost for each of `GROUPS` that has such rows."""
    errors = {
        name: error(c for c in found if c.is_cost and c.condition in conditions)
        for name, conditions in GROUPS.items()
    }
    return {name: one for name, one in errors.items() if one.rows or one.missing}


def condition_errors(found: Sequence[Change]) -> dict[str, Error]:
    """Error of every kind of change for each condition."""
    return {name: error(c for c in found if c.condition == name) for name in CONDITIONS}


def errors_record(found: Sequence[Change]) -> dict[str, Any]:
    """Both, for JSON."""

    def told(errors: Mapping[str, Error]) -> dict[str, Any]:
        return {name: one.record() for name, one in errors.items()}

    return {"relative_cost": told(cost_errors(found)), "all": told(condition_errors(found))}
