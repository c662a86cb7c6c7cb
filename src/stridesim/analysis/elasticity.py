"""How much does a result change, relative to itself, when a parameter changes a little?

The elasticity d ln y / d ln p is the change of y in per cent for 1 % more of p. It means something
only where p has a natural zero and is not at it: 1 % of a forward lean of 7 degrees depends on
where leaning is counted from, and 1 % of no load is nothing. Whether a parameter has a ratio scale
is read from its declaration: not an angle, and not permitted below zero. Others are changed by a
step that a person would name (1 deg, 10 ms, 1 cm, 100 g, 0.01), and the answer is 100 d ln y / dp
times that step. Both are per cent of the result, so that they stand on one axis.
"""

import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from stridesim.parameter import Parameter
from stridesim.results import InputError
from stridesim.units import from_si, to_si, unit

NATURAL_STEPS: Final[dict[str, tuple[float, str]]] = {
    "angle": (1.0, "deg"),
    "time": (10.0, "ms"),
    "length": (1.0, "cm"),
    "mass": (0.1, "kg"),
    "number": (0.01, "1"),
    "body weights": (0.01, "BW"),
}
"""By dimension. A parameter of any other one is changed by a hundredth of its permitted range."""

SILENT: Final = 1e-9
"""Per cent; what changes a result by less (rounding) does not act."""


class Step(NamedTuple):
    """The change that an effect is for: 1 % of the value (`relative`), or `size` in `unit`."""

    relative: bool
    size: float
    unit: str

    @property
    def words(self) -> str:
        """`+1 %`, `+1 deg`, `+0.01`."""
        return f"+{self.size:g}" if self.unit == "1" else f"+{self.size:g} {self.unit}"

    @property
    def si(self) -> float:
        """The step in SI; of a relative one, the share."""
        return to_si(self.size, self.unit)


class Elasticity(NamedTuple):
    """Effect of one parameter on one result.

    `value` in the declared unit; `derivative` in the result's unit per declared unit; `change` of
    the result, per cent, for `step`: the elasticity itself where the step is relative.
    `at_bound`: the parameter can be moved to one side only.
    """

    parameter: Parameter
    value: float
    derivative: float
    step: Step
    change: float
    at_bound: bool

    @property
    def acts(self) -> bool:
        """Whether this runner's result depends on the parameter at all."""
        return abs(self.change) > SILENT


def step_of(parameter: Parameter, value: float) -> Step:
    """The change by which a parameter at `value` (declared unit) is judged."""
    low, high = parameter.bounds
    dimension = unit(parameter.unit).dimension
    if dimension != "angle" and low >= 0 and value > 0:
        return Step(True, 1.0, "%")
    if dimension in NATURAL_STEPS:
        return Step(False, *NATURAL_STEPS[dimension])
    return Step(False, (high - low) / 100, parameter.unit)


def elasticities(
    name: str,
    result: float,
    derivatives: Mapping[str, float],
    values: Mapping[str, float],
    declared: Mapping[str, Parameter],
) -> list[Elasticity]:
    """Effects of every parameter on a result, strongest first.

    `derivatives` of the result `name` by the parameters, and their `values`, by path, SI. Raises
    `InputError` where the result is zero: nothing is relative to it.
    """
    if not math.isfinite(result) or result == 0:
        raise InputError(f"output = {name!r}: is {result:g} here; no change is relative to that")
    found = [
        _elasticity(declared[path], values[path], slope, result)
        for path, slope in derivatives.items()
    ]
    return sorted(found, key=lambda effect: -abs(effect.change))


def _elasticity(parameter: Parameter, value: float, slope: float, result: float) -> Elasticity:
    written = from_si(value, parameter.unit)
    step = step_of(parameter, written)
    moved = step.si * (value if step.relative else 1.0)
    return Elasticity(
        parameter,
        written,
        to_si(slope, parameter.unit),
        step,
        100 * slope * moved / abs(result),
        any(math.isclose(written, bound, abs_tol=1e-12) for bound in parameter.bounds),
    )
