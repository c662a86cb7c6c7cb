"""The model's torque at each angle of a joint beside what is measured on a dynamometer."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from stridesim.evidence.dynamometry import SEXES, SOURCE, Measured, anderson2007
from stridesim.evidence.lowest import lowest
from stridesim.runner import Runner
from stridesim.tasks.strength import EXERTIONS, Exertion, angles_of, static_torques


class TorqueCurve(NamedTuple):
    """One exertion: angles (N,) deg along its coordinate, torques (N,) N m towards the effort.

    `torque` is what the joint gives, `passive` what it gives without an effort, `active` their
    difference, `measured` the published active torque for each sex (none for hip abduction).
    `held` (deg) is how the other joints are held.
    """

    exertion: Exertion
    held: Mapping[str, float]
    angle: np.ndarray
    torque: np.ndarray
    passive: np.ndarray
    measured: Mapping[str, Measured]

    @property
    def active(self) -> np.ndarray:
        """N m"""
        return self.torque - self.passive

    @property
    def peak(self) -> float:
        """Greatest torque, N m."""
        return float(self.torque.max())

    @property
    def angle_of_peak(self) -> float:
        """Angle of the greatest torque, deg, between the angles computed."""
        return _greatest(self.angle, self.torque)

    @property
    def angle_of_active_peak(self) -> float:
        """Angle of the greatest active torque, deg."""
        return _greatest(self.angle, self.active)

    def record(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "coordinate": self.exertion.coordinate,
            "held": {name: {"value": v, "unit": "deg"} for name, v in self.held.items()},
            "peak_torque": {"value": self.peak, "unit": "N m"},
            "angle_of_peak": {"value": self.angle_of_peak, "unit": "deg"},
            "angle_of_active_peak": {"value": self.angle_of_active_peak, "unit": "deg"},
            "angle": {"value": self.angle, "unit": "deg"},
            "torque": {"value": self.torque, "unit": "N m"},
            "passive_torque": {"value": self.passive, "unit": "N m"},
            "measured_active_torque": {
                sex: {"value": m.torque, "sd": m.sd, "unit": "N m", "source": SOURCE}
                for sex, m in self.measured.items()
            },
        }


def torque_curves(runner: Runner, held: Mapping[str, float]) -> dict[str, TorqueCurve]:
    """The curve of every exertion of a runner (habits resolved); `held` as `static_torques`."""
    mass, height = float(runner.body.mass), float(runner.body.height)
    curves: dict[str, TorqueCurve] = {}
    for name, one in static_torques(runner.numbers, held).items():
        exertion = EXERTIONS[name]
        angles = angles_of(exertion)
        published = {sex: anderson2007(name, sex, angles, mass, height) for sex in SEXES}
        fixed = {k: v for k, v in (exertion.held | dict(held)).items() if k != exertion.coordinate}
        known = {sex: m for sex, m in published.items() if m is not None}
        curves[name] = TorqueCurve(exertion, fixed, angles, one.torque, one.passive, known)
    return curves


def _greatest(at: np.ndarray, values: np.ndarray) -> float:
    """Where `values` are greatest, at an end of the grid too."""
    inside = lowest(at, -values)
    return float(at[np.argmax(values)]) if inside is None else inside
