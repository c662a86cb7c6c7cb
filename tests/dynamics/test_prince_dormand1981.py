"""The carried Runge-Kutta coefficients are the published ones."""

import numpy as np
from scipy.integrate import DOP853

from stridesim.dynamics.prince_dormand1981 import NODES, STAGES, WEIGHTS


def test_coefficients_equal_scipys() -> None:
    """Bit for bit, stage by stage."""
    for i, row in enumerate(STAGES):
        assert np.array_equal(row, DOP853.A[i, :i])
    assert np.array_equal(WEIGHTS, DOP853.B)
    assert np.array_equal(NODES, DOP853.C)


def test_consistency_conditions() -> None:
    """Weights sum to one and every stage stands where its shares put it."""
    assert abs(sum(WEIGHTS) - 1) < 1e-14
    assert all(abs(sum(row) - node) < 1e-14 for row, node in zip(STAGES, NODES, strict=True))
