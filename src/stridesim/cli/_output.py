"""What the commands print: tables and progress for people, JSON for programs.

On a terminal tables and progress bars are drawn by rich; in a pipe or a log file they are
plain aligned text and a line now and then, so that they can be searched and compared.
"""

import contextlib
import enum
import json
import logging
import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import click

_SECONDS_BETWEEN_LINES: Final = 5.0
log = logging.getLogger("stridesim")


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False
) -> None:
    """A table: rich on a terminal, aligned plain text in a pipe; `err`: on stderr."""
    if (sys.stderr if err else sys.stdout).isatty():
        _print_rich_table(title, columns, rows, err=err)
        return
    lines = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    click.echo(title, err=err)
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip(), err=err)


def _print_rich_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool
) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        numbers = index > 0 and all(_is_number(row[index]) for row in rows)
        table.add_column(Text(column), justify="right" if numbers else "left")
    for row in rows:
        # Text, not markup: "[m/s]" in a cell is no style.
        table.add_row(*(Text(cell) for cell in row))
    Console(stderr=err).print(table)


def _is_number(cell: str) -> bool:
    """True for a cell that starts with a number (`0.277 ± 0.005`) or stands for a missing one."""
    head = cell.split(" ", 1)[0].rstrip("%")
    try:
        float(head or "nan")
    except ValueError:
        return head in {"-", "–", "—"}
    return True


def print_json(obj: Any) -> None:
    """Indented JSON on stdout; what is not finite becomes null, which every reader accepts."""
    click.echo(json.dumps(plain(obj), indent=2, ensure_ascii=False, allow_nan=False))


def plain(obj: Any) -> Any:
    """`obj` in the types of JSON: arrays to lists, enums to their names, NaN to None."""
    match obj:
        case enum.Enum():
            return obj.name
        case None | bool() | int() | str():
            return obj
        case float():
            return float(obj) if math.isfinite(obj) else None
        case Mapping():
            return {str(key): plain(value) for key, value in obj.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(value) for value in obj]
        case os.PathLike():
            return os.fspath(obj)
    if hasattr(obj, "tolist"):  # a NumPy or JAX scalar or array, without importing either
        return plain(obj.tolist())
    raise TypeError(f"no JSON for {type(obj).__name__}: {obj!r}")


@contextlib.contextmanager
def progress(total: int, description: str) -> Iterator[Callable[[int], None]]:
    """Show progress on stderr while the body calls the given function with each advance.

        with progress(len(points), "strides") as advance:
            for chunk in chunks:
                ...
                advance(len(chunk))

    Silent under `--quiet`.
    """
    if not log.isEnabledFor(logging.INFO):
        yield lambda _: None
    elif sys.stderr.isatty():
        with _rich_progress(total, description) as advance:
            yield advance
    else:
        yield _line_progress(total, description)


@contextlib.contextmanager
def _rich_progress(total: int, description: str) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[pace]}", markup=False),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(description, total=total, pace="")
        pace = Pace(total)

        def advance(count: int) -> None:
            pace.advance(count)
            bar.update(task, advance=count, pace=pace.words())

        yield advance


def _line_progress(total: int, description: str) -> Callable[[int], None]:
    pace = Pace(total)
    last = pace.started

    def advance(count: int) -> None:
        nonlocal last
        pace.advance(count)
        now = time.monotonic()
        if (count and pace.done >= total) or now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            details = f"{now - pace.started:.1f} s" + (
                f", {words}" if (words := pace.words()) else ""
            )
            log.info("%s: %d of %d (%s)", description, pace.done, total, details)

    return advance


class Pace:
    """How fast work goes, and how long it will take.

    The rate counts from the first report on, because what comes before it is not work at this
    rate: rows that an earlier run left, or a first chunk that waits for compilation. As long as
    that first chunk is all there is, it serves.
    """

    def __init__(self, total: int) -> None:
        self.total, self.done = total, 0
        self.started = time.monotonic()
        self._first: tuple[float, int] | None = None
        self._last = self.started

    def advance(self, count: int) -> None:
        """`count` more are done."""
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
        if self.done > before and self._last > since:
            return (self.done - before) / (self._last - since)
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
