"""A parameter that is varied over a range, every value of it as likely as any other.

On a logarithmic scale every ratio is as likely as any other. A design is made in the unit cube
and laid over the ranges here.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np


class Factor(NamedTuple):
    """A range in the parameter's declared unit; `scale` is "linear" or "log"."""

    path: str
    low: float
    high: float
    scale: str = "linear"

    def at(self, place: np.ndarray) -> np.ndarray:
        """Values at `place` (n,) between 0 and 1."""
        if self.scale == "log":
            values = self.low * (self.high / self.low) ** place
        else:
            values = self.low + (self.high - self.low) * place
        return np.clip(values, self.low, self.high)


def spread(factors: Sequence[Factor], cube: np.ndarray) -> np.ndarray:
    """Values (n, d) of points (n, d) of the unit cube."""
    return np.column_stack([factor.at(cube[:, k]) for k, factor in enumerate(factors)])
