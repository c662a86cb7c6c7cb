"""Static strength: the torque of a maximal effort against the angle of a joint.

As on a dynamometer the joints are held. Muscles that turn the joint towards the effort are
active as much as will can make them (`muscle.voluntary_activation`), all others keep the tone of
a resting muscle. Fibre and elastic tendon settle (`muscles.contraction`), and every muscle pulls,
passive ones too:

    torque = sum of moment arm times tendon force,

counted towards the effort. `passive` is the torque without an effort.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.muscles.contraction import isometric
from stridesim.muscles.geometry import COORDINATES, geometry_of
from stridesim.muscles.groups import groups_of
from stridesim.muscles.state import MINIMUM_ACTIVATION
from stridesim.posture.linkage import Joints
from stridesim.programs import kept, kept_result
from stridesim.runner import Numbers


class Exertion(NamedTuple):
    """A maximal effort: coordinate turned and in which direction, angles shown (deg, along the
    coordinate), and how the other joints are held (deg)."""

    coordinate: str
    sign: int
    angles: tuple[float, float]
    held: dict[str, float]


_SEATED: Final = {"hip_flexion": 90.0, "hip_adduction": 0.0, "ankle_dorsiflexion": 0.0}
_HIP: Final = {"knee_flexion": 90.0, "hip_adduction": 0.0, "ankle_dorsiflexion": 0.0}
_LYING: Final = {"hip_flexion": 0.0, "knee_flexion": 0.0, "ankle_dorsiflexion": 0.0}
_ANKLE: Final = {"hip_flexion": 90.0, "hip_adduction": 0.0, "knee_flexion": 0.0}

EXERTIONS: Final[dict[str, Exertion]] = {
    "hip_extension": Exertion("hip_flexion", -1, (-10.0, 110.0), _HIP),
    "hip_flexion": Exertion("hip_flexion", 1, (-10.0, 110.0), _HIP),
    "hip_abduction": Exertion("hip_adduction", -1, (-15.0, 25.0), _LYING),
    "knee_extension": Exertion("knee_flexion", -1, (0.0, 120.0), _SEATED),
    "knee_flexion": Exertion("knee_flexion", 1, (0.0, 120.0), _SEATED),
    "ankle_plantarflexion": Exertion("ankle_dorsiflexion", -1, (-40.0, 35.0), _ANKLE),
    "ankle_dorsiflexion": Exertion("ankle_dorsiflexion", 1, (-40.0, 35.0), _ANKLE),
}
"""Within the angles for which the source tabulates moment arms. Ankle: leg straight, so that
gastrocnemius is long; knee: seated; hip: knee flexed, so that its two-joint flexors are short."""

EVERY: Final = 2.5
"""deg between angles."""


@kept_result
class StaticTorque(NamedTuple):
    """Torques (N,) N m towards the effort, and the state of the muscles of that effort: force
    (M, N) N, fibre length over optimal length (M, N), residual (M, N) of the balance over F0."""

    torque: Any
    passive: Any
    force: Any
    norm_fiber_length: Any
    residual: Any


def angles_of(exertion: Exertion) -> np.ndarray:
    """Angles (N,) deg along the coordinate."""
    low, high = exertion.angles
    return np.linspace(low, high, round((high - low) / EVERY) + 1)


def static_torques(
    runner: Numbers, held: Mapping[str, float] | None = None
) -> dict[str, StaticTorque]:
    """The torques of every exertion, at its angles.

    `held` (deg) are angles at which a joint is held otherwise than `EXERTIONS` says, by coordinate;
    they do not change the joint that is measured.
    """
    parts = [_postures(one, held or {}) for one in EXERTIONS.values()]
    ends = np.cumsum([part.shape[1] for part in parts])
    towards = [
        np.repeat(one.sign * (np.array(COORDINATES) == one.coordinate)[:, None], n.shape[1], 1)
        for one, n in zip(EXERTIONS.values(), parts, strict=True)
    ]
    found = _torque(runner, np.hstack(parts), np.hstack(towards).astype(float))
    lanes = np.split(np.arange(ends[-1]), ends[:-1])
    return {
        name: StaticTorque(*(np.asarray(value)[..., own] for value in found))
        for name, own in zip(EXERTIONS, lanes, strict=True)
    }


def _postures(one: Exertion, held: Mapping[str, float]) -> np.ndarray:
    """Joint angles (4, N) rad."""
    angles = angles_of(one)
    fixed = one.held | dict(held)
    rows = [angles if c == one.coordinate else np.full_like(angles, fixed[c]) for c in COORDINATES]
    return np.deg2rad(rows)


@kept()
def _torque(runner: Numbers, angles: Any, towards: Any) -> StaticTorque:
    """At joint angles (4, N) rad; `towards` (4, N) is the effort's sign at its coordinate."""
    groups = groups_of(runner)
    geometry = geometry_of(Joints(*jnp.asarray(angles)), runner.body.height)
    arms = jnp.einsum("mjn,jn->mn", geometry.arms, jnp.asarray(towards))
    tone = jnp.full_like(arms, MINIMUM_ACTIVATION)
    effort = jnp.where(arms > 0, runner.muscle.voluntary_activation, tone)
    found = isometric(geometry.length, effort, groups)
    resting = isometric(geometry.length, tone, groups)
    return StaticTorque(
        jnp.sum(arms * found.force, axis=0),
        jnp.sum(arms * resting.force, axis=0),
        found.force,
        found.norm_fiber_length,
        jnp.maximum(found.residual, resting.residual),
    )
