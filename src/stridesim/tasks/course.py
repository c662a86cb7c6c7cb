"""How far a run goes, and how steep it is on the way.

A course is a row of stretches, each with its end (m from the start) and its slope (rise over run).
It is read from TOML (tables [[stretch]] with `length` and `slope`), CSV (columns `kilometre`, where
the stretch ends, and `slope`) or GPX (`gpx`).
"""

import csv
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.runner.toml import MOST_BYTES, read_toml
from stridesim.tasks.gpx import read_gpx
from stridesim.text import quoted

LONGEST: Final = 250e3
"""m; the longest run."""

SHORTEST: Final = 100.0
"""m; shorter runs do not tire."""

_NAMED: Final = {"marathon": 42195.0, "half marathon": 21097.5, "half": 21097.5}
_METRES: Final = {"m": 1.0, "km": 1000.0, "mi": 1609.344, "mile": 1609.344, "miles": 1609.344}
_AMOUNT: Final = re.compile(r"([0-9]*\.?[0-9]+)\s*([a-z]*)", re.IGNORECASE)
_SLOPE: Final = "task.slope"


class Course(NamedTuple):
    """Stretches: `ends` (n,) m from the start, increasing; `slopes` (n,), rise over run."""

    ends: np.ndarray
    slopes: np.ndarray

    @property
    def length(self) -> float:
        """Metres from start to finish."""
        return float(self.ends[-1])

    def mean_slope(self, begin: float, end: float) -> float:
        """Mean slope between two places, m from the start."""
        starts = np.concatenate([[0.0], self.ends[:-1]])
        inside = np.clip(np.minimum(self.ends, end) - np.maximum(starts, begin), 0.0, None)
        return float(inside @ self.slopes / max(inside.sum(), 1e-9))

    def cut(self, length: float) -> "Course":
        """The first `length` metres; `InputError` where the course is shorter."""
        if length > self.length * (1 + 1e-6):
            raise InputError(
                f"distance = {length / 1000:g} km: the profile is {self.length / 1000:g} km long; "
                "expected a distance within it"
            )
        last = int(np.searchsorted(self.ends, length * (1 - 1e-9)))
        ends = np.append(self.ends[:last], length)
        return Course(ends, self.slopes[: last + 1])


def level(length: float) -> Course:
    """A level course."""
    return Course(np.array([length]), np.array([0.0]))


def distance_of(written: str | float, label: str = "distance") -> float:
    """Metres of `"42.2 km"`, `"10 miles"`, `"marathon"`; a bare number is kilometres.

    Raises `InputError` for what is no distance, or is out of range.
    """
    text = str(written).strip().lower()
    found = _AMOUNT.fullmatch(text)
    if text in _NAMED:
        metres = _NAMED[text]
    elif found and (found[2] or "km") in _METRES:
        metres = float(found[1]) * _METRES[found[2] or "km"]
    else:
        raise InputError(
            f"{label} = {quoted(written)}: expected a number with km, m or miles, or one of "
            f"{', '.join(_NAMED)}"
        )
    if not SHORTEST <= metres <= LONGEST:
        raise InputError(
            f"{label} = {quoted(written)}: outside its permitted range {SHORTEST / 1000:g} to "
            f"{LONGEST / 1000:g} km"
        )
    return metres


def read_course(path: Path) -> Course:
    """The course of a file; `InputError` names the file and the place."""
    readers = {".toml": _of_toml, ".csv": _of_csv, ".gpx": _of_gpx}
    suffix = path.suffix.lower()
    if suffix not in readers:
        raise InputError(f"{path}: expected a profile in one of {', '.join(readers)}")
    return readers[suffix](path)


def _of_gpx(path: Path) -> Course:
    ends, slopes = read_gpx(path)
    checked = [_slope(slope, f"{path}: kilometre {i + 1}") for i, slope in enumerate(slopes)]
    return Course(ends, np.array(checked))


def _of_toml(path: Path) -> Course:
    tables = read_toml(path)
    unknown = [key for key in tables if key != "stretch"]
    stretches = tables.get("stretch")
    if unknown or not isinstance(stretches, list) or not stretches:
        what = f"unknown key {unknown[0]!r}" if unknown else "no stretches"
        raise InputError(f"{path}: {what}; expected tables [[stretch]] with length and slope")
    ends, slopes = [], []
    for i, one in enumerate(stretches):
        place = f"{path}: stretch[{i}]"
        if not isinstance(one, dict) or set(one) != {"length", "slope"}:
            raise InputError(f"{place}: expected the keys length and slope, and no other")
        ends.append(distance_of(one["length"], f"{place}: length"))
        slopes.append(_slope(one["slope"], place))
    return Course(np.cumsum(ends), np.array(slopes))


def _of_csv(path: Path) -> Course:
    rows = csv.DictReader(read_text(path, MOST_BYTES).splitlines())
    names = [name.strip() for name in rows.fieldnames or []]
    if names not in (["kilometre", "slope"], ["km", "slope"]):
        found = ",".join(names) if names else "nothing"
        raise InputError(f"{path}: line 1: expected the columns kilometre,slope, not {found}")
    ends: list[float] = []
    slopes: list[float] = []
    for row in rows:
        place = f"{path}: line {rows.line_num}"
        end, slope = list(row.values())[:2]
        metres = distance_of(end or "", f"{place}: kilometre")
        if ends and metres <= ends[-1]:
            raise InputError(f"{place}: kilometre = {end}: expected more than the line before")
        ends.append(metres)
        slopes.append(_slope(slope or "", place))
    if not ends:
        raise InputError(f"{path}: no stretches; expected a line for each")
    return Course(np.array(ends), np.array(slopes))


def _slope(written: Any, place: str) -> float:
    try:
        return PARAMETERS[_SLOPE].check(written)
    except InputError as error:
        raise InputError(f"{place}: {str(error).replace(_SLOPE, 'slope')}") from None
