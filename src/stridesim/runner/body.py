"""Anthropometry: masses, lengths and inertias of one runner from mass and height.

Segment lengths are ratios to height measured on 13 runners (standing trials of Fukuchi 2017,
doi:10.7717/peerj.3298); masses, centres of mass and radii of gyration are de Leva 1996 for
men (doi:10.1016/0021-9290(95)00178-6).
"""

from typing import Any, Final, NamedTuple

import equinox as eqx

from stridesim.parameter import parameter

_FUKUCHI: Final = "Fukuchi 2017 standing trials, 13 runners, doi:10.7717/peerj.3298"
_DE_LEVA: Final = "de Leva 1996, doi:10.1016/0021-9290(95)00178-6"

REFERENCE_HEIGHT: Final = 1.7645
"""m; mean height of the 13 runners whose joint curves and foot paths are carried."""


class Segment(NamedTuple):
    """De Leva 1996 (men): mass fraction of body mass, centre of mass from the proximal end and
    radius of gyration about the mediolateral axis, both as fractions of segment length."""

    mass_fraction: float
    centre: float
    gyration: float


THIGH: Final = Segment(0.1416, 0.4095, 0.329)
SHANK: Final = Segment(0.0433, 0.4459, 0.249)
FOOT: Final = Segment(0.0137, 0.4415, 0.245)
LEG_MASS_FRACTION: Final = THIGH.mass_fraction + SHANK.mass_fraction + FOOT.mass_fraction
UPPER_BODY_MASS_FRACTION: Final = 1 - 2 * LEG_MASS_FRACTION

UPPER_BODY_CENTRE_RATIO: Final = 0.192
"""Hip to the centre of mass of trunk, head and arms over height: de Leva 1996 segments stacked
with the arms hanging (trunk 0.4346, head 0.0694, arms 0.0988 of body mass)."""


class Body(eqx.Module):
    """Size of the runner; everything else about the skeleton is derived from it."""

    mass: Any = parameter(
        unit="kg", doc="body mass", bounds=(30.0, 150.0), source="the runner (mean vertical force)"
    )
    height: Any = parameter(
        unit="m", doc="standing height", bounds=(1.2, 2.2), source="the runner (stadiometer)"
    )
    thigh_length_ratio: Any = parameter(
        0.2414, unit="1", doc="thigh length over height", bounds=(0.20, 0.28), source=_FUKUCHI
    )
    shank_length_ratio: Any = parameter(
        0.2366, unit="1", doc="shank length over height", bounds=(0.20, 0.28), source=_FUKUCHI
    )
    hip_half_width_ratio: Any = parameter(
        0.04857,
        unit="1",
        doc="half the distance between hip joints over height",
        bounds=(0.03, 0.07),
        source=_FUKUCHI,
    )
    com_above_hip_ratio: Any = parameter(
        0.0447,
        unit="1",
        doc="height of the body's centre of mass above the hip joints in running, over height",
        bounds=(0.0, 0.1),
        source="Fukuchi 2017 stance curves, mean of com_y - hip_y 0.079 m at height 1.7645 m",
    )
    roll_inertia_ratio: Any = parameter(
        0.0024,
        unit="1",
        doc="roll inertia of pelvis and abdomen about the fore-aft axis over mass times height "
        "squared; the thorax stays upright",
        bounds=(0.001, 0.06),
        source=f"lower and middle trunk about the body's centre of mass, {_DE_LEVA}; a rigid "
        "trunk (0.0234) would need 0.5 N m/kg more abduction moment than is measured",
    )

    @property
    def thigh_length(self) -> Any:
        """m"""
        return self.thigh_length_ratio * self.height

    @property
    def shank_length(self) -> Any:
        """m"""
        return self.shank_length_ratio * self.height

    @property
    def hip_half_width(self) -> Any:
        """m"""
        return self.hip_half_width_ratio * self.height

    @property
    def roll_inertia(self) -> Any:
        """kg m2"""
        return self.roll_inertia_ratio * self.mass * self.height**2

    @property
    def scale(self) -> Any:
        """Length scale against the runners of the measured curves."""
        return self.height / REFERENCE_HEIGHT

    @property
    def foot_length(self) -> Any:
        """Heel to tip of the de Leva foot, m (0.1482 of height)."""
        return 0.1482 * self.height
