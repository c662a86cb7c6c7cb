"""The parts put together: numbers, rows, and whether there is a result.

    surrogate = fit(data, settings)
    surrogate.predict({"speed": [3.3]})     # numbers, blocks of rows, status

Named numbers come from all points of a sweep; rows (curves, positions), which take longer to
compute, from some of them. Several surrogates may share the components of their rows.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from stridesim.surrogate.components import Components
from stridesim.surrogate.network import (
    Network,
    Tell,
    Training,
    cross_entropy,
    fit_network,
    squares,
    steps_of,
)
from stridesim.surrogate.points import Axis, cube_of

OK: Final = "ok"
"""The status of a point that has a result."""


class Sample(NamedTuple):
    """A sweep of the model: places (n, d) in the cube, named numbers (n,), NaN where there is no
    result, and the status (n,) that says why."""

    cube: np.ndarray
    numbers: Mapping[str, np.ndarray]
    status: np.ndarray


class Rows(NamedTuple):
    """Points with their rows: places (n, d) in the cube and weights (n, k) of the components."""

    cube: np.ndarray
    weights: np.ndarray


class Regression(NamedTuple):
    """A network whose outputs (m,) have a centre and a scale."""

    network: Network
    centre: np.ndarray
    scale: np.ndarray

    def __call__(self, cube: np.ndarray) -> np.ndarray:
        """Outputs (n, m) at places (n, d)."""
        return self.centre.astype(float) + self.network(cube) * self.scale.astype(float)


class Surrogate(NamedTuple):
    """Axes, numbers by name (in groups, each with a network of its own), weights of the components,
    and the classes of the status."""

    axes: tuple[Axis, ...]
    groups: tuple[tuple[str, ...], ...]
    numbers: tuple[Regression, ...]
    rows: Regression
    classes: tuple[str, ...]
    classifier: Network

    def predict(self, values: Mapping[str, np.ndarray], components: Components) -> "Predicted":
        """What the model would say at values (n,) of the axes, in their units."""
        return self.at(cube_of(self.axes, dict(values)), components)

    def at(self, cube: np.ndarray, components: Components) -> "Predicted":
        """The same at places (n, d) in the cube."""
        return Predicted(
            self.numbers_at(cube),
            components.split(components.rows(self.rows(cube))),
            self.status(cube),
        )

    def numbers_at(self, cube: np.ndarray) -> dict[str, np.ndarray]:
        """Numbers (n,) by name at places (n, d)."""
        return {
            name: column
            for names, regression in zip(self.groups, self.numbers, strict=True)
            for name, column in zip(names, regression(cube).T, strict=True)
        }

    def status(self, cube: np.ndarray) -> np.ndarray:
        """The likeliest status (n,) at places (n, d)."""
        return np.array(self.classes)[np.argmax(self.classifier(cube), axis=1)]


class Predicted(NamedTuple):
    """Numbers (n,) by name, blocks (n, length) by name, status (n,)."""

    numbers: dict[str, np.ndarray]
    blocks: dict[str, np.ndarray]
    status: np.ndarray


class Settings(NamedTuple):
    """How much the networks learn: the one of the number `first`, which counts most, that of the
    other numbers, that of the rows and that of the status."""

    first: str
    foremost: Training
    others: Training
    rows: Training
    classes: Training

    @property
    def steps(self) -> int:
        """Steps that `fit` tells of."""
        return sum(map(steps_of, (self.foremost, self.others, self.rows, self.classes)))


def fit(
    axes: tuple[Axis, ...],
    sample: Sample,
    rows: Rows,
    settings: Settings,
    tell: Tell = lambda steps: None,
) -> Surrogate:
    """The surrogate of a sweep over `axes`; `ValueError` where no point has a result."""
    ok = sample.status == OK
    if not ok.any() or not len(rows.cube):
        raise ValueError("no point of the sweep has a result")
    others = tuple(name for name in sample.numbers if name != settings.first)
    groups = ((settings.first,), others) if others else ((settings.first,),)

    def numbers(names: tuple[str, ...], training: Training) -> Regression:
        wanted = np.stack([np.asarray(sample.numbers[name])[ok] for name in names], axis=1)
        return _regression(sample.cube[ok], wanted, training, tell)

    trainings = (settings.foremost, settings.others)
    classifier, classes = fit_status(sample, settings.classes, tell)
    return Surrogate(
        axes,
        groups,
        tuple(map(numbers, groups, trainings)),
        _regression(rows.cube, rows.weights, settings.rows, tell),
        classes,
        classifier,
    )


def fit_status(
    sample: Sample, training: Training, tell: Tell = lambda steps: None
) -> tuple[Network, tuple[str, ...]]:
    """A network with an output for every status that occurs, and their names."""
    classes = tuple(sorted({str(status) for status in sample.status}, key=lambda s: (s != OK, s)))
    wanted = np.stack([sample.status == name for name in classes], axis=1).astype(float)
    return fit_network(sample.cube, wanted, cross_entropy, training, tell), classes


def near_the_border(network: Network, cube: np.ndarray, count: int) -> np.ndarray:
    """The `count` of the places (n, d) at which having a result is least sure."""
    score = network(cube)
    if score.shape[1] < 2:
        return cube[:count]
    unsure = np.abs(score[:, 0] - np.max(score[:, 1:], axis=1))
    return cube[np.argsort(unsure)[:count]]


def _regression(x: np.ndarray, y: np.ndarray, training: Training, tell: Tell) -> Regression:
    centre, spread = y.mean(axis=0), y.std(axis=0)
    # What does not vary has no spread but rounding.
    varies = spread > 1e-9 * np.maximum(np.abs(centre), 1e-300)
    scale = np.where(varies, spread, 0.0)
    wanted = np.where(varies, (y - centre) / np.where(varies, spread, 1.0), 0.0)
    network = fit_network(x, wanted, squares, training, tell)
    return Regression(network, centre.astype("float32"), scale.astype("float32"))
