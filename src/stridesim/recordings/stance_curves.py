"""Mean force over normalised stance: what a model's stance is compared with.

Every contact is stretched to 0-100 % and divided by body weight (mean vertical force over
whole steps); the lateral axis is medial-positive for every foot, so that left and right
average instead of cancelling.
"""

import dataclasses
from typing import Final

import numpy as np

STANCE_POINTS: Final = 101
"""0 to 100 % of contact in steps of 1 %."""


@dataclasses.dataclass(frozen=True, eq=False)
class StanceCurves:
    """`percent` (101,); `mean` and `sd` (101, 3) BW: forward, medial, up; over `n` steps."""

    percent: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    n: int

    @property
    def medial_in_mid_stance(self) -> bool:
        """Whether the lateral force points inward from 30 to 70 % of stance, as is usual."""
        middle = (self.percent >= 30.0) & (self.percent <= 70.0)
        return bool(self.mean[middle, 1].mean() >= 0.0)


def stance_curves(forces: np.ndarray, weight: float) -> StanceCurves:
    """Mean and SD of `forces` (steps, 101, 3) N (forward, medial, up); `weight` N."""
    scaled = forces / weight
    return StanceCurves(
        percent=np.linspace(0.0, 100.0, forces.shape[1]),
        mean=scaled.mean(axis=0),
        sd=scaled.std(axis=0, ddof=1),
        n=len(scaled),
    )
