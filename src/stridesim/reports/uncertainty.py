"""What `stridesim run --uncertainty` adds to a stride: intervals, and what they come from."""

from collections.abc import Mapping
from typing import Any, Final

import click

from stridesim.economy.uncertainty import LEVEL, NOT_INCLUDED, Propagated
from stridesim.parameter import Parameter
from stridesim.reports.output import print_table
from stridesim.results import REASONS, Status, quantity
from stridesim.runner import PARAMETERS
from stridesim.units import from_si

SHOWN: Final = (
    "cost_of_transport", "net_cost_of_transport", "metabolic_power", "net_metabolic_power",
    "oxygen_cost", "step_frequency", "contact_time", "flight_time", "duty_factor",
    "peak_vertical_force", "braking_impulse", "com_drop_in_stance", "vertical_oscillation",
    "vertical_stiffness", "leg_stiffness", "spring_stiffness", "peak_knee_extension_moment",
    "peak_ankle_plantarflexion_moment", "achilles_peak_strain",
)  # fmt: skip
"""Results in the table; `--json` has all of them."""


def print_uncertainty(results: Mapping[str, Any], found: Propagated) -> None:
    """Tables for people: intervals, which number they come from, failed draws, what is left out."""
    failed = sum(found.failed.values())
    rows = []
    for name in SHOWN:
        interval = found.intervals.get(name)
        if interval is None:
            continue
        numbers = (float(results[name]), interval.sd, interval.low, interval.high)
        rows.append([name, *(_number(v, float(results[name])) for v in numbers),
                     quantity(name).unit])  # fmt: skip
    click.echo()
    print_table(
        f"Uncertainty ({found.draws} draws of what was fitted, {failed} without a result)",
        ["quantity", "value", "sd", "low", "high", "unit"],
        rows,
    )
    click.echo()
    print_table(
        "What it comes from",
        ["parameter", "value", "sd", "unit", "cost J/kg/m per sd"],
        [_source(PARAMETERS[path], *source) for path, source in found.sources.items()],
    )
    click.echo()
    for reason, count in found.failed.items():
        says = REASONS.get(Status[reason], "") if reason in Status.__members__ else (
            "a parameter would lie outside its permitted range"
        )  # fmt: skip
        click.echo(f"{count} of {found.draws} draws failed, {reason}: {says}")
    click.echo(f"low to high: {100 * LEVEL:.0f} % of the draws with a result, seed {found.seed}")
    click.echo(f"Not included: {NOT_INCLUDED}")


def _source(declared: Parameter, value: float, sd: float, effect: float) -> list[str]:
    value, sd = from_si(value, declared.unit), from_si(sd, declared.unit)
    return [declared.path, _number(value, value), _number(sd, value), declared.unit,
            f"{effect:+.3f}"]  # fmt: skip


def _number(number: float, beside: float) -> str:
    """`number` with as many decimals as show four digits of the value it stands beside."""
    size = abs(beside)
    decimals = 0 if size >= 1000 else 1 if size >= 100 else 2 if size >= 10 else 3
    return f"{number:.{decimals if size >= 1 else 4}f}"
