"""A sweep resolved: which runner, which points, in which order, under which name.

A design is the runner with everything held fixed applied, and the axes of a grid. Its rows
have a fixed order (the last axis runs fastest), and one more row follows: the nominal runner,
so that every answer has something to be compared with. `content_hash` names all that the
numbers depend on (runner, axes, metabolic model, the model's own source) and nothing else:
a new title never throws results away, a new default always does.
"""

import dataclasses
import functools
import hashlib
import itertools
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.parameter import Parameter, get_value, lookup
from stridesim.results import InputError, quantity
from stridesim.runner import PARAMETERS, Runner, apply_overrides, load_runner
from stridesim.runner.toml import SHIPPED, flatten, read_toml
from stridesim.sweeps.config import AxisConfig, DesignConfig, FigureConfig, validate
from stridesim.sweeps.fingerprint import model_fingerprint
from stridesim.units import to_si

_NOT_A_NUMBER: Final = "gait.strategy"


@dataclasses.dataclass(frozen=True)
class Axis:
    """A swept parameter and its values in the declared unit, upward."""

    parameter: Parameter
    values: tuple[float, ...]
    scale: str = "linear"

    @property
    def path(self) -> str:
        """Dotted path of the parameter."""
        return self.parameter.path


@dataclasses.dataclass(frozen=True)
class Design:
    """A resolved sweep; `runner` has everything held fixed applied."""

    config: DesignConfig
    runner: Runner
    axes: tuple[Axis, ...]
    runner_text: str | None = None
    """The runner's file as it was read; None for the shipped runner."""

    @property
    def name(self) -> str:
        """Name of the sweep, also of its folder."""
        return self.config.name

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """Points of the grid."""
        return math.prod(self.shape)

    @property
    def rows(self) -> int:
        """Rows to compute: the grid, then the nominal runner."""
        return self.size + 1

    @property
    def figure(self) -> FigureConfig:
        """What the figure shows."""
        return self.config.figure

    @property
    def shown(self) -> str:
        """The quantity of the figure and of the answer."""
        return self.figure.quantity or self.config.outputs[0]

    @functools.cached_property
    def nominal(self) -> tuple[float, ...]:
        """The runner's own value on every axis, declared units."""
        habitual = self.runner.at_speed()
        return tuple(
            float(get_value(habitual, axis.path)) / to_si(1.0, axis.parameter.unit)
            for axis in self.axes
        )

    def inputs(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Rows `start` to `stop` of every axis, declared units."""
        rows = np.arange(start, stop)
        on_grid = rows < self.size
        places = np.unravel_index(np.where(on_grid, rows, 0), self.shape)
        return {
            axis.path: np.where(on_grid, np.asarray(axis.values)[place], own)
            for axis, place, own in zip(self.axes, places, self.nominal, strict=True)
        }

    def points(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Rows `start` to `stop` of every axis, SI."""
        given = self.inputs(start, stop)
        return {axis.path: to_si(1.0, axis.parameter.unit) * given[axis.path] for axis in self.axes}

    @functools.cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that the numbers depend on, flat, so that a difference can be named."""
        runner = {path: float(get_value(self.runner, path)) for path in PARAMETERS}
        habits = self.runner.habits
        return {
            **{f"runner.{path} (SI)": value for path, value in runner.items()},
            "runner.gait.strategy": self.runner.gait.strategy,
            "runner.habits.speeds": list(habits.speeds),
            **{
                f"runner.habits.{path} (SI)": list(values)
                for path, values in zip(habits.paths, habits.values, strict=True)
            },
            **{f"axis.{axis.path}": list(axis.values) for axis in self.axes},
            "axes": [axis.path for axis in self.axes],
            **({"free": sorted(self.config.free)} if self.config.free else {}),
            "metabolic": self.config.metabolic,
            "model": model_fingerprint(),
        }

    @functools.cached_property
    def content_hash(self) -> str:
        """Name of the numbers: equal hashes, equal results."""
        text = json.dumps(self.identity, sort_keys=True, allow_nan=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def effective(self) -> dict[str, Any]:
        """The configuration that ran, as tables that can be written and run again."""
        tables = self.config.model_dump(by_alias=True, exclude_none=True)
        if self.runner_text is not None:
            tables["runner"] = "runner.toml"
        return tables


def load_design(
    path: str | Path,
    overrides: Mapping[str, Any] | None = None,
    metabolic: str | None = None,
) -> Design:
    """Read and check a design; `overrides` (`--set`) win over the file's `[set]`.

    Raises `InputError` in one line that names the file and the key.
    """
    path = Path(path)
    return design_from_tables(read_toml(path), str(path), path.parent, overrides, metabolic)


def design_from_tables(
    tables: Mapping[str, Any],
    source: str,
    folder: Path = Path(),
    overrides: Mapping[str, Any] | None = None,
    metabolic: str | None = None,
) -> Design:
    """A design from nested tables; files are relative to `folder`, errors name `source`."""
    config = validate(DesignConfig, tables, source)
    fixed = flatten(config.fixed) | dict(overrides or {})
    config = config.model_copy(update={"fixed": fixed, "metabolic": metabolic or config.metabolic})
    try:
        _check_names(config)
        axes = tuple(_axis(i, axis) for i, axis in enumerate(config.axis))
        _check_axes(axes, fixed)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    runner, text = _runner(config.runner, folder)
    try:
        runner = apply_overrides(runner, fixed)
    except InputError as error:
        raise InputError(f"{source}: set: {error}") from None
    return Design(config, runner, axes, text)


def _runner(name: str, folder: Path) -> tuple[Runner, str | None]:
    if name == SHIPPED:
        return load_runner(None), None
    path = folder / name
    runner = load_runner(path)
    return runner, path.read_text(encoding="utf-8")


def _check_names(config: DesignConfig) -> None:
    for i, name in enumerate(config.outputs):
        _named(f"outputs[{i}]", name)
    if config.figure.quantity is not None:
        _named("figure.quantity", config.figure.quantity)


def _named(key: str, name: str) -> None:
    try:
        quantity(name)
    except InputError as error:
        raise InputError(f"{key}: {error}") from None


def _axis(index: int, config: AxisConfig) -> Axis:
    key = f"axis[{index}]"
    try:
        declared = lookup(PARAMETERS, config.parameter)
        if config.values is not None:
            values = [declared.check(value) for value in config.values]
        else:
            assert config.points is not None  # the model admits no other case
            start, stop = declared.check(config.start), declared.check(config.stop)
            values = _spaced(config, start, stop)
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    if config.scale == "log" and min(values) <= 0:
        raise InputError(f"{key}: scale = 'log': needs values above 0, {min(values):g} is given")
    ordered = sorted(values)
    repeated = [a for a, b in itertools.pairwise(ordered) if a == b]
    if repeated:
        raise InputError(f"{key}: {declared.path} = {repeated[0]:g}: stands there twice")
    return Axis(declared, tuple(float(value) for value in ordered), config.scale)


def _spaced(config: AxisConfig, start: float, stop: float) -> list[float]:
    assert config.points is not None
    if start == stop:
        raise InputError(f"from and to are both {start:g}")
    if config.scale == "log":
        if min(start, stop) <= 0:
            raise InputError(
                f"scale = 'log': from and to must be above 0, {min(start, stop):g} is given"
            )
        return np.geomspace(start, stop, config.points).tolist()
    return np.linspace(start, stop, config.points).tolist()


def _check_axes(axes: tuple[Axis, ...], fixed: Mapping[str, Any]) -> None:
    paths = [axis.path for axis in axes]
    for i, path in enumerate(paths):
        if path in paths[:i]:
            raise InputError(f"axis[{i}].parameter = {path!r}: already an axis")
        if path in fixed:
            raise InputError(f"set: {path} is an axis of this sweep and cannot be held fixed too")
    if _NOT_A_NUMBER in paths:
        raise InputError(f"{_NOT_A_NUMBER}: a choice, not a number; it cannot be an axis")
