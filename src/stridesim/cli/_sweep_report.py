"""What `stridesim sweep run` says of a finished sweep, to people and to programs."""

import itertools
from pathlib import Path
from typing import Any

import click

from stridesim.cli import _habits
from stridesim.reports.output import print_table, written
from stridesim.results import quantity
from stridesim.sweeps import SweepResult
from stridesim.sweeps.habit_words import over_speed
from stridesim.sweeps.wording import outcome


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
        (_habits.strategy_words(strategy, habits), _habits.notes(strategy, habits, speeds))
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


def record_of(
    result: SweepResult, folder: Path, figure: Path, sentence: str, provenance: dict[str, Any]
) -> dict[str, Any]:
    """A sweep's summary for `--json`; the rows themselves are in the table on disk.

    What is said of one runner and task stands at the top if there are no others, else in `cases`.
    """
    design = result.design
    cases = [_case_record(case) for case in result.cases]
    counted = {
        "points": design.size,
        "with_result": int(result.ok.sum()),
        "failures": result.failures,
    }
    return {
        "name": design.name,
        "answer": sentence,
        "quantity": design.shown,
        **({**counted, "cases": cases} if len(cases) > 1 else cases[0]),
        "files": {"table": str(folder), "figure": str(figure)},
        "design_hash": design.content_hash,
        "provenance": provenance,
    }


def _case_record(result: SweepResult) -> dict[str, Any]:
    design = result.design
    case = design.cases[0]
    best = result.optimum()
    names = {"runner": case.runner_name, "task": case.task_name}

    def point(inputs: tuple[float, ...], values: dict[str, float]) -> dict[str, Any]:
        swept = zip(design.axes, inputs, strict=True)
        return {
            "parameters": {a.path: {"value": v, "unit": a.parameter.unit} for a, v in swept},
            "results": {n: {"value": v, "unit": quantity(n).unit} for n, v in values.items()},
        }

    outputs = [name for name in result.columns if name not in design.units]
    strategy, habits, speeds = over_speed(result)
    nominal = point(design.nominal, {n: result.nominal[n] for n in outputs})
    optimum = None
    if best is not None:
        at_best = result.at(best.row)
        optimum = point(best.inputs, {n: at_best[n] for n in outputs})
    return {
        **{key: name for key, name in names.items() if name},
        "points": design.size,
        "with_result": int(result.ok.sum()),
        "failures": result.failures,
        "strategy": strategy,
        "follows_speed": _habits.record(habits, strategy, speeds),
        "notes": [*design.notes, *_habits.notes(strategy, habits, speeds)],
        "nominal": {"status": result.nominal_status, **nominal},
        "optimum": optimum,
    }
