"""Where the search for the muscle forces of a stride begins: at those of the shipped runner.

The forces of other runners are near enough to them, and change with the joint moments in about the
same way, to spare a pass or two; what is found does not depend on where the search begins. Every
runner begins from the same table, and not from a neighbour, so that no result depends on the order
of points. `tests/muscles/initial_forces_table.py` writes the table.
"""

import functools
import importlib.resources
from typing import Any, Final, NamedTuple

import numpy as np

FILE: Final = "data/initial_forces.csv"


class InitialForces(NamedTuple):
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
def initial_forces() -> InitialForces:
    """The table of this package."""
    text = importlib.resources.files("stridesim.muscles").joinpath(FILE).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    rows = np.array([[float(x) for x in line.split(",")[1:]] for line in lines])
    muscles = (len(rows) - 8) // 5
    force, moment, multiplier, response = np.split(rows, [muscles, muscles + 4, muscles + 8])
    return InitialForces(force, moment, multiplier, response.reshape(4, muscles, -1))
