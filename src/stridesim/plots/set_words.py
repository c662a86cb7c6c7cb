"""What was set, as a figure says it: a picture travels without the command that made it."""

from collections.abc import Mapping

from stridesim.plots.conditions import conditions
from stridesim.runner import Runner
from stridesim.words.wording import parameter_words


def set_words(settings: Mapping[str, str]) -> str:
    """`tendon stiffness scale 1.5, speed 12 km/h`; values as they were written."""
    return ", ".join(f"{parameter_words(path)} {text}" for path, text in settings.items())


def stated(
    runner: Runner, metabolic: str, settings: Mapping[str, str], own: float | None = None
) -> str:
    """Conditions in a line, with what was set; `own` as in `habit_words.notes`."""
    said = conditions(runner, metabolic, own=own)
    return f"{said} · set: {set_words(settings)}" if settings else f"{said} · nothing set"
