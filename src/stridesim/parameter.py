"""The parameter language: every number is declared once, and the declaration serves all doors.

A parameter is a leaf of a frozen pytree that carries its unit, one sentence, bounds and
source. From that one declaration come configuration checks, `--set`, sweep axes, fit bounds,
axis labels, the table of `stridesim params` and error messages. Values are written in the
declared unit and stored in SI.
"""

import dataclasses
import difflib
import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, TypeVar

import equinox as eqx
import numpy as np

import stridesim.fingerprint  # noqa: F401  (has to see the source before the model is loaded)
from stridesim.results import InputError
from stridesim.text import quoted, stated
from stridesim.units import from_si, range_in, read_quantity, to_si

T = TypeVar("T", bound=eqx.Module)

_KEY: Final = "stridesim_parameter"
REQUIRED: Final = float("nan")
"""Marks a parameter that no source gives a default for: the runner's file must state it."""


class Declaration(NamedTuple):
    """What is known about a parameter wherever it stands; values in `unit`, not SI."""

    unit: str
    doc: str
    bounds: tuple[float, float]
    source: str
    default: float
    slope: bool = False


class Parameter(NamedTuple):
    """A declared parameter at its place: `path` is dotted, as written in files and options."""

    path: str
    unit: str
    doc: str
    bounds: tuple[float, float]
    source: str
    default: float
    slope: bool = False

    @property
    def label(self) -> str:
        """Axis label: words and unit."""
        words = self.path.replace(".", " ").replace("_", " ")
        return words if self.unit == "1" else f"{words} ({self.unit})"

    def check(self, value: str | float) -> float:
        """Value in the declared unit, or `InputError` naming path, value and permitted range."""
        low, high = self.bounds
        unit = "" if self.unit == "1" else f" {self.unit}"
        permitted = f"{low:g} to {high:g}{unit}"
        number, written = read_quantity(
            value, self.unit, self.path, permitted=permitted, slope=self.slope
        )
        # What was written in another unit meets a bound but for rounding.
        at_bound = next((b for b in self.bounds if math.isclose(number, b, rel_tol=1e-12)), None)
        if at_bound is not None and written != self.unit:
            return at_bound
        if not low <= number <= high:
            if written != self.unit:
                permitted += f" ({range_in(self.bounds, self.unit, written)})"
            raise InputError(
                f"{self.path} = {stated(value)}: outside its permitted range {permitted}"
                f"{self._in_everyday_units(number, written)}"
            )
        return number

    def _in_everyday_units(self, number: float, written: str) -> str:
        """What may have been meant by a speed that is only in range as km/h."""
        low, high = self.bounds
        if self.unit != "m/s" or written != self.unit or not low <= number / 3.6 <= high:
            return ""
        return f"; write '{number:g} km/h' if that is meant"


class Choice(NamedTuple):
    """A declared choice among names, where a `Parameter` is a number."""

    path: str
    doc: str
    choices: tuple[str, ...]
    source: str
    default: str


def parameter(
    default: float = REQUIRED,
    *,
    unit: str,
    doc: str,
    bounds: tuple[float, float],
    source: str,
    slope: bool = False,
) -> Any:
    """Declare a leaf; `default` and `bounds` in `unit`. Without default it must be given.

    A `slope` may also be written as a ratio (1:50) or an angle.
    """
    declaration = Declaration(unit, doc, bounds, source, default, slope)
    return dataclasses.field(default=to_si(default, unit), metadata={_KEY: declaration})


def parameters_of(tree: eqx.Module, prefix: str = "") -> dict[str, Parameter]:
    """Every declared parameter below `tree`, by dotted path, in the order of declaration."""
    found: dict[str, Parameter] = {}
    for field in dataclasses.fields(tree):
        path = f"{prefix}{field.name}"
        value = getattr(tree, field.name)
        if _KEY in field.metadata:
            declared: Declaration = field.metadata[_KEY]
            # A group's own number (from its table) is its default, not the class's.
            default = declared.default
            if np.isnan(default) and np.ndim(value) == 0:
                default = from_si(float(value), declared.unit)
            found[path] = Parameter(path, *declared._replace(default=default))
        elif isinstance(value, eqx.Module):
            found |= parameters_of(value, f"{path}.")
    return found


def lookup(known: Mapping[str, Parameter], path: str) -> Parameter:
    """The parameter at `path`, or `InputError` with the nearest name."""
    if path in known:
        return known[path]
    near = difflib.get_close_matches(path[:200], list(known), n=1, cutoff=0.5)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise InputError(f"unknown parameter {quoted(path)}{hint} ('stridesim params' lists them all)")


def get_value(tree: eqx.Module, path: str) -> Any:
    """Leaf at a dotted path, SI."""
    node: Any = tree
    for name in path.split("."):
        node = getattr(node, name)
    return node


def set_values(tree: T, values: Mapping[str, Any]) -> T:
    """A copy of `tree` with SI `values` (numbers or arrays) at their dotted paths."""
    if not values:
        return tree
    own: dict[str, Any] = {}
    below: dict[str, dict[str, Any]] = {}
    for path, value in values.items():
        name, _, rest = path.partition(".")
        if rest:
            below.setdefault(name, {})[rest] = value
        else:
            own[name] = value
    # Part by part: `eqx.tree_at` would walk all of the tree, ten times as long.
    parts = {name: set_values(getattr(tree, name), given) for name, given in below.items()}
    return dataclasses.replace(tree, **own, **parts)
