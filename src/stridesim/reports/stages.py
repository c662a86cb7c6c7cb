"""What a command is doing while it waits for few, long pieces of work, and how long it may last.

Compiling is most of a first run, and says nothing of itself. A command declares its stages, each
with what it does and how long it takes the first time on a common machine; who waits is then told
which is under way, since when, and how much may be left. What the finished stages took tells how
fast this machine is, or that the programs were kept.
"""

import contextlib
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

FIRST: Final = 8.0
"""s before the first word: who does not wait is left alone."""

BETWEEN: Final = 10.0
"""s between lines."""

_FASTEST, _SLOWEST = 0.05, 6.0
"""Shares of the declared time that this machine is believed to take."""

log = logging.getLogger("stridesim")


class Stage(NamedTuple):
    """A piece of work: what it is, and the seconds that it takes the first time."""

    words: str
    seconds: float


class Course:
    """Which stage is under way, and how much may be left."""

    def __init__(self, stages: Sequence[Stage]) -> None:
        self.stages = list(stages)
        self.started = self.since = time.monotonic()
        self.at = 0
        self._took = 0.0

    def begin(self) -> None:
        """The next stage begins."""
        now = time.monotonic()
        if self.at:
            self._took += now - self.since
        self.since = now
        self.at = min(self.at + 1, len(self.stages))

    def left(self) -> float | None:
        """Seconds that may be left; None where the stage lasts longer than foreseen."""
        under_way = max(self.at - 1, 0)
        foreseen = sum(stage.seconds for stage in self.stages[:under_way])
        share = 1.0
        if foreseen:
            share = min(max(self._took / foreseen, _FASTEST), _SLOWEST)
        here = time.monotonic() - self.since
        now = share * self.stages[under_way].seconds - here
        if now <= 0:
            # One finished stage that was kept says little of one that is not.
            now = self.stages[under_way].seconds - here
        if now <= 0:
            return None
        return now + share * sum(stage.seconds for stage in self.stages[under_way + 1 :])

    def words(self) -> str:
        """`2 of 3, the derivative of cost of transport: 35 s, up to 1 min left`."""
        stage = self.stages[max(self.at - 1, 0)]
        passed = f"{time.monotonic() - self.started:.0f} s"
        left = self.left()
        ahead = "longer than foreseen" if left is None else f"up to {_span(left)} left"
        place = f"{max(self.at, 1)} of {len(self.stages)}, " if len(self.stages) > 1 else ""
        return f"{place}{stage.words} ({passed}; {ahead})"


def _span(seconds: float) -> str:
    """Rounded up to what a person would say."""
    if seconds <= 100:
        return f"{max(5 * -(-seconds // 5), 5):.0f} s"
    return f"{-(-seconds // 60):.0f} min"


@contextlib.contextmanager
def stages(
    title: str, planned: Sequence[Stage], *, first: float = FIRST, between: float = BETWEEN
) -> Iterator[Callable[[], None]]:
    """Tell on stderr, while the body runs, which of its stages is under way.

        with stages("validate", [Stage("experiments", 90), Stage("curves", 20)]) as begin:
            begin()
            ...
            begin()
            ...

    Nothing is said of what takes less than `first` seconds, nor under `--quiet`. On a terminal one
    line renews itself; elsewhere there is a line every `between` seconds.
    """
    course = Course(planned)
    if not log.isEnabledFor(logging.INFO):
        yield course.begin
        return
    over = threading.Event()
    tell = _renewed(title, course) if sys.stderr.isatty() else _line(title, course)
    pace = 1.0 if sys.stderr.isatty() else between

    def watch() -> None:
        wait = first
        while not over.wait(wait):
            tell(False)
            wait = pace

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield course.begin
    finally:
        over.set()
        watcher.join()
        tell(True)


def _line(title: str, course: Course) -> Callable[[bool], None]:
    def tell(end: bool) -> None:
        if not end:
            log.info("%s: %s", title, course.words())

    return tell


def _renewed(title: str, course: Course) -> Callable[[bool], None]:
    """One line of a terminal, written over until it is wiped."""
    shown = False

    def tell(end: bool) -> None:
        nonlocal shown
        if not end or shown:
            sys.stderr.write("\r\x1b[K" + ("" if end else f"{title}: {course.words()}"))
            sys.stderr.flush()
            shown = not end

    return tell
