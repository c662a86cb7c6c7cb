"""What `stridesim compare` says, to people and to programs."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import click

from stridesim.economy.compared import Compared, Difference, differences
from stridesim.reports.output import print_table
from stridesim.reports.stride import speed_words
from stridesim.results import Status, quantity
from stridesim.sweeps import habit_words
from stridesim.sweeps.spoken import spoken, spoken_number, spoken_value
from stridesim.sweeps.wording import change

_ACROSS: Final = 3
"""Variants in one table, so that a line fits a page."""


def notes_of(one: Compared) -> list[str]:
    """What a reader of a variant's numbers should know of them."""
    runner = one.variant.runner
    return habit_words.notes(runner.gait.strategy, runner.habits, [float(runner.task.speed)])


def record_of(found: Sequence[Compared], outputs: Sequence[str], metabolic: str) -> dict[str, Any]:
    """The object of `--json`; `against_first` is null of the first and of who has no result."""
    told = differences(found, outputs)
    return {
        "reference": found[0].variant.name,
        "outputs": list(outputs),
        "metabolic": metabolic,
        "variants": [
            {
                "name": one.variant.name,
                "file": one.variant.file,
                "set": dict(one.variant.settings),
                "speed": {"value": float(one.variant.runner.task.speed), "unit": "m/s"},
                "strategy": one.variant.runner.gait.strategy,
                "status": Status(one.evaluation.status),
                "reason": one.reason,
                "notes": notes_of(one),
                "results": {
                    name: {"value": value if one.ok else None, "unit": quantity(name).unit}
                    for name, value in one.evaluation.results.items()
                },
                "against_first": _against(told.get(one.variant.name)),
            }
            for one in found
        ],
    }


def _against(told: Mapping[str, Difference] | None) -> dict[str, Any] | None:
    if told is None:
        return None
    return {
        name: {"difference": one.absolute, "percent": one.percent, "unit": quantity(name).unit}
        for name, one in told.items()
    }


def sentence(found: Sequence[Compared]) -> str:
    """What the others cost against the first, in words; empty where there is nothing to say."""
    told = differences(found, ["cost_of_transport"])
    if not told:
        return ""
    parts = []
    for name, one in told.items():
        percent = one["cost_of_transport"].percent
        value = spoken_number("cost_of_transport", one["cost_of_transport"].value)
        parts.append(f"{name} {change(percent or 0.0)} ({value})")
    first = found[0]
    cost = spoken_value("cost_of_transport", float(first.evaluation.results["cost_of_transport"]))
    return f"Energy a metre against {first.variant.name} ({cost}): {', '.join(parts)}."


def print_compared(
    found: Sequence[Compared],
    outputs: Sequence[str],
    metabolic: str,
    settings: Mapping[str, str],
) -> None:
    """Who is compared, then a row for every result: the first's value, and the others' with their
    difference from it."""
    rows = [
        [one.variant.name, _what(one, found[0]), speed_words(float(one.variant.runner.task.speed))]
        for one in found
    ]
    print_table("Compared", ["name", "what it is", "speed"], rows)
    if settings:
        click.echo(f"set for all: {', '.join(f'{p} = {v}' for p, v in settings.items())}")
    told = differences(found, outputs)
    shown = [one for one in found[1:] if one.variant.name in told]
    for start in range(0, len(shown), _ACROSS):
        _print_table(found[0], shown[start : start + _ACROSS], outputs, told)
    click.echo()
    if sentence(found):
        click.echo(sentence(found))
    for one in found:
        if not one.ok:
            click.echo(f"no result: {one.variant.name}: {one.reason}")
    click.echo(f"strategy {_strategies(found)}; metabolic model {metabolic}")
    for one in found:
        for note in notes_of(one):
            click.echo(f"note: {one.variant.name}: {note}")


def _strategies(found: Sequence[Compared]) -> str:
    """Every strategy once, with who follows it where they differ."""
    who: dict[str, list[str]] = {}
    for one in found:
        runner = one.variant.runner
        words = habit_words.strategy_words(runner.gait.strategy, runner.habits)
        who.setdefault(words, []).append(one.variant.name)
    if len(who) == 1:
        return next(iter(who))
    return "; ".join(f"{words} ({', '.join(names)})" for words, names in who.items())


def _what(one: Compared, first: Compared) -> str:
    if one.variant.settings:
        set_here = ", ".join(f"{path} = {text}" for path, text in one.variant.settings.items())
        same = one.variant.file == first.variant.file
        return set_here if same else f"{one.variant.file or 'comes with stridesim'}; {set_here}"
    return one.variant.file or "comes with stridesim"


def _print_table(
    first: Compared,
    others: Sequence[Compared],
    outputs: Sequence[str],
    told: Mapping[str, Mapping[str, Difference]],
) -> None:
    rows = []
    for name in outputs:
        said = spoken(name)
        own = spoken_number(name, float(first.evaluation.results[name]))
        cells = [cell_of(name, told[one.variant.name][name]) for one in others]
        rows.append([said.words, "" if said.unit == "1" else said.unit, own, *cells])
    names = [one.variant.name for one in others]
    click.echo()
    print_table(
        f"Against {first.variant.name}: value, difference and per cent",
        ["", "unit", first.variant.name, *names],
        rows,
    )


def cell_of(name: str, one: Difference) -> str:
    """`3.57  −0.08  −2.1 %`."""
    parts = [spoken_number(name, one.value), spoken_number(name, one.absolute, sign=True)]
    if one.percent is not None:
        parts.append(change(one.percent))
    return "  ".join(parts)
