"""Lanes side by side in blocks of one size, on all cores.

A compiled CPU program uses one core, and is compiled anew for every size of its arrays: so work
is cut into blocks of one size, the last filled up by repeating its lanes, and the cores take a
block each.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from stridesim.runtime import on_threads


def on_all_cores(
    call: Callable[[np.ndarray], tuple[Any, ...]], lanes: np.ndarray, size: int
) -> tuple[np.ndarray, ...]:
    """Results of `call` (lanes last) for `lanes` in blocks of `size`, in the order of `lanes`."""

    def of_block(block: np.ndarray) -> list[np.ndarray]:
        return [np.asarray(part)[..., : len(block)] for part in call(np.resize(block, size))]

    blocks = [lanes[start : start + size] for start in range(0, len(lanes), size)]
    found = [of_block(blocks[0])] if len(blocks) == 1 else on_threads(of_block, blocks)
    return tuple(np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))
