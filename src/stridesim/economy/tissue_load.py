"""What a stride loads: Achilles tendon, patellofemoral joint, hip joint and iliotibial band.

An economy that is bought with load is seen only where the load is a result beside the cost. Each
load has a peak, and the force has an impulse over a kilometre of one leg (force times time, summed
over the strides of a kilometre), which is what tissues that tire by repetition take (Miller 2014,
doi:10.1249/MSS.0000000000000135).

Achilles tendon: the force of soleus and gastrocnemius. Its strain is `achilles_peak_strain`.

Patellofemoral joint (after Brechter & Powers 2002, doi:10.1097/00005768-200210000-00009): the force
of vasti and rectus femoris times a lever k(q) of the patella, over the contact area A(q), q knee
flexion in deg,
    k = (0.462 + 0.00147 q - 3.84e-5 q^2) / (1 - 0.0162 q + 1.55e-4 q^2 - 6.98e-7 q^3)
    A = 0.0781 q^2 + 0.6763 q + 151.75 mm^2
Both polynomials are as later studies of running and squatting use them, for flexion from 0 to 90
deg; the papers that first printed them were not at hand (k is ascribed to van Eijden 1986). Against
imaging of 16 people (Besier 2005, doi:10.1016/j.orthres.2004.08.003: 210, 414 and 520 mm^2 at 0, 30
and 60 deg in men, about 210, 269 and 396 in women, a quarter more under load) A is small, so the
stress is high: compare changes of it, not its level.

Hip contact: the ground force plus the force of every muscle that crosses the hip, as if all pulled
along one line. That is an upper bound: lines of action in three dimensions, which would be needed
for the vector sum, are no part of the model. The leg's own weight is left out.

Iliotibial band (after Hamill 2008, Clinical Biomechanics 23:1018,
doi:10.1016/j.clinbiomech.2008.04.017): how much longer tensor fasciae latae with its band is in
stance than in upright standing. It is the strain of the whole path, as the band is the greater part
of it; gluteus maximus, which also pulls on the band, has no part. That study finds the strain rate
rather than the strain to differ in runners who fall ill.
"""

from typing import Any, Final

import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.economy.stride import Stride
from stridesim.muscles.geometry import length_of
from stridesim.posture.linkage import STANDING_HIP_ADDUCTION, Joints, in_stance
from stridesim.posture.time_grid import node_weights
from stridesim.posture.timeline import SWING_NODES
from stridesim.runner import GROUPS, Numbers
from stridesim.runner.muscle import ACHILLES

QUADRICEPS: Final = ("rectus_femoris", "vasti")
HIP_MUSCLES: Final = (
    "gluteus_maximus",
    "hamstrings",
    "gluteus_medius",
    "gluteus_minimus",
    "tensor_fasciae_latae",
    "iliopsoas",
    "rectus_femoris",
    "adductor_magnus",
    "adductors_short",
)
"""Groups that cross the hip."""

_FLEXION: Final = (0.0, 90.0)
"""deg; where lever and area of the patella were measured."""

BAND: Final = "tensor_fasciae_latae"
"""The group whose tendon the iliotibial band is."""


def patellar_lever(flexion: Any) -> Any:
    """Patellofemoral force over quadriceps force at knee `flexion` (deg)."""
    q = jnp.clip(flexion, *_FLEXION)
    above = 0.462 + 0.00147 * q - 3.84e-5 * q**2
    return above / (1 - 0.0162 * q + 1.55e-4 * q**2 - 6.98e-7 * q**3)


def patellar_area(flexion: Any) -> Any:
    """Contact area (mm2) of the patella at knee `flexion` (deg)."""
    q = jnp.clip(flexion, *_FLEXION)
    return 0.0781 * q**2 + 0.6763 * q + 151.75


def _index(groups: tuple[str, ...]) -> Any:
    return jnp.array([GROUPS.index(group) for group in groups])


def tissue_load(stride: Stride, runner: Numbers) -> dict[str, Any]:
    """Named loads of one leg, in the units of `stridesim.results`."""
    force, line = stride.muscles.force, stride.timeline
    weight = runner.body.mass * GRAVITY
    ground = jnp.sqrt(line.force.x**2 + line.force.y**2 + line.force.z**2)
    flexion = jnp.rad2deg(stride.posture.joints.knee_flexion)
    achilles = jnp.sum(force[_index(ACHILLES)], axis=0)
    patella = patellar_lever(flexion) * jnp.sum(force[_index(QUADRICEPS)], axis=0)
    hip = jnp.sum(force[_index(HIP_MUSCLES)], axis=0)
    hip += jnp.concatenate([ground, jnp.zeros(SWING_NODES)])
    weights = node_weights(line.grid)
    strides = 1000 / (stride.template.speed * line.period)

    def impulse(along: Any) -> Any:
        return strides * jnp.sum(along * weights) / weight

    return {
        "achilles_peak_force": jnp.max(achilles) / weight,
        "achilles_impulse": impulse(achilles),
        "patellofemoral_peak_force": jnp.max(in_stance(patella)) / weight,
        "patellofemoral_peak_stress": jnp.max(in_stance(patella / patellar_area(flexion))),
        "patellofemoral_impulse": impulse(patella),
        "hip_contact_peak_force": jnp.max(hip) / weight,
        "hip_contact_impulse": impulse(hip),
        "iliotibial_band_peak_strain": _band_strain(stride, runner),
    }


def _band_strain(stride: Stride, runner: Numbers) -> Any:
    """Largest strain in stance of tensor fasciae latae with its band, against standing."""
    height = runner.body.height
    standing = length_of(BAND, Joints(0.0, STANDING_HIP_ADDUCTION, 0.0, 0.0), height)
    length = length_of(BAND, stride.posture.joints, height)
    return jnp.max(in_stance(length)) / standing - 1
