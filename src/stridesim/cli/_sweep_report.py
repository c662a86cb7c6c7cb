"""What `stridesim sweep run` says of a finished sweep, to people and to programs."""

from pathlib import Path
from typing import Any

import click

from stridesim.cli import _habits
from stridesim.cli._output import print_table
from stridesim.results import quantity
from stridesim.runner.runner import Habits
from stridesim.sweeps import Design, SweepResult
from stridesim.sweeps.wording import outcome


def print_summary(result: SweepResult, seconds: float) -> None:
    """The nominal runner beside the optimum, the range of every result, and what failed."""
    design = result.design
    best = result.optimum()
    names = list(dict.fromkeys([design.shown, *design.config.outputs]))
    at = [] if best is None else [("optimum", best.inputs, result.at(best.row))]
    inputs = [
        [axis.path, axis.parameter.unit, f"{design.nominal[i]:.4g}"]
        + [f"{point[i]:.4g}" for _, point, _ in at]
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
    ranges = [f"{axis.values[0]:.4g} to {axis.values[-1]:.4g}" for axis in design.axes]
    inputs = [[*row, span] for row, span in zip(inputs, ranges, strict=True)]
    solved = int(result.ok.sum())
    print_table(
        f"{design.name}: {design.size} points in {seconds:.1f} s, {solved} with a result",
        ["quantity", "unit", "nominal", *(label for label, *_ in at), "range"],
        [*inputs, *outputs],
    )
    for reason, count in result.failures.items():
        click.echo(f"without result: {count} {reason.replace('_', ' ')}")
    strategy, habits, speeds = _over_speed(design)
    click.echo(f"strategy {_habits.strategy_words(strategy, habits)}")
    for note in _habits.notes(strategy, habits, speeds):
        click.echo(f"note: {note}")


def _over_speed(design: Design) -> tuple[str, Habits, list[float]]:
    """Strategy, the habits that no axis replaces, and the speeds of the sweep, m/s."""
    runner = design.runner
    axes = {axis.path: list(axis.values) for axis in design.axes}
    speeds = axes.get("task.speed", [float(runner.task.speed)])
    return runner.gait.strategy, runner.habits.without(axes), speeds


def record_of(
    result: SweepResult, folder: Path, figure: Path, sentence: str, provenance: dict[str, Any]
) -> dict[str, Any]:
    """A sweep's summary for `--json`; the rows themselves are in the table on disk."""
    design = result.design
    best = result.optimum()
    paths = [axis.path for axis in design.axes]

    def point(inputs: tuple[float, ...], values: dict[str, float]) -> dict[str, Any]:
        swept = zip(design.axes, inputs, strict=True)
        return {
            "parameters": {a.path: {"value": v, "unit": a.parameter.unit} for a, v in swept},
            "results": {n: {"value": v, "unit": quantity(n).unit} for n, v in values.items()},
        }

    outputs = [name for name in result.columns if name not in paths]
    at_best = {} if best is None else result.at(best.row)
    strategy, habits, speeds = _over_speed(design)
    return {
        "name": design.name,
        "answer": sentence,
        "points": design.size,
        "with_result": int(result.ok.sum()),
        "failures": result.failures,
        "strategy": strategy,
        "follows_speed": _habits.record(habits, strategy, speeds),
        "notes": _habits.notes(strategy, habits, speeds),
        "quantity": design.shown,
        "nominal": {
            "status": result.nominal_status,
            **point(design.nominal, {n: result.nominal[n] for n in outputs}),
        },
        "optimum": None if best is None else point(best.inputs, {n: at_best[n] for n in outputs}),
        "files": {"table": str(folder), "figure": str(figure)},
        "design_hash": design.content_hash,
        "provenance": provenance,
    }
