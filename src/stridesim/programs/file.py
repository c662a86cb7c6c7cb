"""A traced program on the disk: the name that tells what it was made of, reading and writing.

A file is a digest (of its own name and the rest), a line of JSON (how results nest), and the
exported program. One that is damaged is removed and made again; where none can be read or written,
or the folder is not the user's alone, every process traces.
"""

import contextlib
import hashlib
import importlib.metadata
import json
import logging
import platform
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import jax
from jax import export

from stridesim.cache.digest import digest, remove
from stridesim.cache.folder import is_trusted
from stridesim.files import remove_leftovers, write_first
from stridesim.fingerprint import edited_since, model_fingerprint
from stridesim.programs.nesting import description, nested
from stridesim.results import InputError
from stridesim.runtime import LIBRARIES

FORMAT: Final = 2

_logger = logging.getLogger(__name__)


class Key(NamedTuple):
    """What a program is made for: static arguments, structure of the others as a list, shape and
    dtype of every leaf, JAX's settings."""

    static: tuple[Any, ...]
    structure: Any
    leaves: tuple[tuple[tuple[int, ...], Any], ...]
    settings: tuple[Any, ...]

    @property
    def shapes(self) -> list[jax.ShapeDtypeStruct]:
        """The leaves, as JAX takes them for a trace."""
        return [jax.ShapeDtypeStruct(*leaf) for leaf in self.leaves]


class Trace(NamedTuple):
    """A function of leaves, exported, and how the leaves that it gives nest."""

    exported: export.Exported
    results: Any


_keeping = True


@contextlib.contextmanager
def kept_nowhere() -> Iterator[None]:
    """Inside, nothing is read or written."""
    global _keeping
    before, _keeping = _keeping, False
    try:
        yield
    finally:
        _keeping = before


def path_of(name: str, key: Key) -> Path | None:
    """Where the program of that key is kept; None where JAX keeps none either, or where its name
    would not be true."""
    config: Any = jax.config
    folder = config.jax_compilation_cache_dir
    if not folder or not config.jax_enable_compilation_cache or "://" in folder:
        return None
    if not _keeping or edited_since() or not is_trusted(Path(folder)):
        return None
    ours = Path(folder) / "stridesim"
    if ours.exists() and not is_trusted(ours):
        return None
    versions = [importlib.metadata.version(library) for library in LIBRARIES]
    machine = (platform.machine(), platform.python_version(), jax.default_backend())
    made_of = (FORMAT, model_fingerprint(), versions, machine, name, key)
    known_by = hashlib.sha256(repr(made_of).encode()).hexdigest()
    return ours / f"{name}-{known_by[:32]}.program"


def read(path: Path | None) -> Trace | None:
    """What is kept there, if anything; what is damaged is removed."""
    if path is None:
        return None
    try:
        found, _, rest = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if found == _digest(path, rest):
        try:
            return _trace(rest)
        except Exception:
            _logger.debug("%s: cannot be used", path, exc_info=True)
    remove(path)
    return None


def _trace(content: bytes) -> Trace:
    results, _, body = content.partition(b"\n")
    structure = jax.tree.structure(nested(json.loads(results)))
    return Trace(export.deserialize(bytearray(body)), structure)


def write(path: Path | None, trace: Trace) -> None:
    """Keep it, whole, unless another process was first (as far as the file system can tell)."""
    if path is None:
        return
    described = description(trace.results.unflatten(range(trace.results.num_leaves)))
    if jax.tree.structure(nested(described)) != trace.results:
        raise TypeError(f"{path.stem}: results may nest in dicts, tuples and dataclasses only")
    rest = json.dumps(described).encode() + b"\n" + bytes(trace.exported.serialize())
    if not is_trusted(path.parent):
        return
    remove_leftovers(path.parent)
    with contextlib.suppress(InputError):
        write_first(path, _digest(path, rest) + b"\n" + rest)


def _digest(path: Path, content: bytes) -> bytes:
    return digest(path.name, content).hex().encode()
