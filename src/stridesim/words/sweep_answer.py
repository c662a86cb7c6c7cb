"""The answer of a sweep in a sentence, computed from its numbers.

It says where the optimum is, how far it is from the nominal runner, how much the quantity changes
over the range, and how many points have no result. Of scattered points it names the best row, of
several runners and tasks each one.
"""

import math
from typing import Final

from stridesim.results import quantity
from stridesim.sweeps.nominal_lines import is_task
from stridesim.sweeps.result import OK, Optimum, SweepResult
from stridesim.words.wording import (
    amount,
    listed,
    outcome,
    parameter_words,
    percent,
    quantity_words,
)

NEGLIGIBLE = 0.0005
"""Relative difference below which two values are called the same."""


MOST_SAID: Final = 4
"""Of more runners and tasks than this only the range is given."""

MOST_NAMED: Final = 6
"""More axes than this are counted, not named."""

MOST_NAMED_OF_EACH: Final = 4
"""The same where several runners and tasks are named."""


def answer(result: SweepResult, *, brief: bool = False) -> str:
    """Optimum, distance from nominal and failures, of every runner and task.

    `brief`: without places and failures, for a figure whose marks and legend show them.
    """
    if not result.ok.any():
        return _none(result)
    if len(result.cases) == 1:
        text = _of_one(result, brief=brief)
    else:
        text = _of_each(result, brief=brief) if len(result.cases) <= MOST_SAID else _of_many(result)
    return text[:1].upper() + text[1:] + ("" if brief else _failed(result))


def place(result: SweepResult, point: Optimum, most: int = MOST_NAMED) -> str:
    """`tendon stiffness scale 0.8 and speed 3.3 m/s`, with a note where results end."""
    parts = []
    for axis, value, note in zip(result.design.axes, point.inputs, point.notes, strict=True):
        end = f" ({note})" if note else ""
        parts.append(f"{parameter_words(axis.path)} {amount(value, axis.parameter.unit)}{end}")
    if len(parts) > most:
        parts = [*parts[: most - 1], f"{len(parts) - most + 1} more"]
    return listed(parts)


def _of_one(result: SweepResult, *, brief: bool = False) -> str:
    unit = quantity(result.design.shown).unit
    best = result.optimum()
    if best is None:
        return _none(result)
    at = "" if brief else f", at {place(result, best)}"
    return (
        f"{_subject(result)}, {outcome(best.value, unit)}{at}; "
        f"{_against_nominal(result, best)}; {_over_range(result)}."
    )


def _of_each(result: SweepResult, *, brief: bool = False) -> str:
    name = result.design.shown
    unit = quantity(name).unit
    said = []
    for case in result.cases:
        best = case.optimum()
        words = case.design.cases[0].words
        if best is None:
            said.append(f"{words} has no result")
            continue
        against = _briefly_against_nominal(case, best)
        at = "" if brief else f" at {place(case, best, MOST_NAMED_OF_EACH)}"
        said.append(f"{words} {outcome(best.value, unit)}{at}, {against}")
    return f"{_subject(result)}: {'; '.join(said)}."


def _of_many(result: SweepResult) -> str:
    name = result.design.shown
    unit = quantity(name).unit
    best = [(case.optimum(), case.design.cases[0].words) for case in result.cases]
    solved = sorted((found.value, words) for found, words in best if found is not None)
    (low, first), (high, last) = solved[0], solved[-1]
    of_all = f" (of {len(best)})" if len(solved) < len(best) else ""
    return (
        f"over {len(solved)} runners and tasks{of_all} the {result.design.figure.optimum} "
        f"{quantity_words(name)} is between {outcome(low, unit)} ({first}) and "
        f"{outcome(high, unit)} ({last})."
    )


def _subject(result: SweepResult) -> str:
    """`of 512 scattered points cost of transport is lowest`."""
    design = result.design
    among = "" if design.is_grid else f"of {design.size} {design.layout.words} points "
    return f"{among}{quantity_words(design.shown)} is {design.figure.optimum}"


def _none(result: SweepResult) -> str:
    return f"No point has a result: {_counted(result)}."


def _failed(result: SweepResult) -> str:
    failed = int((~result.ok).sum())
    if not failed:
        return ""
    return f" {failed} of {result.design.size} points have no result: {_counted(result)}."


def difference(value: float, reference: float) -> str:
    """`0.4 % below`, `12 % above` or `the same as`."""
    if reference == 0:
        return "above" if value > 0 else "the same as" if value == 0 else "below"
    change = (value - reference) / abs(reference)
    if abs(change) < NEGLIGIBLE:
        return "the same as"
    return f"{percent(change)} {'above' if change > 0 else 'below'}"


def _against_nominal(result: SweepResult, best: Optimum) -> str:
    """The nominal runner at the same speed and task: anything else would compare tasks."""
    name = result.design.shown
    unit = quantity(name).unit
    same = _same_task(result, best)
    nominal = result.nominal_at(best.inputs)
    if nominal is None or all(is_task(axis.path) for axis in result.design.axes):
        return _own_task(result)
    if nominal["status"] != OK:
        return f"the nominal runner has no result{same} ({nominal['status']})"
    return (
        f"that is {difference(best.value, nominal[name])} the nominal runner{same} "
        f"({outcome(nominal[name], unit)})"
    )


def _briefly_against_nominal(result: SweepResult, best: Optimum) -> str:
    name = result.design.shown
    same = _same_task(result, best)
    nominal = result.nominal_at(best.inputs)
    if nominal is None or all(is_task(axis.path) for axis in result.design.axes):
        return f"where {_own_task(result)}"
    if nominal["status"] != OK:
        return f"where the nominal runner has no result{same}"
    return f"{difference(best.value, nominal[name])} the nominal runner{same}"


def _own_task(result: SweepResult) -> str:
    """The nominal runner's result at its own task, where that is another one."""
    design = result.design
    tasks = [
        (a, own) for a, own in zip(design.axes, design.nominal, strict=True) if is_task(a.path)
    ]
    at = listed([f"{parameter_words(a.path)} {amount(own, a.parameter.unit)}" for a, own in tasks])
    if result.nominal_status != OK:
        return f"the nominal runner, at its own {at}, has no result ({result.nominal_status})"
    value = outcome(result.nominal[design.shown], quantity(design.shown).unit)
    return f"the nominal runner, at its own {at}, comes to {value}"


def _same_task(result: SweepResult, best: Optimum) -> str:
    """` at the same speed and slope`, where these are not the runner's own."""
    swept = zip(result.design.axes, best.inputs, result.design.nominal, strict=True)
    other = [a for a, at, own in swept if is_task(a.path) and not math.isclose(at, own)]
    return f" at the same {listed([parameter_words(a.path) for a in other])}" if other else ""


def _over_range(result: SweepResult) -> str:
    name = result.design.shown
    low, high = result.span(name) or (0.0, 0.0)
    over = "over the range" if result.design.is_grid else "over these points"
    if high - low <= NEGLIGIBLE * abs(high):
        return f"it does not change {over}"
    if low <= 0:
        unit = quantity(name).unit
        return f"it runs from {outcome(low, unit)} to {outcome(high, unit)} {over}"
    return f"it changes by {percent(high / low - 1)} {over}"


def _counted(result: SweepResult) -> str:
    return ", ".join(
        f"{status.replace('_', ' ')} {count}" for status, count in result.failures.items()
    )
