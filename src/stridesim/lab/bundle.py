"""The page's modules as one classic script: a page that is a file may not import others.

Every module becomes a function that is called once and returns what it exports; an import becomes
a reading of what the other returned. Only the forms that the page's own modules use are understood,
and any other is an error, so that nothing is lost silently.
"""

import re
from pathlib import Path
from typing import Final

_IMPORT: Final = re.compile(r'^import \{([\w$,\s]+)\} from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT: Final = re.compile(
    r"^export (?=(?:async function|function|class|const) (\w+))", re.MULTILINE
)
_LEFT: Final = re.compile(r"^\s*(?:import\b|export\b)|\bimport\(", re.MULTILINE)


def bundled(folder: Path, main: str) -> str:
    """One script of `main` and all modules that it needs, from `folder`.

    Raises `ValueError` for a form of import or export that is not understood, and for a circle.
    """
    written: dict[str, str] = {}
    _add(folder, main, written, ())
    return '"use strict";\n' + "\n".join(written.values())


def _add(folder: Path, name: str, written: dict[str, str], path: tuple[str, ...]) -> None:
    if name in written:
        return
    if name in path:
        raise ValueError(f"{' -> '.join((*path, name))}: modules import each other in a circle")
    source = (folder / f"{name}.js").read_text("utf-8")
    for _, other in _IMPORT.findall(source):
        _add(folder, other, written, (*path, name))
    exported = _EXPORT.findall(source)
    body = _EXPORT.sub("", _IMPORT.sub(_taken, source))
    if left := _LEFT.search(body):
        raise ValueError(f"{name}.js: {left.group().strip()!r} in a form that is not understood")
    written[name] = (
        f"const module_{name} = (() => {{\n{body}return {{ {', '.join(exported)} }};\n}})();"
    )


def _taken(found: re.Match[str]) -> str:
    names = " ".join(found.group(1).split())
    return f"const {{ {names} }} = module_{found.group(2)};\n"
