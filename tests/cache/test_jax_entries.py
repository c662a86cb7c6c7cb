"""JAX's entries: whole, of the key they are asked by, or made again."""

import shutil
import stat
import types
from pathlib import Path
from typing import Any

import jax
import pytest
from cache.conftest import Compile
from jax._src import compilation_cache, lru_cache

from stridesim.cache.jax_entries import CheckedEntries

KEY, VALUE = "jit_f-0123", compilation_cache.compress_executable(b"machine code " * 40)
RIGHT = [4.0, 10.0, 22.0]


@pytest.fixture
def entries(tmp_path: Path) -> CheckedEntries:
    found = CheckedEntries(str(tmp_path), -1)
    found.put(KEY, VALUE)
    return found


def _of(folder: Path) -> list[Path]:
    return sorted(folder.glob("*-cache"))


def test_what_was_put_is_found(entries: CheckedEntries, tmp_path: Path) -> None:
    assert entries.get(KEY) == VALUE
    assert entries.get("another") is None
    assert [path.name for path in tmp_path.iterdir()] == [f"{KEY}-cache"], "nothing is left behind"


def test_no_single_bit_goes_unseen(entries: CheckedEntries, tmp_path: Path) -> None:
    (path,) = _of(tmp_path)
    whole = path.read_bytes()
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        assert entries.get(KEY) is None
        assert not path.exists(), "it would never be replaced"


@pytest.mark.parametrize("size", [0, 1, 39, 40, -1, -40, -41])
def test_nor_a_missing_end(entries: CheckedEntries, tmp_path: Path, size: int) -> None:
    (path,) = _of(tmp_path)
    path.write_bytes(path.read_bytes()[:size])
    assert entries.get(KEY) is None
    entries.put(KEY, VALUE)
    assert entries.get(KEY) == VALUE


def test_the_entry_of_another_key_is_not_taken(entries: CheckedEntries, tmp_path: Path) -> None:
    shutil.copy(tmp_path / f"{KEY}-cache", tmp_path / "jit_g-4567-cache")
    assert entries.get("jit_g-4567") is None
    assert entries.get(KEY) == VALUE


def test_the_first_of_two_is_kept(entries: CheckedEntries) -> None:
    entries.put(KEY, b"compiled by another process meanwhile")
    assert entries.get(KEY) == VALUE


def test_a_full_disk_is_no_failure(
    entries: CheckedEntries, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("stridesim.cache.jax_entries.os.fdopen", full)
    entries.put("more", VALUE)
    assert entries.get("more") is None
    assert entries.get(KEY) == VALUE
    assert len(list(tmp_path.iterdir())) == 1


def test_jax_without_us_reads_our_entries(entries: CheckedEntries, tmp_path: Path) -> None:
    whole = (tmp_path / f"{KEY}-cache").read_bytes()
    assert compilation_cache.decompress_executable(whole) == b"machine code " * 40


def test_another_process_compiles_nothing(compile_in: Compile, tmp_path: Path) -> None:
    found, hits = compile_in(tmp_path / "new")
    assert (found, hits) == (RIGHT, 0)
    assert _of(tmp_path / "new")
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    assert compile_in(tmp_path / "new") == (RIGHT, len(_of(tmp_path / "new")))


def test_nor_does_another_machine_with_a_copy(compile_in: Compile, tmp_path: Path) -> None:
    compile_in(tmp_path)
    shutil.copytree(tmp_path, tmp_path / "elsewhere")
    assert compile_in(tmp_path / "elsewhere") == (RIGHT, len(_of(tmp_path)))


def _flipped(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 4
    path.write_bytes(whole)


def _truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _as_jax_wrote_it(path: Path) -> None:
    """Whole, but nobody vouches for it."""
    path.write_bytes(path.read_bytes()[:-40])


@pytest.mark.parametrize(
    "damage", [_flipped, _truncated, _empty, _as_jax_wrote_it], ids=lambda damage: damage.__name__
)
def test_what_is_damaged_is_made_again_without_a_word(
    compile_in: Compile, tmp_path: Path, damage: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    compile_in(tmp_path)
    entries = _of(tmp_path)
    for path in entries:
        damage(path)
    assert compile_in(tmp_path) == (RIGHT, 0)
    assert _of(tmp_path) == entries
    assert compile_in(tmp_path) == (RIGHT, len(entries))
    assert capfd.readouterr() == ("", "")


def test_a_folder_of_others_is_not_used(compile_in: Compile, tmp_path: Path) -> None:
    compile_in(tmp_path)
    shutil.copytree(tmp_path, tmp_path / "open")
    (tmp_path / "open").chmod(0o777)
    before = [path.stat().st_mtime_ns for path in _of(tmp_path / "open")]
    assert compile_in(tmp_path / "open") == (RIGHT, 0)
    assert [path.stat().st_mtime_ns for path in _of(tmp_path / "open")] == before


class _Lock:
    """`filelock`, which JAX needs for that, in a process of one thread."""

    def __init__(self, _: Any) -> None: ...
    def acquire(self, timeout: float) -> None: ...
    def release(self) -> None: ...


def test_a_limit_of_size_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lru_cache, "filelock", types.SimpleNamespace(FileLock=_Lock))
    entries = CheckedEntries(str(tmp_path), 2 * len(VALUE) + 100)
    for key in ("a", "b", "c"):
        entries.put(key, VALUE)
    assert [key for key in "abc" if entries.get(key) == VALUE] == ["b", "c"]


def test_jax_checks_contents_where_it_is_asked_to(compile_in: Compile, tmp_path: Path) -> None:
    config: Any = jax.config
    config.update("jax_compilation_cache_check_contents", True)
    try:
        compile_in(tmp_path)
        used: Any = compilation_cache._cache
    finally:
        config.update("jax_compilation_cache_check_contents", False)
    assert type(used) is compilation_cache.VerificationCache
    assert type(used._base_cache) is CheckedEntries
