"""What `stridesim run` says at first: one table of at most thirty lines, in people's words.

The names of `--json`, every muscle and every part of the energy are in `--full`.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import click
import numpy as np

from stridesim.economy import Evaluation
from stridesim.economy.uncertainty import NOT_INCLUDED
from stridesim.reports.output import print_table
from stridesim.reports.stride import speed_words
from stridesim.runner import GROUPS, PARAMETERS
from stridesim.sweeps import habit_words
from stridesim.sweeps.spoken import spoken, spoken_number, spoken_value
from stridesim.sweeps.wording import amount, parameter_words
from stridesim.units import from_si

if TYPE_CHECKING:
    from stridesim.economy.optimal import Optimum
    from stridesim.economy.uncertainty import Propagated

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


def print_summary(
    evaluation: Evaluation,
    asked: Mapping[str, Any],
    metabolic: str,
    best: "Optimum | None" = None,
    spread: "Propagated | None" = None,
) -> None:
    """Who, how fast, how set; then what a coach reads first. `spread` adds its intervals."""
    rows = [*_asked(evaluation, asked, metabolic, best)]
    rows += [_row(names, evaluation, spread) for names in SUMMARY]
    rows += [["energy goes to", _parts(evaluation)], ["dearest muscles", _muscles(evaluation)]]
    title = f"One stride of {asked['name']}"
    if spread is not None:
        failed = sum(spread.failed.values())
        title += (f" (in brackets: 95 % of {spread.draws} draws of what was fitted; {failed} "
                  "without a result)")  # fmt: skip
    print_table(title, ["", "value"], rows)
    if spread is not None:
        click.echo(f"not included in the brackets: {NOT_INCLUDED}")
    click.echo("everything: --full; for programs: --json")


def _asked(
    evaluation: Evaluation, asked: Mapping[str, Any], metabolic: str, best: "Optimum | None"
) -> list[list[str]]:
    runner, file = evaluation.runner, asked["file"]
    speed = float(evaluation.stride.template.speed)
    rows = [
        ["runner", f"{asked['name']} ({file or 'comes with stridesim'})"],
        ["speed", speed_words(speed)],
    ]
    if asked["set"]:
        rows.append(["set", ", ".join(f"{path} = {value}" for path, value in asked["set"].items())])
    rows.append(["strategy", habit_words.strategy_words(runner.gait.strategy, runner.habits)])
    if best is not None:
        chosen = [
            f"{parameter_words(path)} {_written(path, float(best.values[0, k]))}"
            f"{' (at its bound)' if best.at_bound[0, k] else ''}"
            for k, path in enumerate(best.free)
        ]
        rows.append(["chosen", ", ".join(chosen)])
    return [*rows, ["metabolic model", metabolic]]


def _written(path: str, value: float) -> str:
    unit = PARAMETERS[path].unit
    return amount(from_si(value, unit), unit)


def _row(names: tuple[str, ...], evaluation: Evaluation, spread: "Propagated | None") -> list[str]:
    def value(name: str) -> str:
        text = spoken_value(name, float(evaluation.results[name]))
        if spread is None or name not in spread.intervals:
            return text
        found = spread.intervals[name]
        return f"{text} ({spoken_number(name, found.low)} to {spoken_number(name, found.high)})"

    words = ", ".join(spoken(name).words for name in names)
    return [words, ", ".join(value(name) for name in names)]


def _parts(evaluation: Evaluation) -> str:
    shares = {"stance": "stance", "swing": "swing", "rest": "rest and upkeep"}
    found = {words: float(evaluation.results[f"{part}_share"]) for part, words in shares.items()}
    return ", ".join(f"{words} {100 * share:.0f} %" for words, share in found.items())


def _muscles(evaluation: Evaluation) -> str:
    power = np.asarray(evaluation.stride.power, float)
    gross = float(evaluation.results["metabolic_power"])
    order = np.argsort(-power, kind="stable")[:_DEAREST]
    return ", ".join(f"{GROUPS[i].replace('_', ' ')} {100 * power[i] / gross:.0f} %" for i in order)
