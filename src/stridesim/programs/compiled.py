"""A compiled function whose traces outlive the process, and getting one ready ahead of its use."""

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import jax
import numpy as np
from jax import export
from jax.core import Tracer

from stridesim.programs.file import Key, Trace, kept_nowhere, path_of, read, write
from stridesim.runtime import give_back_memory, meanwhile

_SETTINGS: Final = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_numpy_rank_promotion",
)
"""JAX's settings that a trace depends on."""


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
    forget()
    with kept_nowhere():
        try:
            yield
        finally:
            forget()


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
        self._begun: set[Key] = set()
        self._traces: dict[Key, Trace] = {}
        self._ready: dict[Key, _Program] = {}
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

    def _asked(self, arguments: Sequence[Any]) -> tuple[list[Any], Key]:
        dynamic = [value for i, value in enumerate(arguments) if i not in self._static]
        leaves, structure = jax.tree.flatten(dynamic)
        leaves = [leaf if hasattr(leaf, "dtype") else np.asarray(leaf) for leaf in leaves]
        static = tuple(arguments[i] for i in self._static)
        settings = tuple(getattr(jax.config, name) for name in _SETTINGS)
        shapes = tuple((leaf.shape, leaf.dtype) for leaf in leaves)
        return leaves, Key(static, structure, shapes, settings)

    def _program(self, key: Key) -> _Program:
        program = self._ready.get(key)
        if program is None:
            with self._lock:  # who comes meanwhile finds it ready
                program = self._ready.get(key)
                if program is None:
                    trace = self._traces.pop(key, None) or self._trace(key)
                    program = self._ready[key] = self._compiled(key, trace)
        return program

    def _compile_traced(self, key: Key) -> None:
        with self._lock:
            trace = self._traces.pop(key, None)
            if trace is not None:  # neither needed before this thread had time, nor forgotten
                self._ready[key] = self._compiled(key, trace)

    def _compiled(self, key: Key, trace: Trace) -> _Program:
        # Profiles and logs of JAX name what is compiled after our function.
        run = jax.jit(_named(self.__name__, trace.exported.call))
        call = run.lower(*key.shapes).compile(dict(self._options or {}))
        give_back_memory()
        return _Program(call, trace.results)

    def _trace(self, key: Key) -> Trace:
        """From the disk if it is there."""
        path = path_of(self.name, key)
        found = read(path)
        if found is None:
            found = self._exported(key)
            write(path, found)
            found = read(path) or found
        return found

    def _exported(self, key: Key) -> Trace:
        results = []

        def flat(*leaves: Any) -> list[Any]:
            given = key.structure.unflatten(leaves)
            for place, value in zip(self._static, key.static, strict=True):
                given.insert(place, value)
            found = self._function(*given)
            results.append(jax.tree.structure(found))
            return jax.tree.leaves(found)

        exported = export.export(jax.jit(_named(self.__name__, flat)))(*key.shapes)
        return Trace(exported, results[0])


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
