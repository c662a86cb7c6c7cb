"""The summary of a stride: one table of at most thirty lines, in people's words.

The names of `--json`, every muscle and every part of the energy are in the full tables.
"""

from collections.abc import Mapping
from typing import Any, Final

import click

from stridesim.economy.uncertainty import NOT_INCLUDED
from stridesim.reports.output import print_table
from stridesim.studies.optimum import Choice
from stridesim.studies.stride import StrideAnswer
from stridesim.words.everyday import everyday, everyday_number, everyday_value
from stridesim.words.habit_words import strategy_words
from stridesim.words.wording import amount, parameter_words

SUMMARY: Final = (
    ("step_frequency", "step_length"),
    ("contact_time", "flight_time"),
    ("peak_vertical_force",),
    ("vertical_oscillation",),
    ("leg_stiffness",),
    ("knee_flexion_at_contact", "peak_knee_flexion"),
    ("achilles_peak_strain",),
    ("tendon_energy_returned",),
    ("metabolic_power",),
    ("cost_of_transport",),
    ("oxygen_uptake",),
)
"""A row each; two results that belong together share one."""

_DEAREST: Final = 3


def print_summary(answer: StrideAnswer, asked: Mapping[str, Any]) -> None:
    """Who, how fast, how set; then what a coach reads first, with intervals where there are any."""
    rows = [*_asked(answer, asked), *(_row(names, answer) for names in SUMMARY)]
    rows += [["energy goes to", _parts(answer)], ["dearest muscles", _muscles(answer)]]
    title, spread = f"One stride of {asked['name']}", answer.spread
    if spread is not None:
        failed = sum(spread.failed.values())
        title += (f" (in brackets: 95 % of {spread.draws} draws of what was fitted; {failed} "
                  "without a result)")  # fmt: skip
    print_table(title, ["", "value"], rows)
    if spread is not None:
        click.echo(f"not included in the brackets: {NOT_INCLUDED}")
    click.echo("everything: --full; for programs: --json")


def speed_words(speed: float) -> str:
    """`3.33 m/s = 12 km/h = 5:00 min/km`; `speed` in m/s."""
    seconds = round(1000 / speed)
    return f"{speed:.3g} m/s = {3.6 * speed:.3g} km/h = {seconds // 60}:{seconds % 60:02d} min/km"


def _asked(answer: StrideAnswer, asked: Mapping[str, Any]) -> list[list[str]]:
    runner = answer.runner
    rows = [
        ["runner", f"{asked['name']} ({asked['file'] or 'comes with stridesim'})"],
        ["speed", speed_words(answer.values["speed"].value)],
    ]
    if asked["set"]:
        rows.append(["set", ", ".join(f"{path} = {value}" for path, value in asked["set"].items())])
    rows.append(["strategy", strategy_words(runner.strategy, runner.habits)])
    if answer.optimum is not None:
        rows.append(["chosen", ", ".join(_chosen(choice) for choice in answer.optimum.choices)])
    return [*rows, ["metabolic model", answer.metabolic]]


def _chosen(choice: Choice) -> str:
    held = " (at its bound)" if choice.at_bound else ""
    return f"{parameter_words(choice.parameter)} {amount(choice.optimal, choice.unit)}{held}"


def _row(names: tuple[str, ...], answer: StrideAnswer) -> list[str]:
    def value(name: str) -> str:
        number, known = answer.values[name].value, answer.values[name].interval
        text = everyday_value(name, number)
        if known is None:
            return text
        return f"{text} ({everyday_number(name, known.low)} to {everyday_number(name, known.high)})"

    words = ", ".join(everyday(name).words for name in names)
    return [words, ", ".join(value(name) for name in names)]


def _parts(answer: StrideAnswer) -> str:
    shares = {"stance": "stance", "swing": "swing", "rest": "rest and upkeep"}
    found = {words: answer.values[f"{part}_share"].value for part, words in shares.items()}
    return ", ".join(f"{words} {100 * share:.0f} %" for words, share in found.items())


def _muscles(answer: StrideAnswer) -> str:
    gross = answer.values["metabolic_power"].value
    dearest = sorted(answer.breakdown["muscle"].items(), key=lambda part: -part[1])[:_DEAREST]
    return ", ".join(
        f"{group.replace('_', ' ')} {100 * power / gross:.0f} %" for group, power in dearest
    )
