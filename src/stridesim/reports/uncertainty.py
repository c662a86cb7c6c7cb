"""How well a stride is known, as text: intervals, and the fitted numbers that they come from."""

from typing import Final

import click

from stridesim.reports.output import print_table
from stridesim.studies.ensemble import EnsembleAnswer, Source
from stridesim.studies.stride import StrideAnswer

SHOWN: Final = (
    "cost_of_transport", "net_cost_of_transport", "metabolic_power", "net_metabolic_power",
    "oxygen_cost", "step_frequency", "contact_time", "flight_time", "duty_factor",
    "peak_vertical_force", "braking_impulse", "com_drop_in_stance", "vertical_oscillation",
    "vertical_stiffness", "leg_stiffness", "spring_stiffness", "peak_knee_extension_moment",
    "peak_ankle_plantarflexion_moment", "achilles_peak_strain",
)  # fmt: skip
"""Results in the table; `--json` has all of them."""


def print_uncertainty(answer: StrideAnswer, spread: EnsembleAnswer) -> None:
    """Tables for people: intervals, which number they come from, failed draws, what is left out."""
    failed = sum(spread.failed.values())
    rows = []
    for name in SHOWN:
        one = answer.values[name]
        if one.interval is not None:
            numbers = (one.value, *one.interval)
            rows.append([name, *(_number(v, one.value) for v in numbers), one.unit])
    click.echo()
    print_table(
        f"Uncertainty ({spread.draws} draws of what was fitted, {failed} without a result)",
        ["quantity", "value", "sd", "low", "high", "unit"],
        rows,
    )
    click.echo()
    print_table(
        "What it comes from",
        ["parameter", "value", "sd", "unit", "cost J/kg/m per sd"],
        [_row(source) for source in spread.sources],
    )
    click.echo()
    for note in spread.notes:
        click.echo(note)


def _row(source: Source) -> list[str]:
    value, sd = (_number(number, source.value) for number in (source.value, source.sd))
    effect = f"{source.cost_of_transport_per_sd:+.3f}"
    return [source.parameter, value, sd, source.unit, effect]


def _number(number: float, beside: float) -> str:
    """`number` with as many decimals as show four digits of the value it stands beside."""
    size = abs(beside)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{number:.{decimals if size >= 1 else 4}f}"
