"""Which model made these numbers? Its version, and a hash of its own source.

A version number alone would let results of yesterday's equations mix with today's while the
model is being worked on; the source of everything below the sweep (constants, runner, physics,
muscles, energetics, economy) is its exact name. Comments, docstrings and blank lines compute
nothing, so they are not part of the name.
"""

import hashlib
import importlib.resources
import re
import sys
from collections.abc import Iterable, Iterator
from importlib.resources.abc import Traversable
from typing import Final

NOT_THE_MODEL: Final = (
    "__main__.py",
    "_shipped",
    "analysis",
    "cache",
    "cli",
    "evidence",
    "files.py",
    "fingerprint.py",
    "fitting",
    "lab",
    "plots",
    "programs",
    "reading.py",
    "recordings",
    "reports",
    "runtime.py",
    "shipped.py",
    "text.py",
    "studies",
    "jax.py",
    "surrogate",
    "sweeps",
    "training",
    "words",
)
"""What stands beside or above the model; all else is hashed, so nothing can be forgotten."""

_SUFFIXES: Final = (".py", ".csv")

_LEXEME: Final = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?P<string>[bBfFrRuU]{0,2}
        (?: \"""(?:\\.|[^\\])*?\""" | '''(?:\\.|[^\\])*?'''
          | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' ))
    | (?P<open>[(\[{]) | (?P<close>[)\]}]) | (?P<end>\n)""",
    re.VERBOSE | re.DOTALL,
)
"""What tells where a comment or a docstring begins and ends."""


def model_fingerprint() -> str:
    """`0.1.0+3f2a...`: the same text, the same equations and tables. It names the source that this
    process loaded: a later edit of a file does not change what is already loaded."""
    return _LOADED


def edited_since() -> bool:
    """Whether the equations in the files differ from those that this process loaded. What the
    process then computes follows the loaded source or, after a module is loaded again, a mixture.
    """
    return _hashed(_files()) != _LOADED_FILES and _of_source() != _LOADED


def code_of(source: str) -> str:
    """Python source without comments, docstrings and blank lines.

    A docstring is any string that is a statement by itself. The text that is left is the same for
    every version of Python.
    """
    kept: list[str] = []
    line: list[str] = []
    depth, done = 0, 0

    def close_line() -> None:
        text = "".join(line).rstrip()
        if text.strip():
            kept.append(text)
        line.clear()

    for found in _LEXEME.finditer(source):
        line.append(source[done : found.start()])
        done = found.end()
        match found.lastgroup:
            case "end":
                close_line()
            case "comment":
                pass
            case "string" if depth == 0 and _is_statement(source, found, line):
                pass
            case kind:
                line.append(found.group())
                depth += (kind == "open") - (kind == "close")
    line.append(source[done:])
    close_line()
    return "\n".join(kept)


_REST_OF_LINE: Final = re.compile(r"[ \t]*(?:#|\n|\Z)")


def _is_statement(source: str, found: re.Match[str], line: list[str]) -> bool:
    """Whether a string outside brackets has its lines to itself."""
    alone = not "".join(line).strip() and _REST_OF_LINE.match(source, found.end())
    continued = source[: found.start()].rstrip(" \t").endswith("\\\n")
    return bool(alone) and not continued


def _of_source() -> str:
    version = sys.modules["stridesim"].__version__  # from above: the package's own front
    files = ((name, _bare(name, content)) for name, content in _files())
    return f"{version}+{_hashed(files)[:16]}"


def _bare(name: str, content: bytes) -> bytes:
    return code_of(content.decode()).encode() if name.endswith(".py") else content


def _hashed(files: Iterable[tuple[str, bytes]]) -> str:
    digest = hashlib.sha256()
    for name, content in files:
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _files() -> Iterator[tuple[str, bytes]]:
    """Names and contents of the model's files, in order of their names."""
    root = importlib.resources.files("stridesim")
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.name not in NOT_THE_MODEL:
            yield from _within(entry, entry.name)


def _within(entry: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    if entry.is_dir():
        for child in sorted(entry.iterdir(), key=lambda child: child.name):
            yield from _within(child, f"{name}/{child.name}")
    elif entry.is_file() and name.endswith(_SUFFIXES):
        yield name, entry.read_bytes()


_LOADED_FILES: Final = _hashed(_files())
_LOADED: Final = _of_source()
