"""Under which conditions a figure holds, in a line: whose stride, how fast, by which model.

RBDS011 at 3.33 m/s (12 km/h), uphill 5 % · Umberger 2010 · measured: step frequency and
leg stiffness follow the speed · extrapolated to 5 m/s: ...
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stridesim.runner import Runner
from stridesim.sweeps import SweepResult
from stridesim.words.habit_words import notes, over_speed, strategy_words
from stridesim.words.wording import listed, number, parameter_words

MOST_NAMED: Final = 3
"""More runners than this are counted."""


def conditions(
    runner: Runner,
    metabolic: str,
    *,
    speeds: Sequence[float] | None = None,
    own: float | None = None,
    name: str | None = None,
) -> str:
    """`speeds` (m/s) where there are others than the task's; `own` as in `habit_words.notes`."""
    at = [float(runner.task.speed)] if speeds is None else list(speeds)
    strategy = runner.strategy
    parts = [
        f"{name or runner.name} at {speed_words(at)}{slope_words(float(runner.task.slope))}",
        model_words(metabolic),
        strategy_words(strategy, runner.habits),
        *notes(strategy, runner.habits, at, own),
    ]
    return " · ".join(parts)


def sweep_conditions(result: SweepResult) -> str:
    """The same of a sweep: what its axes do not vary, and what was set."""
    cases, config = result.cases, result.design.config
    told = [over_speed(case) for case in cases]
    speeds = [speed for _, _, ends in told for speed in ends]
    names = list(dict.fromkeys(c.runner_name or c.runner.name for c in result.design.cases))
    slopes = {float(case.runner.task.slope) for case in result.design.cases}
    swept = "task.slope" in result.columns or len(slopes) > 1
    slope = "" if swept else slope_words(slopes.pop())
    who = listed(names) if len(names) <= MOST_NAMED else f"{len(names)} runners"
    strategies = (strategy_words(strategy, habits) for strategy, habits, _ in told)
    chosen = [f"chosen: {listed([parameter_words(p) for p in config.free])}"] if config.free else []
    parts = [
        f"{who} at {speed_words(speeds)}{slope}",
        model_words(config.metabolic),
        *dict.fromkeys(strategies),
        *chosen,
        *_set(config.fixed),
        *dict.fromkeys(note for each in told for note in notes(*each)),
    ]
    return " · ".join(parts)


def _set(fixed: Mapping[str, Any]) -> list[str]:
    """`set: hip stabiliser strength 0.8`, but for what is said anyway."""
    said = [
        f"{parameter_words(path)} {number(value) if isinstance(value, float) else value}"
        for path, value in fixed.items()
        if path not in ("task.speed", "task.slope", "gait.strategy")
    ]
    return [f"set: {listed(said)}"] if said else []


def speed_words(speeds: Sequence[float]) -> str:
    """`3.33 m/s (12 km/h)`, `2.5 to 4.5 m/s (9 to 16.2 km/h)`."""
    ends = list(dict.fromkeys((min(speeds), max(speeds))))
    metres = " to ".join(number(speed) for speed in ends)
    kilometres = " to ".join(number(3.6 * speed) for speed in ends)
    return f"{metres} m/s ({kilometres} km/h)"


def slope_words(slope: float) -> str:
    """`, uphill 5 %`; nothing of the flat."""
    if not slope:
        return ""
    return f", {'uphill' if slope > 0 else 'downhill'} {number(100 * abs(slope))} %"


def model_words(metabolic: str) -> str:
    """`Umberger 2010` of `umberger2010`."""
    author, year = re.fullmatch(r"(.*?)(\d*)", metabolic).groups()  # pyright: ignore[reportOptionalMemberAccess]
    return f"{author.capitalize()} {year}".strip()
