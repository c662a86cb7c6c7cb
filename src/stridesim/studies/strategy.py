"""Strategy, metabolic model and free choices: checked and dispatched once, for every study.

A study evaluates a runner with what the strategy says: `measured` and `fixed` are the runner's own
gait, `optimal` the cheapest. What was asked for and cannot be honoured is an `InputError`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from stridesim.economy.optimal import FREE, Optimum, check_free, optimise_points, with_choices
from stridesim.economy.stride import check_metabolic_model
from stridesim.results import InputError
from stridesim.runner import Runner


class Chosen(NamedTuple):
    """The runner whose gait is evaluated, and how the gait was found (None: the runner's own)."""

    runner: Runner
    optimum: Optimum | None


def check_choices(runner: Runner, free: Sequence[str] | None) -> tuple[str, ...]:
    """What the runner may choose under the strategy, () where the gait is the runner's own.

    Raises `InputError` for free choices without strategy `optimal`, and for unknown ones.
    """
    if runner.gait.strategy != "optimal":
        if free:
            raise InputError("free: only with gait.strategy = 'optimal'")
        return ()
    return check_free(tuple(free) if free else FREE)


def choose(runner: Runner, metabolic: str, free: Sequence[str] | None = None) -> Chosen:
    """The runner with the gait that the strategy asks for.

    Raises `InputError` for an unknown metabolic model or unknown choices.
    """
    check_metabolic_model(metabolic)
    choices = check_choices(runner, free)
    if not choices:
        return Chosen(runner, None)
    best = optimise_points(runner, {}, choices, metabolic=metabolic)
    return Chosen(with_choices(runner, best), best)
