"""Where a quantity over a grid is least."""

import numpy as np


def lowest(at: np.ndarray, costs: np.ndarray) -> float | None:
    """Where `costs` (n,) over equally spaced `at` (n,) are least: vertex of the parabola through
    the least of them and its neighbours, so that no rounding decides between points of the grid.

    NaN has no result. None where the least lies beside one, or at an end: no optimum is seen.
    """
    if not np.isfinite(costs).any():
        return None
    k = int(np.nanargmin(costs))
    if k in (0, costs.size - 1) or not np.isfinite(costs[k - 1 : k + 2]).all():
        return None
    before, least, after = costs[k - 1 : k + 2]
    curvature = before - 2 * least + after
    shift = 0.5 * (before - after) / curvature if curvature > 0 else 0.0
    return float(at[k] + shift * (at[k] - at[k - 1]))
