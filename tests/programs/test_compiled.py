"""What was traced once is not traced again, and never taken for something else."""

import concurrent.futures
import threading
import time
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from programs.traced import GIVEN, Pair, Traced, X, Y, check, file_in

from stridesim.programs import compiled, forget, kept, traced_anew


def test_another_process_has_the_same_without_tracing(cache: Path) -> None:
    traced = Traced()
    first = traced.new()(*GIVEN)
    check(first)
    again = traced.new()(*GIVEN)
    check(again)
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
            check(found)
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
    check(program(*GIVEN))
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
    check(program(*GIVEN))


def test_forgotten_is_found_again(cache: Path) -> None:
    traced = Traced()
    program = traced.new()
    program(*GIVEN)
    forget()
    assert program.ready == 0
    check(program(*GIVEN))
    assert traced.count == 1


def test_traced_anew_for_who_changes_a_constant(cache: Path) -> None:
    factor = 2.0

    def function(x: Any) -> Any:
        return factor * x

    program = kept()(function)
    assert program(3.0) == 6.0
    before = file_in(cache).read_bytes()
    factor = 5.0
    with traced_anew():
        assert program(3.0) == 15.0
        program.prepare(3.0)
    assert program(3.0) == 6.0
    assert file_in(cache).read_bytes() == before


def test_what_was_prepared_with_another_constant_is_forgotten(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if the thread that should compile it has had no time so far."""
    factor = 5.0
    waiting: list[Any] = []
    monkeypatch.setattr(compiled, "meanwhile", lambda call, *given: waiting.append((call, given)))
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
