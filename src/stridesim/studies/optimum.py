"""The gait of least cost that a runner chooses, how sharp the optimum is, and what holds it."""

import math
from typing import Any

from stridesim.economy.optimal import STEPS, Optimum
from stridesim.parameter import get_value
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.units import from_si

_SIDES = {-1: "lower", 0: None, 1: "upper"}


def choice_rows(given: Runner, best: Optimum) -> list[dict[str, Any]]:
    """A record for every choice: by habit, chosen, and the change that costs 1 % more."""
    habit = given.at_speed()
    rows = []
    for k, path in enumerate(best.free):
        unit = PARAMETERS[path].unit
        curvature = float(best.curvature[0, k])
        width = STEPS[path] * math.sqrt(0.02 * best.cost[0] / curvature) if curvature > 0 else None
        rows.append(
            {
                "parameter": path,
                "unit": unit,
                "habit": from_si(float(get_value(habit, path)), unit),
                "optimal": from_si(float(best.values[0, k]), unit),
                "costs_1_percent_more_at_plus_minus": width,
                "at_bound": _SIDES[int(best.at_bound[0, k])],
            }
        )
    return rows


def optimum_record(given: Runner, best: Optimum | None) -> dict[str, Any]:
    """What strategy `optimal` adds to `--json`; nothing under another strategy."""
    if best is None:
        return {}
    if best.status[0] != Status.ok.name:
        return {"optimum": None}
    return {
        "optimum": {
            "choices": choice_rows(given, best),
            "blocked_by": best.blocked[0] or None,
            "starts_settled": int(best.settled[0]),
            "spread_over_starts": {"value": float(best.spread[0]), "unit": "J/kg/m"},
            "evaluations": best.evaluations,
        }
    }
