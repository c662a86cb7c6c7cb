"""The values in which the runners and tasks of a sweep differ.

A table of several tasks that names them alone does not say what `uphill` is. Every parameter that
a task sets, or in which two cases differ, goes into the manifest, so that an exported table can
show it. Left out is what has another value in every row: axes, links, habits where the speed is
varied, and what an optimal runner chooses.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from stridesim.runner import PARAMETERS
from stridesim.runner.habits import HABITUAL
from stridesim.runner.toml import flatten
from stridesim.sweeps.design.cases import Case
from stridesim.sweeps.design.config import DesignConfig
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
    known: dict[int, Any] = {}
    told = [_values(case, config, varied, known) for case in cases]
    found = [
        path
        for path in (_STRATEGY, *PARAMETERS)
        if path not in varied
        and (path in imposed or len({values.get(path) for values in told}) > 1)
        and any(values.get(path) is not None for values in told)
    ]
    return [{path: _written(path, values.get(path)) for path in found} for values in told]


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


def _values(
    case: Case, config: DesignConfig, varied: set[str], known: dict[int, Any]
) -> dict[str, Any]:
    """What a case has in use over all its rows, SI; NaN is left out."""
    runner = case.runner
    strategy = runner.strategy
    values: dict[str, Any] = dict(case.numbers(known))
    if strategy != "fixed" and runner.habits.paths:
        habitual = runner.habits.at(runner.task.speed)
        values |= {path: float(value) for path, value in habitual.items()}
        if _SPEED in varied:
            values |= dict.fromkeys(habitual, math.nan)
    if strategy == "optimal":
        values |= dict.fromkeys(config.free or HABITUAL, math.nan)
    kept = {path: value for path, value in values.items() if not math.isnan(value)}
    return {_STRATEGY: strategy, **kept}


def _written(path: str, value: float | str | None) -> float | str | None:
    if value is None or isinstance(value, str):
        return value
    return float(f"{from_si(value, PARAMETERS[path].unit):.{_DIGITS}g}")
