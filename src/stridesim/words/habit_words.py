"""What of a runner follows the speed, in words: the strategy, its habits, and where they end.

Speeds are m/s throughout. A runner changes step frequency and leg with speed; a number computed
at another speed than the runner was measured at means something else when these stay the same,
so every output says what followed the speed and whether it was measured there.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from stridesim.runner.habits import Habits
from stridesim.sweeps.result import SweepResult
from stridesim.words.wording import listed, parameter_words

CLOSE: Final = 0.05
"""m/s. Closer speeds are one speed, as in `stridesim fit`."""

_OF_A_SPEED: Final = "step frequency, leg stiffness and leg loss"


def strategy_words(strategy: str, habits: Habits) -> str:
    """`measured: step frequency and leg stiffness follow the speed`."""
    if strategy == "fixed":
        return "fixed: nothing follows the speed"
    if strategy == "optimal":
        return "optimal: the runner chooses the cheapest gait"
    if not habits.paths:
        return "measured, but there are no habits: nothing follows the speed"
    verb = "follow" if len(habits.paths) > 1 else "follows"
    return f"measured: {_words(habits)} {verb} the speed"


def notes(
    strategy: str, habits: Habits, speeds: Sequence[float], own: float | None = None
) -> list[str]:
    """What a reader of numbers at `speeds` should know of them.

    `own` is the speed of a runner that came without habits: the one that its numbers are for.
    """
    if strategy in ("fixed", "optimal"):
        return []
    low, high = min(speeds), max(speeds)
    if not habits.paths:
        known = own is not None and max(abs(low - own), abs(high - own)) > CLOSE
        if not known and high - low <= CLOSE:
            return []
        at = f"those of {own:.3g} m/s" if own is not None else "the same at every speed"
        return [f"nothing follows the speed: there are no habits, so {_OF_A_SPEED} stay {at}"]
    if not _extrapolated(habits, speeds):
        return []
    to = " and ".join(
        f"{speed:.3g}" for speed in dict.fromkeys((low, high)) if _extrapolated(habits, [speed])
    )
    return [
        f"extrapolated to {to} m/s: {_words(habits)} (habits measured at {_measured(habits)} m/s)"
    ]


def over_speed(result: SweepResult) -> tuple[str, Habits, list[float]]:
    """Strategy, the habits that no axis or link replaces, and the range of speeds, m/s."""
    runner = result.design.runner
    swept = "task.speed" in result.columns
    speed = result["task.speed"] if swept else np.array([float(runner.task.speed)])
    habits = runner.habits.without(result.design.units)
    return runner.strategy, habits, [float(speed.min()), float(speed.max())]


def record(habits: Habits, strategy: str, speeds: Sequence[float]) -> dict[str, Any]:
    """What follows the speed, for JSON; speeds are m/s."""
    follows = () if strategy == "fixed" else habits.paths
    return {
        "parameters": list(follows),
        "measured_speeds": {"value": list(habits.speeds) if follows else [], "unit": "m/s"},
        "extrapolated": bool(follows) and _extrapolated(habits, speeds),
    }


def _extrapolated(habits: Habits, speeds: Sequence[float]) -> bool:
    low, high = min(habits.speeds), max(habits.speeds)
    return any(not low - CLOSE <= speed <= high + CLOSE for speed in speeds)


def _measured(habits: Habits) -> str:
    low, high = min(habits.speeds), max(habits.speeds)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"


def _words(habits: Habits) -> str:
    return listed([parameter_words(path) for path in habits.paths])
