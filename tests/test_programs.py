"""What was traced once is not traced again, and never taken for something else."""

import concurrent.futures
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim import fingerprint, programs
from stridesim.programs import Kept, forget, kept, traced_anew


class Pair(NamedTuple):
    first: Any
    second: Any


class Part(eqx.Module):
    leaf: Any
    structure: Any = eqx.field(static=True)


class Traced:
    """A function that counts how often it is traced; `new` is what another process has of it."""

    def __init__(self) -> None:
        self.threads: list[int] = []

    @property
    def count(self) -> int:
        return len(self.threads)

    def new(self) -> Kept:
        def function(pair: Any, power: int, factor: Any) -> Any:
            self.threads.append(threading.get_ident())
            first, second = pair
            rows = {"b": factor * first**power, "a": jnp.sin(second)}
            return rows, (Pair(second, {}), Part(-first, jax.tree.structure(pair)))

        return kept(1)(function)


X, Y = np.linspace(0.5, 2.0, 5), np.linspace(-1.0, 1.0, 3)
GIVEN = (Pair(X, Y), 2, 3.0)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Path]:
    config: Any = jax.config
    before = config.jax_compilation_cache_dir
    config.update("jax_compilation_cache_dir", str(tmp_path))
    yield tmp_path / "stridesim"
    config.update("jax_compilation_cache_dir", before)


def _file(cache: Path) -> Path:
    (path,) = cache.iterdir()
    return path


def _check(found: Any) -> None:
    rows, (pair, part) = found
    assert np.array_equal(rows["b"], 3.0 * X**2)
    assert np.allclose(rows["a"], np.sin(Y), rtol=1e-15)
    assert type(pair) is Pair
    assert pair.second == {}
    assert np.array_equal(pair.first, Y)
    assert np.array_equal(part.leaf, -X)
    assert part.structure == jax.tree.structure(GIVEN[0])


def test_another_process_has_the_same_without_tracing(cache: Path) -> None:
    traced = Traced()
    first = traced.new()(*GIVEN)
    _check(first)
    again = traced.new()(*GIVEN)
    _check(again)
    assert traced.count == 1
    assert all(jax.tree.leaves(jax.tree.map(np.array_equal, first, again)))


def test_other_numbers_are_no_other_program(cache: Path) -> None:
    traced = Traced()
    program = traced.new()
    program(*GIVEN)
    rows, _ = program(Pair(2 * X, Y), 2, np.array(1.0))
    assert np.array_equal(rows["b"], 4 * X**2)
    assert (traced.count, program.ready) == (1, 1)


@pytest.mark.parametrize(
    "given",
    [
        (Pair(X[:2], Y), 2, 3.0),
        (Pair(X, Y), 3, 3.0),
        (Pair(X, Y), 2, 3),
        (Pair(X.astype(np.float32), Y), 2, 3.0),
        ((X, Y), 2, 3.0),
    ],
    ids=["shape", "static", "integer", "precision", "structure"],
)
def test_other_arguments_are_another_program(cache: Path, given: Any) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    traced.new()(*given)
    assert traced.count == 2
    traced.new()(*given)
    traced.new()(*GIVEN)
    assert traced.count == 2


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
            monkeypatch.setattr(programs, "model_fingerprint", lambda: "another source")
        case "version":
            monkeypatch.setattr(programs, "LIBRARIES", ("jax", "click"))
        case "FORMAT":
            monkeypatch.setattr(programs, "FORMAT", -1)
        case "machine":
            monkeypatch.setattr(programs.platform, "machine", lambda: "another")
        case "python":
            monkeypatch.setattr(programs.platform, "python_version", lambda: "another")
        case "device":
            monkeypatch.setattr(programs.jax, "default_backend", lambda: "another")
    _check(traced.new()(*GIVEN))
    assert traced.count == 2
    assert len(list(cache.iterdir())) == 2


@pytest.mark.parametrize(
    "setting",
    [
        lambda: jax.numpy_rank_promotion("warn"),
        lambda: jax.default_matmul_precision("float32"),
        lambda: jax.enable_x64(False),
    ],
    ids=["rank promotion", "matrix products", "float32"],
)
def test_so_are_settings_of_jax(setting: Any) -> None:
    program = Traced().new()
    before = program._asked(GIVEN)[1]
    with setting():
        assert program._asked(GIVEN)[1] != before
    assert program._asked(GIVEN)[1] == before


def test_options_reach_the_compiler(cache: Path) -> None:
    program = kept(options={"xla_no_such_option": 1})(lambda x: x)
    with pytest.raises(Exception, match="xla_no_such_option"):
        program(1.0)


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


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    "damage",
    [_shortened, _altered, _renamed, _without_a_head, _empty, _a_folder],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_file_is_made_again(cache: Path, damage: Any) -> None:
    traced = Traced()
    traced.new()(*GIVEN)
    path = _file(cache)
    damage(path)
    _check(traced.new()(*GIVEN))
    assert traced.count == 2
    if damage is not _a_folder:
        _check(traced.new()(*GIVEN))
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
        _check(traced.new()(*GIVEN))
    assert traced.count == 2
    _check(traced.new()(*GIVEN))
    assert traced.count == 2


def test_without_a_place_to_keep_it_every_process_traces(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    traced = Traced()
    _check(traced.new()(*GIVEN))
    _check(traced.new()(*GIVEN))
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
    config.update(setting, value)
    try:
        program = Traced().new()
        assert programs._path("name", program._asked(GIVEN)[1]) is None
        if value is not None and value is not False:
            return
        _check(program(*GIVEN))
        assert not cache.exists()
    finally:
        config.update(setting, before)


def test_inside_another_program_it_is_part_of_that(cache: Path) -> None:
    program = kept()(lambda x: x**3)
    assert jax.grad(lambda x: program(x))(2.0) == 12.0
    assert np.array_equal(jax.vmap(program)(X), X**3)
    assert not cache.exists()
    assert program.ready == 0


@pytest.mark.parametrize(
    "asked",
    [
        jax.disable_jit,
        lambda: jax.debug_nans(True),
        lambda: jax.debug_infs(True),
        lambda: jax.default_device(jax.devices()[0]),
    ],
    ids=["disable_jit", "debug_nans", "debug_infs", "default_device"],
)
def test_what_is_asked_of_jax_itself_is_left_to_it(cache: Path, asked: Any) -> None:
    program = kept()(lambda x: x**3)
    with asked():
        program.prepare(2.0)
        assert program(2.0) == 8.0
    assert program.ready == 0
    assert not cache.exists()


def test_threads_wait_for_one_trace(cache: Path) -> None:
    traced = Traced()
    program = traced.new()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: program(*GIVEN), range(8)):
            _check(found)
    assert traced.count == 1


def test_prepared_from_shapes_alone(cache: Path) -> None:
    traced = Traced()
    program = traced.new()
    pair, factor = jax.eval_shape(lambda: (GIVEN[0], jnp.asarray(GIVEN[2])))
    program.prepare(pair, GIVEN[1], factor)
    assert traced.threads == [threading.get_ident()], "what is traced elsewhere may differ"
    until = time.monotonic() + 60
    while program.ready == 0:
        assert time.monotonic() < until, "never compiled"
        time.sleep(0.01)
    _check(program(*GIVEN))
    program.prepare(*GIVEN)
    assert (traced.count, program.ready) == (1, 1)


def test_to_prepare_again_does_not_wait_for_the_first(cache: Path) -> None:
    program = Traced().new()
    with program._lock:
        waiting = threading.Thread(target=program.prepare, args=GIVEN, daemon=True)
        waiting.start()
    waiting.join(20)
    with program._lock:  # as while it is compiled
        again = threading.Thread(target=program.prepare, args=GIVEN, daemon=True)
        again.start()
        again.join(20)
        assert not again.is_alive()
    _check(program(*GIVEN))


def _times(factor: float) -> Kept:
    """Of one name, whatever the factor: as if two processes traced the same differently."""
    return kept()(lambda x: factor * x)


def test_of_processes_at_a_time_all_run_what_the_first_kept(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, late = programs._read, _times(5.0)

    def nothing_yet(path: Path) -> None:
        monkeypatch.setattr(programs, "_read", read)
        assert _times(2.0)(3.0) == 6.0  # another process, meanwhile

    monkeypatch.setattr(programs, "_read", nothing_yet)
    assert late(3.0) == 6.0
    assert _times(5.0)(3.0) == 6.0
    assert _file(cache)


def test_a_file_system_without_links_keeps_them_too(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError

    monkeypatch.setattr(programs.os, "link", refuse)
    traced = Traced()
    traced.new()(*GIVEN)
    _check(traced.new()(*GIVEN))
    assert traced.count == 1


def test_forgotten_is_found_again(cache: Path) -> None:
    traced = Traced()
    program = traced.new()
    program(*GIVEN)
    forget()
    assert program.ready == 0
    _check(program(*GIVEN))
    assert traced.count == 1


def test_traced_anew_for_who_changes_a_constant(cache: Path) -> None:
    factor = 2.0

    def function(x: Any) -> Any:
        return factor * x

    program = kept()(function)
    assert program(3.0) == 6.0
    before = _file(cache).read_bytes()
    factor = 5.0
    with traced_anew():
        assert program(3.0) == 15.0
        program.prepare(3.0)
    assert program(3.0) == 6.0
    assert _file(cache).read_bytes() == before


def test_what_was_prepared_with_another_constant_is_forgotten(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the thread that should compile it has had no time so far."""
    factor = 5.0
    waiting: list[Any] = []
    monkeypatch.setattr(programs, "meanwhile", lambda call, *given: waiting.append((call, given)))
    program = kept()(lambda x: factor * x)
    with traced_anew():
        program.prepare(3.0)
    for call, given in waiting:
        call(*given)
    factor = 2.0
    assert len(waiting) == 1
    assert program(3.0) == 6.0
    forget()
    assert program(3.0) == 6.0


def test_who_edits_the_source_meanwhile_keeps_nothing(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name would tell of the new source, the program is of the old."""
    traced = Traced()
    traced.new()(*GIVEN)
    before = _file(cache).read_bytes()
    monkeypatch.setattr(fingerprint, "_of_source", lambda: "edited")
    _check(traced.new()(*GIVEN))
    assert traced.count == 2
    assert _file(cache).read_bytes() == before


def test_results_that_nest_otherwise_are_refused(cache: Path) -> None:
    with pytest.raises(TypeError, match="results may nest in dicts, tuples and dataclasses only"):
        kept()(lambda x: [x, x])(1.0)
    assert not cache.exists() or not list(cache.iterdir())
