"""An answer of the search for the cheapest gait that costs nothing."""

from collections.abc import Sequence

import numpy as np

from stridesim.economy.optimal import Optimum


def made_optimum(free: Sequence[str], at_bound: int = 0, blocked: str = "") -> Optimum:
    """What the search would answer for one choice: 2.7 Hz at 3.8 J/kg/m."""
    one, table = np.ones(1), np.ones((1, 1))
    return Optimum(
        tuple(free), 2.7 * table, 3.8 * one, np.array(["ok"]), 0 * table, 0.19 * table,
        np.array([[at_bound]]), np.array([blocked], dtype=object), 0.01 * one, np.array([5]), 9,
    )  # fmt: skip
