"""Where a computation runs, and the record of it.

`configure_jax` is called once by whatever opens the door (a command, a test session, the first
use of the package's names): float64, the CPU unless the user chose another device, and compiled
programs kept on disk, because a process spends most of its first seconds compiling.
`provenance` says which code, libraries and machine made a number.
"""

import concurrent.futures
import contextlib
import ctypes
import datetime
import functools
import importlib
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, TypeVar

from stridesim.cache.folder import cache_folder, is_trusted
from stridesim.results import InputError

LIBRARIES: Final = ("jax", "jaxlib", "equinox", "numpy", "scipy")
"""Libraries whose version may change a number."""

_OPENBLAS_THREADS: Final = "OPENBLAS_NUM_THREADS"

_BEGUN: Final[list[concurrent.futures.Future[object]]] = []
"""Calls of `meanwhile`: a few in the life of a process."""

_Item = TypeVar("_Item")
_Found = TypeVar("_Found")


@functools.cache
def configure_jax() -> None:
    """Float64, device and compilation cache; what the user set in JAX's own way is kept."""
    # Before the import: XLA would print, in its own words, that a program compiles slowly.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import jax

    config: Any = jax.config
    config.update("jax_enable_x64", True)
    # JAX would take any accelerator that it finds. Sweeps are tuned for the CPU, and the same
    # command should give the same digits everywhere: an accelerator is asked for by name.
    if not config.jax_platforms:
        config.update("jax_platforms", "cpu")
    if config.jax_platforms != "cpu":
        _check_device(config.jax_platforms)
    _configure_cache(config)
    _load_lapack()


def _check_device(asked: str) -> None:
    """`InputError` where there is no such device: the first computation would fail otherwise."""
    import jax

    try:
        jax.devices()
    except Exception as error:  # noqa: BLE001 - a plug-in may fail in any way
        reason = " ".join(str(error).partition("(set JAX_PLATFORMS")[0].split()).rstrip(".")
        raise InputError(
            f"JAX_PLATFORMS = {asked!r}: JAX finds no such device here"
            f"{f' ({reason})' if reason else ''}; permitted: cpu, or unset it"
        ) from None


def _load_lapack() -> None:
    """Load the OpenBLAS that JAX borrows from SciPy, with one thread unless the user chose.

    Our matrices are not worth a second one, and OpenBLAS has its threads spin for their next task,
    on the cores that the batch wants. NumPy's, a library of its own, keeps all.
    """
    chosen = os.environ.get(_OPENBLAS_THREADS)
    # OpenBLAS reads it when it is loaded.
    os.environ[_OPENBLAS_THREADS] = chosen or "1"
    try:
        importlib.import_module("scipy.linalg.cython_lapack")
    finally:
        if chosen is None:
            del os.environ[_OPENBLAS_THREADS]


def _configure_cache(config: Any) -> None:
    """Keep every compiled program, however small; go without a cache where none can be written,
    or others could."""
    chosen = config.jax_compilation_cache_dir
    if not chosen:
        folder = cache_folder()
        if folder is None:
            return
        config.update("jax_compilation_cache_dir", str(folder))
    elif "://" not in chosen and not is_trusted(Path(chosen)):
        config.update("jax_compilation_cache_dir", None)
        return
    from stridesim.cache.jax_entries import check_entries

    check_entries()
    for name, unset, value in (
        ("jax_persistent_cache_min_compile_time_secs", 1.0, 0.0),
        ("jax_persistent_cache_min_entry_size_bytes", 0, -1),
        # What XLA itself keeps there for a GPU is read without a check.
        ("jax_persistent_cache_enable_xla_caches", "xla_gpu_per_fusion_autotune_cache_dir", "none"),
    ):
        if getattr(config, name) == unset:
            config.update(name, value)


def threads() -> int:
    """How many threads a computation may use: `STRIDESIM_THREADS`, or the cores it was given."""
    chosen = os.environ.get("STRIDESIM_THREADS", "")
    if chosen.isdecimal() and len(chosen) < 5 and int(chosen) > 0:
        return int(chosen)
    if hasattr(os, "sched_getaffinity"):  # a job of a cluster has a share of the machine
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def _pool(count: int) -> concurrent.futures.ThreadPoolExecutor:
    return concurrent.futures.ThreadPoolExecutor(count, thread_name_prefix="stridesim")


def on_threads(call: Callable[[_Item], _Found], items: Iterable[_Item]) -> list[_Found]:
    """What `call` gives for each item, in their order, on all threads that may be used. `call` must
    not come here again: threads that wait for each other's work wait for ever.

    The threads stay. The C library gives new ones memory of their own, and what those of every
    call leave behind adds up over a million points.
    """
    return list(_pool(threads()).map(call, items))


def meanwhile(call: Callable[..., object], *arguments: Any) -> None:
    """Begin a call on one of the threads. Nobody hears of its result or failure: it prepares what
    would else be done, and fail, when it is needed."""
    with contextlib.suppress(RuntimeError):  # the process is about to end
        _BEGUN.append(_pool(threads()).submit(call, *arguments))


def give_back_memory() -> None:
    """Return to the system what was freed: a compiler's gigabyte stays with the process otherwise,
    and the next program's comes on top of it."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # the GNU C library alone has it
        ctypes.CDLL(None).malloc_trim(0)


def is_preparing() -> bool:
    """Whether a call begun by `meanwhile` still goes on: to end in order is to wait for it."""
    return any(not begun.done() for begun in _BEGUN)


def provenance() -> dict[str, Any]:
    """Version, commit, libraries, device, precision and date of what is computed now."""
    import jax

    config: Any = jax.config
    device = jax.devices()[0]
    return {
        "stridesim": _version("stridesim"),
        "commit": commit(),
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in LIBRARIES},
        "device": device.platform if device.platform == "cpu" else device.device_kind,
        "processor": processor(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "float64": bool(config.jax_enable_x64),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


@functools.cache
def _version(library: str) -> str:
    """As installed: read from the disk once, as every answer tells it."""
    return importlib.metadata.version(library)


@functools.cache
def processor() -> str:
    """Kind of processor, such as `x86_64 avx512f fma`: what a compiler may use of it changes the
    last digits of a number."""
    known: set[str] = set()
    with contextlib.suppress(OSError), Path("/proc/cpuinfo").open(encoding="utf-8") as file:
        known = set(next((line for line in file if line.startswith("flags")), "").split())
    widest = next((name for name in ("avx512f", "avx2", "avx", "sse4_2") if name in known), "")
    words = (platform.machine(), widest, "fma" if "fma" in known else "")
    return " ".join(word for word in words if word)


@functools.cache
def commit() -> str | None:
    """The checkout's commit, with `-dirty` after local changes; None outside a checkout."""
    root = Path(__file__).resolve().parents[2]
    if not (root / ".git").exists():
        return None
    command = ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"]
    try:
        done = subprocess.run(
            command, cwd=root, capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
