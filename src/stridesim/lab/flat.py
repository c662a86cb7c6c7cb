"""The picture of a stride as named rows of numbers, so that a surrogate can be fitted to many.

Which foot is on the ground is left out: the page reads it from contact time and period. In flight
nothing pushes, and the place of the push is carried on in a straight line, so that rows of strides
with different contact times can be mixed.
"""

from typing import Any

import numpy as np

_LEFT_OUT = ("foot",)


def blocks_of(picture: dict[str, Any]) -> dict[str, np.ndarray]:
    """Rows (length,) of a picture that has a result, by name: `frames.knee`, `cost.muscle`."""
    frames = picture["frames"]
    found: dict[str, np.ndarray] = {}
    for name, curve in picture["curves"].items():
        found[f"curves.{name}"] = np.asarray(curve, float)
    for name, shares in picture["cost"].items():
        found[f"cost.{name}"] = _numbers(shares)
    for name, values in frames.items():
        if name not in _LEFT_OUT:
            found[f"frames.{name}"] = np.atleast_1d(np.asarray(values, float))
    found["frames.cop"] = _carried_on(found["frames.cop"], np.asarray(frames["foot"]))
    return found


def labels_of(picture: dict[str, Any]) -> dict[str, list[str]]:
    """What the numbers of the blocks `cost.*` are of, in order."""
    return {f"cost.{name}": list(shares) for name, shares in picture["cost"].items()}


def _numbers(named: dict[str, float]) -> np.ndarray:
    return np.array(list(named.values()), float)


def _carried_on(points: np.ndarray, foot: np.ndarray) -> np.ndarray:
    """Points (3 n,) with those of frames without a foot carried on from the two frames before."""
    found = points.reshape(-1, 3).copy()
    for k in np.flatnonzero(foot < 0):
        found[k] = 2 * found[k - 1] - found[k - 2]
    return found.ravel()
