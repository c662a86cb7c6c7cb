"""The outer edge of the program: whatever goes wrong becomes a line on stderr and an exit code.

Three kinds: what the user can mend says so in its own words (`InputError`); what Python refuses
for the size or the shape of what it is given is put into words here (`reason_of`); anything else is
a fault of the program and is called one, with its place, and with its trace under `--verbose`.
"""

import contextlib
import os
import sys
import traceback
from pathlib import Path
from typing import Final

import click

from stridesim import text
from stridesim.reports.streams import finish_streams, prepare_streams

_LONGEST: Final = 2000
"""Signs of a message; a bad value of a megabyte is not echoed whole."""


def one_line(message: str) -> str:
    """A message in a line, control characters shown, its middle left out where it is endless."""
    return " ".join(text.one_line(text.shortened(message, _LONGEST)).split())


def reason_of(error: BaseException) -> str:
    """What is the matter with what was given, where Python alone says that; "" for a fault."""
    said = str(error)
    match error:
        case RecursionError():
            return "what was given is nested too deeply; permitted: some hundred levels"
        case MemoryError():
            wanted = f" ({said})" if said else ""
            return f"not enough memory{wanted}: ask for fewer points, or use a larger machine"
        case ValueError() if "embedded null" in said:
            return "a name of a file holds a NUL character, which no file has"
        case ValueError() if "integer string conversion" in said:
            return "a whole number has thousands of digits; permitted: up to 300 digits"
        case OverflowError():
            return f"a number is too large ({said})"
    return ""


def command_line() -> None:
    """`stridesim` as a program: who is done, failed or was interrupted does not wait for what is
    prepared for later."""
    from stridesim.cli import main

    prepare_streams()
    code = _code_of(main)
    trouble = finish_streams()
    if trouble:
        _say(trouble)
        code = code or 1
    runtime = sys.modules.get("stridesim.runtime")  # help does not load it
    if runtime is not None and runtime.is_preparing():
        os._exit(code)
    sys.exit(code)


def _code_of(main: click.Command) -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except OSError as error:
        where = error.filename or ("standard output" if _was_printing(error) else "cannot write")
        _say(f"{where}: {error.strerror or error}")
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    except Exception as error:  # noqa: BLE001 - the outer edge
        _say(reason_of(error) or _fault(error))
    return 1


def _fault(error: Exception) -> str:
    if any(word == "--verbose" or _is_short_v(word) for word in sys.argv[1:]):
        with contextlib.suppress(OSError):
            click.echo(traceback.format_exc(), err=True)
    last = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"a fault of the program, please report it: {type(error).__name__}: {error} "
        f"({Path(last.filename).name}, line {last.lineno}); 'stridesim -v ...' shows its trace"
    )


def _was_printing(error: OSError) -> bool:
    """Such an error does not name its file."""
    return any(step.name == "echo" for step in traceback.extract_tb(error.__traceback__))


def _is_short_v(word: str) -> bool:
    return word.startswith("-v") and not word.strip("-v")


def _say(message: str) -> None:
    with contextlib.suppress(OSError):  # nobody is there to hear it
        click.echo(f"stridesim: error: {one_line(message)}", err=True)
