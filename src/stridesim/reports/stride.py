"""A stride as text: a summary, or every number, muscle by muscle, and what the energy goes into."""

from collections.abc import Mapping
from typing import Any, Final

import click

from stridesim.reports.models import print_models
from stridesim.reports.optimum import print_optimum
from stridesim.reports.output import print_table
from stridesim.reports.summary import print_summary, speed_words
from stridesim.reports.uncertainty import print_uncertainty
from stridesim.results import QUANTITIES
from stridesim.studies.answer import Value
from stridesim.studies.stride import StrideAnswer
from stridesim.words.habit_words import strategy_words

_SECTIONS: Final = {
    "Mechanics": "step_frequency",
    "Joints of the stance leg": "knee_flexion_at_contact",
    "Hip stabiliser and leg losses": "lateral_leakage",
    "Tendons": "tendon_energy_returned",
    "Muscles together": "activation_evenness",
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


def print_stride(
    answer: StrideAnswer, asked: Mapping[str, Any], *, full: bool = False, models: bool = False
) -> None:
    """A summary, or every table (`full`); `models` adds what every metabolic model says.

    `asked` is the runner's name, its file (None: the shipped one) and what was set.
    """
    if full:
        _print_full(answer, asked)
        if answer.optimum is not None:
            print_optimum(answer.optimum)
    else:
        print_summary(answer, asked)
    if models:
        print_models(answer)
    if full and answer.spread is not None:
        print_uncertainty(answer, answer.spread)


def _print_full(answer: StrideAnswer, asked: Mapping[str, Any]) -> None:
    """Every number, muscle by muscle, and what the energy goes into."""
    values, found = answer.values, answer.breakdown
    print_table("One stride", ["asked", "value"], _asked(answer, asked))
    sections = _sections(values)
    for title in ("Mechanics", "Joints of the stance leg"):
        _print_section(title, sections[title], values)
    _print_muscles(found["muscle"], values)
    for title in ("Tendons", "Hip stabiliser and leg losses", "Muscles together", "Energy"):
        _print_section(title, sections[title], values)
    _print_shares("Energy by phase", found["phase"], values, _PHASES)
    _print_shares("Energy by cause", found["cause"], values, _CAUSES)
    _print_section("Solver", sections["Solver"], values)


def _asked(answer: StrideAnswer, asked: Mapping[str, Any]) -> list[list[str]]:
    name, file, runner = asked["name"], asked["file"], answer.runner
    return [
        ["runner", f"{name} ({file})" if file else f"{name} (comes with stridesim)"],
        ["speed", speed_words(answer.values["speed"].value)],
        *(["set", f"{path} = {value}"] for path, value in asked["set"].items()),
        ["strategy", strategy_words(runner.strategy, runner.habits)],
        ["metabolic model", answer.model_words],
    ]


def _sections(values: Mapping[str, Value]) -> dict[str, list[str]]:
    """Names by section, none forgotten."""
    starts = {first: title for title, first in _SECTIONS.items()}
    sections: dict[str, list[str]] = {title: [] for title in _SECTIONS}
    title = next(iter(_SECTIONS))
    for name in QUANTITIES:
        title = starts.get(name, title)
        if name in values and name != "speed":
            sections[title].append(name)
    return sections


def _print_section(title: str, names: list[str], values: Mapping[str, Value]) -> None:
    rows = [
        [name, _number(one.value), one.unit, one.meaning]
        for name in names
        for one in (values[name],)
    ]
    click.echo()
    print_table(title, ["quantity", "value", "unit", "meaning"], rows)


def _print_muscles(power: Mapping[str, float], values: Mapping[str, Value]) -> None:
    gross = values["metabolic_power"].value
    rows = []
    for group, mean in power.items():
        names = ("peak_force", "peak_activation", "metabolic_energy")
        force, activation, energy = (values[f"{name}.{group}"].value for name in names)
        rows.append([group, f"{force:.2f}", f"{activation:.2f}", f"{energy:.1f}",
                     f"{mean:.3f}", f"{100 * mean / gross:.1f}"])  # fmt: skip
    energy = sum(values[f"metabolic_energy.{group}"].value for group in power)
    total = sum(power.values())
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
    title: str, parts: Mapping[str, float], values: Mapping[str, Value], words: Mapping[str, str]
) -> None:
    gross, speed = values["metabolic_power"].value, values["speed"].value
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
