"""Units at the door: every number that a person writes may carry its unit.

Inside the package everything is SI; `"12 km/h"`, `"4:30 min/km"`, `"15 deg"` or
`"180 N/mm"` become SI floats here and nowhere else. A bare number is taken in the unit that
the parameter declares. Paces are reciprocal speeds, which is why a general unit library
(which multiplies by factors only) does not serve.
"""

import math
import numbers
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from stridesim.results import InputError

_DIMENSIONS: Final[dict[str, dict[str, float]]] = {
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704},
    "pace": {"min/km": 60 / 1000, "min/mile": 60 / 1609.344, "s/km": 1e-3},
    "angle": {"rad": 1.0, "deg": math.pi / 180},
    "length": {"m": 1.0, "cm": 1e-2, "mm": 1e-3},
    "time": {"s": 1.0, "ms": 1e-3, "min": 60.0},
    "frequency": {"Hz": 1.0, "1/s": 1.0, "1/min": 1 / 60, "steps/min": 1 / 60},
    "mass": {"kg": 1.0, "g": 1e-3},
    "force": {"N": 1.0, "kN": 1e3},
    "body weights": {"BW": 1.0, "%BW": 1e-2},
    "stiffness": {"N/m": 1.0, "kN/m": 1e3, "N/mm": 1e3},
    "loss": {"s/m": 1.0, "ms/m": 1e-3},
    "angular speed": {"rad/s": 1.0, "deg/s": math.pi / 180},
    "angular stiffness": {"1/rad": 1.0, "1/deg": 180 / math.pi},
    "angular damping": {"s/rad": 1.0, "s/deg": 180 / math.pi},
    "specific power": {"W/kg": 1.0},
    "inertia": {"kg m2": 1.0},
    "number": {"1": 1.0, "%": 1e-2},
}
_BASES: Final = ("m", "kg", "s", "rad", "BW")
_EXPONENTS: Final[dict[str, tuple[int, ...]]] = {
    "speed": (1, 0, -1, 0, 0),
    "pace": (-1, 0, 1, 0, 0),
    "angle": (0, 0, 0, 1, 0),
    "length": (1, 0, 0, 0, 0),
    "time": (0, 0, 1, 0, 0),
    "frequency": (0, 0, -1, 0, 0),
    "mass": (0, 1, 0, 0, 0),
    "force": (1, 1, -2, 0, 0),
    "body weights": (0, 0, 0, 0, 1),
    "stiffness": (0, 1, -2, 0, 0),
    "loss": (-1, 0, 1, 0, 0),
    "angular speed": (0, 0, -1, 1, 0),
    "angular stiffness": (0, 0, 0, -1, 0),
    "angular damping": (0, 0, 1, -1, 0),
    "specific power": (2, 0, -3, 0, 0),
    "inertia": (2, 1, 0, 0, 0),
    "number": (0, 0, 0, 0, 0),
}
"""Powers of the base units in each dimension, for arithmetic with units."""

_ALIASES: Final = {"°": "deg", "degrees": "deg", "kmh": "km/h", "kph": "km/h", "spm": "steps/min"}
_NUMBER: Final = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(.*?)\s*")
_CLOCK: Final = re.compile(r"\s*(\d+):(\d+(?:\.\d+)?)\s*(.*?)\s*")
_PACES: Final = {"min/km": 1000.0, "/km": 1000.0, "min/mile": 1609.344, "/mile": 1609.344}
_DECIMAL_COMMA: Final = re.compile(r"\s*[+-]?\d+,\d+(?![\d,]).*")
_NOT_FINITE: Final = re.compile(r"\s*[+-]?(?:nan|inf|infinity)\b.*", re.IGNORECASE)


class Unit(NamedTuple):
    """A unit as printed, its dimension, and its size in SI."""

    name: str
    dimension: str
    factor: float


def unit(name: str) -> Unit:
    """Look a unit up by name; raises `KeyError` for one that the package does not know."""
    for dimension, members in _DIMENSIONS.items():
        if name in members:
            return Unit(name, dimension, members[name])
    raise KeyError(name)


def exponents(name: str) -> tuple[float, ...]:
    """Powers of m, kg, s, rad and body weight in the unit `name`."""
    return _EXPONENTS[unit(name).dimension]


def dimension_words(powers: Sequence[float]) -> str:
    """What such powers are called: `stiffness`, or `kg m^2` where they have no name."""
    for name, known in _EXPONENTS.items():
        if known == tuple(powers) and name != "pace":
            return name
    parts = zip(_BASES, powers, strict=True)
    return " ".join(base if n == 1 else f"{base}^{n:g}" for base, n in parts if n)


def parse_literal(text: str) -> tuple[float, tuple[float, ...]]:
    """SI value and powers of a number that stands for itself: `12 kN/m`, `0.5`, `4:30 min/km`.

    A pace is read as the speed that it is. Raises `InputError` as `parse_quantity` does.
    """
    match = None if _CLOCK.fullmatch(text) else _NUMBER.fullmatch(text)
    written = _ALIASES.get(match[2], match[2]) or "1" if match else "m/s"
    try:
        known = unit(written)
    except KeyError:
        raise InputError(f"{text}: unknown unit") from None
    name = "m/s" if known.dimension == "pace" else known.name
    return to_si(parse_quantity(text, name, "number"), name), exponents(name)


def to_si(value: float, name: str) -> float:
    """Value in the unit `name` to SI."""
    return value * unit(name).factor


def from_si(value: float, name: str) -> float:
    """SI value to the unit `name`."""
    return value / unit(name).factor


def accepted(name: str) -> list[str]:
    """Every unit that may be written where `name` is expected."""
    dimension = unit(name).dimension
    extra = ["min/km", "min/mile", "s/km"] if dimension == "speed" else []
    return [*_DIMENSIONS[dimension], *extra]


def parse_quantity(text: str | float, expected: str, label: str) -> float:
    """Read `"12 km/h"`, `"4:30 min/km"` or `12` and return the value in the unit `expected`.

    `label` names the parameter in the error. Raises `InputError` for text that is no number,
    a unit of another dimension, or a number that is not finite.
    """
    permitted = f"a number in {', '.join(accepted(expected))}"
    try:
        if isinstance(text, str):
            number = _parse_text(text, expected)
        elif isinstance(text, numbers.Real) and not isinstance(text, bool):
            number = float(text)
        else:
            raise InputError("")
    except InputError as error:
        reason = f"{error}; " if str(error) else ""
        raise InputError(f"{label} = {text!r}: {reason}expected {permitted}") from None
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{label} = {_short(text)}: not finite; expected {permitted}")
    return number


def _parse_text(text: str, expected: str) -> float:
    """Value in `expected`; an `InputError` carries the reason alone, if there is one to give."""
    target = unit(expected)
    if clock := _CLOCK.fullmatch(text):
        return _pace(clock, target) / target.factor
    if _NOT_FINITE.fullmatch(text):
        return math.nan
    if _DECIMAL_COMMA.fullmatch(text):
        raise InputError("use a decimal point, not a comma")
    match = _NUMBER.fullmatch(text)
    if not match:
        raise InputError("")
    number = float(match[1])
    written = _ALIASES.get(match[2], match[2]) or expected
    try:
        given = unit(written)
    except KeyError:
        raise InputError("unknown unit") from None
    if given.dimension == "pace" and target.dimension == "speed":
        return _speed(number * given.factor, 1.0) / target.factor
    if given.dimension != target.dimension:
        raise InputError(f"{written} is a unit of {given.dimension}")
    return number if written == expected else number * given.factor / target.factor


def _pace(clock: re.Match[str], target: Unit) -> float:
    """Speed, m/s, of minutes and seconds a distance; the other slips of the pen are named."""
    minutes, seconds, written = clock.groups()
    if written not in _PACES:
        raise InputError("unknown unit" if written else "its unit is missing (min/km or min/mile)")
    if target.dimension != "speed":
        raise InputError("a pace is a speed")
    if len(seconds.partition(".")[0]) != 2:
        raise InputError("the seconds of a pace have two digits")
    if float(seconds) >= 60:
        raise InputError("the seconds of a pace must be below 60")
    return _speed(60 * int(minutes) + float(seconds), _PACES[written])


def _speed(seconds: float, metres: float) -> float:
    if seconds <= 0:
        raise InputError("a pace must be longer than 0")
    return metres / seconds


def _short(text: object) -> str:
    """As written, unless that would fill the screen (an integer of four hundred digits)."""
    shown = repr(text)
    return shown if len(shown) <= 40 else f"{shown[:20]}...{shown[-5:]}"
