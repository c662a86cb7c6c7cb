"""Programs on the disk: named by what they were made of, whole, and the same for everybody."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import jax
import pytest
from programs.traced import GIVEN, Traced, check, file_in

from stridesim import files, fingerprint
from stridesim.cache.digest import digest
from stridesim.programs import Kept, compiled, file, kept


@pytest.mark.parametrize(
    "changed", ["model_fingerprint", "version", "FORMAT", "machine", "python", "device"]
)
def test_what_it_was_made_of_is_part_of_its_name(
    cache: Path, monkeypatch: pytest.MonkeyPatch, changed: str
) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    match changed:
        case "model_fingerprint":
            monkeypatch.setattr(file, "model_fingerprint", lambda: "another source")
        case "version":
            monkeypatch.setattr(file, "LIBRARIES", ("jax", "click"))
        case "FORMAT":
            monkeypatch.setattr(file, "FORMAT", -1)
        case "machine":
            monkeypatch.setattr(file.platform, "machine", lambda: "another")
        case "python":
            monkeypatch.setattr(file.platform, "python_version", lambda: "another")
        case "device":
            monkeypatch.setattr(file.jax, "default_backend", lambda: "another")
    check(traced.new()(*GIVEN))
    assert traced.count == 2
    assert len(list(cache.iterdir())) == 2


def _shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def _altered(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def _renamed(path: Path) -> None:
    """A result by another name is valid JSON."""
    whole = path.read_bytes()
    assert whole.count(b'"a"') == 1
    path.write_bytes(whole.replace(b'"a"', b'"c"'))


def _without_a_head(path: Path) -> None:
    path.write_bytes(path.read_bytes().partition(b"\n")[2])


def _names_a_class(path: Path) -> None:
    """With a digest as it should be: nothing may be called because a file says so."""
    mark = path.parent.parent / "called"
    fields = {"args": {"tuple": [None]}, "shell": None}
    _vouched(path, {"class": "subprocess:Popen", "fields": fields})
    assert not mark.exists()


def _imports_a_module(path: Path) -> None:
    _vouched(path, {"class": "antigravity:geohash", "fields": {}})


def _has_other_fields(path: Path) -> None:
    _vouched(path, {"class": "programs.traced:Pair", "fields": {"first": None}})


def _nests_endlessly(path: Path) -> None:
    head, _, body = path.read_bytes().partition(b"\n")[2].partition(b"\n")
    deep = b'{"tuple": [' * 100_000 + b"null" + b"]}" * 100_000
    content = deep + b"\n" + body
    path.write_bytes(digest(path.name, content).hex().encode() + b"\n" + content)
    assert head


def _is_no_program(path: Path) -> None:
    head = path.read_bytes().partition(b"\n")[2].partition(b"\n")[0]
    content = head + b"\n" + bytes(range(256)) * 10
    path.write_bytes(digest(path.name, content).hex().encode() + b"\n" + content)


def _vouched(path: Path, described: Any) -> None:
    body = path.read_bytes().partition(b"\n")[2].partition(b"\n")[2]
    content = json.dumps(described).encode() + b"\n" + body
    path.write_bytes(digest(path.name, content).hex().encode() + b"\n" + content)


def _of_another_name(path: Path) -> None:
    """Whole, but of another program."""
    content = path.read_bytes().partition(b"\n")[2]
    path.write_bytes(digest("another.program", content).hex().encode() + b"\n" + content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        _shortened,
        _altered,
        _renamed,
        _without_a_head,
        _names_a_class,
        _imports_a_module,
        _has_other_fields,
        _nests_endlessly,
        _is_no_program,
        _of_another_name,
        _empty,
        _a_folder,
    ],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_file_is_made_again(
    cache: Path, damage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    path = file_in(cache)
    damage(path)
    monkeypatch.setattr(subprocess, "Popen", None)  # what calls it fails otherwise than we do
    check(traced.new()(*GIVEN))
    assert traced.count == 2
    assert "antigravity" not in sys.modules
    if damage is not _a_folder:
        check(traced.new()(*GIVEN))
        assert traced.count == 2
    assert list(cache.iterdir()) == [path], "nothing else is left behind"


def test_what_may_not_be_read_is_traced_and_left(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced = Traced()
    traced.new()(*GIVEN)

    read = Path.read_bytes

    def refuse(path: Path) -> bytes:
        if path.suffix == ".program":
            raise PermissionError
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", refuse)
        check(traced.new()(*GIVEN))
    assert traced.count == 2
    check(traced.new()(*GIVEN))
    assert traced.count == 2


def test_without_a_place_to_keep_it_every_process_traces(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    traced = Traced()
    check(traced.new()(*GIVEN))
    check(traced.new()(*GIVEN))
    assert traced.count == 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("jax_compilation_cache_dir", None),
        ("jax_compilation_cache_dir", "gs://bucket/cache"),
        ("jax_enable_compilation_cache", False),
    ],
)
def test_where_jax_keeps_nothing_here_nor_do_we(cache: Path, setting: str, value: Any) -> None:
    config: Any = jax.config
    before = getattr(config, setting)
    key = Traced().new()._asked(GIVEN)[1]
    assert file.path_of("name", key) is not None
    config.update(setting, value)
    try:
        assert file.path_of("name", key) is None
    finally:
        config.update(setting, before)


@pytest.mark.parametrize(
    ("setting", "value"),
    [("jax_compilation_cache_dir", None), ("jax_enable_compilation_cache", False)],
)
def test_there_it_works_and_writes_nothing(cache: Path, setting: str, value: Any) -> None:
    config: Any = jax.config
    before = getattr(config, setting)
    config.update(setting, value)
    try:
        check(Traced().new()(*GIVEN))
        assert not cache.exists()
    finally:
        config.update(setting, before)


def _times(factor: float) -> Kept:
    """Of one name, whatever the factor: as if two processes traced the same differently."""
    return kept()(lambda x: factor * x)


def test_of_processes_at_a_time_all_run_what_the_first_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, late = compiled.read, _times(5.0)

    def nothing_yet(path: Path) -> None:
        monkeypatch.setattr(compiled, "read", read)
        assert _times(2.0)(3.0) == 6.0  # another process, meanwhile

    monkeypatch.setattr(compiled, "read", nothing_yet)
    assert late(3.0) == 6.0
    assert _times(5.0)(3.0) == 6.0
    assert file_in(cache)


def test_a_file_system_without_links_keeps_them_too(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(files.os, "link", refuse)
    traced = Traced()
    traced.new()(*GIVEN)
    check(traced.new()(*GIVEN))
    assert traced.count == 1


def test_who_edits_the_source_meanwhile_keeps_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name would tell of the new source, the program is of the old."""
    traced = Traced()
    traced.new()(*GIVEN)
    before = file_in(cache).read_bytes()
    monkeypatch.setattr(fingerprint, "_files", lambda: [("of_another.csv", b"1")])
    check(traced.new()(*GIVEN))
    assert traced.count == 2
    assert file_in(cache).read_bytes() == before


def test_results_that_nest_otherwise_are_refused(cache: Path) -> None:
    with pytest.raises(TypeError, match="results may nest in dicts, tuples and dataclasses only"):
        kept()(lambda x: [x, x])(1.0)
    assert not cache.exists() or not list(cache.iterdir())


class _Undeclared(NamedTuple):
    first: Any


def test_results_of_a_class_that_is_not_declared_are_refused(cache: Path) -> None:
    with pytest.raises(TypeError, match=r"_Undeclared: is in the results .* without @kept_result"):
        kept()(lambda x: _Undeclared(x))(1.0)


def test_a_copy_of_the_folder_serves_as_well(cache: Path, tmp_path: Path) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    config: Any = jax.config
    shutil.copytree(cache, tmp_path / "copy" / "stridesim")
    config.update("jax_compilation_cache_dir", str(tmp_path / "copy"))
    check(traced.new()(*GIVEN))
    assert traced.count == 1


@pytest.mark.parametrize("inner", [False, True])
def test_what_others_could_have_put_there_is_not_read(cache: Path, inner: bool) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    copy = cache.parent / "copy"
    shutil.copytree(cache, copy / "stridesim")
    (copy / "stridesim" if inner else copy).chmod(0o777)
    config: Any = jax.config
    config.update("jax_compilation_cache_dir", str(copy))
    check(traced.new()(*GIVEN))
    assert traced.count == 2
    check(traced.new()(*GIVEN))
    assert traced.count == 3
