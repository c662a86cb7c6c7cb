"""Sums over muscles and joints, written out row by row.

XLA's CPU compiler makes a loop of its own of a reduction over a few rows, and computes what goes
into it again for every row that comes out: up to twenty times the work. An unrolled sum becomes one
pass over the instants, which stand innermost. Written out, it also leaves out what is zero by
anatomy: half of the moment arms, as most muscles cross one joint or two.
"""

from collections.abc import Sequence
from typing import Any

from stridesim.elementary import total

Rows = list[Any]
"""Arrays (...) of one shape, one for each muscle or joint."""

Arms = Sequence[Sequence[Any]]
"""Moment arms, or what a muscle gives a joint: for each muscle one row (...) a joint, None where
it does not cross it."""


def over_joints(arms: Arms, values: Sequence[Any]) -> Rows:
    """For each muscle the sum over its joints of arm times a value of the joint."""
    return [
        total(arm * value for arm, value in zip(row, values, strict=True) if arm is not None)
        for row in arms
    ]


def over_muscles(arms: Arms, values: Sequence[Any]) -> Rows:
    """For each joint the sum over its muscles of arm times a value of the muscle."""
    return [
        total(row[j] * value for row, value in zip(arms, values, strict=True) if row[j] is not None)
        for j in range(len(arms[0]))
    ]


def gram(arms: Arms, weights: Sequence[Any]) -> list[list[Any]]:
    """Lower triangle of the sum over muscles of weight times arm times arm, joint by joint; None
    for two joints that no muscle joins."""
    return [[_between(i, j, arms, weights) for j in range(i + 1)] for i in range(len(arms[0]))]


def _between(i: int, j: int, arms: Arms, weights: Sequence[Any]) -> Any:
    products = [
        weight * row[i] * row[j]
        for row, weight in zip(arms, weights, strict=True)
        if row[i] is not None and row[j] is not None
    ]
    return total(products) if products else None
