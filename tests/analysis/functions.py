"""Functions whose indices are known in closed form."""

import math

import numpy as np

ISHIGAMI = (7.0, 0.1)
"""a and b of sin x1 + a sin^2 x2 + b x3^4 sin x1 on [-pi, pi]^3 (Ishigami 1990)."""


def ishigami(x: np.ndarray) -> np.ndarray:
    """At points (..., 3)."""
    a, b = ISHIGAMI
    return np.sin(x[..., 0]) * (1 + b * x[..., 2] ** 4) + a * np.sin(x[..., 1]) ** 2


def ishigami_indices() -> tuple[np.ndarray, np.ndarray]:
    """First and total indices, from the integrals."""
    a, b = ISHIGAMI
    alone = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    second = a**2 / 8
    together = b**2 * math.pi**8 * (1 / 18 - 1 / 50)
    variance = alone + second + together
    first = np.array([alone, second, 0.0]) / variance
    return first, first + np.array([together, 0.0, together]) / variance


WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0])


def g_function(x: np.ndarray) -> np.ndarray:
    """Sobol's g-function at points (..., 4) of the unit cube: the product of
    (|4 x - 2| + a) / (1 + a)."""
    return np.prod((np.abs(4 * x - 2) + WEIGHTS) / (1 + WEIGHTS), axis=-1)


def g_indices() -> tuple[np.ndarray, np.ndarray]:
    """First and total indices, from the variance of every factor of the product."""
    part = 1 / (3 * (1 + WEIGHTS) ** 2)
    variance = np.prod(1 + part) - 1
    return part / variance, part * np.prod(1 + part) / (1 + part) / variance
