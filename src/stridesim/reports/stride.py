"""What `stridesim run` says of a stride, to people and to programs."""

from collections.abc import Mapping
from typing import Any, Final

import click
import numpy as np

from stridesim.economy import Evaluation
from stridesim.reports.output import print_table
from stridesim.results import QUANTITIES, quantity
from stridesim.runner import GROUPS
from stridesim.studies.stride import StrideAnswer
from stridesim.sweeps import habit_words

_SECTIONS: Final = {
    "Mechanics": "step_frequency",
    "Joints of the stance leg": "knee_flexion_at_contact",
    "Hip stabiliser and leg losses": "lateral_leakage",
    "Tendons": "tendon_energy_returned",
    "Energy": "metabolic_power",
    "Solver": "periodic_residual",
}
"""Section -> the first of its names in the order of `QUANTITIES`."""

_CAUSES: Final = {
    "activation": "activation heat",
    "maintenance": "maintenance heat",
    "shortening": "heat of shortening and lengthening",
    "positive_work": "positive work",
    "negative_work": "negative work",
    "floor": "floor (lower bounds of the model)",
}
_PHASES: Final = {"stance": "leg muscles in stance", "swing": "leg muscles in swing"}
_UPKEEP: Final = {"rest": "standing rest", "breathing": "breathing"}


def print_report(answer: StrideAnswer, asked: Mapping[str, Any]) -> None:
    """Tables for people: what was asked, then what came of it."""
    evaluation = answer.evaluation
    results = {name: value.value for name, value in answer.values.items()}
    print_table("One stride", ["asked", "value"], _asked(evaluation, asked, answer.metabolic))
    sections = _sections(results)
    for title in ("Mechanics", "Joints of the stance leg"):
        _print_section(title, sections[title], results)
    _print_muscles(evaluation, results)
    for title in ("Tendons", "Hip stabiliser and leg losses", "Energy"):
        _print_section(title, sections[title], results)
    found = answer.breakdown
    _print_shares("Energy by phase", found["phase"], results, _PHASES)
    _print_shares("Energy by cause", found["cause"], results, _CAUSES)
    _print_section("Solver", sections["Solver"], results)


def _asked(evaluation: Evaluation, asked: Mapping[str, Any], metabolic: str) -> list[list[str]]:
    speed = float(evaluation.stride.template.speed)
    name, file, runner = asked["name"], asked["file"], evaluation.runner
    rows = [
        ["runner", f"{name} ({file})" if file else f"{name} (comes with stridesim)"],
        ["speed", speed_words(speed)],
        *(["set", f"{path} = {value}"] for path, value in asked["set"].items()),
        ["strategy", habit_words.strategy_words(runner.gait.strategy, runner.habits)],
    ]
    return [*rows, ["metabolic model", metabolic]]


def speed_words(speed: float) -> str:
    """`3.33 m/s = 12 km/h = 5:00 min/km`; `speed` in m/s."""
    seconds = round(1000 / speed)
    return f"{speed:.3g} m/s = {3.6 * speed:.3g} km/h = {seconds // 60}:{seconds % 60:02d} min/km"


def _sections(results: Mapping[str, float]) -> dict[str, list[str]]:
    """Names by section, none forgotten."""
    starts = {first: title for title, first in _SECTIONS.items()}
    sections: dict[str, list[str]] = {title: [] for title in _SECTIONS}
    title = next(iter(_SECTIONS))
    for name in QUANTITIES:
        title = starts.get(name, title)
        if name in results and name != "speed":
            sections[title].append(name)
    return sections


def _print_section(title: str, names: list[str], results: Mapping[str, float]) -> None:
    rows = [
        [name, _number(results[name]), quantity(name).unit, quantity(name).meaning]
        for name in names
    ]
    click.echo()
    print_table(title, ["quantity", "value", "unit", "meaning"], rows)


def _print_muscles(evaluation: Evaluation, results: Mapping[str, float]) -> None:
    power = np.asarray(evaluation.stride.power)
    gross = results["metabolic_power"]
    rows = []
    for group, mean in zip(GROUPS, power, strict=True):
        names = ("peak_force", "peak_activation", "metabolic_energy")
        force, activation, energy = (results[f"{name}.{group}"] for name in names)
        rows.append([group, f"{force:.2f}", f"{activation:.2f}", f"{energy:.1f}",
                     f"{mean:.3f}", f"{100 * mean / gross:.1f}"])  # fmt: skip
    energy = sum(results[f"metabolic_energy.{group}"] for group in GROUPS)
    total = float(power.sum())
    rows.append(["all groups", "", "", f"{energy:.1f}", f"{total:.3f}",
                 f"{100 * total / gross:.1f}"])  # fmt: skip
    click.echo()
    print_table(
        "Muscles (force, activation, energy: one leg, one stride; power, share: both legs)",
        ["group", "peak force (BW)", "peak activation (1)", "energy (J)", "power (W/kg)",
         "share of gross (%)"],
        rows,
    )  # fmt: skip


def _print_shares(
    title: str, parts: Mapping[str, float], results: Mapping[str, float], words: Mapping[str, str]
) -> None:
    gross, speed = results["metabolic_power"], results["speed"]
    words = {**words, **_UPKEEP}
    rows = [
        [label, f"{power:.3f}", f"{power / speed:.3f}", f"{100 * power / gross:.1f}"]
        for label, power in [
            *((words[name], power) for name, power in parts.items()),
            ("gross", sum(parts.values())),
        ]
    ]
    click.echo()
    print_table(title, ["part", "W/kg", "J/kg/m", "share of gross (%)"], rows)


def _number(value: float) -> str:
    """Three digits, without an exponent where a person would write none."""
    if 1000 <= abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".")
