"""A comparison as text: who is compared, a row for every result, and the cost in a sentence."""

from collections.abc import Sequence
from typing import Final

import click

from stridesim.economy.compared import Compared, Difference
from stridesim.reports.output import print_table
from stridesim.reports.summary import speed_words
from stridesim.studies.comparison import ComparisonAnswer
from stridesim.words.everyday import everyday, everyday_difference, everyday_number
from stridesim.words.habit_words import strategy_words
from stridesim.words.wording import change

_ACROSS: Final = 3
"""Variants in one table, so that a line fits a page."""


def print_comparison(answer: ComparisonAnswer) -> None:
    """Who is compared, then a row for every result: the first's value, and the others' with their
    difference from it."""
    found, first = answer.variants, answer.reference
    rows = [
        [one.variant.name, _what(one, first), speed_words(float(one.variant.runner.task.speed))]
        for one in found
    ]
    print_table("Compared", ["name", "what it is", "speed"], rows)
    if answer.settings:
        click.echo(f"set for all: {', '.join(f'{p} = {v}' for p, v in answer.settings.items())}")
    shown = list(answer.differences)
    for start in range(0, len(shown), _ACROSS):
        _print_differences(answer, shown[start : start + _ACROSS])
    click.echo()
    if answer.sentence:
        click.echo(answer.sentence)
    for one in found:
        if not one.ok:
            click.echo(f"no result: {one.variant.name}: {one.reason}")
    click.echo(f"strategy {_strategies(found)}; metabolic model {answer.metabolic}")
    for note in answer.notes:
        click.echo(f"note: {note}")


def _strategies(found: Sequence[Compared]) -> str:
    """Every strategy once, with who follows it where they differ."""
    who: dict[str, list[str]] = {}
    for one in found:
        runner = one.variant.runner
        words = strategy_words(runner.strategy, runner.habits)
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


def _print_differences(answer: ComparisonAnswer, names: Sequence[str]) -> None:
    first = answer.reference
    rows = []
    for name in answer.outputs:
        said = everyday(name)
        own = float(first.evaluation.results[name])
        cells = [_cell(name, answer.differences[other][name], own) for other in names]
        unit = "" if said.unit == "1" else said.unit
        rows.append([said.words, unit, everyday_number(name, own), *cells])
    click.echo()
    print_table(
        f"Against {first.variant.name}: value, difference and per cent",
        ["", "unit", first.variant.name, *names],
        rows,
    )


def _cell(name: str, one: Difference, first: float) -> str:
    """`3.57  −0.08  −2.1 %`."""
    parts = [everyday_number(name, one.value), everyday_difference(name, one.value, first)]
    if one.percent is not None:
        parts.append(change(one.percent))
    return "  ".join(parts)
