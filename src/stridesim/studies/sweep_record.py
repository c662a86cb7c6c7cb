"""A sweep in the types of JSON: its optimum, its nominal runner, what followed the speed."""

from typing import Any

import numpy as np

from stridesim.results import quantity
from stridesim.sweeps import Design, SweepResult
from stridesim.words import habit_words
from stridesim.words.habit_words import over_speed


def outputs_of(result: SweepResult) -> list[str]:
    """The results that were asked for and exist."""
    asked = dict.fromkeys([result.design.shown, *result.design.config.outputs])
    return [name for name in asked if name in result.columns]


def inputs_of(design: Design) -> dict[str, np.ndarray]:
    """Runner and task where several are declared, axes and links (declared units), by point."""
    whole = design.inputs(0, design.rows)
    return {name: np.delete(values, design.nominal_rows) for name, values in whole.items()}


def sweep_record(result: SweepResult, sentence: str, *, rows: bool) -> dict[str, Any]:
    """Nominal runner and optimum with all their numbers; with `rows` those of every point too.

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
        **({"rows": _rows(result)} if rows else {}),
        "design_hash": design.content_hash,
    }


def _rows(result: SweepResult) -> dict[str, Any]:
    """The points, column by column, with the results that were asked for."""
    design = result.design
    outputs = {name: quantity(name).unit for name in outputs_of(result)}
    inputs = inputs_of(design)
    named = {
        name: {"values": values} for name, values in inputs.items() if name not in design.units
    }
    numbers = {name: {"unit": unit, "values": inputs[name]} for name, unit in design.units.items()}
    results = {name: {"unit": unit, "values": result[name]} for name, unit in outputs.items()}
    return {"columns": {**named, **numbers, **results}, "status": result.status}


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
        "follows_speed": habit_words.record(habits, strategy, speeds),
        "notes": [*design.notes, *habit_words.notes(strategy, habits, speeds)],
        "nominal": {"status": result.nominal_status, **nominal},
        "optimum": optimum,
    }
