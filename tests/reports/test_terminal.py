"""No escape sequence of a name reaches the terminal: messages, tables, errors, the bar."""

import contextlib
import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stridesim.cli import main
from stridesim.reports.output import print_json, print_table
from stridesim.reports.progress import progress
from stridesim.reports.terminal import console, plain_streams

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil"
SHOWN = r"\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eevil"
ROOT = Path(__file__).resolve().parents[2]


class _Terminal(io.StringIO):
    """What a terminal would be sent."""

    def isatty(self) -> bool:
        return True


@contextlib.contextmanager
def _terminal() -> Iterator[tuple[_Terminal, _Terminal]]:
    """A terminal in place of what pytest captures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TERM", "xterm")
        patch.setenv("COLUMNS", "200")
        out, err = _Terminal(), _Terminal()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        yield out, err
        assert sys.stdout is out
        assert sys.stderr is err


def _has_evil(text: str) -> bool:
    return any(part in text for part in ("\x1b]0", "\x1b[2J", "\x07", "\x9b", "\u202e"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["params", EVIL],
        [EVIL],
        ["run", "--set", EVIL],
        ["run", f"{EVIL}.toml"],
        ["run", "--set", f"{EVIL}=1"],
        ["run", "--set", f"task.speed={EVIL}"],
        ["run", f"--{EVIL}"],
        ["sweep", "status", EVIL],
        ["sweep", "plan", EVIL],
    ],
)
def test_an_error_shows_it_as_text(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code in (1, 2)
    assert "evil" in result.stderr
    assert not _has_evil(result.output)


@pytest.mark.parametrize(
    "arguments", [["params", "x" * 10**6], ["run", "--set", "x" * 10**6]], ids=["params", "set"]
)
def test_an_endless_word_is_not_echoed(arguments: list[str]) -> None:
    result = CliRunner().invoke(main, arguments)
    assert "characters)" in result.stderr
    assert len(result.stderr) < 6000


def test_messages_and_tables_show_it_as_text() -> None:
    with _terminal() as streams, plain_streams():
        click.echo(f"note: {EVIL}", color=True)
        click.echo(f"wrote {EVIL}", err=True, color=True)
        sys.stdout.writelines([EVIL])
        print_table(f"table of {EVIL}", ["name", EVIL], [[EVIL, "1\n2"]])
        print_table(EVIL, ["name"], [[EVIL]], err=True)
    for stream in streams:
        assert SHOWN in stream.getvalue()
        assert not _has_evil(stream.getvalue())
        assert "\x1b[1m" in stream.getvalue()  # rich's own: the header is bold


def test_json_stays_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": EVIL + "\U000e0041ü"})
    printed = capsys.readouterr().out
    assert not _has_evil(printed)
    assert "ü" in printed
    assert json.loads(printed)["name"] == EVIL + "\U000e0041ü"


def test_the_bar_and_messages_above_it_show_it_as_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "stridesim")
    with _terminal() as (out, err), plain_streams(), progress(2, EVIL) as advance:
        click.echo(f"in between: {EVIL}", err=True, color=True)
        advance(1, {EVIL: 1})
        advance(1)
    assert f"in between: {SHOWN}" in err.getvalue()
    assert err.getvalue().count(SHOWN) > 2
    assert not _has_evil(err.getvalue() + out.getvalue())


def test_a_console_of_rich_is_made_in_one_place() -> None:
    """It writes beneath the plain streams, so what it is given has to be plain already."""
    made = [path.name for path in (ROOT / "src").rglob("*.py") if "Console(" in path.read_text()]
    assert made == ["terminal.py"]
    assert console(err=True).file is sys.stderr
