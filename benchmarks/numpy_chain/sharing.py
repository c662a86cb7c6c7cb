"""Load sharing by SciPy, one instant at a time, in one of two ways.

`lsq_linear` is SciPy's function for bounded least squares. Who knows that few muscles meet their
upper bounds takes `nnls` from the lower bounds up, wherever its answer keeps to the upper ones:
several ten times as fast. The problem: `stridesim.muscles.sharing`.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import lsq_linear, nnls

from stridesim.muscles.sharing import RESERVE

Sharing = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]
"""Least |rows a - known| with lower <= a <= upper."""


def by_lsq_linear(
    rows: np.ndarray, known: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """SciPy's function for just this (bounded-variable least squares)."""
    bounds = (lower, np.maximum(upper, lower + 1e-12))
    return lsq_linear(rows, known, bounds, method="bvls", tol=1e-12).x


def by_nnls(
    rows: np.ndarray, known: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """Without upper bounds, and with them only where that exceeds one."""
    a = lower + nnls(rows, known - rows @ lower)[0]
    return by_lsq_linear(rows, known, lower, upper) if (a > upper).any() else a


def share_load(
    capacity: np.ndarray,
    moments: np.ndarray,
    cost: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    sharing: Sharing,
) -> np.ndarray:
    """Least c a^2/2 + R^2/(2 rho) with R = M - B a, lower <= a <= upper, at every instant (M, N).

    `capacity` (4, M, N) N m, `moments` (4, N) N m, `cost` (M, 1).
    """
    scale = 1 / np.sqrt(RESERVE)
    own = np.diag(np.sqrt(cost[:, 0]))
    known = np.concatenate([np.zeros_like(bounds[0]), scale * moments])
    return np.array(
        [
            sharing(np.vstack([own, scale * capacity[:, :, n]]), known[:, n], lower, upper)
            for n, (lower, upper) in enumerate(zip(bounds[0].T, bounds[1].T, strict=True))
        ]
    ).T
