"""Where the search for muscle forces begins: what the shipped runner's muscles do.

Runners are alike. What his muscles do, and how they would answer other moments with fibres as
they are, is near enough to what anybody's do to spare a pass or two; what is found does not depend
on it. That everybody begins from the same table, and not from a neighbour, keeps a result from
depending on the order of points. `tests/muscles/typical_stride.py` writes the table.
"""

import functools
import importlib.resources
from typing import Any, Final, NamedTuple

import numpy as np

FILE: Final = "data/typical_stride.csv"


class Typical(NamedTuple):
    """At the nodes of a stride: forces over F0 (M, N), joint moments (4, N) N m and the multipliers
    (4, N) that share them, and the change of forces over F0 by each moment (4, M, N) 1/(N m)."""

    relative_force: np.ndarray
    moment: np.ndarray
    multiplier: np.ndarray
    response: np.ndarray

    def forces_at(self, moments: Any) -> Any:
        """Forces over F0 (M, N) expected at joint moments (4, N) N m of NumPy or JAX."""
        found = self.relative_force
        for answer, other, own in zip(self.response, moments, self.moment, strict=True):
            found = found + answer * (other - own)[None]
        return found.clip(0.0, 1.0)


@functools.cache
def typical() -> Typical:
    """The table, as it is shipped."""
    text = importlib.resources.files("stridesim.muscles").joinpath(FILE).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = np.array([[float(x) for x in line.split(",")[1:]] for line in lines])
    muscles = (len(rows) - 8) // 5
    force, moment, multiplier, response = np.split(rows, [muscles, muscles + 4, muscles + 8])
    return Typical(force, moment, multiplier, response.reshape(4, muscles, -1))
