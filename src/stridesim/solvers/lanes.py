"""Lanes side by side: on all cores in blocks of one size, and inside a compiled program.

A compiled CPU program uses one core, and is compiled anew for every size of its arrays. So work is
cut into blocks of one size, the last of which repeats its lanes until it is full, and each core
takes a block. After a round the unfinished lanes are gathered into new blocks.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.runtime import on_threads
from stridesim.solvers.result import Result


class Advance(NamedTuple):
    """What a round gives a block of lanes: its `Result`, and the lanes (B,) that need not go on."""

    result: Result
    ends: Any


def on_all_cores(
    call: Callable[[np.ndarray], tuple[Any, ...]], lanes: np.ndarray, size: int
) -> tuple[np.ndarray, ...]:
    """Results of `call` (lanes last) for `lanes` in blocks of `size`, in the order of `lanes`."""

    def of_block(block: np.ndarray) -> list[np.ndarray]:
        return [np.asarray(part)[..., : len(block)] for part in call(np.resize(block, size))]

    blocks = [lanes[start : start + size] for start in range(0, len(lanes), size)]
    found = [of_block(blocks[0])] if len(blocks) == 1 else on_threads(of_block, blocks)
    return tuple(np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))


def in_rounds(
    take: Callable[[int, np.ndarray, np.ndarray], Advance],
    start: np.ndarray,
    rounds: int,
    block: int,
) -> Result:
    """Rounds of steps for lanes (N, B), until every lane is finished or `rounds` are over.

    `take(number, x, lanes)` makes one round, counted from 0, of the lanes with indices `lanes` (b,)
    from `x` (N, b). Only lanes that it does not end take part in the next one.
    """
    count = start.shape[-1]
    x, left = start.copy(), np.arange(count)
    residual, besides = np.full(count, np.inf), np.full(count, np.nan)
    steps = np.zeros(count, int)
    for number in range(rounds):
        if left.size == 0:
            break

        def one(lanes: np.ndarray, number: int = number) -> tuple[Any, ...]:
            result, ends = take(number, x[:, lanes], lanes)
            return (*result, ends)

        x[:, left], residual[left], more, besides[left], ends = on_all_cores(one, left, block)
        steps[left] += more
        left = left[~ends]
    return Result(x, residual, steps, besides)


def gather_unfinished(
    solve: Callable[[Any, Any], Any],
    pick: Callable[[Any, Any], Any],
    problem: Any,
    lanes: Any,
    left: Any,
    *,
    lanes_last: bool = False,
) -> Any:
    """Finish the lanes that are `left` (B,), some at a time, inside a compiled program.

    `problem` and `lanes` are trees of arrays with the lanes first (or last). `pick(lanes, left)`
    gives the indices of the next lanes, B where there is none any more; `solve(problem, lanes)`
    takes these to their end. A lane costs what it needs itself, not what the hardest one needs.
    """

    def at(places: Any) -> Any:
        return (..., places) if lanes_last else places

    def take(carry: tuple[Any, Any]) -> tuple[Any, Any]:
        lanes, left = carry
        places = pick(lanes, left)
        # Places beyond the end fill the last gathering: they read the last lane and write nothing.
        asked, some = jax.tree.map(
            lambda values: values.at[at(places)].get(mode="clip"), (problem, lanes)
        )
        found = solve(asked, some)
        written = jax.tree.map(
            lambda values, new: values.at[at(places)].set(new, mode="drop"), lanes, found
        )
        return written, left.at[places].set(False, mode="drop")

    return jax.lax.while_loop(lambda carry: jnp.any(carry[1]), take, (lanes, left))[0]
