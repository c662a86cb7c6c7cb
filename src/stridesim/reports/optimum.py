"""What a self-optimising runner chose, how sharp the optimum is, and what holds it."""

from typing import TYPE_CHECKING

import click

from stridesim.reports.output import print_table, written
from stridesim.results import Status
from stridesim.studies.optimum import choice_rows

if TYPE_CHECKING:
    from stridesim.economy.optimal import Optimum
    from stridesim.runner import Runner


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
        for row in choice_rows(given, best)
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
