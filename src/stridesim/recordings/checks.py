"""Are these the ground forces of a runner, in newtons, with the axes the file claims?

A recording in the wrong unit or with a swapped axis still yields plausible step frequencies
and wrong forces, so the physics that every run obeys is checked: weight is carried by the
upward axis and equals the mean vertical force; the foot brakes before it propels; fore-aft
forces exceed lateral ones. A sample that no runner could have made (a spike) and a plate at
the end of its range move every peak and impulse, and are found before anything is filtered.
"""

import math
from typing import Final

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.recordings.recording import ForceRecording
from stridesim.results import InputError

MASS_TOLERANCE: Final = 0.15
"""Mean vertical force against stated weight. Runners of Fukuchi 2017 are -6.7 to +0.3 % off
(clothes, calibration); a wrong unit or runner is off by far more."""

_NEWTONS_IN: Final = {"kN": 1e-3, "lbf": 0.224809, "kgf": 1 / GRAVITY}
"""What a newton is in the units that force plates also use."""


SPIKE: Final = 2.0
"""Body weights that one or two samples may stand away from those around them. Belts that shake
and heel strikes reach 0.5 at 300 Hz (Fukuchi 2017)."""

LARGEST_FORCE: Final = 10.0
"""Body weights that a sample may read. Sprinters reach 5 (Clark & Weyand 2014,
doi:10.1152/japplphysiol.00174.2014)."""

CLIPPED: Final = 0.012
"""s at exactly the largest force. The top of a step is flat to one newton for 4 ms; of a force
cut off 1 % below its peak for 20 ms."""


def check_samples(recording: ForceRecording, stated_mass: float) -> None:
    """No spike, and no plate at the end of its range, in any column of the file; `stated_mass` kg.

    Raises `InputError` naming file, line, column and value.
    """
    force = recording.force
    # In a wrong unit the stated weight means nothing: then the recording's own level, with peaks
    # of two body weights, sets the scale, and the check of the unit has the word.
    stated = stated_mass * GRAVITY
    own = 0.5 * float(np.percentile(np.abs(force[recording.in_use, 2]), 90))
    weight = own if own > 2.0 * stated else stated
    for column, signal in recording.channels.items():
        away = _beyond_neighbours(signal)
        beyond = np.where(np.abs(signal) > LARGEST_FORCE * weight, np.abs(signal), away)
        row = int(np.argmax(beyond))
        if beyond[row] > SPIKE * weight:
            raise InputError(
                f"{recording.place(row)}: {column} = {signal[row]:.6g}: a spike, "
                f"{beyond[row] / weight:.3g} body weights beyond the samples around it; permitted: "
                f"{SPIKE:g} beyond them, {LARGEST_FORCE:g} in all"
            )
        for level in (float(signal.max()), float(signal.min())):
            _check_range(recording, column, signal, level, weight)


def _beyond_neighbours(signal: np.ndarray) -> np.ndarray:
    """How far each sample (n,) lies outside the range of the second and third on either side.

    The nearest are left out, so that two bad samples in a row do not vouch for each other.
    """
    n = len(signal)
    padded = np.pad(signal, 3, mode="reflect")
    around = np.stack([padded[k : k + n] for k in (0, 1, 5, 6)])
    return np.maximum(signal - around.max(axis=0), around.min(axis=0) - signal)


def _check_range(
    recording: ForceRecording, column: str, signal: np.ndarray, level: float, weight: float
) -> None:
    """Whether `signal` stays at `level`, its largest or smallest value, as no force does."""
    if abs(level) < 0.5 * weight:  # zeros of flight, and small forces in coarse steps
        return
    at = np.flatnonzero(signal == level)
    if len(at) == len(signal):  # nothing is measured: for the other checks to say
        return
    runs = np.split(at, np.flatnonzero(np.diff(at) > 1) + 1)
    longest = max(runs, key=len)
    if len(longest) >= max(3.0, CLIPPED * recording.rate):
        raise InputError(
            f"{recording.place(int(longest[0]))}: {column} stands at {level:.6g} for "
            f"{len(longest)} samples in a row ({len(at)} in all): is the plate's range exceeded? "
            "permitted: forces within it, which are never constant in contact"
        )


def check_axes(recording: ForceRecording, stated_mass: float) -> None:
    """Weight on the upward axis, with the right sign and unit; `stated_mass` kg.

    Raises `InputError` naming the column, the value and what is permitted.
    """
    mean = recording.force[recording.in_use].mean(axis=0)
    x, y, z = recording.columns
    where = f"{recording.source}: column {z}"
    if not recording.force[:, 2].any():
        raise InputError(f"{where} is all zero; permitted: the vertical force, N")
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
    if not recording.force[:, 0].any():
        raise InputError(
            f"{recording.source}: column {x} is all zero; permitted: the fore-aft force, N"
        )
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
