"""Measured curves at one speed, as polynomials in phase.

The fits over phase at three speeds are stridesim's tables; between the speeds a parabola, outside
its tangent (`stridesim.runner.over_speed`). A polynomial is an array (K,), constant first.
"""

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.polynomial import polynomial as poly

from stridesim.runner import curves

SPEEDS = np.array(curves.SPEEDS)
_STEP_LENGTHS = SPEEDS / np.array(curves.STEP_FREQUENCIES)
_SPEED_BY_LENGTH = poly.polyfit(_STEP_LENGTHS, SPEEDS, 2)


@functools.cache
def _parabola(table: Callable[[str], np.ndarray], name: str) -> np.ndarray:
    return poly.polyfit(SPEEDS, table(name), 2)


def _over(known: np.ndarray, parabola: np.ndarray, x: float, reach: float) -> Any:
    inside = min(max(x, known[0]), known[-1])
    outside = min(max(x - inside, -reach), reach)
    return poly.polyval(inside, parabola) + outside * poly.polyval(inside, poly.polyder(parabola))


def stance_curve(name: str, speed: float, scale: float = 1.0) -> np.ndarray:
    """Of an angle (rad), or a length (m) of a runner `scale` times the measured ones."""
    return scale * _over(SPEEDS, _parabola(curves._stance_fit, name), speed, curves.REACH)


def swing_curve(name: str, speed: float) -> np.ndarray:
    """Of an angle (rad), over twice the phase from the middle of swing."""
    return _over(SPEEDS, _parabola(curves._swing_fit, name), speed, curves.REACH)


def speed_at_step_length(length: float) -> float:
    """Speed (m/s) at which the mean runner takes steps of this length (m)."""
    return float(_over(_STEP_LENGTHS, _SPEED_BY_LENGTH, length, np.inf))


def motion(curve: np.ndarray, phase: np.ndarray, duration: float) -> np.ndarray:
    """Value, rate and acceleration (3, N) of a curve whose phase takes `duration` (s)."""
    return np.array([poly.polyval(phase, poly.polyder(curve, n)) / duration**n for n in range(3)])
