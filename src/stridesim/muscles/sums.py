"""Sums over muscles and joints, written out.

XLA's CPU compiler makes a loop of its own of a reduction over a few rows, and computes what goes
into it again for every row that comes out: up to twenty times the work. An unrolled sum becomes one
pass over the instants, which stand innermost.
"""

import functools
import operator
from typing import Any

import jax.numpy as jnp


def total(rows: Any) -> Any:
    """Sum over the first axis."""
    return functools.reduce(operator.add, rows)


def over_joints(arms: Any, values: Any) -> Any:
    """Sum over the joints (M, ...) of arms (M, J, ...) times a value of each joint (J, ...)."""
    return total([arms[:, j] * values[j][None] for j in range(arms.shape[1])])


def over_muscles(arms: Any, values: Any) -> Any:
    """Sum over the muscles (J, ...) of arms (M, J, ...) times a value of each muscle (M, ...)."""
    return jnp.stack([total(arms[:, j] * values) for j in range(arms.shape[1])])
