"""What a runner chose at least cost, as text: how sharp the optimum is, and what holds it."""

import click

from stridesim.reports.output import print_table, written
from stridesim.studies.optimum import Choice, OptimumAnswer


def print_optimum(answer: OptimumAnswer) -> None:
    """A row for every choice, then what held the search; nothing without a result."""
    if not answer.ok:
        return
    click.echo()
    print_table(
        "What the runner chose (lowest cost of transport; 1 %: the change that costs 1 % more)",
        ["choice", "unit", "habit", "optimal", "1 %", ""],
        [_row(choice) for choice in answer.choices],
    )
    click.echo(f"{answer.settled} starts found a gait, {answer.spread:.3f} J/kg/m apart")
    if answer.blocked:
        click.echo(f"held by: {answer.blocked} on the way further down")


def _row(choice: Choice) -> list[str]:
    width = choice.costs_1_percent_more_at_plus_minus
    return [
        choice.parameter,
        choice.unit,
        written(choice.habit),
        written(choice.optimal),
        "-" if width is None else written(width),
        f"at its {choice.at_bound} bound" if choice.at_bound else "",
    ]
