"""Where a surrogate is fitted: even places in a box, and more of them where results end.

Even places are scrambled Sobol points (Owen 1998, doi:10.1006/jcom.1998.0487). Whether there is a
result is hardest to tell near the border between having one and having none, so part of the points
lie there: of many candidates those that a first fit is least sure of.
"""

from typing import Final, NamedTuple

import numpy as np
from scipy.stats import qmc

from stridesim.results import InputError

_RATIO: Final = 4.0
"""An axis whose ends differ by this factor or more is even in the logarithm."""


class Axis(NamedTuple):
    """A parameter and its range, in one unit; `logarithmic` where ratios count."""

    path: str
    low: float
    high: float
    logarithmic: bool = False


def axis(path: str, low: float, high: float) -> Axis:
    """The axis of a range; `InputError` where it is empty or not finite."""
    if not (np.isfinite(low) and np.isfinite(high) and low < high):
        raise InputError(f"{path}: from {low:g} to {high:g}; expected a lower and a higher number")
    return Axis(path, low, high, low > 0 and high >= _RATIO * low)


def even(count: int, dimensions: int, seed: int) -> np.ndarray:
    """Places (count, dimensions) in the cube from -1 to 1."""
    engine = qmc.Sobol(dimensions, rng=np.random.default_rng(seed))
    return 2.0 * engine.random_base2(max(count - 1, 1).bit_length())[:count] - 1.0


def values_at(axes: tuple[Axis, ...], cube: np.ndarray) -> dict[str, np.ndarray]:
    """Values (n,) of every parameter, in its unit, at places (n, d) of the cube."""
    return {one.path: _value(one, cube[:, k]) for k, one in enumerate(axes)}


def cube_of(axes: tuple[Axis, ...], values: dict[str, np.ndarray]) -> np.ndarray:
    """Places (n, d) in the cube of values (n,) by path."""
    return np.stack([_place(one, np.asarray(values[one.path], float)) for one in axes], axis=1)


def _value(one: Axis, place: np.ndarray) -> np.ndarray:
    share = 0.5 * (place + 1.0)
    if one.logarithmic:
        return one.low * (one.high / one.low) ** share
    return one.low + (one.high - one.low) * share


def _place(one: Axis, value: np.ndarray) -> np.ndarray:
    if one.logarithmic:
        return 2.0 * np.log(value / one.low) / np.log(one.high / one.low) - 1.0
    return 2.0 * (value - one.low) / (one.high - one.low) - 1.0
