"""Under which conditions a figure holds, in a line: whose stride, how fast, by which model.

RBDS011 at 3.33 m/s (12 km/h), uphill 5 % · Umberger 2010 · measured: step frequency and
leg stiffness follow the speed · extrapolated to 5 m/s: ...
"""

import re
from collections.abc import Sequence

from stridesim.runner import Runner
from stridesim.sweeps.habit_words import notes, strategy_words
from stridesim.sweeps.wording import number


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
    strategy = runner.gait.strategy
    parts = [
        f"{name or runner.name} at {speed_words(at)}{slope_words(float(runner.task.slope))}",
        model_words(metabolic),
        strategy_words(strategy, runner.habits),
        *notes(strategy, runner.habits, at, own),
    ]
    return " · ".join(parts)


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
