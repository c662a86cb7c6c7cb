"""The shipped runner evaluated once per speed and change, shared by every test that looks at it."""

import functools
from typing import Any

import jax
import numpy as np

from stridesim.economy import Evaluation, evaluate
from stridesim.economy.measures import named_results, status_of
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL, Stride, repriced
from stridesim.results import Status
from stridesim.runner import Runner, apply_overrides

SPEEDS = (2.5, 3.5, 4.5)
"""m/s; the speeds of the runner's recordings."""


@functools.cache
def _evaluated(metabolic: str, overrides: tuple[tuple[str, Any], ...]) -> Evaluation:
    if metabolic == DEFAULT_METABOLIC_MODEL:
        found = evaluate(apply_overrides(Runner.load(), dict(overrides)))
        runner, stride, results = found[:3]
        status = found.status
    else:
        # One stride, priced anew: a program of the whole chain for every model would take minutes
        # to compile. (`test_a_model_named_is_the_one_that_prices` has one evaluated for its model.)
        runner, stride, results, _ = _evaluated(DEFAULT_METABOLIC_MODEL, overrides)
        priced = _priced(stride, runner, results["periodic_residual"], metabolic)
        stride, results, status = priced[0], priced[1], Status(int(priced[2]))
    runner, stride, results = jax.tree.map(np.asarray, (runner, stride, results))
    return Evaluation(runner, stride, results, status)


@functools.partial(jax.jit, static_argnames="metabolic")
def _priced(stride: Stride, runner: Runner, residual: Any, metabolic: str) -> Any:
    stride = repriced(stride, metabolic)
    results = named_results(stride, runner, residual)
    return stride, results, status_of(stride, runner, residual, results)


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
