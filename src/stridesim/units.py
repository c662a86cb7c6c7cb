"""Units at the door: every number that a person writes may carry its unit.

Inside the package everything is SI; `"12 km/h"`, `"4:30 min/km"`, `"15 deg"` or
`"180 N/mm"` become SI floats here and nowhere else. A bare number is taken in the unit that
the parameter declares. Paces are reciprocal speeds, which is why a general unit library
(which multiplies by factors only) does not serve. How units are spelled is `spelling`.
"""

import math
import numbers
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from stridesim.results import InputError
from stridesim.spelling import LONGEST, clock, one_amount, ratio, tidy, two_amounts, unit_name
from stridesim.text import quoted

_POUND: Final = 0.45359237
_FOOT: Final = 0.3048
_MILE: Final = 1609.344

_DIMENSIONS: Final[dict[str, dict[str, float]]] = {
    "speed": {"m/s": 1.0, "km/h": 1 / 3.6, "mph": 0.44704},
    "pace": {"min/km": 60 / 1000, "min/mile": 60 / _MILE, "s/km": 1e-3, "s/mile": 1 / _MILE},
    "angle": {"rad": 1.0, "deg": math.pi / 180},
    "length": {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "ft": _FOOT, "in": _FOOT / 12},
    "time": {"s": 1.0, "ms": 1e-3, "min": 60.0},
    "frequency": {
        "Hz": 1.0,
        "1/s": 1.0,
        "1/min": 1 / 60,
        "steps/s": 1.0,
        "steps/min": 1 / 60,
        "strides/s": 2.0,  # a stride is two steps, and frequencies are of steps
        "strides/min": 2 / 60,
    },
    "mass": {"kg": 1.0, "g": 1e-3, "lb": _POUND, "oz": _POUND / 16, "st": 14 * _POUND},
    "force": {"N": 1.0, "kN": 1e3, "lbf": _POUND * 9.80665},
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

_PACES: Final = {"min/km": 1000.0, "1/km": 1000.0, "min/mile": _MILE, "1/mile": _MILE}
_LISTED_PACES: Final = ("min/km", "min/mile", "s/km")
_REFUSED: Final = {
    "bpm": "bpm are beats of the heart; write steps/min",
    "rpm": "rpm are of one leg or of both; write strides/min or steps/min",
}
_SECOND_UNITS: Final = {"ft": "in", "st": "lb", "m": "cm"}
"""What a second number without a unit is in: 5 ft 11."""
_DECIMAL_COMMA: Final = re.compile(r"([+-]?\d+),(\d+)(?![\d,]).*")
_NOT_FINITE: Final = re.compile(r"[+-]?(?:nan|inf|infinity)\b.*", re.IGNORECASE)


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
    plain = _tidied(text)
    amounts = _amounts(plain)
    written = "m/s" if clock(plain) else amounts[0][1] or "1" if amounts else "1"
    try:
        known = unit(written)
    except KeyError:
        reason = _REFUSED.get(written.casefold(), "unknown unit")
        raise InputError(f"{text}: {reason}") from None
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
    return [*_DIMENSIONS[dimension], *(_LISTED_PACES if dimension == "speed" else ())]


class Reading(NamedTuple):
    """A number in the unit that was expected, and the unit that it was written in."""

    value: float
    unit: str


def parse_quantity(text: str | float, expected: str, label: str) -> float:
    """Read `"12 km/h"`, `"4:30 min/km"` or `12` and return the value in the unit `expected`.

    `label` names the parameter in the error. Raises `InputError` for text that is no number,
    a unit of another dimension, or a number that is not finite.
    """
    return read_quantity(text, expected, label).value


def read_quantity(
    text: object, expected: str, label: str, *, permitted: str = "", slope: bool = False
) -> Reading:
    """As `parse_quantity`, with the unit that was written.

    `permitted` adds the range to the errors; a `slope` (rise over run) is also read from a
    ratio (1:50) and from an angle.
    """
    wanted = f"expected {_wanted(expected, slope)}{permitted and f', from {permitted}'}"
    try:
        if isinstance(text, str):
            reading = _parse_text(text, expected, slope)
        elif isinstance(text, numbers.Real) and not isinstance(text, bool):
            reading = Reading(float(text), expected)
        else:
            raise InputError("")
    except InputError as error:
        reason = f"{error}; " if str(error) else ""
        raise InputError(f"{label} = {quoted(text)}: {reason}{wanted}") from None
    except OverflowError:
        reading = Reading(math.inf, expected)
    if not math.isfinite(reading.value):
        raise InputError(f"{label} = {quoted(text)}: not finite; {wanted}")
    return reading


def _wanted(expected: str, slope: bool) -> str:
    if slope:
        return "a number, a percentage, a ratio (1:50) or an angle (1 deg)"
    if unit(expected).dimension == "number":
        return "a number or a percentage"
    return f"a number in {', '.join(accepted(expected))}"


def range_in(bounds: Sequence[float], expected: str, name: str) -> str:
    """The bounds, given in the unit `expected`, as `1:51 to 11:07 min/km` in the unit `name`."""
    low, high = (to_si(bound, expected) for bound in bounds)
    given = unit(name)
    if given.dimension == "pace" and low > 0:
        low, high = 1 / high, 1 / low
        if name.startswith("min"):
            ends = (f"{int(s) // 60}:{int(s) % 60:02d}" for s in _whole_seconds(low, high, name))
            return f"{' to '.join(ends)} {name}"
    elif given.dimension == "angle" and unit(expected).dimension == "number":
        low, high = math.atan(low), math.atan(high)
    return f"{low / given.factor:.4g} to {high / given.factor:.4g} {name}"


def _whole_seconds(low: float, high: float, name: str) -> tuple[int, int]:
    """Seconds a distance that lie within the range."""
    distance = _PACES[name]
    return math.ceil(low * distance), math.floor(high * distance)


def _parse_text(text: str, expected: str, slope: bool) -> Reading:
    """Value in `expected`; an `InputError` carries the reason alone, if there is one to give."""
    target, plain = unit(expected), _tidied(text)
    if slope and (found := _slope(plain)) is not None:
        return found
    if pace := _pace_of(plain, expected):
        return Reading(_pace(pace, target) / target.factor, pace[2].replace("1/", "min/"))
    if _NOT_FINITE.fullmatch(plain):
        return Reading(math.nan, expected)
    if comma := _DECIMAL_COMMA.fullmatch(plain):
        whole, part = comma.groups()
        meant = f" ({whole}.{part}, or {whole}{part} if that is meant)" if len(part) == 3 else ""
        raise InputError(f"use a decimal point, not a comma{meant}")
    amounts = _amounts(plain)
    if not amounts:
        raise InputError("")
    number, written = amounts[0]
    written = written or expected
    given = _unit_of(written)
    if given.dimension == "pace" and target.dimension == "speed":
        return Reading(_speed(number * given.factor, 1.0) / target.factor, written)
    if given.dimension != target.dimension:
        raise InputError(f"{written} is a unit of {given.dimension}")
    if amounts[1:]:
        number = _together(number, given, *amounts[1])
    value = number if written == expected else number * given.factor / target.factor
    return Reading(value, written)


def _tidied(text: str) -> str:
    if len(text) > LONGEST and len(text.strip()) > LONGEST:
        raise InputError("too long for a number")
    return tidy(text)


def _unit_of(written: str) -> Unit:
    try:
        return unit(written)
    except KeyError:
        reason = _REFUSED.get(written.casefold())
        raise InputError(reason or f"unknown unit {quoted(written)}") from None


def _amounts(plain: str) -> list[tuple[float, str]]:
    """The number and its unit's name, or two of them (5 ft 11 in); empty where there is none."""
    one = one_amount(plain)
    if not one:
        return []
    name = unit_name(one[1])
    two = two_amounts(plain)
    if two and not _is_known(name or "1") and _is_known(unit_name(two[0][1])):
        return [(float(number), unit_name(written)) for number, written in two]
    return [(float(one[0]), name)]


def _is_known(name: str) -> bool:
    return any(name in members for members in _DIMENSIONS.values())


def _together(first: float, larger: Unit, second: float, written: str) -> float:
    """A number of `larger` units and a second one of smaller units, in the larger."""
    name = written or _SECOND_UNITS.get(larger.name, "")
    smaller = _unit_of(name) if name else None
    if smaller is None or smaller.dimension != larger.dimension:
        raise InputError(f"unknown unit {quoted(written)}" if written else "")
    many = larger.factor / smaller.factor
    if first != int(first) or not many > 1 or second >= many - 1e-9:
        raise InputError(f"{larger.name} and {name} are a whole number and one below {many:.4g}")
    return first + math.copysign(second / many, first)


def _slope(plain: str) -> Reading | None:
    """Rise over run of `1:50` or `1 deg`; None for everything else."""
    if two := ratio(plain):
        if two[1] == 0:
            raise InputError("a rise over a run of 0")
        return Reading(two[0] / two[1], "1")
    amounts = _amounts(plain.removesuffix("grade").removesuffix("slope").strip())
    if len(amounts) != 1:
        return None
    number, name = amounts[0]
    if name in _DIMENSIONS["angle"]:
        if not abs(to_si(number, name)) < math.pi / 2:
            raise InputError("a slope lies between -90 and 90 deg")
        return Reading(math.tan(to_si(number, name)), name)
    return Reading(to_si(number, name), name) if name in _DIMENSIONS["number"] else None


def _pace_of(plain: str, expected: str) -> tuple[str, str, str] | None:
    """Minutes, seconds and the unit of what is written as a clock shows it."""
    found = clock(plain)
    if found:
        return found[0], found[1], unit_name(found[2]) if found[2] else ""
    two = two_amounts(plain) if unit(expected).dimension == "speed" else None
    if two and two[0][1] in ("'", "min", "m"):  # 4'45" of a speed
        return two[0][0], two[1][0], ""
    return None


def _pace(written: tuple[str, str, str], target: Unit) -> float:
    """Speed, m/s, of minutes and seconds a distance; the other slips of the pen are named."""
    minutes, seconds, name = written
    if name not in _PACES:
        if name:
            raise InputError(f"unknown unit {quoted(name)}")
        missing = "its unit is missing (min/km or min/mile)"
        raise InputError(missing if target.dimension == "speed" else "")
    if target.dimension != "speed":
        raise InputError("a pace is a speed")
    if len(seconds.partition(".")[0]) != 2:
        raise InputError("the seconds of a pace have two digits")
    if float(seconds) >= 60:
        raise InputError("the seconds of a pace must be below 60")
    return _speed(60 * float(minutes) + float(seconds), _PACES[name])


def _speed(seconds: float, metres: float) -> float:
    if seconds <= 0:
        raise InputError("a pace must be longer than 0")
    return metres / seconds
