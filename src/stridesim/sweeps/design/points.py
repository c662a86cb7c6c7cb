"""Where the points of a design lie: every combination, rows as listed, or scattered in a box.

A point is found from its number, so that any window of a design can be computed alone. Of the
methods, "latin_hypercube" (McKay 1979, doi:10.2307/1268522) puts one point into each of n equal
slices of every axis, "sobol" (scrambled, Owen 1998, doi:10.1145/290274.290313) fills the box more
evenly than chance; both are uniform in the axis's scale.
"""

import dataclasses
import functools
import itertools
import math
from typing import Any, ClassVar, Final, Literal

import numpy as np

from stridesim.parameter import Parameter, lookup
from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.sweeps.design.config import MOST_POINTS, AxisConfig, SamplingConfig

DEFAULT_SEED: Final = 0


@dataclasses.dataclass(frozen=True)
class Axis:
    """A swept parameter, declared units: `values` upward (grid), as listed, or none (scattered)."""

    parameter: Parameter
    values: tuple[float, ...]
    scale: str
    low: float
    high: float

    @property
    def path(self) -> str:
        """Dotted path of the parameter."""
        return self.parameter.path


@dataclasses.dataclass(frozen=True)
class Grid:
    """Every combination of the axes' values; the last axis runs fastest."""

    axes: tuple[Axis, ...]
    words: ClassVar = "grid"
    note: ClassVar = ""

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """Points of the grid."""
        return math.prod(self.shape)

    def at(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Value of every axis at `rows`."""
        places = np.unravel_index(rows, self.shape)
        pairs = zip(self.axes, places, strict=True)
        return {axis.path: np.asarray(axis.values)[place] for axis, place in pairs}

    def identity(self) -> dict[str, Any]:
        """The values of every axis."""
        return {f"axis.{axis.path}": list(axis.values) for axis in self.axes}


@dataclasses.dataclass(frozen=True)
class Listed:
    """Row i takes the i-th value of every axis."""

    axes: tuple[Axis, ...]
    words: ClassVar = "listed"
    note: ClassVar = ""

    @property
    def size(self) -> int:
        """Rows of the list."""
        return len(self.axes[0].values)

    def at(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Value of every axis at `rows`."""
        return {axis.path: np.asarray(axis.values)[rows] for axis in self.axes}

    def identity(self) -> dict[str, Any]:
        """The values of every axis, and that they are taken together."""
        return {**Grid(self.axes).identity(), "sampling.method": "list"}


@dataclasses.dataclass(frozen=True)
class Scattered:
    """`size` points in the box of the axes, by a seeded sequence."""

    axes: tuple[Axis, ...]
    method: Literal["latin_hypercube", "sobol"]
    size: int
    seed: int
    words: ClassVar = "scattered"

    def at(self, rows: np.ndarray) -> dict[str, np.ndarray]:
        """Value of every axis at `rows`."""
        unit = self._sobol(rows) if self.method == "sobol" else self._latin_hypercube[rows]
        return {axis.path: _within(axis, unit[:, k]) for k, axis in enumerate(self.axes)}

    def identity(self) -> dict[str, Any]:
        """Box, scales and sequence."""
        boxes = {f"axis.{a.path}": [a.low, a.high, a.scale] for a in self.axes}
        chosen = {"method": self.method, "points": self.size, "seed": self.seed}
        return boxes | {f"sampling.{key}": value for key, value in chosen.items()}

    def _sobol(self, rows: np.ndarray) -> np.ndarray:
        """Straight from the sequence: to skip a million points takes some 10 ms."""
        if not len(rows):
            return np.empty((0, len(self.axes)))
        # scipy.stats takes a second to import: only a design that is scattered pays it.
        from scipy.stats import qmc

        first = int(rows[0])
        sequence = qmc.Sobol(len(self.axes), rng=self.seed)
        if first:
            sequence.fast_forward(first)
        # SciPy warns of a first draw that is no power of 2; `note` is where we say it.
        count = 1 << (int(rows[-1]) - first).bit_length()
        return sequence.random(count)[rows - first]

    @functools.cached_property
    def _latin_hypercube(self) -> np.ndarray:
        """All of it, (size, axes): where a point lies depends on how many there are."""
        from scipy.stats import qmc

        return qmc.LatinHypercube(len(self.axes), rng=self.seed).random(self.size)

    @property
    def note(self) -> str:
        """What is worth knowing of the sequence; empty if nothing."""
        if self.method == "latin_hypercube" or self.size & (self.size - 1) == 0:
            return ""
        below = 1 << (self.size.bit_length() - 1)
        return (
            f"{self.size} points of a Sobol sequence cover the box a little less evenly than a "
            f"power of 2 ({below} or {2 * below})"
        )


Layout = Grid | Listed | Scattered


def lay_out(axes: tuple[Axis, ...], sampling: SamplingConfig) -> Layout:
    """The points over the axes; `InputError` where the axes do not suit the method."""
    if sampling.method == "list":
        counts = [len(axis.values) for axis in axes]
        odd = next((i for i, count in enumerate(counts) if count != counts[0]), None)
        if odd is not None:
            raise InputError(
                f"axis[{odd}].values: {counts[odd]} values for {counts[0]} of axis[0]; sampling "
                "method 'list' takes them together and needs as many on every axis"
            )
        return Listed(axes)
    if sampling.method == "grid":
        grid = Grid(axes)
        if grid.size > MOST_POINTS:
            raise InputError(
                f"axis: {' x '.join(map(str, grid.shape))} points: at most {MOST_POINTS} permitted"
            )
        return grid
    assert sampling.points is not None  # the model admits no other case
    seed = DEFAULT_SEED if sampling.seed is None else sampling.seed
    return Scattered(axes, sampling.method, sampling.points, seed)


def read_axis(config: AxisConfig, method: str) -> Axis:
    """A declared axis as the method wants it: listed values, or a range."""
    declared = lookup(PARAMETERS, config.parameter)
    scattered = method in ("latin_hypercube", "sobol")
    if scattered:
        _refuse(config, method, ("values", "points"), "needs from and to alone")
        values = sorted(_ends(config, declared, "needs from and to"))
    elif method == "list":
        _refuse(config, method, ("start", "stop", "points"), "needs values = [...]")
        values = _listed(config, declared, "needs values = [...]")
    elif config.values is not None:
        values = sorted(_listed(config, declared, ""))
        repeated = [a for a, b in itertools.pairwise(values) if a == b]
        if repeated:
            raise InputError(f"{declared.path} = {repeated[0]:g}: stands there twice")
    else:
        values = sorted(_spaced(config, declared))
    low, high = min(values), max(values)
    if config.scale == "log" and low <= 0:
        raise InputError(f"scale = 'log': needs values above 0, {low:g} is given")
    return Axis(declared, () if scattered else tuple(values), config.scale, low, high)


def _refuse(config: AxisConfig, method: str, keys: tuple[str, ...], needed: str) -> None:
    for key in keys:
        if getattr(config, key) is not None:
            written = {"start": "from", "stop": "to"}.get(key, key)
            raise InputError(f"{written} does not go with sampling method {method!r}: {needed}")


def _listed(config: AxisConfig, declared: Parameter, needed: str) -> list[float]:
    if config.values is None:
        raise InputError(needed)
    return [float(declared.check(value)) for value in config.values]


def _ends(config: AxisConfig, declared: Parameter, needed: str) -> tuple[float, float]:
    if config.start is None or config.stop is None:
        raise InputError(needed)
    start, stop = declared.check(config.start), declared.check(config.stop)
    if start == stop:
        raise InputError(f"from and to are both {start:g}")
    return start, stop


def _spaced(config: AxisConfig, declared: Parameter) -> list[float]:
    needed = "needs values = [...], or all of from, to and points"
    start, stop = _ends(config, declared, needed)
    if config.points is None:
        raise InputError(needed)
    if config.scale == "linear":
        return np.linspace(start, stop, config.points).tolist()
    if min(start, stop) <= 0:
        raise InputError(
            f"scale = 'log': from and to must be above 0, {min(start, stop):g} is given"
        )
    return np.geomspace(start, stop, config.points).tolist()


def _within(axis: Axis, share: np.ndarray) -> np.ndarray:
    """The place at a share of the way from low to high, in the axis's scale."""
    if axis.scale == "log":
        at = axis.low * (axis.high / axis.low) ** share
    else:
        at = axis.low + share * (axis.high - axis.low)
    return np.clip(at, axis.low, axis.high)
