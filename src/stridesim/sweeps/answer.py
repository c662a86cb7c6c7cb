"""The answer of a sweep in a sentence, computed from its numbers.

Where is the optimum, how far is it from the runner as he is, how much does it matter over the
range, and what could not be answered.
"""

from stridesim.results import quantity
from stridesim.sweeps.result import OK, Optimum, SweepResult
from stridesim.sweeps.wording import amount, outcome, parameter_words, percent, quantity_words

NEGLIGIBLE = 0.0005
"""Relative difference below which two values are called the same."""


def answer(result: SweepResult) -> str:
    """One to three sentences: optimum, distance from nominal, range, failures."""
    design = result.design
    name = design.shown
    words, unit = quantity_words(name), quantity(name).unit
    best = result.optimum()
    if best is None:
        return f"No point has a result: {_counted(result)}."
    text = (
        f"{words[:1].upper()}{words[1:]} is {design.figure.optimum}, {outcome(best.value, unit)}, "
        f"at {place(result, best)}; {_against_nominal(result, best)}; {_over_range(result)}."
    )
    failed = int((~result.ok).sum())
    if failed:
        text += f" {failed} of {design.size} points have no result: {_counted(result)}."
    return text


def place(result: SweepResult, point: Optimum) -> str:
    """`tendon stiffness scale 0.8 and speed 3.3 m/s`, with a note where results end."""
    parts = []
    for axis, value, note in zip(result.design.axes, point.inputs, point.notes, strict=True):
        end = f" ({note})" if note else ""
        parts.append(f"{parameter_words(axis.path)} {amount(value, axis.parameter.unit)}{end}")
    return " and ".join(parts)


def difference(value: float, reference: float) -> str:
    """`0.4 % below`, `12 % above` or `the same as`."""
    if reference == 0:
        return "above" if value > 0 else "the same as" if value == 0 else "below"
    change = (value - reference) / abs(reference)
    if abs(change) < NEGLIGIBLE:
        return "the same as"
    return f"{percent(change)} {'above' if change > 0 else 'below'}"


def _against_nominal(result: SweepResult, best: Optimum) -> str:
    if result.nominal_status != OK:
        return f"the nominal runner has no result ({result.nominal_status})"
    name = result.design.shown
    nominal = result.nominal[name]
    return (
        f"that is {difference(best.value, nominal)} the nominal runner "
        f"({outcome(nominal, quantity(name).unit)})"
    )


def _over_range(result: SweepResult) -> str:
    name = result.design.shown
    low, high = result.span(name) or (0.0, 0.0)
    if high - low <= NEGLIGIBLE * abs(high):
        return "it does not change over the range"
    if low <= 0:
        unit = quantity(name).unit
        return f"it runs from {outcome(low, unit)} to {outcome(high, unit)} over the range"
    return f"it changes by {percent(high / low - 1)} over the range"


def _counted(result: SweepResult) -> str:
    return ", ".join(
        f"{status.replace('_', ' ')} {count}" for status, count in result.failures.items()
    )
