"""Programs that a new process need not trace.

Of the time a process takes to its first number more than half is JAX tracing our functions and
lowering them: its cache on disk comes after that, and keeps what XLA compiled. Beside it we keep
what was traced (`jax.export`), under a name that says of which source, libraries and shapes. The
numbers are the same to the bit, as the process that traced runs what it exported too: of several
that did so at a time, what the first of them kept.

A file is a digest of the rest, a line of JSON (how results nest), and the exported program. One
that is damaged is made again; where none can be read or written, every process traces.
"""

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json
import os
import pkgutil
import platform
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import jax
import numpy as np
from jax import export
from jax.core import Tracer

from stridesim.fingerprint import edited_since, model_fingerprint
from stridesim.runtime import LIBRARIES, meanwhile

FORMAT: Final = 1

_SETTINGS: Final = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_numpy_rank_promotion",
)
"""JAX's settings that a trace depends on."""


class _Key(NamedTuple):
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


class _Trace(NamedTuple):
    """A function of leaves, exported, and how the leaves that it gives nest."""

    exported: export.Exported
    results: Any


class _Program(NamedTuple):
    """The same, compiled."""

    call: Any
    results: Any


def kept(
    *static: int, options: Mapping[str, Any] | None = None
) -> Callable[[Callable[..., Any]], "Kept"]:
    """Decorator like `jax.jit`; `static` are its `static_argnums`, `options` compiler options. For
    functions of the model with positional arguments and arrays in nested dicts, tuples and
    dataclasses as results."""
    return lambda function: Kept(function, static, options)


_EVERY: Final["weakref.WeakSet[Kept]"] = weakref.WeakSet()


def forget() -> None:
    """Give back the memory of every program, as `jax.clear_caches` does for JAX's own."""
    for program in _EVERY:
        program.forget()


@contextlib.contextmanager
def traced_anew() -> Iterator[None]:
    """Inside, every program is traced anew, for this process alone: for whoever changes a constant
    of the model while it runs, of which the name of a kept program does not tell."""
    global _keeping
    forget()
    before, _keeping = _keeping, False
    try:
        yield
    finally:
        forget()
        _keeping = before


_keeping = True


class Kept:
    """A compiled function whose traces outlive the process."""

    def __init__(
        self,
        function: Callable[..., Any],
        static: Sequence[int],
        options: Mapping[str, Any] | None,
    ) -> None:
        self.__doc__, self.__name__ = function.__doc__, function.__name__
        self.name = f"{function.__module__}.{function.__qualname__}"
        self._function, self._static, self._options = function, sorted(static), options
        self._jitted = jax.jit(function, static_argnums=static)
        self._begun: set[_Key] = set()
        self._traces: dict[_Key, _Trace] = {}
        self._ready: dict[_Key, _Program] = {}
        self._lock = threading.Lock()
        _EVERY.add(self)

    def __call__(self, *arguments: Any) -> Any:
        """What the function gives."""
        leaves, key = self._asked(arguments)
        if _left_to_jax(leaves):
            return self._jitted(*arguments)
        program = self._program(key)
        return program.results.unflatten(program.call(*leaves))

    def prepare(self, *arguments: Any) -> None:
        """Begin to get ready for arguments like these, of which the shapes are enough.

        Only compiling goes on meanwhile: a trace belongs to the caller's thread, which JAX's
        settings may be of.
        """
        leaves, key = self._asked(arguments)
        if _left_to_jax(leaves):
            return
        if key in self._begun or key in self._ready:  # without the lock, which compiling holds
            return
        with self._lock:
            if key in self._begun or key in self._ready:
                return
            self._traces[key] = self._trace(key)
            self._begun.add(key)
        meanwhile(self._compile_traced, key)

    def forget(self) -> None:
        """Give back the memory."""
        with self._lock:  # not while somebody compiles what would be there afterwards
            for made in (self._begun, self._traces, self._ready):
                made.clear()

    @property
    def ready(self) -> int:
        """Number of programs in memory."""
        return len(self._ready)

    def _asked(self, arguments: Sequence[Any]) -> tuple[list[Any], _Key]:
        dynamic = [value for i, value in enumerate(arguments) if i not in self._static]
        leaves, structure = jax.tree.flatten(dynamic)
        leaves = [leaf if hasattr(leaf, "dtype") else np.asarray(leaf) for leaf in leaves]
        static = tuple(arguments[i] for i in self._static)
        settings = tuple(getattr(jax.config, name) for name in _SETTINGS)
        shapes = tuple((leaf.shape, leaf.dtype) for leaf in leaves)
        return leaves, _Key(static, structure, shapes, settings)

    def _program(self, key: _Key) -> _Program:
        program = self._ready.get(key)
        if program is None:
            with self._lock:  # who comes meanwhile finds it ready
                program = self._ready.get(key)
                if program is None:
                    trace = self._traces.pop(key, None) or self._trace(key)
                    program = self._ready[key] = self._compiled(key, trace)
        return program

    def _compile_traced(self, key: _Key) -> None:
        with self._lock:
            trace = self._traces.pop(key, None)
            if trace is not None:  # neither needed before this thread had time, nor forgotten
                self._ready[key] = self._compiled(key, trace)

    def _compiled(self, key: _Key, trace: _Trace) -> _Program:
        # Profiles and logs of JAX name what is compiled after our function.
        run = jax.jit(_named(self.__name__, trace.exported.call))
        return _Program(run.lower(*key.shapes).compile(dict(self._options or {})), trace.results)

    def _trace(self, key: _Key) -> _Trace:
        """From the disk if it is there."""
        path = _path(self.name, key)
        found = _read(path)
        if found is None:
            found = self._exported(key)
            _write(path, found)
            found = _read(path) or found
        return found

    def _exported(self, key: _Key) -> _Trace:
        results = []

        def flat(*leaves: Any) -> list[Any]:
            given = key.structure.unflatten(leaves)
            for place, value in zip(self._static, key.static, strict=True):
                given.insert(place, value)
            found = self._function(*given)
            results.append(jax.tree.structure(found))
            return jax.tree.leaves(found)

        exported = export.export(jax.jit(_named(self.__name__, flat)))(*key.shapes)
        return _Trace(exported, results[0])


def _left_to_jax(leaves: Sequence[Any]) -> bool:
    """Inside another function's trace, where JAX is to show the operation that fails, and on a
    device that is chosen for a part of the work, a program is as JAX makes it."""
    config: Any = jax.config
    return (
        config.jax_disable_jit
        or config.jax_debug_nans
        or config.jax_debug_infs
        or config.jax_default_device is not None
        or any(isinstance(leaf, Tracer) for leaf in leaves)
    )


def _named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def run(*leaves: Any) -> Any:
        return function(*leaves)

    run.__name__ = name
    return run


def _path(name: str, key: _Key) -> Path | None:
    """Where the program of that key is kept; None where JAX keeps none either, or where its name
    would not be true."""
    config: Any = jax.config
    folder = config.jax_compilation_cache_dir
    if not folder or not config.jax_enable_compilation_cache or "://" in folder:
        return None
    if not _keeping or edited_since():
        return None
    versions = [importlib.metadata.version(library) for library in LIBRARIES]
    machine = (platform.machine(), platform.python_version(), jax.default_backend())
    made_of = (FORMAT, model_fingerprint(), versions, machine, name, key)
    digest = hashlib.sha256(repr(made_of).encode()).hexdigest()
    return Path(folder) / "stridesim" / f"{name}-{digest[:32]}.program"


def _read(path: Path | None) -> _Trace | None:
    """What is kept there, if anything; what is damaged is removed."""
    if path is None:
        return None
    try:
        digest, _, rest = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if digest == _digest(rest):
        results, _, body = rest.partition(b"\n")
        nested = jax.tree.structure(_nested(json.loads(results)))
        return _Trace(export.deserialize(bytearray(body)), nested)
    with contextlib.suppress(OSError):
        path.unlink()
    return None


def _write(path: Path | None, trace: _Trace) -> None:
    """Keep it, whole, unless another process was first (as far as the file system can tell)."""
    if path is None:
        return
    described = _description(trace.results.unflatten(range(trace.results.num_leaves)))
    if jax.tree.structure(_nested(described)) != trace.results:
        raise TypeError(f"{path.stem}: results may nest in dicts, tuples and dataclasses only")
    rest = json.dumps(described).encode() + b"\n" + bytes(trace.exported.serialize())
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as aside:
            whole = Path(aside) / path.name
            whole.write_bytes(_digest(rest) + b"\n" + rest)
            try:
                os.link(whole, path)  # a rename would replace what another has just kept
            except FileExistsError:
                pass
            except OSError:  # a file system without links
                whole.replace(path)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _description(tree: Any) -> Any:
    """How a tree nests, for JSON; None is a leaf."""
    if isinstance(tree, type(jax.tree.structure(0))):
        return {"structure": _description(tree.unflatten(range(tree.num_leaves)))}
    if isinstance(tree, dict):
        return {"dict": {name: _description(tree[name]) for name in tree}}
    made: Any = type(tree)
    if dataclasses.is_dataclass(tree):
        names = [field.name for field in dataclasses.fields(tree)]
    elif hasattr(made, "_fields"):  # a named tuple
        names = made._fields
    elif isinstance(tree, tuple):
        return {"tuple": [_description(part) for part in tree]}
    else:
        return None
    fields = {name: _description(getattr(tree, name)) for name in names}
    return {"class": f"{made.__module__}:{made.__qualname__}", "fields": fields}


def _nested(described: Any) -> Any:
    """A tree that nests as described."""
    match described:
        case {"structure": tree}:
            return jax.tree.structure(_nested(tree))
        case {"dict": parts}:
            return {name: _nested(part) for name, part in parts.items()}
        case {"tuple": parts}:
            return tuple(_nested(part) for part in parts)
        case {"class": name, "fields": fields}:
            made = pkgutil.resolve_name(name)
            return made(**{field: _nested(part) for field, part in fields.items()})
        case _:
            return 0
