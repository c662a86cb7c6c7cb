"""How far work is: a bar on a terminal, a line now and then in a log.

Both say how many are done, how fast it goes, how long it will take, and how many are without a
result for which reason.
"""

import contextlib
import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Protocol

from stridesim.reports.terminal import console, plain_streams
from stridesim.text import one_line

_SHORTEST_MEASURE: Final = 1.0
"""s; what was done in less is no rate."""

_SECONDS_BETWEEN_LINES: Final = 10.0
_MOST_SECONDS_BETWEEN_LINES: Final = 60.0
_SHARE_BETWEEN_LINES: Final = 0.05

HEARTBEAT: Final = 2.0
"""s; so often somebody looks whether a line is due although nothing was done: what is compiled
first takes half a minute and says nothing."""

log = logging.getLogger("stridesim")


class Advance(Protocol):
    """What counts the work that is done."""

    def __call__(self, count: int, without_result: Mapping[str, int] | None = ..., /) -> None:
        """`count` more are done (0: time passes); which of them have no result, by reason."""
        ...


@contextlib.contextmanager
def progress(total: int, description: str, *, heartbeat: float = HEARTBEAT) -> Iterator[Advance]:
    """Show progress on stderr while the body calls the given function with each advance.

        with progress(len(points), "strides") as advance:
            for chunk in chunks:
                ...
                advance(len(chunk))

    Time that passes without an advance is told too. Silent under `--quiet`.
    """
    if not log.isEnabledFor(logging.INFO):
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar(total, description) as advance:
            yield advance
    else:
        with _with_a_heartbeat(_lines(total, description), heartbeat) as advance:
            yield advance


@contextlib.contextmanager
def _with_a_heartbeat(advance: Advance, seconds: float) -> Iterator[Advance]:
    """Call `advance(0)` every so often, besides what the body calls; one call at a time."""
    over, one_at_a_time = threading.Event(), threading.Lock()

    def told(count: int, without_result: Mapping[str, int] | None = None, /) -> None:
        with one_at_a_time:
            advance(count, without_result)

    def beat() -> None:
        while not over.wait(seconds):
            told(0)

    watcher = threading.Thread(target=beat, daemon=True)
    watcher.start()
    try:
        yield told
    finally:
        over.set()
        watcher.join()


@contextlib.contextmanager
def _bar(total: int, description: str) -> Iterator[Advance]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    with (
        Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[details]}", markup=False),
            console=console(err=True),
        ) as bar,
        plain_streams(),
    ):  # over those that rich puts there: other messages above the bar
        task = bar.add_task(one_line(description), total=total, details="")
        pace = Pace(total)

        def advance(count: int, without_result: Mapping[str, int] | None = None, /) -> None:
            pace.advance(count, without_result)
            details = "; ".join(filter(None, [pace.words(), pace.without_result()]))
            bar.update(task, advance=count, details=one_line(details))

        yield advance


def _lines(total: int, description: str) -> Advance:
    pace = Pace(total)
    last, said = pace.started, 0

    def is_due(now: float) -> bool:
        """At most every 10 s; when little happens every minute. The end is always told."""
        if now - last < _SECONDS_BETWEEN_LINES:
            return False
        much = pace.done - said >= _SHARE_BETWEEN_LINES * total
        return much or now - last >= _MOST_SECONDS_BETWEEN_LINES or said == 0

    def advance(count: int, without_result: Mapping[str, int] | None = None, /) -> None:
        nonlocal last, said
        pace.advance(count, without_result)
        now = time.monotonic()
        if (count and pace.done >= total) or is_due(now):
            last, said = now, pace.done
            details = ", ".join(filter(None, [f"{now - pace.started:.1f} s", pace.words()]))
            failed = pace.without_result()
            log.info(
                "%s: %d of %d (%s)%s",
                description,
                pace.done,
                total,
                details,
                f"; {failed}" if failed else "",
            )

    return advance


class Pace:
    """How fast work goes, and how long it will take.

    The rate counts from the first report on, because what comes before it is not work at this
    rate: rows that an earlier run left, or a first chunk that waits for compilation. As long as
    that first chunk is all there is, it serves for the time left; of finished work it says nothing,
    nor does a second chunk that was at work beside it and ends at its heels.
    """

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.started = time.monotonic()
        self._first: tuple[float, int] | None = None
        self._last = self.started
        self._failed: Counter[str] = Counter()

    def advance(self, count: int, without_result: Mapping[str, int] | None = None) -> None:
        """`count` more are done, some of them without a result."""
        self._failed.update(without_result or {})
        if not count:
            return
        self.done += count
        self._last = time.monotonic()
        if self._first is None:
            self._first = (self._last, self.done)

    def rate(self) -> float | None:
        """Done a second; None before there is anything to tell it from."""
        if self._first is None:
            return None
        since, before = self._first
        if self.done > before and self._last - since > _SHORTEST_MEASURE:
            return (self.done - before) / (self._last - since)
        if self.done >= self.total:
            return None
        took = since - self.started
        return before / took if took > 0.5 else None

    def words(self) -> str:
        """`34/s, about 20 s left`; empty where that is unknown."""
        rate = self.rate()
        if rate is None:
            return ""
        speed = f"{rate:.0f}/s" if rate >= 10 else f"{rate:.2g}/s"
        if self.done >= self.total:
            return speed
        # The chunk that is under way has been worked on since the last report.
        left = max(0.0, (self.total - self.done) / rate - (time.monotonic() - self._last))
        span = f"{left:.0f} s" if left < 100 else f"{left / 60:.0f} min"
        return f"{speed}, about {span} left"

    def without_result(self) -> str:
        """`without result: 12 no flight, 3 not finite`; empty where all have one."""
        counts = [f"{n} {reason.replace('_', ' ')}" for reason, n in self._failed.most_common()]
        return f"without result: {', '.join(counts)}" if counts else ""
