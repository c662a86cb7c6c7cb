"""A training programme: which parameters of the runner it changes, by how much, and who says so.

A file declares it:

    name = "heavy"                        # the file's own name
    title = "Heavy strength training"
    weeks = 12                            # of training, unless others are asked for
    [[change]]
    parameters = ["muscle.vasti.peak_isometric_force"]
    percent = [7.4, 3.9]                  # mean and standard deviation; or
    amount = ["0.05", "0.02"]             # added, in the parameter's unit
    transfer = [0.5, 1.0]                 # share of the gain that a stride has, from and to
    transfer_source = "..."
    weeks = 14                            # after which it was measured, if not the programme's
    half_time = 15                        # weeks; without it the change grows evenly
    source = "doi:..."
    [[published]]                         # change of economy in trials, per cent: mean, low, high
    percent = [-3.65, -6.39, -0.91]
    words = "..."
    source = "doi:..."

A gain is measured in a test; transfer is the share of it that shows in a stride, drawn evenly
between its ends. Tissue (a larger muscle, a stiffer tendon) goes along into the stride: its
transfer is 1, which is the default.
"""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from stridesim.parameter import lookup
from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.runner.toml import read_toml
from stridesim.text import quoted
from stridesim.units import parse_quantity, to_si

MOST_WEEKS: Final = 52.0
_KEYS: Final = ("name", "title", "weeks", "change", "published")
_CHANGE_KEYS: Final = (
    "parameters",
    "percent",
    "amount",
    "transfer",
    "transfer_source",
    "weeks",
    "half_time",
    "source",
)
_PUBLISHED_KEYS: Final = ("percent", "words", "source")


class Change(NamedTuple):
    """One change: of all `parameters` alike, `mean` and `sd` as a factor less 1 (`relative`) or
    added in SI; `transfer` from and to; `weeks` after which it was measured; `half_time` in weeks
    (infinite: it grows evenly)."""

    parameters: tuple[str, ...]
    relative: bool
    mean: float
    sd: float
    transfer: tuple[float, float]
    transfer_source: str
    weeks: float
    half_time: float
    source: str

    def share(self, weeks: float) -> float:
        """Share of the change after `weeks`: 1 after those after which it was measured, 0 after
        none."""
        if math.isinf(self.half_time):
            return weeks / self.weeks
        rate = math.log(2) / self.half_time
        return math.expm1(-rate * weeks) / math.expm1(-rate * self.weeks)


class Published(NamedTuple):
    """A published change of the cost, per cent, with the ends of its interval (NaN: none told)."""

    mean: float
    low: float
    high: float
    words: str
    source: str


class Programme(NamedTuple):
    """A programme as declared; `weeks` is how long it lasts unless others are asked for."""

    name: str
    title: str
    weeks: float
    changes: tuple[Change, ...]
    published: tuple[Published, ...]
    file: str


def read_programme(path: Path) -> Programme:
    """The programme of a file; `InputError` names the file, the place, the value and the range."""
    tables = read_toml(path)
    place = str(path)
    _check_keys(tables, _KEYS, place)
    name = _text(tables, "name", place)
    if name != path.stem:
        raise InputError(f"{place}: name = {quoted(name)}: expected {path.stem!r}, the file's own")
    weeks = _number(tables.get("weeks"), f"{place}: weeks", 0.5, MOST_WEEKS)
    changes = _listed(tables, "change", place)
    if not changes:
        raise InputError(f"{place}: change: expected at least one table [[change]]")
    return Programme(
        name,
        _text(tables, "title", place),
        weeks,
        tuple(_change(one, weeks, f"{place}: change[{i}]") for i, one in enumerate(changes)),
        tuple(
            _published(one, f"{place}: published[{i}]")
            for i, one in enumerate(_listed(tables, "published", place))
        ),
        str(path),
    )


def _change(table: Mapping[str, Any], weeks: float, place: str) -> Change:
    _check_keys(table, _CHANGE_KEYS, place)
    paths = table.get("parameters")
    if not isinstance(paths, list) or not paths or not all(isinstance(p, str) for p in paths):
        raise InputError(f"{place}: parameters: expected a list of parameters")
    for path in paths:
        try:
            lookup(PARAMETERS, path)
        except InputError as error:
            raise InputError(f"{place}: {error}") from None
    if ("percent" in table) == ("amount" in table):
        raise InputError(f"{place}: expected either percent or amount, as [mean, sd]")
    relative = "percent" in table
    mean, sd = (
        _percent(table["percent"], f"{place}: percent")
        if relative
        else _amount(table["amount"], paths, f"{place}: amount")
    )
    low, high = _pair(table.get("transfer", [1.0, 1.0]), f"{place}: transfer", 0.0, 1.0)
    if low > high:
        raise InputError(f"{place}: transfer = [{low:g}, {high:g}]: expected from low to high")
    told = _text(table, "transfer_source", place) if "transfer" in table else ""
    measured = _number(table.get("weeks", weeks), f"{place}: weeks", 0.5, MOST_WEEKS)
    half_time = math.inf
    if "half_time" in table:
        half_time = _number(table["half_time"], f"{place}: half_time", 0.1, 520.0)
    source = _text(table, "source", place)
    return Change(tuple(paths), relative, mean, sd, (low, high), told, measured, half_time, source)


def _percent(written: Any, label: str) -> tuple[float, float]:
    mean, sd = _pair(written, label, -90.0, 200.0)
    if sd < 0:
        raise InputError(f"{label}: standard deviation {sd:g}: expected 0 or more")
    return mean / 100, sd / 100


def _amount(written: Any, paths: list[str], label: str) -> tuple[float, float]:
    """Mean and standard deviation in SI, of parameters that have one unit."""
    units = {PARAMETERS[path].unit for path in paths}
    if len(units) > 1:
        raise InputError(f"{label}: parameters in {' and '.join(sorted(units))}; expected one unit")
    unit = units.pop()
    if not isinstance(written, list) or len(written) != 2:
        raise InputError(f"{label} = {written!r}: expected [mean, sd] in {unit}")
    mean, sd = (to_si(parse_quantity(value, unit, label), unit) for value in written)
    if sd < 0:
        raise InputError(f"{label}: standard deviation {written[1]}: expected 0 or more")
    return mean, sd


def _published(table: Mapping[str, Any], place: str) -> Published:
    _check_keys(table, _PUBLISHED_KEYS, place)
    label, written = f"{place}: percent", table.get("percent")
    if not isinstance(written, list) or len(written) not in (1, 3):
        raise InputError(f"{label} = {written!r}: expected [mean] or [mean, low, high]")
    numbers = [_number(value, label, -100.0, 100.0) for value in written]
    mean, low, high = numbers if len(numbers) == 3 else (*numbers, math.nan, math.nan)
    if low > mean or mean > high:
        raise InputError(f"{label} = {written!r}: expected low <= mean <= high")
    return Published(mean, low, high, _text(table, "words", place), _text(table, "source", place))


def _listed(tables: Mapping[str, Any], key: str, place: str) -> list[Mapping[str, Any]]:
    found = tables.get(key, [])
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise InputError(f"{place}: {key}: expected tables [[{key}]]")
    return found


def _pair(written: Any, label: str, low: float, high: float) -> tuple[float, float]:
    if not isinstance(written, list) or len(written) != 2:
        raise InputError(f"{label} = {written!r}: expected two numbers, {low:g} to {high:g}")
    first, second = (_number(value, label, low, high) for value in written)
    return first, second


def _number(value: Any, label: str, low: float, high: float) -> float:
    number = parse_quantity(value, "1", label) if value is not None else math.nan
    if not low <= number <= high:
        said = "missing" if value is None else f"= {number:g}"
        raise InputError(f"{label} {said}: outside its permitted range {low:g} to {high:g}")
    return number


def _text(table: Mapping[str, Any], key: str, place: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{place}: {key} = {value!r}: expected text")
    return value.strip()


def _check_keys(table: Mapping[str, Any], permitted: tuple[str, ...], place: str) -> None:
    unknown = [key for key in table if key not in permitted]
    if unknown:
        raise InputError(f"{place}: unknown key {unknown[0]!r}; permitted: {', '.join(permitted)}")
