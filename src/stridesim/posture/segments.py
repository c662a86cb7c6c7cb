"""Angles of thigh, shank and foot, and the polynomials in phase that they follow."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from stridesim.elementary import horner
from stridesim.programs import kept_result


@kept_result
class Segments(NamedTuple):
    """Angles of thigh, shank and foot (3, N), their rates and accelerations; rad, s.

    Against the vertical, lower end ahead positive (thigh, shank); toe up positive (foot).
    """

    angle: Any
    rate: Any
    acceleration: Any


def motion(coefficients: Sequence[Any], phase: Any, duration: Any) -> tuple[Any, Any, Any]:
    """Value, rate and acceleration of a polynomial in phase that takes `duration` (s)."""
    first = [i * c for i, c in enumerate(coefficients)][1:]
    second = [i * c for i, c in enumerate(first)][1:]
    return (
        horner(coefficients, phase),
        horner(first, phase) / duration,
        horner(second, phase) / duration**2,
    )


def swing_motion(coefficients: Sequence[Any], phase: Any, duration: Any) -> tuple[Any, Any, Any]:
    """The same of a `swing_polynomial`, which counts its phase from the middle of swing."""
    return motion(coefficients, 2 * phase - 1, 0.5 * duration)
