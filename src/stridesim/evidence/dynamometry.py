"""How strong are people at each angle of a joint? Isometric torques measured on a dynamometer.

Anderson, Madigan & Nussbaum (2007, doi:10.1016/j.jbiomech.2007.03.022) fitted the maximal voluntary
torque of men and women by

    T = C1 W h cos(C2 (angle - C3)),      W body weight, h height,

at rest, passive torque taken out; `data/anderson2007.csv` has the coefficients and how they were
obtained.
"""

import csv
import functools
import importlib.resources
from typing import Final, NamedTuple

import numpy as np

from stridesim.constants import GRAVITY

SEXES: Final = ("men", "women")

SOURCE: Final = "Anderson 2007, doi:10.1016/j.jbiomech.2007.03.022"


class Measured(NamedTuple):
    """Torques (N,) N m, and the standard deviation between people (N,) N m."""

    torque: np.ndarray
    sd: np.ndarray


@functools.cache
def _table() -> dict[tuple[str, str], dict[str, float]]:
    resource = importlib.resources.files("stridesim.evidence").joinpath("data/anderson2007.csv")
    lines = [x for x in resource.read_text("utf-8").splitlines() if not x.startswith("#")]
    names = ("c1", "c1_sd", "c2", "c3")
    return {
        (row["exertion"], row["sex"]): {name: float(row[name]) for name in names}
        for row in csv.DictReader(lines)
    }


def anderson2007(
    exertion: str, sex: str, angles: np.ndarray, mass: float, height: float
) -> Measured | None:
    """Active isometric torque at `angles` (N,) deg of a person of `mass` (kg) and `height` (m).

    `exertion` as in `tasks.strength.EXERTIONS`; None where it was not measured. NaN where the
    fitted cosine is negative: the fit says nothing there.
    """
    found = _table().get((exertion, sex))
    if found is None:
        return None
    shape = np.cos(found["c2"] * (np.deg2rad(angles) - found["c3"]))
    shape = np.where(shape > 0, shape, np.nan)
    scale = mass * GRAVITY * height * shape
    return Measured(found["c1"] * scale, found["c1_sd"] * scale)
