"""What 13 runners did (Fukuchi 2017, doi:10.7717/peerj.3298), to lie behind a stride of the model.

Mean and SD of a curve over stance or stride, where the stride's speed is near a measured one.
"""

from typing import Final, NamedTuple

import numpy as np

from stridesim.runner.curves import CONTACT_TIMES, SPEEDS, STEP_FREQUENCIES, measured_curves

NEAREST: Final = 0.3
"""m/s from a measured speed within which the measured curves are shown."""


class Band(NamedTuple):
    """Measured percent, mean and SD; NaN where two curves meet."""

    percent: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


def nearest_speed(speed: float) -> float | None:
    """The measured speed (m/s) whose curves may stand behind a stride at `speed`."""
    nearest = min(SPEEDS, key=lambda v: abs(v - speed))
    return nearest if abs(nearest - speed) <= NEAREST else None


def measured_band(phase: str, speed: float | None, variable: str) -> Band | None:
    """A measured curve over stance or stride; none where the speed is far from the measured."""
    if speed is None:
        return None
    percent, mean, sd = measured_curves()[phase, speed, variable].T
    return Band(percent, mean, sd)


def hip_moment_band(speed: float | None) -> Band | None:
    """In stance from forces filtered like the motion (10 Hz), after it the full moment: the
    early extensor peak of the other is mostly a mismatch of filters."""
    stance, stride = (
        measured_band("stance", speed, "hip_mom_f10"),
        measured_band("stride", speed, "hip_mom"),
    )
    if stance is None or stride is None or speed is None:
        return None
    at = SPEEDS.index(speed)
    share = 0.5 * CONTACT_TIMES[at] * STEP_FREQUENCIES[at]
    swing = stride.percent > 100 * share
    gap = [np.nan]
    return Band(
        np.concatenate([share * stance.percent, gap, stride.percent[swing]]),
        np.concatenate([stance.mean, gap, stride.mean[swing]]),
        np.concatenate([stance.sd, gap, stride.sd[swing]]),
    )
