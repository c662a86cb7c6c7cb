"""How people write numbers with units: many spellings, one form.

`165 lbs`, `5'11"`, `7:15 min/mi`, `4'45"/km`, `KM/H`, `170 per minute`, `m s-1`, a minus or an
apostrophe out of a word processor. What is here takes the text apart and gives units their one
name; what a unit means is `stridesim.units`. Every pattern takes time in proportion to the text.
"""

import re
from typing import Final

LONGEST: Final = 200
"""Characters of a number with its unit."""

_PLAIN: Final = str.maketrans(
    dict.fromkeys(
        "\N{MINUS SIGN}\N{EN DASH}\N{FIGURE DASH}\N{NON-BREAKING HYPHEN}\uff0d\ufe63", "-"
    )
    | dict.fromkeys("\u2018\u2019\u02b9\u2032\u00b4\u02bc", "'")
    | dict.fromkeys("\u201c\u201d\u02ba\u2033", '"')
    | dict.fromkeys("\N{FRACTION SLASH}\N{DIVISION SLASH}", "/")
    | dict.fromkeys("\N{RATIO}\uff1a", ":")
    | dict.fromkeys("\N{MIDDLE DOT}\N{DOT OPERATOR}", " ")
    | dict.fromkeys("\N{MASCULINE ORDINAL INDICATOR}\N{RING ABOVE}", "\N{DEGREE SIGN}")
    | dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff")  # invisible, left by copying
    | {"\N{SUPERSCRIPT MINUS}": "-", "\N{SUPERSCRIPT ONE}": "1", "\N{SUPERSCRIPT TWO}": "2"}
)

_NAMES: Final = {
    "m": "metre metres meter meters",
    "km": "kms kilometre kilometres kilometer kilometers",
    "cm": "centimetre centimetres centimeter centimeters",
    "mm": "millimetre millimetres millimeter millimeters",
    "mile": "mi miles",
    "ft": "' foot feet",
    "in": '" inch inches',
    "h": "hr hrs hour hours",
    "min": "mins minute minutes",
    "s": "sec secs second seconds",
    "ms": "msec msecs millisecond milliseconds",
    "steps": "step",
    "strides": "stride",
    "kg": "kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
    "g": "gr gram grams gramme grammes",
    "lb": "lbs pound pounds",
    "oz": "ounce ounces",
    "st": "stone stones",
    "N": "newton newtons",
    "kN": "kilonewton kilonewtons",
    "lbf": "",
    "W": "watt watts",
    "Hz": "hertz",
    "rad": "radian radians",
    "deg": "\N{DEGREE SIGN} degs degree degrees",
    "%": "percent pct per_cent",
    "BW": "xbw bodyweight bodyweights body_weight body_weights",
    "%BW": "bw% %_bw",
}
"""Each name and its other spellings; `_` is a space."""
_SPELLED: Final = {
    spelling.replace("_", " "): name
    for name, others in _NAMES.items()
    for spelling in [name.casefold(), *others.split()]
}
_WHOLE: Final = {
    "kmh": "km/h",
    "kph": "km/h",
    "kmph": "km/h",
    "mile/h": "mph",
    "mph": "mph",
    "mps": "m/s",
    "spm": "steps/min",
    "kg m2": "kg m2",
    "kgm2": "kg m2",
    "kg m^2": "kg m2",
}
_NUMBER: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
_ONE: Final = re.compile(rf"({_NUMBER}) ?(.*)")
_TWO: Final = re.compile(
    rf"({_NUMBER}) ?([^\W\d_]+|['\"])\.?,? ?(\d+(?:\.\d*)?) ?([^\W\d_]*|['\"])\.?"
)
_CLOCK: Final = re.compile(r"(\d+):(\d+(?:\.\d*)?) ?(.*)")
_PRIMES: Final = re.compile(
    r"(\d+) ?(?:'|m|mins?) ?(\d+(?:\.\d*)?) ?(?:\"|s|secs?)? ?((?:min ?)?(?:/|per ).*)"
)
_RATIO: Final = re.compile(r"([+-]?\d+(?:\.\d*)?) ?(?::|/|in) ?(\d+(?:\.\d*)?)")
_PER: Final = re.compile(r"(?:^| )per ")
_INVERSE: Final = re.compile(r"(?:([^ ]+)[ .])?([^\W\d_]+)(?:\^-|-)1")


def tidy(text: str) -> str:
    """`text` in plain characters, single spaces, and no two apostrophes for a quote."""
    return " ".join(text.translate(_PLAIN).split()).replace("''", '"')


def one_amount(text: str) -> tuple[str, str] | None:
    """The number and what follows it: `12 km/h`, `72`."""
    found = _ONE.fullmatch(text)
    return (found[1], found[2]) if found else None


def two_amounts(text: str) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """A number in two units, the second of which may be missing: `5 ft 11 in`, `5'11`."""
    found = _TWO.fullmatch(text)
    return ((found[1], found[2]), (found[3], found[4])) if found else None


def clock(text: str) -> tuple[str, str, str] | None:
    """Minutes, seconds and what follows them: `4:45 min/km`, `4'45"/km`, `4 min 45 s per km`."""
    found = _CLOCK.fullmatch(text) or _PRIMES.fullmatch(text)
    return (found[1], found[2], found[3]) if found else None


def ratio(text: str) -> tuple[float, float] | None:
    """The two numbers of `1:50`, `1 in 50` and `1/50`."""
    found = _RATIO.fullmatch(text)
    return (float(found[1]), float(found[2])) if found else None


def unit_name(written: str) -> str:
    """The one name of a unit, however it is spelled; what nobody knows comes back as it is."""
    plain = _PER.sub("/", written).replace(" /", "/").replace("/ ", "/")
    if inverse := _INVERSE.fullmatch(plain):
        plain = f"{inverse[1] or '1'}/{inverse[2]}"
    above, slash, below = plain.partition("/")
    name = f"{_word(above) or '1'}/{_word(below)}" if slash else _word(plain)
    return _WHOLE.get(name, _WHOLE.get(name.casefold(), name))


def _word(written: str) -> str:
    """A unit without a fraction bar: its case matters only where two units differ in it alone."""
    word = written.strip().rstrip(".")
    return word if word in _NAMES else _SPELLED.get(word.casefold(), word)
