"""What the page draws of one stride: positions, curves, where the energy goes, and the numbers.

Whole numbers where a screen needs no more: millimetres, thousandths of body weight, of activation
and of strain. The right leg is left to the page: it is the left one mirrored, half a stride later.
"""

from typing import Any, Final

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.plots.skeleton import Skeleton, skeleton_of
from stridesim.plots.stride_bands import hip_moment_band, measured_band, nearest_speed
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES
from stridesim.studies.failure import culprit_of
from stridesim.studies.stride import StrideAnswer

NUMBERS: Final = (
    "speed",
    "cost_of_transport",
    "metabolic_power",
    "oxygen_cost",
    "oxygen_uptake",
    "step_frequency",
    "step_length",
    "contact_time",
    "flight_time",
    "peak_vertical_force",
    "vertical_oscillation",
    "peak_knee_flexion",
    "pelvic_drop",
    "lateral_leakage",
    "achilles_peak_strain",
    "tendon_energy_returned",
    "peak_force.gluteus_maximus",
)
"""Results that the page shows, in the units of `results.QUANTITIES`."""

BANDS: Final = {
    "force_z": ("stance", "grf_y"),
    "force_x": ("stance", "grf_x"),
    "hip": ("stride", ""),
    "knee": ("stride", "knee_mom"),
    "ankle": ("stride", "ankle_mom"),
    "abduction": ("stride", "hip_abd_mom"),
}
"""Curve of the page -> what was measured of it."""


def picture_of(answer: StrideAnswer) -> dict[str, Any]:
    """A stride in the types of JSON; of one without a result only why there is none."""
    evaluation = answer.evaluation
    found: dict[str, Any] = {"ok": answer.ok, "status": answer.status, "reason": answer.reason}
    culprit = culprit_of(evaluation)
    found["culprit"] = None if culprit is None else culprit._asdict()
    if not answer.ok:
        return found
    found["numbers"] = {name: _digits(answer.values[name].value) for name in NUMBERS}
    found["near"] = nearest_speed(answer.values["speed"].value)
    found["curves"] = _curves(answer)
    found["cost"] = {
        part: {name: _digits(value) for name, value in shares.items()}
        for part, shares in answer.breakdown.items()
    }
    found["frames"] = frames_of(skeleton_of(evaluation))
    return found


def frames_of(skeleton: Skeleton) -> dict[str, Any]:
    """Positions over the stride: lists of forward, left, up in turn, frame after frame, mm."""
    left, arm = skeleton.legs[0], skeleton.arms[0]
    return {
        **{name: _whole(points) for name, points in left._asdict().items()},
        **{name: _whole(points) for name, points in arm._asdict().items()},
        "pelvis": _whole(skeleton.pelvis),
        "neck": _whole(skeleton.neck),
        "head": _whole(skeleton.head),
        "com": _whole(skeleton.com),
        "foot": skeleton.foot.tolist(),
        "cop": _whole(skeleton.cop),
        "force": _whole(skeleton.force),
        "miss": _whole(skeleton.miss),
        "activation": _whole(np.minimum(skeleton.activation[0], 1.0)),
        "heat": _whole(np.maximum(skeleton.heat[0], 0.0), 1),
        "achilles": _whole(skeleton.achilles[0], 1e4),
        "height": _digits(skeleton.height),
        "speed": _digits(skeleton.speed),
        "period": _digits(skeleton.period),
        "slope": _digits(skeleton.slope),
    }


def _curves(answer: StrideAnswer) -> dict[str, Any]:
    """Force over stance and joints over the stride, with their percent."""
    curves = answer.curves
    weight = float(answer.runner.body.mass) * GRAVITY
    percent = np.append(curves["phase"].values, 100.0)
    stance = np.linspace(0.0, 100.0, STANCE_NODES)
    hip, abduction, knee, ankle = curves["joint_moment"].values
    pull = curves["muscle_force"].values[[GROUPS.index(name) for name in ACHILLES]].sum(axis=0)
    over_stance = {
        f"force_{axis}": _whole(curves[f"ground_force_{axis}"].values[:STANCE_NODES] / weight)
        for axis in "xyz"
    }
    over_stride = {"hip": hip, "knee": knee, "ankle": ankle, "abduction": abduction}
    over_stride["achilles"] = pull / weight
    return {
        "stance": [_digits(p) for p in stance],
        "stride": [_digits(p) for p in percent],
        **over_stance,
        **{name: _whole(np.append(v, v[0])) for name, v in over_stride.items()},
    }


def bands_at(speed: float) -> dict[str, Any]:
    """Measured mean and SD of every curve of the page at one of the measured speeds, thousandths of
    body weight or N m/kg; None where two curves meet."""
    found = {}
    for name, (phase, variable) in BANDS.items():
        band = measured_band(phase, speed, variable) if variable else hip_moment_band(speed)
        if band is None:
            continue
        rows = {"percent": band.percent, "mean": 1e3 * band.mean, "sd": 1e3 * band.sd}
        found[name] = {
            key: [None if np.isnan(v) else round(float(v), 1) for v in row]
            for key, row in rows.items()
        }
    return found


def _whole(values: Any, scale: float = 1000.0) -> list[int]:
    return np.rint(scale * np.asarray(values)).astype(int).ravel().tolist()


def _digits(value: float) -> float:
    return float(f"{value:.6g}")
