"""From raw channels to forces that can be measured: low-pass filter and baseline.

Low-pass: a Butterworth run forward and backward, so without phase shift; two passes of order
2 make order 4 in all, and the design frequency is raised by (sqrt 2 - 1)^(-1/4) so that the
attenuation of both passes together is 3 dB at the stated cut-off (Winter 2009, Biomechanics
and Motor Control of Human Movement, section 2.2).

Baseline: nothing pushes on a runner in flight, so what a plate reads there is its offset, and
treadmills drift while they warm up. A straight line through the median force of the middle
half of every flight is subtracted from each axis. Where the flights lie off that line, as with a
plate that is switched on during the recording, their own levels are followed instead.
"""

import math
from typing import Final, NamedTuple

import numpy as np
from scipy.signal import butter, medfilt, sosfiltfilt

from stridesim.recordings.contacts import find_contacts
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.settings import FILTER_ORDER, HIGHEST_CUTOFF, MeasureSettings
from stridesim.results import InputError

WINDOW: Final = 1.0
"""s. Long enough to hold a flight at any step frequency of a run."""

LARGEST_BASELINE: Final = 0.2
"""Of the mean vertical force. More than this in flight is no offset but support."""


STRAIGHT: Final = 10.0
"""N, vertical, that a flight's level may lie off the straight line: 2 in the reference recordings,
and a fifth of the usual threshold."""

SCATTER: Final = 5.0
"""Times the median change from flight to flight: what lies no further off the line is scatter, as
where a low cut-off lets contacts leak into flights."""


class Conditioned(NamedTuple):
    """Forces (n, 3) N, filtered and free of the baseline; `horizontal` (n, 2) is x and y at
    the lower cut-off; `baseline` (3,) N mean over the recording, `drift` (3,) N/s; `off_line` N,
    the furthest that a flight's vertical level lies from a straight line, 0 where it is one."""

    time: np.ndarray
    force: np.ndarray
    horizontal: np.ndarray
    baseline: np.ndarray
    drift: np.ndarray
    off_line: float = 0.0


def low_pass(signal: np.ndarray, rate: float, cutoff: float) -> np.ndarray:
    """Zero-phase low-pass along the first axis; `rate` and `cutoff` in Hz.

    Raises `InputError` where the sampling rate cannot carry the cut-off.
    """
    if not cutoff < 0.5 * rate:
        raise InputError(
            f"filter cut-off = {cutoff:g} Hz: permitted: below {0.5 * rate:.4g} Hz, half of the "
            "sampling rate"
        )
    # In the warped frequency tan(pi f / rate) of the bilinear transform, to be exact.
    correction = (math.sqrt(2.0) - 1.0) ** (-1.0 / FILTER_ORDER)
    design = rate / math.pi * math.atan(math.tan(math.pi * cutoff / rate) * correction)
    sections = butter(FILTER_ORDER // 2, design, fs=rate, output="sos")
    return sosfiltfilt(sections, signal, axis=0)


def condition(recording: ForceRecording, settings: MeasureSettings) -> Conditioned:
    """Filter and, unless settings say otherwise, subtract the baseline found in flight.

    Raises `InputError` where the vertical force never comes near zero, or the sampling rate does
    not carry a cut-off.
    """
    time = recording.time[0] + np.arange(len(recording.time)) / recording.rate
    for option, cutoff in (
        ("--filter", settings.cutoff),
        ("--horizontal-filter", settings.horizontal_cutoff),
    ):
        if not cutoff < 0.5 * recording.rate:
            raise InputError(
                f"{recording.source}: filter cut-off = {cutoff:g} Hz: permitted: below "
                f"{0.5 * recording.rate:.4g} Hz, half of the sampling rate (such as {option} "
                f"{HIGHEST_CUTOFF * recording.rate:.3g})"
            )
    force = low_pass(recording.force, recording.rate, settings.cutoff)
    horizontal = low_pass(recording.force[:, :2], recording.rate, settings.horizontal_cutoff)
    level, drift, off_line = _baseline(recording, time, force, settings)
    if settings.subtract_baseline:
        force = force - level
        horizontal = horizontal - level[:, :2]
    return Conditioned(time, force, horizontal, level.mean(axis=0), drift, off_line)


def _baseline(
    recording: ForceRecording, time: np.ndarray, force: np.ndarray, settings: MeasureSettings
) -> tuple[np.ndarray, np.ndarray, float]:
    """Baseline (n, 3) N, drift (3,) N/s, and how far flights lie off the straight line, N."""
    # First guess, good enough to find the flights: the lowest forces of every second.
    windows = np.array_split(np.arange(len(time)), max(1, int((time[-1] - time[0]) / WINDOW)))
    lowest = [float(np.percentile(force[window, 2], 5)) for window in windows]
    middle = [float(time[window].mean()) for window in windows]
    mean = float(force[recording.in_use, 2].mean())
    worst = max(lowest, key=abs)
    if abs(worst) > LARGEST_BASELINE * mean:
        raise InputError(
            f"{recording.source}: column {recording.columns[2]}: lowest force near "
            f"{middle[lowest.index(worst)]:.1f} s is {worst:.0f} N; permitted: flight within "
            f"{LARGEST_BASELINE * mean:.0f} N of zero (is it a walk, which has none, or a "
            "plate with an offset?)"
        )
    vertical = force[:, 2] - np.interp(time, middle, lowest)
    contacts = find_contacts(time, vertical, settings)
    flights = [
        (take_off, landing)
        for take_off, landing in zip(contacts.take_off, contacts.next_touchdown, strict=True)
        if np.isfinite(landing)
    ]
    if len(flights) < 2:
        return np.zeros_like(force), np.zeros(3), 0.0
    moments = np.array([0.5 * (start + end) for start, end in flights])
    levels = np.array([_flight_level(time, force, start, end) for start, end in flights])
    centre = 0.5 * (time[0] + time[-1])
    drift, offset = np.polyfit(moments - centre, levels, 1)
    away = (levels - offset - drift * (moments - centre)[:, None])[:, 2]
    off_line = float(np.abs(away).max())
    if off_line <= max(STRAIGHT, SCATTER * float(np.median(np.abs(np.diff(away))))):
        return offset + drift * (time[:, None] - centre), drift, 0.0
    followed = medfilt(levels, (3, 1)) if len(levels) > 2 else levels
    followed[[0, -1]] = levels[[0, -1]]
    level = np.stack([np.interp(time, moments, axis) for axis in followed.T], axis=1)
    return level, drift, off_line


def _flight_level(time: np.ndarray, force: np.ndarray, start: float, end: float) -> np.ndarray:
    """Median force (3,) of the middle half of a flight, where the filter has died away."""
    quarter = 0.25 * (end - start)
    inside = slice(*np.searchsorted(time, [start + quarter, end - quarter]))
    samples = force[inside]
    if not len(samples):
        samples = force[[int(np.argmin(np.abs(time - 0.5 * (start + end))))]]
    return np.median(samples, axis=0)
