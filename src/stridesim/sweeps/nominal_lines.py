"""One parameter at a time: lines through the nominal runner, computed beside a sweep's points.

Points that are spread over many inputs at once say little of any one: the others move with it, and
where points fail only the survivors are compared, which may turn a trend around. On a line through
the nominal runner everything else is the runner's own, so what differs along it differs for one
reason. The same rows answer what the nominal runner comes to at another speed or task than its
own: what was measured over speed follows the speed there.
"""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np

from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.sweeps.design import Design
from stridesim.sweeps.design.points import Axis, Listed
from stridesim.sweeps.engines.chunk import Columns, compute_chunk
from stridesim.units import from_si, to_si

POINTS: Final = 25
"""Of a line, where the axis has no values of its own or more than `MOST_POINTS`."""

MOST_POINTS: Final = 41

_SPEED: Final = "task.speed"

Ask = Callable[[Mapping[str, np.ndarray]], Mapping[str, np.ndarray]]
"""What one runner doing one task comes to at points, SI."""


class Line(NamedTuple):
    """Places along one axis (declared units, upward), and what the runner comes to there."""

    x: np.ndarray
    columns: Columns

    @property
    def status(self) -> np.ndarray:
        """Of every place, "ok" or why there is no result."""
        return self.columns["status"]

    def shown(self, name: str) -> np.ndarray:
        """A result along the line, NaN where there is none."""
        return np.where(self.status == "ok", self.columns[name], np.nan)


def is_task(path: str) -> bool:
    """Whether a parameter says what is done, not who does it."""
    return path.startswith("task.")


def lines_through(design: Design, ask: Ask) -> tuple[Line, ...]:
    """A line for every axis of a design of one case, without places that break a constraint."""
    places = [_places(axis, own) for axis, own in zip(design.axes, design.nominal, strict=True)]
    counts = np.array([len(x) for x in places])
    which = np.repeat(np.arange(len(places)), counts)
    varied = {
        axis.path: np.concatenate(
            [x if k == j else np.full(len(x), np.nan) for j, x in enumerate(places)]
        )
        for k, axis in enumerate(design.axes)
    }
    columns, kept = _computed(design, ask, varied)
    which = which[kept]
    return tuple(
        Line(columns[axis.path][which == k], {n: v[which == k] for n, v in columns.items()})
        for k, axis in enumerate(design.axes)
    )


def lines_in_grid(design: Design, columns: Mapping[str, np.ndarray]) -> tuple[Line, ...]:
    """The lines of a grid that lie nearest to the nominal runner; `columns` in the grid's shape."""
    pairs = list(zip(design.axes, design.nominal, strict=True))
    near = [int(np.abs(np.asarray(axis.values) - own).argmin()) for axis, own in pairs]
    lines = []
    for k, axis in enumerate(design.axes):
        along = tuple(slice(None) if j == k else place for j, place in enumerate(near))
        there = {name: values[along] for name, values in columns.items()}
        lines.append(Line(np.asarray(axis.values), there))
    return tuple(lines)


def nominal_at(design: Design, ask: Ask, inputs: tuple[float, ...]) -> dict[str, float | str]:
    """The nominal runner at the task of a point: the row's speed and task, all else its own."""
    varied = {
        axis.path: np.array([value if is_task(axis.path) else np.nan])
        for axis, value in zip(design.axes, inputs, strict=True)
    }
    columns, kept = _computed(design, ask, varied, constrained=False)
    return {name: values[0] for name, values in columns.items()} if len(kept) else {}


def _places(axis: Axis, own: float) -> np.ndarray:
    """The axis's own values, if they are few, or even ones, and the runner's own among them."""
    if 0 < len(set(axis.values)) <= MOST_POINTS:
        x = np.unique(axis.values)
    elif axis.scale == "log":
        x = np.geomspace(axis.low, axis.high, POINTS)
    else:
        x = np.linspace(axis.low, axis.high, POINTS)
    x = np.clip(x, axis.low, axis.high)
    inside = axis.low < own < axis.high and not np.isclose(x, own, rtol=1e-9, atol=0).any()
    return np.sort(np.append(x, own)) if inside else x


def _computed(
    design: Design, ask: Ask, varied: Mapping[str, np.ndarray], *, constrained: bool = True
) -> tuple[Columns, np.ndarray]:
    """Results of rows in which what is NaN is the runner's own; and the numbers of those rows."""
    own = _own(design, varied)
    filled = {path: np.where(np.isnan(v), own[path], v) for path, v in varied.items()}
    axes = tuple(
        dataclasses.replace(axis, values=tuple(filled[axis.path].tolist())) for axis in design.axes
    )
    layout = Listed(axes)
    kept = np.arange(layout.size)
    if constrained:
        try:
            met = design.relations.kept(layout, design.runner)
        except InputError:  # a link leaves its bounds on these lines: there are none
            met = kept[:0]
        kept = kept if met is None else met
    rows = dataclasses.replace(design, layout=layout, kept=(kept,))
    if not len(kept):
        return {axis.path: np.empty(0) for axis in axes} | {"status": np.empty(0, str)}, kept
    return compute_chunk(rows, ask, (0, len(kept))), kept


def _own(design: Design, varied: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The runner's own values, declared units; habits are those at the row's speed."""
    runner, own = design.runner, dict(zip(varied, design.nominal, strict=True))
    if _SPEED in varied:
        speed = to_si(1.0, "m/s") * np.where(np.isnan(varied[_SPEED]), own[_SPEED], varied[_SPEED])
    else:
        speed = np.full(len(next(iter(varied.values()))), float(get_value(runner, _SPEED)))
    habits = {} if runner.strategy == "fixed" else runner.habits.at(speed)
    units = design.units
    return {
        path: np.asarray(from_si(habits[path], units[path]))
        if path in habits
        else np.full(len(speed), value)
        for path, value in own.items()
    }
