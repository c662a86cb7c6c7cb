"""What a runner changes for the task, and by how much: the report of `runner.adaptation`."""

from typing import Any

import numpy as np

from stridesim.parameter import get_value, set_values
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.adaptation import ADAPTED, TASKS
from stridesim.units import from_si
from stridesim.words.wording import amount, listed, parameter_words

_SMALLEST = 1e-6
"""Share of a number below which it counts as the same."""


def on_the_level(asked: Runner) -> Runner:
    """The runner at the task's speed without the slope, pull and support that were asked for."""
    return set_values(asked, dict.fromkeys(TASKS, 0.0)).at_speed()


def adaptation_record(asked: Runner) -> dict[str, dict[str, Any]]:
    """Path -> unit, value `on_the_level` and `here`, of every parameter that the task changes."""
    level, adapted = on_the_level(asked), asked.at_speed()
    found: dict[str, dict[str, Any]] = {}
    for path in ADAPTED:
        unit = PARAMETERS[path].unit
        before, after = (from_si(float(get_value(r, path)), unit) for r in (level, adapted))
        if not np.isclose(before, after, rtol=_SMALLEST, atol=0):
            found[path] = {"unit": unit, "on_the_level": before, "here": after}
    return found


def adaptation_notes(asked: Runner) -> list[str]:
    """`adapted to the task: trunk lean 7.2 to 14.3 deg`; nothing where nothing is adapted."""
    if asked.chosen is not None:
        return []
    changes = [
        f"{parameter_words(path)} {amount(each['on_the_level'], each['unit'])} to "
        f"{amount(each['here'], each['unit'])}"
        for path, each in adaptation_record(asked).items()
    ]
    return [f"adapted to the task: {listed(changes)}"] if changes else []
