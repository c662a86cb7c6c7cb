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


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table: rich on a terminal, aligned plain text in a pipe."""
    if sys.stdout.isatty():
        _print_rich_table(title, columns, rows)
        return
    lines = [list(columns), *(list(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    click.echo(title)
    for line in lines:
        click.echo("  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip())


def _print_rich_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
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
    Console().print(table)


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
        TimeRemainingColumn,
    )

    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task(description, total=total)
        yield lambda count: bar.advance(task, count)


def _line_progress(total: int, description: str) -> Callable[[int], None]:
    done = 0
    started = time.monotonic()
    last = started

    def advance(count: int) -> None:
        nonlocal done, last
        done += count
        now = time.monotonic()
        if done >= total or now - last >= _SECONDS_BETWEEN_LINES:
            last = now
            log.info("%s: %d of %d (%.1f s)", description, done, total, now - started)

    return advance
