"""The path of the centre of mass, from vertical force alone.

Newton's law integrated twice over a step, z'' = F/m - g, with two constants of integration
and a drift that force alone cannot tell. In steady running a step ends at the height and
vertical speed at which it began (Cavagna 1975, J Appl Physiol 39:174,
doi:10.1152/jappl.1975.39.1.174), and that fixes all three. The force between samples is a
cubic spline, so both integrals are exact for it.
"""

import numpy as np
from scipy.interpolate import CubicSpline

POINTS = 201
"""Points a step on which extremes are sought: 2 ms or less, far below the filter's period."""


def phase_grid(start: np.ndarray, end: np.ndarray, points: int = POINTS) -> np.ndarray:
    """Times (steps, points) s, evenly from each `start` to each `end` (steps,)."""
    return start[:, None] + (end - start)[:, None] * np.linspace(0.0, 1.0, points)


def vertical_path(
    force: CubicSpline, start: np.ndarray, end: np.ndarray, at: np.ndarray, mass: float
) -> np.ndarray:
    """Height (steps, points) m above that at `start`, at the times `at` within each step.

    `force` N over s; `start` and `end` (steps,) s bound the steps; `mass` kg.
    """
    impulse, double = force.antiderivative(1), force.antiderivative(2)
    duration = end - start
    elapsed = at - start[:, None]
    mean = (impulse(end) - impulse(start)) / duration

    def risen(t: np.ndarray, since: np.ndarray) -> np.ndarray:
        """Height gained from rest at `start` under the force less its mean over the step."""
        pushed = double(t) - double(start[:, None]) - impulse(start[:, None]) * since
        return (pushed - 0.5 * mean[:, None] * since**2) / mass

    closing = risen(end[:, None], duration[:, None]) / duration[:, None]
    return risen(at, elapsed) - closing * elapsed
