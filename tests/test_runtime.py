import concurrent.futures
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import jax.numpy as jnp
import platformdirs
import pytest

from stridesim import runtime

REPORT = (
    "from stridesim.runtime import configure_jax; configure_jax(); configure_jax()\n"
    "import jax, jax.numpy as jnp, json\n"
    "x = jax.jit(lambda x: x * 2 + 1)(jnp.arange(3.0))\n"
    "print(json.dumps({'dtype': str(x.dtype), 'platform': jax.devices()[0].platform,\n"
    "  'cache': jax.config.jax_compilation_cache_dir,\n"
    "  'seconds': jax.config.jax_persistent_cache_min_compile_time_secs}))"
)


def _configured(**environment: str) -> dict[str, object]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JAX_", "XDG_"))}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", REPORT],
        env=kept | environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_float64_on_the_cpu_with_a_cache_that_fills(tmp_path: Path) -> None:
    report = _configured(HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert report["dtype"] == "float64"
    assert report["platform"] == "cpu"
    assert report["seconds"] == 0.0
    cache = Path(str(report["cache"]))
    assert cache.is_relative_to(tmp_path)
    assert any(cache.iterdir())


def test_the_user_s_own_choices_are_kept(tmp_path: Path) -> None:
    report = _configured(
        JAX_COMPILATION_CACHE_DIR=str(tmp_path / "own"),
        JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS="7",
    )
    assert report["cache"] == str(tmp_path / "own")
    assert report["seconds"] == 7.0


@pytest.mark.skipif(sys.platform != "linux", reason="lists the libraries of a Linux process")
@pytest.mark.parametrize(("chosen", "threads"), [(None, 1), ("2", 2)])
def test_lapack_has_one_thread_unless_the_user_chose(chosen: str | None, threads: int) -> None:
    report = (
        "import ctypes, os, re; from stridesim.runtime import configure_jax; configure_jax()\n"
        "maps = open('/proc/self/maps').read()\n"
        "found = re.findall(r'/\\S*/scipy\\.libs/\\S*openblas\\S*', maps)\n"
        "if found: print(ctypes.CDLL(found[0]).scipy_openblas_get_num_threads(),\n"
        "  os.environ.get('OPENBLAS_NUM_THREADS'))"
    )
    kept = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    environment = kept if chosen is None else kept | {"OPENBLAS_NUM_THREADS": chosen}
    done = subprocess.run(
        [sys.executable, "-c", report], env=environment, capture_output=True, text=True, check=True
    )
    if not done.stdout:
        pytest.skip("this SciPy brings no OpenBLAS of its own")
    if (os.cpu_count() or 1) < threads:
        pytest.skip("OpenBLAS takes no more threads than there are cores")
    assert done.stdout.split() == [str(threads), str(chosen)]


def test_no_cache_where_none_can_be_written(tmp_path: Path) -> None:
    """A file where the folder should be: root may write anywhere, but not through a file."""
    (tmp_path / "stridesim").write_text("in the way")
    report = _configured(HOME=str(tmp_path), XDG_CACHE_HOME=str(tmp_path))
    if sys.platform == "linux":
        assert report["cache"] is None
    assert report["dtype"] == "float64"


def test_cache_folder_says_none_when_it_cannot_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = tmp_path / "blocker"
    blocker.write_text("")
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(blocker))
    assert runtime.cache_folder() is None
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path))
    assert runtime.cache_folder() == tmp_path / "jax"


def test_a_folder_of_others_is_said_once_and_not_used(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own").chmod(0o777)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("JAX_")}
    done = subprocess.run(
        [sys.executable, "-c", REPORT],
        env=kept | {"JAX_COMPILATION_CACHE_DIR": str(tmp_path / "own")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["cache"] is None
    (said,) = done.stderr.splitlines()
    assert said.startswith(f"cache {tmp_path / 'own'}: may be written by others (mode 0777")
    assert not list((tmp_path / "own").iterdir())


def test_a_device_that_is_not_there_is_one_line() -> None:
    report = "from stridesim.runtime import configure_jax; configure_jax()"
    done = subprocess.run(
        [sys.executable, "-c", report],
        env=os.environ | {"JAX_PLATFORMS": "rocm"},
        capture_output=True,
        text=True,
    )
    last = done.stderr.splitlines()[-1]
    assert "InputError: JAX_PLATFORMS = 'rocm': JAX finds no such device here" in last
    assert "permitted: cpu, or unset it" in last


def test_provenance_says_what_made_a_number() -> None:
    record = runtime.provenance()
    json.dumps(record, allow_nan=False)
    assert record["float64"] is True
    assert record["stridesim"]
    assert set(record["libraries"]) == set(runtime.LIBRARIES)
    assert record["date"].endswith("+00:00")


def test_the_session_is_strict() -> None:
    assert jnp.ones(1).dtype == jnp.float64
    with pytest.raises(ValueError, match="rank"):
        jnp.add(jnp.ones(2), jnp.ones((2, 2)))


def test_work_comes_back_in_order_from_threads_that_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRIDESIM_THREADS", "3")
    together = threading.Barrier(3, timeout=30)

    def name(item: int) -> tuple[int, str]:
        together.wait()
        return item, threading.current_thread().name

    first, second = (runtime.on_threads(name, range(6)) for _ in range(2))
    assert [item for item, _ in first] == list(range(6))
    assert {thread for _, thread in second} == {thread for _, thread in first}
    assert len({thread for _, thread in first}) == 3


def test_what_goes_wrong_on_a_thread_is_raised() -> None:
    def call(item: int) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        runtime.on_threads(call, [1, 0, 1])
    assert runtime.on_threads(call, [2]) == [0.5]


def test_what_is_begun_meanwhile_is_told_of_until_it_ends() -> None:
    assert not runtime.is_preparing()
    release = threading.Event()
    runtime.meanwhile(release.wait, 60)
    assert runtime.is_preparing()
    release.set()
    until = time.monotonic() + 60
    while runtime.is_preparing():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nobody_hears_when_it_cannot_begin_or_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime.meanwhile(lambda: 1 / 0)
    ended = concurrent.futures.ThreadPoolExecutor(1)
    ended.shutdown()
    monkeypatch.setattr(runtime, "_pool", lambda _: ended)
    runtime.meanwhile(print, "never")


@pytest.mark.skipif(sys.platform != "linux", reason="reads the size of a Linux process")
def test_freed_memory_goes_back_to_the_system() -> None:
    """Freed below what is still in use, it would stay with the process."""
    script = (
        "import ctypes; from pathlib import Path\n"
        "from stridesim.runtime import give_back_memory\n"
        "libc = ctypes.CDLL(None); libc.malloc.restype = ctypes.c_void_p\n"
        "libc.free.argtypes = [ctypes.c_void_p]\n"
        "def size():\n"
        "    lines = Path('/proc/self/status').read_text().splitlines()\n"
        "    return next(int(line.split()[1]) for line in lines if line.startswith('VmRSS'))\n"
        "taken = [libc.malloc(60_000) for _ in range(4000)]\n"
        "for place in taken: ctypes.memset(place, 1, 60_000)\n"
        "for place in taken[:-1]: libc.free(place)\n"
        "before = size(); give_back_memory(); print(before - size(), hasattr(libc, 'malloc_trim'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    freed, known = done.stdout.split()
    if known == "False":
        pytest.skip("not the GNU C library")
    assert int(freed) > 200_000, "kB of 234,000"
