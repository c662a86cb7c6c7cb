"""What the commands print: tables for people, JSON for programs.

On a terminal tables are drawn by rich; in a pipe or a log file they are plain aligned text, so
that they can be searched and compared.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from stridesim.reports.streams import is_unicode
from stridesim.reports.terminal import console
from stridesim.studies.plain import plain
from stridesim.text import one_line, shown


def print_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool = False
) -> None:
    """A table: rich on a terminal, aligned plain text in a pipe; `err`: on stderr."""
    title, columns = one_line(title), [one_line(column) for column in columns]
    rows = [[one_line(cell) for cell in row] for row in rows]
    if (sys.stderr if err else sys.stdout).isatty():
        _print_rich_table(title, columns, rows, err=err)
        return
    lines = [columns, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    click.echo(title, err=err)
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(cells).rstrip(), err=err)


def _print_rich_table(
    title: str, columns: Sequence[str], rows: Sequence[Sequence[str]], *, err: bool
) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for index, column in enumerate(columns):
        numbers = index > 0 and all(_is_number(row[index]) for row in rows)
        table.add_column(Text(column), justify="right" if numbers else "left")
    for row in rows:
        # Text, not markup: "[m/s]" in a cell is no style.
        table.add_row(*(Text(cell) for cell in row))
    console(err=err).print(table)


def _is_number(cell: str) -> bool:
    """True for a cell that starts with a number (`0.277 ± 0.005`) or stands for a missing one."""
    head = cell.split(" ", 1)[0].rstrip("%")
    try:
        float(head or "nan")
    except ValueError:
        return head in {"-", "–", "—"}
    return True


def written(value: float) -> str:
    """Four significant digits of a number that may go back into a command: stiffnesses without an
    exponent, and a minus that can be read."""
    return f"{value:.0f}" if 1e4 <= abs(value) < 1e6 else f"{value:.4g}"


def print_json(obj: Any) -> None:
    """Indented JSON on stdout; what is not finite becomes null, which every reader accepts."""
    ascii_only = not is_unicode(sys.stdout)
    text = json.dumps(plain(obj), indent=2, ensure_ascii=ascii_only, allow_nan=False)
    # Not the terminal's escapes, which need eight digits beyond 16 bits, but those of JSON.
    click.echo("".join(c if shown(c) == c else json.dumps(c)[1:-1] for c in text))
