"""Settings that are changes from the runner's own number: `+10 %` of a step frequency.

A parameter without a unit takes a percentage as its value (a slope of -10 %), never as a change.
"""

import re
from typing import Any, Final

from stridesim.results import InputError
from stridesim.text import quoted
from stridesim.units import unit

_CHANGE: Final = re.compile(r"\s*([+-]?)\s*(\d+(?:\.\d+)?|\.\d+)\s*%\s*")


def change_of(value: Any, unit_name: str, label: str) -> float | None:
    """The change as a share of the runner's own number (`"+10 %"`: 0.1); None where `value` is a
    value, as it always is in a unit that a percentage can be read in. `InputError` without a sign,
    naming the `label`."""
    if not isinstance(value, str) or unit(unit_name).dimension == "number":
        return None
    found = _CHANGE.fullmatch(value)
    if found is None:
        return None
    if not found[1]:
        raise InputError(
            f"{label} = {quoted(value)}: write '+{found[2]} %' or '-{found[2]} %' for a change "
            "from the runner's own"
        )
    return float(found[1] + found[2]) / 100
