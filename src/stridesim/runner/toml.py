"""TOML files of parameters: what runner files and sweep files share.

Tables are the parameter paths, with units at the door. A file that cannot be read is one line that
names the file and the place.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.text import quoted

SHIPPED: Final = "rbds011"
DEEPEST: Final = 32
"""Tables and lists within each other; runner and sweep files need four."""
MOST_BYTES: Final = 16_000_000
"""Of a runner or sweep file; a million listed values fit."""
_TOO_DEEP: Final = f"tables or lists are nested deeper than {DEEPEST}"


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file; one-line `InputError` naming file and place when it cannot be read."""
    return parse_toml(read_text(path, MOST_BYTES), str(path))


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Parse TOML text; errors name `source` and the line, or the key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{source}: not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{source}: {_TOO_DEEP}") from None
    except ValueError as error:  # Python's own limit on the digits of a number
        raise InputError(f"{source}: a number that cannot be read: {error}") from None
    _refuse_extremes(tables, source)
    return tables


def _refuse_extremes(tables: Mapping[str, Any], source: str) -> None:
    """`InputError` for what TOML permits and no reader further in expects: whole numbers beyond 64
    bits and nesting without end."""
    level: list[tuple[str, Any]] = list(tables.items())
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, value in level:
            if isinstance(value, Mapping):
                below += [(f"{path}.{key}", each) for key, each in value.items()]
            elif isinstance(value, list):
                below += [(path, each) for each in value]
            elif isinstance(value, int) and not -(2**63) <= value < 2**63:
                raise InputError(
                    f"{source}: {path} = {quoted(value)}: a whole number has at most 64 bits"
                )
        level = below
    if level:
        raise InputError(f"{source}: {_TOO_DEEP}")


def flatten(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables to dotted paths."""
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat
