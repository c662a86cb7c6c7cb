"""The text of a file, whatever encoding its program wrote.

A byte-order mark tells UTF-8 and UTF-16; what is no UTF-8 is taken for the code page of Western
Windows (cp1252), in which a laboratory's `Läufer` is a header like any other. Numbers are the
same in all of them. What holds control characters is no text in any encoding.
"""

import codecs
import re
from pathlib import Path
from typing import Final

from stridesim.reading import read_regular
from stridesim.results import InputError

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Tab, line ends, form feed and the end-of-file mark of DOS stand in text files; an object's mark
# or a second byte-order mark within does not.
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0e-\x19\x1b-\x1f\x7f\ufeff\ufffe\uffff]")

MOST_BYTES: Final = 2_000_000_000
"""Of a recording: ten times ten minutes of two plates at 1 kHz."""

LOOKED_AT: Final = 100_000
"""Characters at the beginning that tell text from anything else: ten minutes of force hold 2e8."""


def read_text(path: Path) -> str:
    """All of a text file; `InputError` where there is no such text."""
    raw = read_regular(path, MOST_BYTES)
    text = _decoded(raw)
    if text is None or _NO_TEXT.search(text, 0, LOOKED_AT):
        raise InputError(
            f"{path}: is not text; permitted: UTF-8, UTF-16 with a byte-order mark, or Windows-1252"
        )
    if not text.strip("\ufeff\x1a \t\r\n"):
        raise InputError(f"{path}: is empty; permitted: a header and rows of numbers")
    return text.rstrip("\x1a")


def _decoded(raw: bytes) -> str | None:
    named = next((name for mark, name in _MARKS if raw.startswith(mark)), None)
    for encoding in (named,) if named else ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
