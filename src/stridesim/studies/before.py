"""The same runner without the settings: what the figure of a stride is compared with."""

from collections.abc import Mapping
from typing import NamedTuple

from stridesim.runner import Runner, apply_overrides
from stridesim.studies.stride import StrideAnswer, stride

_TASK = "task."


class Before(NamedTuple):
    """The stride without the settings, and what it is in words."""

    answer: StrideAnswer
    words: str


def before(runner: Runner, settings: Mapping[str, str], metabolic: str) -> Before | None:
    """The stride of `runner` without `settings` (path -> value as written); None if nothing is set.

    A task is no change of the runner, so it is kept, unless nothing but the task is set.
    """
    if not settings:
        return None
    task = {path: value for path, value in settings.items() if path.startswith(_TASK)}
    kept = task if len(task) < len(settings) else {}
    plain = apply_overrides(runner, kept)
    at = f" at {float(plain.task.speed):.3g} m/s" if "task.speed" in settings and not kept else ""
    what = "these settings" if len(settings) - len(kept) > 1 else "this setting"
    answer = stride(plain, metabolic=metabolic)
    return Before(answer, f"the same runner without {what}{at}")
