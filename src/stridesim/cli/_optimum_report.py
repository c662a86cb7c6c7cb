"""What a self-optimising runner chose, how sharp the optimum is, and what holds it."""

import math
from typing import TYPE_CHECKING, Any

import click

from stridesim.cli._output import print_table, written
from stridesim.parameter import get_value
from stridesim.results import Status
from stridesim.runner import PARAMETERS
from stridesim.units import from_si

if TYPE_CHECKING:
    from stridesim.economy.optimal import Optimum
    from stridesim.runner import Runner

_SIDES = {-1: "lower", 0: None, 1: "upper"}


def _rows(given: "Runner", best: "Optimum") -> list[dict[str, Any]]:
    """A record for every choice: by habit, chosen, and the change that costs 1 % more."""
    from stridesim.economy.optimal import STEPS

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


def optimum_record(given: "Runner", best: "Optimum | None") -> dict[str, Any]:
    """What strategy `optimal` adds to `--json`; nothing under another strategy."""
    if best is None:
        return {}
    if best.status[0] != Status.ok.name:
        return {"optimum": None}
    return {
        "optimum": {
            "choices": _rows(given, best),
            "blocked_by": best.blocked[0] or None,
            "starts_settled": int(best.settled[0]),
            "spread_over_starts": {"value": float(best.spread[0]), "unit": "J/kg/m"},
            "evaluations": best.evaluations,
        }
    }


def print_optimum(given: "Runner", best: "Optimum | None") -> None:
    """A row for every choice, then what held the search."""
    if best is None or best.status[0] != Status.ok.name:
        return

    def known(value: float | None) -> str:
        return "-" if value is None else written(value)

    rows = [
        [
            row["parameter"],
            row["unit"],
            known(row["habit"]),
            known(row["optimal"]),
            known(row["costs_1_percent_more_at_plus_minus"]),
            f"at its {row['at_bound']} bound" if row["at_bound"] else "",
        ]
        for row in _rows(given, best)
    ]
    click.echo()
    print_table(
        "What the runner chose (lowest cost of transport; 1 %: the change that costs 1 % more)",
        ["choice", "unit", "habit", "optimal", "1 %", ""],
        rows,
    )
    click.echo(
        f"{int(best.settled[0])} starts found a gait, {float(best.spread[0]):.3f} J/kg/m apart"
    )
    if best.blocked[0]:
        click.echo(f"held by: {best.blocked[0]} on the way further down")
