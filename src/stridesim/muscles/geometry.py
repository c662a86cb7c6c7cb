"""Musculotendon lengths and moment arms of the lumped groups, as one potential.

A muscle's length is a function of the joint angles, and its moment arms are minus the gradient
of that function; only then do force, length change and joint work agree (virtual work). The
tables of Rajagopal 2016 (doi:10.1109/TBME.2016.2586891; `runner/data/moment_arms.csv`) give
arms r against one angle at a time. With q hip flexion, p hip adduction, k knee flexion, a
dorsiflexion and 0 the table's reference posture, the length is

    L = L0 - R_q(q) - (p - p0) r_p(q) - R_p(p) - R_k(k) - R_a(a)

where each R is the integral of the polynomial fitted to a table, r_p(q) the abduction arm over
hip flexion and R_p the integral of what hip adduction itself adds to it. Lengths and arms are
those of the 1.70 m body of the source and scale with height.
"""

import csv
import functools
import importlib.resources
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np
from numpy.polynomial import polynomial as poly

from stridesim.elementary import made_once
from stridesim.muscles.sums import Arms, over_joints
from stridesim.posture.linkage import Joints
from stridesim.runner.muscle import GROUPS, mtu_length_at_reference

SOURCE_HEIGHT: Final = 1.70
"""m; stature of Rajagopal 2016, to which all lengths of muscles and tendons refer."""

COORDINATES: Final = ("hip_flexion", "hip_adduction", "knee_flexion", "ankle_dorsiflexion")
_REFERENCE: Final = np.deg2rad([20.0, 5.0, 30.0, 5.0])
_DEGREE: Final = 5


class Geometry(NamedTuple):
    """Groups by nodes: `length` (M, N) m; `arms` (M, 4, N) m, positive where the muscle tends
    to increase the coordinate."""

    length: Any
    arms: Any


class _Coefficients(NamedTuple):
    """Polynomials in rad, constant first: groups by power."""

    lengths: np.ndarray
    own: np.ndarray  # (4, M, K) integrals R_q, R_p, R_k, R_a, zero at the reference
    abduction_over_flexion: np.ndarray  # (M, K) r_p(q)


@functools.cache
def _tables() -> dict[tuple[str, str, str], tuple[np.ndarray, np.ndarray]]:
    resource = importlib.resources.files("stridesim.runner").joinpath("data/moment_arms.csv")
    lines = [x for x in resource.read_text().splitlines() if not x.startswith("#")]
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in csv.DictReader(lines):
        key = (row["group"], row["about"], row["swept_coordinate"].removesuffix("_deg"))
        found.setdefault(key, []).append((float(row["angle_deg"]), float(row["moment_arm_m"])))
    return {
        k: (np.deg2rad([a for a, _ in v]), np.array([r for _, r in v])) for k, v in found.items()
    }


def _fit(group: str, about: str, swept: str) -> np.ndarray:
    table = _tables().get((group, about, swept))
    if table is None:
        return np.zeros(_DEGREE + 1)
    return poly.polyfit(*table, _DEGREE)


def _integral(arm: np.ndarray, reference: float) -> np.ndarray:
    whole = poly.polyint(arm)
    whole[0] -= poly.polyval(reference, whole)
    return whole


@functools.cache
def _coefficients() -> _Coefficients:
    own = np.zeros((4, len(GROUPS), _DEGREE + 2))
    cross = np.zeros((len(GROUPS), _DEGREE + 1))
    for i, group in enumerate(GROUPS):
        for j in (0, 2, 3):
            arm = _fit(group, COORDINATES[j], COORDINATES[j])
            own[j, i] = _integral(arm, _REFERENCE[j])
        cross[i] = _fit(group, "hip_adduction", "hip_flexion")
        over_adduction = _fit(group, "hip_adduction", "hip_adduction")
        over_adduction[0] -= poly.polyval(_REFERENCE[1], over_adduction)
        own[1, i] = _integral(over_adduction, _REFERENCE[1])
    lengths = np.array([mtu_length_at_reference(group) for group in GROUPS])
    return _Coefficients(lengths, own, cross)


def _horner(coefficients: np.ndarray, x: Any) -> Any:
    """Polynomials (M, K) at x (N,) -> (M, N)."""
    total = jnp.zeros((coefficients.shape[0], x.shape[0]))
    for column in coefficients.T[::-1]:
        total = total * x[None] + column[:, None]
    return total


def geometry_of(joints: Joints, height: Any) -> Geometry:
    """Lengths and moment arms of every group at every node."""
    c = _coefficients()
    beside = (joints.hip_adduction - _REFERENCE[1])[None]
    crossed = c.abduction_over_flexion
    shortening = sum(_horner(c.own[j], angle) for j, angle in enumerate(joints))
    shortening += beside * _horner(crossed, joints.hip_flexion)
    arms = [_horner(poly.polyder(c.own[j], axis=1), angle) for j, angle in enumerate(joints)]
    arms[0] += beside * _horner(poly.polyder(crossed, axis=1), joints.hip_flexion)
    arms[1] += _horner(crossed, joints.hip_flexion)
    scale = height / SOURCE_HEIGHT
    length = scale * (c.lengths[:, None] - shortening)
    return made_once(Geometry(length, scale * jnp.stack(arms, axis=1)))


def length_of(group: str, joints: Joints, height: Any) -> Any:
    """Musculotendon length (N,) of one group, m; what `geometry_of` gives for it."""
    c, i = _coefficients(), GROUPS.index(group)
    shortening = sum(_polynomial(c.own[j, i], angle) for j, angle in enumerate(joints))
    beside = joints.hip_adduction - _REFERENCE[1]
    shortening += beside * _polynomial(c.abduction_over_flexion[i], joints.hip_flexion)
    return height / SOURCE_HEIGHT * (c.lengths[i] - shortening)


def _polynomial(coefficients: np.ndarray, x: Any) -> Any:
    total = 0.0 * x
    for coefficient in coefficients[::-1]:
        total = total * x + coefficient
    return total


def rows_of(arms: Any) -> Arms:
    """Arms (M, 4, N) as rows, without those of the joints that a muscle does not cross."""
    crossed = {(group, about) for group, about, _ in _tables()}
    return [
        [arms[i, j] if (group, about) in crossed else None for j, about in enumerate(COORDINATES)]
        for i, group in enumerate(GROUPS)
    ]


def lengthening_rate(geometry: Geometry, joint_rates: Joints) -> Any:
    """Rate of change of musculotendon length (M, N), m/s."""
    return -jnp.stack(over_joints(rows_of(geometry.arms), joint_rates))
