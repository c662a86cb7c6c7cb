"""What ties the parameters of a design together: links that follow, constraints that must hold.

A name in an expression is an axis, another link, or the runner's own value: for a habit the one
at the row's speed.
"""

import dataclasses
import graphlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from stridesim.parameter import get_value, lookup
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.habits import HABITUAL
from stridesim.sweeps.design.expression import Expression, ValueOf, read_condition, read_quantity
from stridesim.sweeps.design.points import Layout
from stridesim.units import from_si, to_si

BLOCK: Final = 1 << 16
"""Points looked at together where all of a design are."""

_SPEED: Final = "task.speed"

Columns = Mapping[str, np.ndarray]


@dataclasses.dataclass(frozen=True)
class Relations:
    """Links by path, each after those it needs, and constraints."""

    links: Mapping[str, Expression]
    constraints: tuple[Expression, ...]

    @property
    def names(self) -> frozenset[str]:
        """Every parameter that an expression names."""
        return frozenset().union(*(e.names for e in (*self.links.values(), *self.constraints)))

    def given(self, layout: Layout, runner: Runner, numbers: np.ndarray) -> dict[str, np.ndarray]:
        """Value of every axis and link at the points with these numbers, declared units."""
        columns = layout.at(numbers)
        for path, link in self.links.items():
            value = from_si(link(_values(runner, columns)), PARAMETERS[path].unit)
            columns[path] = np.broadcast_to(np.asarray(value, float), numbers.shape)
        return columns

    def kept(self, layout: Layout, runner: Runner) -> np.ndarray | None:
        """The points that meet every constraint, upward; None if there is none to meet.

        Raises `InputError` where a link takes its parameter out of its bounds.
        """
        if not self.links and not self.constraints:
            return None
        blocks = []
        for start in range(0, layout.size, BLOCK):
            numbers = np.arange(start, min(start + BLOCK, layout.size))
            columns = self.given(layout, runner, numbers)
            met = np.ones(numbers.shape, bool)
            for constraint in self.constraints:
                met &= constraint(_values(runner, columns))
            self._check_bounds({path: columns[path][met] for path in self.links})
            blocks.append(numbers[met])
        return np.concatenate(blocks) if self.constraints else None

    def identity(self) -> dict[str, Any]:
        """What decides values and rows, however it is written."""
        links = {f"link.{path}": link.canonical for path, link in self.links.items()}
        met = sorted({constraint.canonical for constraint in self.constraints})
        return links | ({"constraints": met} if met else {})

    def _check_bounds(self, linked: Columns) -> None:
        for path, values in linked.items():
            low, high = PARAMETERS[path].bounds
            outside = values[~((values >= low) & (values <= high))]
            if len(outside):
                unit = "" if PARAMETERS[path].unit == "1" else f" {PARAMETERS[path].unit}"
                raise InputError(
                    f"link: {path} = {self.links[path].text!r}: comes to {outside[0]:g}{unit}, "
                    f"outside its permitted range {low:g} to {high:g}{unit}; narrow the axes or "
                    "constrain it"
                )


def read_relations(
    links: Mapping[str, Any], constraints: Sequence[str], taken: Mapping[str, str]
) -> Relations:
    """Links and constraints as written; `taken` says of a path why nothing may be linked to it."""
    read: dict[str, Expression] = {}
    for path, text in links.items():
        try:
            declared = lookup(PARAMETERS, path)
            if path in taken:
                raise InputError(f"{taken[path]} and cannot follow another parameter too")
            read[path] = read_quantity(text, PARAMETERS, declared.unit)
        except InputError as error:
            raise InputError(f"link: {path} = {error}") from None
    met = []
    for i, text in enumerate(constraints):
        try:
            met.append(read_condition(text, PARAMETERS))
        except InputError as error:
            raise InputError(f"constraints[{i}] = {error}") from None
    return Relations({path: read[path] for path in _in_order(read)}, tuple(met))


def _in_order(links: Mapping[str, Expression]) -> list[str]:
    """Every link after the links that it names, and after the speed if it names a habit."""
    needs = {
        path: {name for name in _needed(link) if name in links} for path, link in links.items()
    }
    try:
        return list(graphlib.TopologicalSorter(needs).static_order())
    except graphlib.CycleError as error:
        circle = " follows ".join(reversed(error.args[1]))
        raise InputError(f"link: {circle}: a circle") from None


def _needed(link: Expression) -> frozenset[str]:
    return link.names | {_SPEED} if link.names & set(HABITUAL) else link.names


def _values(runner: Runner, given: Columns) -> ValueOf:
    """Looks a parameter up among the given columns, then with the runner; SI."""

    def value_of(path: str) -> Any:
        if path in given:
            return to_si(1.0, PARAMETERS[path].unit) * given[path]
        if runner.strategy != "fixed" and path in runner.habits.paths:
            return np.asarray(runner.habits.at(value_of(_SPEED))[path])
        return float(get_value(runner, path))

    return value_of
