r"""Text of others, shown as text: no character of it acts on what shows it.

A name, a title or a file's header may hold escape sequences, which command a terminal, and marks
that turn the direction of writing, which make a line read as another. Wherever such text leaves
(terminal, figure, table) it goes through here: what is no visible character becomes its escape,
`\u001b`, which is also how JSON and TOML write it. What is too long to be read is shortened, and
its length is told.
"""

import unicodedata
from typing import Final

_MOST_OF_A_VALUE: Final = 100
_MOST_DIGITS: Final = 40
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories: control, format (with those that turn the direction), surrogate, separators
of lines and paragraphs."""
_JOINERS: Final = "\u200c\u200d"
"""Invisible, but letters of Persian and parts of emoji depend on them."""
_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\t\n\v\f\r\x85\u2028\u2029", " "))
_LIVE: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""First characters that make a spreadsheet take a cell for a formula, or hide the next one."""


def shown(text: str) -> str:
    """`text` with everything that is no visible character escaped; new lines and tabs stay."""
    if text.isprintable():
        return text
    return "".join(_escaped(c) if _is_invisible(c) else c for c in text)


def one_line(text: str) -> str:
    """`text` as `shown`, and a space for each end of a line or tab."""
    return shown(text.translate(_LINE_ENDS))


def shortened(text: str, most: int) -> str:
    """`text`, or its beginning, length and end where it is longer than `most`."""
    if len(text) <= most:
        return text
    head, tail = most * 2 // 3, most // 5
    return f"{text[:head]} ... ({len(text):,} characters) ... {text[-tail:]}"


def quoted(value: object) -> str:
    """A value in a message: as Python writes it, shortened before it fills the screen."""
    if isinstance(value, str) and len(value) > _MOST_OF_A_VALUE:
        return f"{value[:40]!r}...{value[-10:]!r} ({len(value):,} characters)"
    if isinstance(value, int) and value.bit_length() > 4 * _MOST_DIGITS:
        return _digits(value)
    try:
        return shortened(repr(value), 2 * _MOST_OF_A_VALUE)
    except (ValueError, RecursionError):  # a number of too many digits, or nested too deep
        return f"a {type(value).__name__} that is too long to be shown"


def stated(value: object) -> str:
    """A value in a message without quotes around text."""
    return one_line(shortened(value, _MOST_OF_A_VALUE)) if isinstance(value, str) else quoted(value)


def cell(text: str) -> str:
    """Text in a CSV table: what a spreadsheet would take for a formula gets an apostrophe."""
    plain = shown(text)
    return f"'{plain}" if text.startswith(_LIVE) else plain


def _digits(value: int) -> str:
    """First and last digits of a whole number, which Python may refuse to write in full."""
    try:
        digits = str(value)
    except ValueError:
        return f"a whole number of about {int(value.bit_length() * 0.30103):,} digits"
    return f"{digits[:20]}...{digits[-5:]}"


def _is_invisible(character: str) -> bool:
    if character in "\n\t" or character in _JOINERS:
        return False
    if unicodedata.category(character) in _INVISIBLE:
        return True
    return ord(character) & 0xFFFE == 0xFFFE  # no characters, and no part of valid XML


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
