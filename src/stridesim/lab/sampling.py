"""Strides for the surrogates of a page: a sweep of numbers, and the pictures of some of its points.

The page has one surrogate of the sliders, and a small one for every story whose sliders are others.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.economy.batch import CHUNK, resolve, results_at
from stridesim.lab.controls import SWEPT, Slider
from stridesim.lab.flat import blocks_of, labels_of
from stridesim.lab.picture import NUMBERS
from stridesim.lab.protocol import Asked
from stridesim.lab.solving import Solving
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.adaptation import ADAPTED
from stridesim.surrogate.fit import OK, Sample
from stridesim.surrogate.points import Axis, axis, values_at
from stridesim.units import from_si, to_si

OUTPUTS: Final = tuple(dict.fromkeys((*NUMBERS, *SWEPT)))
"""Numbers that the page shows."""

VALUES: Final = "values."
"""Before the path of a parameter that follows the task, such as step frequency."""

_AT_ONCE: Final = 16 * CHUNK
"""Points between two words about progress."""

Tell = Callable[[int], object]


class Pictures(NamedTuple):
    """Places (n, d) in the cube, rows (n, length) by block, and what single numbers are of."""

    cube: np.ndarray
    blocks: Mapping[str, np.ndarray]
    labels: Mapping[str, list[str]]


def axes_of(sliders: tuple[Slider, ...]) -> tuple[Axis, ...]:
    """The axes of a surrogate of these sliders."""
    return tuple(axis(slider.path, slider.low, slider.high) for slider in sliders)


def swept(solving: Solving, axes: tuple[Axis, ...], cube: np.ndarray, tell: Tell) -> Sample:
    """Numbers and status at places (n, d); `tell` hears how many are done."""
    found = [
        _some(solving, axes, cube[first : first + _AT_ONCE], tell)
        for first in range(0, len(cube), _AT_ONCE)
    ]
    numbers = {
        name: np.concatenate([np.asarray(some[name], float) for some in found])
        for name in found[0]
        if name in OUTPUTS or name.startswith(VALUES)
    }
    return Sample(cube, numbers, np.concatenate([some["status"].astype(str) for some in found]))


def joined(first: Sample, second: Sample) -> Sample:
    """Two sweeps as one."""
    return Sample(
        np.concatenate([first.cube, second.cube]),
        {name: np.concatenate([v, second.numbers[name]]) for name, v in first.numbers.items()},
        np.concatenate([first.status, second.status]),
    )


def pictured(
    solving: Solving, axes: tuple[Axis, ...], sample: Sample, count: int, tell: Tell
) -> Pictures:
    """Pictures of the first `count` points of a sweep that have a result."""
    cube = sample.cube[sample.status == OK][:count]
    rows: list[dict[str, np.ndarray]] = []
    labels: dict[str, list[str]] = {}
    places = []
    for place, settings in zip(cube, _settings(axes, cube), strict=True):
        picture = json.loads(solving.picture(Asked("", settings)))
        tell(1)
        if not picture["ok"]:
            continue
        rows.append(blocks_of(picture))
        labels = labels_of(picture)
        places.append(place)
    if not rows:
        raise InputError("no point of the sweep has a result; choose other sliders")
    blocks = {name: np.stack([row[name] for row in rows]) for name in rows[0]}
    return Pictures(np.array(places), blocks, labels)


def _some(solving: Solving, axes: tuple[Axis, ...], cube: np.ndarray, tell: Tell) -> dict[str, Any]:
    points = {
        path: to_si(1.0, PARAMETERS[path].unit) * column
        for path, column in values_at(axes, cube).items()
    }
    found = results_at(solving.runner, points, metabolic=solving.metabolic)
    tell(len(cube))
    return found | _followed(solving.runner, points)


def _followed(runner: Runner, points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What the runner's habits and rules make of the task, in declared units (n,)."""
    count = len(next(iter(points.values())))
    paths = dict.fromkeys((*runner.habits.paths, *ADAPTED))
    found: dict[str, list[np.ndarray]] = {path: [] for path in paths}
    for first in range(0, count, CHUNK):
        some = np.resize(np.arange(first, min(first + CHUNK, count)), CHUNK)
        resolved, _ = resolve(runner, {path: column[some] for path, column in points.items()})
        for path, rows in found.items():
            rows.append(np.broadcast_to(get_value(resolved, path), CHUNK))
    return {
        VALUES + path: from_si(1.0, PARAMETERS[path].unit) * np.concatenate(rows)[:count]
        for path, rows in found.items()
    }


def _settings(axes: tuple[Axis, ...], cube: np.ndarray) -> Iterator[dict[str, float]]:
    columns = values_at(axes, cube)
    for k in range(len(cube)):
        yield {path: float(column[k]) for path, column in columns.items()}
