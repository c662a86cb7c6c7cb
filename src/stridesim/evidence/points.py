"""Measured points over an axis, for figures that draw published results again.

Three sources: changes under a task at the place that the row's identifier names (`task_points`),
numbers of single studies (`study_points`, `data/points.csv`), and the energy cost of running over
speed (`black2018`, digitised by the source's readers; gross or net is not stated there).
"""

import csv
import importlib.resources
import math
import re
from typing import Final, NamedTuple

from stridesim.evidence.changes import changes
from stridesim.evidence.literature import literature

KILOCALORIE: Final = 4184.0
"""J; the thermochemical one."""

_PLACE: Final = re.compile(r"(-?\d+)(deg)?$")


class MeasuredPoint(NamedTuple):
    """A published number at a place of an axis; `low` and `high` bound it where a band or an SD is
    given. `at` is a share (slope: rise over run) unless the function that gives it says else."""

    at: float
    value: float
    low: float | None
    high: float | None
    source: str


def place(row: str) -> float:
    """Where a row of the tasks lies: `slope_ratio_-10` at -0.10, `slope_peak_5deg` at the rise over
    run of 5 deg, `support_25` at 0.25 of the body weight."""
    found = _PLACE.search(row)
    assert found is not None, row
    number = float(found[1])
    return math.tan(math.radians(number)) if found[2] else number / 100


def task_points(condition: str, words: str) -> tuple[MeasuredPoint, ...]:
    """Changes in per cent under `condition` (`evidence.changes.CONDITIONS`) of the rows whose
    quantity has `words` in it, in the order of their places."""
    rows = [
        MeasuredPoint(place(c.row.id), c.published, c.low, c.high, c.row.source)
        for c in changes(lambda _: None)
        if c.condition == condition and words in c.row.quantity
    ]
    return tuple(sorted(rows, key=lambda point: point.at))


def row_point(row: str, at: float) -> MeasuredPoint:
    """A row of the record at a place that the caller names, in the row's unit; the middle of the
    band where only that is published."""
    [found] = [r for r in literature() if r.id == row]
    assert found.published is not None, row
    return MeasuredPoint(at, found.published, found.low, found.high, found.source)


def study_points(study: str, words: str) -> tuple[MeasuredPoint, ...]:
    """Rows of `data/points.csv` whose identifier begins with `study` and whose quantity has `words`
    in it: places and values in the units of the table, but for angles, which become rise over
    run."""
    found = []
    for row in _table("points.csv"):
        if row["id"].startswith(study) and words in row["quantity"]:
            at = float(row["at"])
            at = math.tan(math.radians(at)) if row["at_unit"] == "deg" else at
            low, high = (float(row[end]) if row[end] else None for end in ("low", "high"))
            found.append(MeasuredPoint(at, float(row["value"]), low, high, row["source"]))
    return tuple(sorted(found, key=lambda point: point.at))


def black2018(group: str) -> tuple[MeasuredPoint, ...]:
    """Energy cost (J/kg/m) of the `elite` or `recreational` runners over speed (m/s), with the ends
    of one SD: Black 2018, IJSPP 13:92."""
    found = []
    for row in _table("metabolic_black2018.csv"):
        if row["category"] == group:
            value, low, high = (
                float(row[name]) * KILOCALORIE / 1000
                for name in ("energy_kcal_kg_km", "sd_lower", "sd_upper")
            )
            speed = float(row["speed_kmh"]) / 3.6
            found.append(MeasuredPoint(speed, value, low, high, "black2018 IJSPP 13:92"))
    return tuple(found)


def _table(name: str) -> list[dict[str, str]]:
    resource = importlib.resources.files("stridesim.evidence").joinpath(f"data/{name}")
    lines = [line for line in resource.read_text("utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))
