"""Names and numbers as a person says them: `posture.trunk_lean` is "trunk lean", 12.3 deg."""

import math
from collections.abc import Sequence
from typing import Final, SupportsFloat

from stridesim.parameter import Parameter
from stridesim.results import quantity

_DROPPED: Final = ("task", "posture", "gait", "muscle")
"""First words of a path that the rest says already."""

_SPELLED: Final = {"hip": "hip stabiliser"}

_UPPER: Final = {"com": "centre of mass", "cop": "centre of pressure", "achilles": "Achilles"}


def parameter_words(path: str) -> str:
    """A parameter's name in words."""
    head, *rest = path.split(".")
    if head in _DROPPED and rest != ["strength_scale"]:
        parts = rest
    else:
        parts = [_SPELLED.get(head, head), *rest]
    return _words(" ".join(parts))


def parameter_label(parameter: Parameter) -> str:
    """Axis label of a parameter: words and unit."""
    return _with_unit(_capital(parameter_words(parameter.path)), parameter.unit)


def quantity_words(name: str) -> str:
    """A result's name in words."""
    head, _, group = name.partition(".")
    return _words(head) if not group else f"{_words(head)} of {_words(group)}"


def quantity_label(name: str) -> str:
    """Axis label of a result: words and unit."""
    return _with_unit(_capital(quantity_words(name)), quantity(name).unit)


def number(value: SupportsFloat) -> str:
    """Three significant digits, without an exponent where a person would write none."""
    value = float(value) + 0.0  # no negative zero
    if not math.isfinite(value):
        return "no result"
    if value and not 1e-4 <= abs(value) < 1e5:
        return f"{value:.2e}".replace("-", "−")
    text = f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return text.replace("-", "−")


def amount(value: float, unit: str) -> str:
    """What was set, with its unit (none for pure numbers): `12 km/h`, `0.8`."""
    return number(value) if unit == "1" else f"{number(value)} {unit}"


def outcome(value: float, unit: str) -> str:
    """What came out, always to three digits: `3.40 J/kg/m`."""
    text = number(value)
    if 1e-4 <= abs(value) < 1000:
        text = f"{value:#.3g}".rstrip(".").replace("-", "−")
    return text if unit == "1" else f"{text} {unit}"


def percent(share: float) -> str:
    """A share as text, two significant digits below 10 %: `0.4 %`, `12 %`."""
    value = 100 * abs(share)
    if value < 0.05:
        return "less than 0.1 %"
    return f"{value:.0f} %" if value >= 9.95 else f"{value:.1f} %"


def change(per_cent: SupportsFloat) -> str:
    """A change in per cent with its sign: `+1.2 %`, `−0.3 %`, `±0.0 %`."""
    text = f"{float(per_cent):+.1f} %"
    return "±0.0 %" if text in ("-0.0 %", "+0.0 %") else text.replace("-", "−")


def listed(words: Sequence[str]) -> str:
    """`a, b and c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _words(name: str) -> str:
    return " ".join(_UPPER.get(word, word) for word in name.replace("_", " ").split())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _with_unit(words: str, unit: str) -> str:
    return words if unit == "1" else f"{words} ({unit})"
