"""Lanes side by side: every lane gets its own end, whatever the number and order of the others."""

import threading
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.solvers import Advance, Result, Settings, gather_unfinished, in_rounds

SETTINGS = Settings(tolerance=0.5, steps=4, block=4)
NEEDED = np.array([1, 3, 9, 2, 1, 4, 2, 1, 3, 1, 30])
"""Rounds that each lane needs; its residual counts them down."""


@pytest.mark.parametrize("block", [1, 4, 16])
def test_each_lane_takes_the_rounds_that_it_needs(block: int) -> None:
    sizes, lock = [], threading.Lock()

    def take(number: int, x: np.ndarray, lanes: np.ndarray) -> Advance:
        with lock:
            sizes.append((number, len(lanes)))
        left = NEEDED[lanes] - number - 1.0
        found = Result(x + 1, left, np.full(len(lanes), 2), 10.0 * lanes)
        return Advance(found, SETTINGS.solved(left))

    found = in_rounds(take, np.zeros((1, len(NEEDED))), SETTINGS.steps, block)
    taken = np.minimum(NEEDED, SETTINGS.steps)
    np.testing.assert_array_equal(found.value[0], taken)
    np.testing.assert_array_equal(found.steps, 2 * taken)
    np.testing.assert_array_equal(found.residual, NEEDED - taken)
    np.testing.assert_array_equal(found.besides, 10.0 * np.arange(len(NEEDED)))
    assert {size for _, size in sizes} == {block}, "one size, one compilation"
    assert max(number for number, _ in sizes) == SETTINGS.steps - 1


def test_no_lanes_need_no_rounds() -> None:
    found = in_rounds(lambda *_: pytest.fail("nothing to do"), np.zeros((3, 0)), 5, 4)
    assert found.value.shape == (3, 0)
    assert found.residual.shape == found.steps.shape == (0,)


def test_what_is_no_number_is_not_solved() -> None:
    residual = np.array([0.5, 0.51, np.nan, np.inf])
    assert SETTINGS.solved(residual).tolist() == [True, False, False, False]


@pytest.mark.parametrize("lanes_last", [False, True])
def test_gathered_lanes_come_back_to_their_places(lanes_last: bool) -> None:
    """Square roots by Newton's method, two at a time, of the lanes that are left."""
    numbers = np.array([4.0, 9.0, 2.0, 25.0, 7.0])
    left = jnp.array([True, False, True, True, False])

    def laid(values: Any) -> Any:
        return jnp.stack([values, values], axis=0 if lanes_last else -1)

    def solve(asked: Any, start: Any) -> Any:
        return jax.lax.fori_loop(0, 40, lambda _, x: 0.5 * (x + asked / x), start)

    def pick(_: Any, left: Any) -> Any:
        return jnp.nonzero(left, size=2, fill_value=5)[0]

    start = laid(jnp.ones(5))
    found = gather_unfinished(
        solve, pick, laid(jnp.asarray(numbers)), start, left, lanes_last=lanes_last
    )
    expected = laid(jnp.where(left, jnp.sqrt(numbers), 1.0))
    np.testing.assert_allclose(found, expected, rtol=1e-15)
