"""The shipped runner evaluated once per speed and change, shared by every test that looks at it."""

import functools
from typing import Any

import jax
import numpy as np

from stridesim.economy import Evaluation, evaluate
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.runner import apply_overrides, shipped_runner

SPEEDS = (2.5, 3.5, 4.5)
"""m/s; the speeds of the runner's recordings."""


@functools.cache
def _evaluated(metabolic: str, overrides: tuple[tuple[str, Any], ...]) -> Evaluation:
    found = evaluate(apply_overrides(shipped_runner(), dict(overrides)), metabolic)
    runner, stride, results = jax.tree.map(np.asarray, (found.runner, found.stride, found.results))
    return Evaluation(runner, stride, results, found.status)


def shipped(
    speed: float | None = None, metabolic: str = DEFAULT_METABOLIC_MODEL, **overrides: Any
) -> Evaluation:
    """The shipped runner at `speed` m/s (its own by default), every number a NumPy array.

    `hip__onset_delay=0.02` sets hip.onset_delay, in its declared unit.
    """
    changes = {name.replace("__", "."): value for name, value in overrides.items()}
    if speed is not None:
        changes["task.speed"] = speed
    return _evaluated(metabolic, tuple(changes.items()))
