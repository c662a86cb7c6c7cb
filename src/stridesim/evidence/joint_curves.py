"""Joint angles, moments and ground forces against the mean of 13 runners and the SD between them.

Fukuchi 2017 (doi:10.7717/peerj.3298), stance at 2.5, 3.5 and 4.5 m/s. The number of a curve is the
share of stance that the model spends within one SD of the mean.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.economy import Evaluation
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner.curves import SPEEDS, measured_curves

ANGLES: Final = {
    "hip_flex": "hip_flexion",
    "knee_flex_abs": "knee_flexion",
    "ankle_df_abs": "ankle_dorsiflexion",
}
MOMENTS: Final = {
    "hip_mom_f10": "hip_extension",
    "knee_mom": "knee_extension",
    "ankle_mom": "ankle_plantarflexion",
    "hip_abd_mom": "hip_abduction",
}
FORCES: Final = {"grf_y": "z", "grf_x": "x"}
"""Measured curve -> the model's. The hip moment is the 10 Hz one (see the data's notes)."""

LABELS: Final = {
    "hip_flex": "hip flexion (deg)",
    "knee_flex_abs": "knee flexion (deg)",
    "ankle_df_abs": "ankle dorsiflexion (deg)",
    "hip_mom_f10": "hip extensor moment (N m/kg)",
    "knee_mom": "knee extensor moment (N m/kg)",
    "ankle_mom": "plantarflexor moment (N m/kg)",
    "hip_abd_mom": "hip abductor moment (N m/kg)",
    "grf_y": "vertical force (BW)",
    "grf_x": "fore-aft force (BW)",
}


class Curve(NamedTuple):
    """One variable at one speed over `percent` of stance (51,); `inside` is a share of stance."""

    variable: str
    speed: float
    percent: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    predicted: np.ndarray
    inside: float


def stance_curve(found: Evaluation, variable: str) -> Any:
    """The model's curve (STANCE_NODES,) of one of `LABELS`, in its unit, touchdown to take-off."""
    stride, mass = found.stride, float(found.runner.body.mass)
    if variable in FORCES:
        return np.asarray(getattr(stride.timeline.force, FORCES[variable])) / (mass * GRAVITY)
    if variable in MOMENTS:
        return np.asarray(getattr(stride.moments, MOMENTS[variable]))[:STANCE_NODES] / mass
    angle = np.asarray(getattr(stride.posture.joints, ANGLES[variable]))
    return np.rad2deg(angle[:STANCE_NODES])


def compare(found: Evaluation, speed: float) -> list[Curve]:
    """Every curve at one of the measured speeds."""
    curves = []
    for variable in LABELS:
        percent, mean, sd = measured_curves()["stance", speed, variable].T
        nodes = np.linspace(0.0, 100.0, STANCE_NODES)
        predicted = np.interp(percent, nodes, stance_curve(found, variable))
        inside = float(np.mean(np.abs(predicted - mean) <= sd))
        curves.append(Curve(variable, speed, percent, mean, sd, predicted, inside))
    return curves


__all__ = ["LABELS", "SPEEDS", "Curve", "compare", "stance_curve"]
