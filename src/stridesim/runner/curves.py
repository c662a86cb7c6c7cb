"""Measured stance and swing curves of 13 runners, as polynomials in phase that follow speed.

Means over runners at 2.5, 3.5 and 4.5 m/s (Fukuchi 2017, doi:10.7717/peerj.3298; carried in
`data/joint_curves.csv`). Polynomials, because the gait solver needs derivatives of the foot's
path and evaluates them millions of times; the centre of pressure below 5 % and above 97 % of
stance is poor in the data and carries no weight. Angles in rad, lengths in m for the mean
height of those runners; percent 0-100 becomes phase 0-1 of stance or of swing.
"""

import csv
import functools
import importlib.resources
from typing import Any, Final

import numpy as np

from stridesim.runner.over_speed import over_speed

SPEEDS: Final = (2.5, 3.5, 4.5)

CONTACT_TIMES: Final = (0.2787, 0.2297, 0.1982)
STEP_FREQUENCIES: Final = (2.6993, 2.8460, 3.0621)
"""Means of the same 13 runners (s, Hz); they tell where stance ends in the stride curves."""

REACH: Final = 0.5
"""m/s beyond the measured speeds to which the curves follow their trend; then they stay."""

_DEGREE: Final = {
    "divergence": 3,
    "cop_x": 5,
    "ankle_x": 6,
    "ankle_y": 8,
    "foot_pitch": 8,
    "pelvis_tilt": 5,
    "knee_flex_abs": 8,
}
_SWING_DEGREE: Final = 15
_HARMONICS: Final = 7
"""Of the stride; beyond 10 Hz the curves hold no signal."""
_CURVATURE: Final = 1 / 60
"""Weight of the second phase derivative beside the angle in a swing polynomial: without it the
ends, where polynomials are worst, miss the measured acceleration by a factor of three."""
_LENGTHS: Final = ("cop_x", "ankle_x", "ankle_y", "divergence")


@functools.cache
def measured_curves() -> dict[tuple[str, float, str], np.ndarray]:
    """(phase, speed, variable) -> array (51, 3): percent, mean, SD between runners."""
    resource = importlib.resources.files("stridesim.runner").joinpath("data/joint_curves.csv")
    lines = [x for x in resource.read_text().splitlines() if not x.startswith("#")]
    found: dict[tuple[str, float, str], list[tuple[float, float, float]]] = {}
    for row in csv.DictReader(lines):
        key = (row["phase"], float(row["speed_m_s"]), row["variable"])
        found.setdefault(key, []).append(
            (float(row["percent"]), float(row["mean"]), float(row["sd"]))
        )
    return {key: np.array(values) for key, values in found.items()}


def _divergence(speed: float) -> tuple[np.ndarray, np.ndarray]:
    """How far ahead of the centre of mass the ground force passes (m), and its weight."""
    curves = {
        name: measured_curves()["stance", speed, name][:, 1]
        for name in ("grf_x", "grf_y", "com_y", "ang_com_cop")
    }
    # The curve's angle is positive with the lower end ahead: the centre of mass behind.
    ahead = -curves["com_y"] * np.tan(np.deg2rad(curves["ang_com_cop"]))
    offset = curves["com_y"] * curves["grf_x"] / curves["grf_y"] - ahead
    weight = np.where(np.arange(51) < 9, 0.0, curves["grf_y"])  # the impact has no part in it
    return offset, weight


@functools.cache
def _stance_fit(variable: str) -> np.ndarray:
    rows = []
    for speed in SPEEDS:
        if variable == "divergence":
            offset, weight = _divergence(speed)
            phase = np.linspace(0, 1, offset.size)
            rows.append(
                np.polynomial.polynomial.polyfit(phase, offset, _DEGREE[variable], w=weight)
            )
            continue
        percent, mean, _ = measured_curves()["stance", speed, variable].T
        phase = percent / 100
        weight = np.ones_like(phase)
        if variable == "cop_x":
            weight[(percent < 5) | (percent > 97)] = 1e-3
        value = mean if variable in _LENGTHS else np.deg2rad(mean)
        rows.append(np.polynomial.polynomial.polyfit(phase, value, _DEGREE[variable], w=weight))
    return np.array(rows)


def _harmonics(values: np.ndarray, phase: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Periodic `values` at even steps of the stride, and their second derivative, at `phase`."""
    number = np.arange(-_HARMONICS, _HARMONICS + 1)
    amplitude = np.fft.fft(values)[number] / values.size
    turn = np.exp(2j * np.pi * np.outer(phase, number))
    return (turn @ amplitude).real, (turn @ (amplitude * (2j * np.pi * number) ** 2)).real


@functools.cache
def _swing_fit(variable: str) -> np.ndarray:
    rows = []
    # About the middle of swing: the same polynomial about its start has coefficients of 1e7.
    middle = np.linspace(-1, 1, 101)
    powers = np.arange(_SWING_DEGREE + 1)
    value = middle[:, None] ** powers
    second = 4 * powers * (powers - 1) * middle[:, None] ** np.maximum(powers - 2, 0)
    for speed, contact, frequency in zip(SPEEDS, CONTACT_TIMES, STEP_FREQUENCIES, strict=True):
        mean = np.deg2rad(measured_curves()["stride", speed, variable][:-1, 1])
        swing = 1 - contact * frequency / 2
        angle, acceleration = _harmonics(mean, 1 - swing * (1 - middle) / 2)
        rows.append(
            np.linalg.lstsq(
                np.concatenate([value, _CURVATURE * second]),
                np.concatenate([angle, _CURVATURE * swing**2 * acceleration]),
            )[0]
        )
    return np.array(rows)


def stance_polynomial(variable: str, speed: Any, scale: Any = 1.0) -> tuple[Any, ...]:
    """Coefficients (constant first) of a stance curve at `speed`; lengths times `scale`."""
    found = tuple(over_speed(SPEEDS, _stance_fit(variable), speed, REACH))
    return tuple(c * scale for c in found) if variable in _LENGTHS else found


def swing_polynomial(variable: str, speed: Any) -> tuple[Any, ...]:
    """Coefficients (constant first) of a swing curve (angles, rad) at `speed`, in twice the
    phase from the middle of swing: -1 at take-off, 1 at touchdown."""
    return tuple(over_speed(SPEEDS, _swing_fit(variable), speed, REACH))


def speed_at_step_length(length: Any) -> Any:
    """Speed (m/s) at which the mean runner's steps have `length` (m, any shape)."""
    lengths = np.array(SPEEDS) / np.array(STEP_FREQUENCIES)
    return over_speed(lengths, np.array(SPEEDS), length)


@functools.cache
def spread_at_take_off(variable: str) -> float:
    """SD between runners of an angle at take-off, mean over speeds; rad."""
    spreads = [measured_curves()["stance", speed, variable][-1, 2] for speed in SPEEDS]
    return float(np.deg2rad(np.mean(spreads)))
