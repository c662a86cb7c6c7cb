"""Are these the ground forces of a runner, in newtons, with the axes the file claims?

A recording in the wrong unit or with a swapped axis still yields plausible step frequencies
and wrong forces, so the physics that every run obeys is checked: weight is carried by the
upward axis and equals the mean vertical force; the foot brakes before it propels; fore-aft
forces exceed lateral ones.
"""

import math
from typing import Final

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.measured.recording import ForceRecording
from stridesim.results import InputError

MASS_TOLERANCE: Final = 0.15
"""Mean vertical force against stated weight. Runners of Fukuchi 2017 are -6.7 to +0.3 % off
(clothes, calibration); a wrong unit or runner is off by far more."""

_NEWTONS_IN: Final = {"kN": 1e-3, "lbf": 0.224809, "kgf": 1 / GRAVITY}
"""What a newton is in the units that force plates also use."""


def check_axes(recording: ForceRecording, stated_mass: float) -> None:
    """Weight on the upward axis, with the right sign and unit; `stated_mass` kg.

    Raises `InputError` naming the column, the value and what is permitted.
    """
    mean = recording.force.mean(axis=0)
    x, y, z = recording.columns
    where = f"{recording.source}: column {z}"
    largest = int(np.argmax(np.abs(mean)))
    if largest != 2:
        raise InputError(
            f"{where}: its mean of {mean[2]:.4g} is smaller than that of {(x, y)[largest]} "
            f"({mean[largest]:.4g}); permitted: weight on the vertical axis"
        )
    if mean[2] < 0:
        raise InputError(
            f"{where}: mean {mean[2]:.4g} points down; permitted: the ground's force on the "
            "runner, upward positive"
        )
    weight = stated_mass * GRAVITY
    # Coarse, as part of a step at either end counts here; the mass is checked over whole steps.
    if not 0.5 * weight < mean[2] < 2.0 * weight:
        # Body weights carry no mass: their mean is 1 whatever the runner.
        expected = {"BW": 1.0} | {unit: weight * size for unit, size in _NEWTONS_IN.items()}
        unit = min(expected, key=lambda name: abs(math.log(max(mean[2], 1e-9) / expected[name])))
        close = abs(mean[2] / expected[unit] - 1.0) < MASS_TOLERANCE
        suggestion = f" (is it in {unit}?)" if close else ""
        raise InputError(
            f"{where}: mean {mean[2]:.4g}{suggestion}; permitted: newtons, within "
            f"{100 * MASS_TOLERANCE:.0f} % of the stated weight of {weight:.0f} N"
        )


def check_mass(recording: ForceRecording, effective_mass: float, stated_mass: float) -> None:
    """Mean vertical force over whole steps against the stated mass, both in kg."""
    if abs(effective_mass / stated_mass - 1.0) > MASS_TOLERANCE:
        raise InputError(
            f"{recording.source}: column {recording.columns[2]}: its mean over whole steps "
            f"carries {effective_mass:.1f} kg; permitted: within {100 * MASS_TOLERANCE:.0f} % of "
            f"the stated mass of {stated_mass:g} kg"
        )


def check_direction(recording: ForceRecording, horizontal: np.ndarray) -> None:
    """Braking comes first and fore-aft exceeds lateral; `horizontal` (steps, points, 2) N
    over stance, evenly spaced."""
    x, y, _ = recording.columns
    fore_aft, lateral = np.sqrt(np.mean(np.square(horizontal), axis=(0, 1)))
    if fore_aft < lateral:
        raise InputError(
            f"{recording.source}: column {x}: rms over contact {fore_aft:.3g} N is smaller than "
            f"that of {y} ({lateral:.3g} N); permitted: x fore-aft, y lateral"
        )
    half = horizontal.shape[1] // 2
    first, second = horizontal[:, :half, 0].mean(), horizontal[:, half:, 0].mean()
    if first > second:
        raise InputError(
            f"{recording.source}: column {x}: mean {first:+.3g} N in the first half of contact, "
            f"{second:+.3g} N in the second; permitted: braking (negative) first: change its sign"
        )
