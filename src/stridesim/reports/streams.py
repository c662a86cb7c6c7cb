"""Standard output and error as they may be: of another encoding, full, or closed.

What an encoding has no sign for is written in the signs that it has ("+/-" for a plus-minus). A
stream that was closed before we began takes what we write and shows it to nobody. Only at the end
is a failure of the standard output told: a pipe that nobody reads any more (`| head`) is no fault.
"""

import codecs
import contextlib
import errno
import io
import os
import sys
import unicodedata
from typing import Final, TextIO

_PLAIN: Final = {
    "±": "+/-",
    "−": "-",
    "–": "-",
    "—": "-",
    "…": "...",
    "×": "x",
    "·": "*",
    "°": " deg",
    "µ": "u",
    "μ": "u",
    "σ": "sigma",
    "≤": "<=",
    "≥": ">=",
    "→": "->",
    "●": "*",
    "○": "o",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}
_HANDLER: Final = "stridesim.plain"


def plain(text: str) -> str:
    """`text` in ASCII: signs in words, letters without accents, a question mark for the rest."""
    return "".join(map(_plain_sign, text))


def prepare_streams() -> None:
    """Make standard output and error take whatever is written to them."""
    codecs.register_error(_HANDLER, _instead)
    for name, number in (("stdin", 0), ("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, _nowhere(number))
        elif number and isinstance(stream, io.TextIOWrapper):
            setattr(sys, name, _accepting(stream))


def finish_streams() -> str:
    """Write out what is left; why the standard output would not have it ("" if it had, or if its
    reader has gone)."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except (OSError, ValueError) as error:
        # The interpreter would try again, and complain in its own words.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, ValueError) or error.errno == errno.EPIPE:
            return ""
        return f"standard output: {error.strerror}"
    return ""


def is_unicode(stream: TextIO) -> bool:
    """Whether a stream has a sign for everything."""
    with contextlib.suppress(LookupError):
        return codecs.lookup(stream.encoding or "utf-8").name.startswith("utf")
    return False


def _plain_sign(sign: str) -> str:
    if sign.isascii():
        return sign
    letters = unicodedata.normalize("NFKD", sign).encode("ascii", "ignore").decode()
    return _PLAIN.get(sign) or letters or "?"


def _instead(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    return plain(error.object[error.start : error.end]), error.end


def _accepting(stream: io.TextIOWrapper) -> TextIO:
    if codecs.lookup(stream.encoding).name != "ascii":
        stream.reconfigure(errors=_HANDLER)
        return stream
    # Click takes an ASCII stream for a mistake, and would write UTF-8 to it.
    lines = stream.line_buffering
    return _Ascii(stream.detach(), encoding="latin-1", errors=_HANDLER, line_buffering=lines)


class _Ascii(io.TextIOWrapper):
    """Writes ASCII, whatever it is given."""

    def write(self, text: str, /) -> int:
        if not isinstance(text, str):  # Click tries, to know the kind of stream
            raise TypeError("a text stream")
        super().write(plain(text))
        return len(text)


def _nowhere(number: int) -> TextIO:
    """The null device, under the number of the closed stream: the next file that is opened would
    get it otherwise, and with it whatever a library prints."""
    handle = os.open(os.devnull, os.O_RDWR)
    try:
        os.fstat(number)
    except OSError:
        os.dup2(handle, number, inheritable=True)
    if handle != number:
        os.close(handle)
    return open(os.devnull, "r" if number == 0 else "w", encoding="utf-8")  # noqa: PTH123
