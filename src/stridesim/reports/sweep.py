"""A finished sweep as text: the nominal runner, the optimum, ranges, and what failed."""

import itertools

import click

from stridesim.reports.output import print_table, written
from stridesim.results import quantity
from stridesim.sweeps import SweepResult
from stridesim.words import habit_words
from stridesim.words.habit_words import over_speed
from stridesim.words.wording import outcome


def print_summary(result: SweepResult, seconds: float) -> None:
    """The nominal runner beside the optimum, the range of every result, and what failed."""
    design = result.design
    solved = int(result.ok.sum())
    title = f"{design.name}: {design.size} points in {seconds:.1f} s, {solved} with a result"
    if len(result.cases) > 1:
        _print_cases(title, result)
    else:
        _print_one(title, result)
    for reason, count in result.failures.items():
        click.echo(f"without result: {count} {reason.replace('_', ' ')}")
    said = [
        (habit_words.strategy_words(strategy, habits), habit_words.notes(strategy, habits, speeds))
        for strategy, habits, speeds in map(over_speed, result.cases)
    ]
    for words in dict.fromkeys(words for words, _ in said):
        click.echo(f"strategy {words}")
    for note in dict.fromkeys([*design.notes, *itertools.chain(*(notes for _, notes in said))]):
        click.echo(f"note: {note}")


def _print_one(title: str, result: SweepResult) -> None:
    design = result.design
    best = result.optimum()
    names = list(dict.fromkeys([design.shown, *design.config.outputs]))
    at = [] if best is None else [("optimum", best.inputs, result.at(best.row))]
    inputs = [
        [axis.path, axis.parameter.unit, written(design.nominal[i])]
        + [written(point[i]) for _, point, _ in at]
        for i, axis in enumerate(design.axes)
    ]
    outputs = []
    for name in names:
        span = result.span(name)
        low_high = f"{outcome(span[0], '1')} to {outcome(span[1], '1')}" if span else "–"
        cells = [
            outcome(result.nominal[name], "1"),
            *(outcome(values[name], "1") for *_, values in at),
        ]
        outputs.append([name, quantity(name).unit, *cells, low_high])
    ranges = [f"{written(axis.low)} to {written(axis.high)}" for axis in design.axes]
    inputs = [[*row, span] for row, span in zip(inputs, ranges, strict=True)]
    columns = ["quantity", "unit", "nominal", *(label for label, *_ in at), "range"]
    print_table(title, columns, [*inputs, *outputs])


def _print_cases(title: str, result: SweepResult) -> None:
    """A line for every runner and task: what the shown quantity comes to."""
    name = result.design.shown
    lines = []
    for case in result.cases:
        best = case.optimum()
        values = [case.nominal[name], best.value if best else float("nan")]
        cells = [outcome(value, "1") for value in values]
        solved = f"{int(case.ok.sum())} of {case.design.size}"
        lines.append([case.design.cases[0].words, *cells, solved])
    kind = result.design.figure.optimum
    columns = ["runner, task", "nominal", kind, "with a result"]
    print_table(f"{title}\n{name} ({quantity(name).unit})", columns, lines)
