"""Where text leaves for the terminal: the one place that makes it plain.

While a command runs, stdout and stderr are `PlainStream`s. Whatever writes to them (messages,
tables, errors of usage, warnings of libraries) can name a runner, a title or a file; an escape
sequence in it is shown, not obeyed. Only rich draws with escape sequences of its own: `console`
gives it the stream beneath, and what it is given goes through `stridesim.text` first.
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from stridesim.text import shortened, shown

if TYPE_CHECKING:
    from rich.console import Console

_LONGEST_LINE_OF_A_MESSAGE: Final = 4000


class PlainStream:
    """A text stream that writes text as `shown`; everything else is that of the one beneath."""

    def __init__(self, beneath: TextIO, longest_line: int | None = None) -> None:
        self.beneath = beneath
        self._longest_line = longest_line

    def write(self, text: str) -> int:
        """Write `text` plainly; the number of its characters."""
        plain = shown(text)
        if self._longest_line and len(plain) > self._longest_line:
            most = self._longest_line
            plain = "\n".join(shortened(line, most) for line in plain.split("\n"))
        self.beneath.write(plain)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of `lines`."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.beneath, name)


@contextlib.contextmanager
def plain_streams() -> Iterator[None]:
    """Context in which stdout and stderr are plain."""
    before = sys.stdout, sys.stderr
    out = cast(TextIO, PlainStream(before[0]))
    err = cast(TextIO, PlainStream(before[1], _LONGEST_LINE_OF_A_MESSAGE))
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:  # what somebody else has put there meanwhile stays
        sys.stdout = before[0] if sys.stdout is out else sys.stdout
        sys.stderr = before[1] if sys.stderr is err else sys.stderr


def console(*, err: bool = False) -> "Console":
    """A console of rich on stdout, or on stderr."""
    from rich.console import Console

    stream: Any = sys.stderr if err else sys.stdout
    return Console(file=stream.beneath if isinstance(stream, PlainStream) else stream)
