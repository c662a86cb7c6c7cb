"""What the runners and tasks of a sweep have for themselves: which values tell them from another.

A table of several tasks that names them alone does not say what `uphill` is. Every parameter that
a task sets, or in which two cases differ, goes into the manifest, so that an exported table can
show it. Left out is what has another value in every row: axes, links, habits where the speed is
varied, and what an optimal runner chooses.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from stridesim.parameter import get_value
from stridesim.runner import PARAMETERS
from stridesim.runner.runner import HABITUAL
from stridesim.runner.toml import flatten
from stridesim.sweeps.cases import Case
from stridesim.sweeps.config import DesignConfig
from stridesim.units import from_si

_DIGITS = 15
"""All but the last, which is where a change of units leaves its error."""

_SPEED, _STRATEGY = "task.speed", "gait.strategy"

Values = dict[str, float | str | None]


class OwnValues(NamedTuple):
    """One parameter over the cases of a sweep: a number each (NaN without one), or a text."""

    path: str
    unit: str
    of_cases: np.ndarray


def own_of(cases: tuple[Case, ...], config: DesignConfig, varied: set[str]) -> list[Values]:
    """Of every case, in declared units, what its task sets or what tells it from the others."""
    imposed = {path for task in config.task for path in flatten(task.fixed)}
    found = {
        path: values
        for path, values in {
            path: [_value(case, path, config, varied) for case in cases]
            for path in (_STRATEGY, *PARAMETERS)
            if path not in varied
        }.items()
        if (path in imposed or len(set(values)) > 1) and any(v is not None for v in values)
    }
    return [{path: values[k] for path, values in found.items()} for k in range(len(cases))]


def own_values(manifest: Mapping[str, Any]) -> list[OwnValues]:
    """The same from a manifest, parameter by parameter."""
    cases: list[Values] = manifest.get("own", [])
    found = []
    for path in cases[0] if cases else ():
        values = [case[path] for case in cases]
        if path == _STRATEGY:
            found.append(OwnValues(path, "", np.array(values, dtype=object)))
        else:
            numbers = np.array([np.nan if value is None else value for value in values], float)
            found.append(OwnValues(path, PARAMETERS[path].unit, numbers))
    return found


def _value(case: Case, path: str, config: DesignConfig, varied: set[str]) -> float | str | None:
    runner = case.runner
    strategy = runner.gait.strategy
    if path == _STRATEGY:
        return strategy
    if strategy == "optimal" and path in (config.free or HABITUAL):
        return None
    if strategy != "fixed" and _SPEED in varied and path in runner.habits.paths:
        return None
    value = from_si(float(get_value(runner.at_speed(), path)), PARAMETERS[path].unit)
    return None if math.isnan(value) else float(f"{value:.{_DIGITS}g}")
