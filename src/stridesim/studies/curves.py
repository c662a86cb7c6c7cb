"""What happens over one stride of the left leg, as labelled arrays.

Every curve is an array over the nodes of the stride, from one touchdown of the left foot to the
last node before the next; forces on the ground are zero in swing. Muscle curves have a row for each
group, joint curves one for each joint. Angles are flexion, adduction and dorsiflexion positive;
moments are internal: extensor, abductor and plantarflexor positive.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.economy import Evaluation
from stridesim.posture.linkage import STANDING_HIP_ADDUCTION
from stridesim.posture.timeline import NODES, STANCE_NODES
from stridesim.runner import GROUPS

JOINTS: Final = ("hip_flexion", "hip_adduction", "knee_flexion", "ankle_dorsiflexion")


class Curve(NamedTuple):
    """Values over the stride: `dims` name the axes of the array, the last is `node`."""

    values: np.ndarray
    unit: str
    dims: tuple[str, ...]
    meaning: str


def coordinates() -> dict[str, tuple[str, ...]]:
    """Labels of the dimensions that have names."""
    return {"joint": JOINTS, "muscle": tuple(GROUPS)}


def curves_of(evaluation: Evaluation) -> dict[str, Curve]:
    """Every curve of a stride, by name; NumPy arrays in the units that they state."""
    stride = evaluation.stride
    line, posture = stride.timeline, stride.posture
    muscles, moments = stride.muscles, stride.moments
    mass = float(evaluation.runner.body.mass)
    angles = np.rad2deg(np.stack([np.asarray(a) for a in posture.joints]))
    angles[1] -= np.rad2deg(STANDING_HIP_ADDUCTION)
    rates = np.rad2deg(np.stack([np.asarray(a) for a in posture.joint_rates]))
    net = np.stack([np.asarray(m) for m in moments]) / mass
    # Moments are extensor positive, rates flexor positive; the frontal pair alike.
    power = -net * np.deg2rad(rates)
    time = np.asarray(line.time)
    found: dict[str, Curve] = {
        "time": _curve(time, "s", "time since touchdown"),
        "phase": _curve(100 * time / float(line.period), "%", "share of the stride"),
        "in_stance": _curve(np.arange(NODES) < STANCE_NODES, "1", "whether the left foot stands"),
    }
    for axis, meaning in (("x", "forward"), ("y", "to the left"), ("z", "up")):
        values = _padded(getattr(line.force, axis))
        found[f"ground_force_{axis}"] = _curve(
            values, "N", f"ground force on the runner, {meaning}"
        )
    found |= {
        "joint_angle": _curve(angles, "deg", "joint angle", "joint"),
        "joint_rate": _curve(rates, "deg/s", "rate of the joint angle", "joint"),
        "joint_moment": _curve(net, "N m/kg", "net internal joint moment", "joint"),
        "joint_power": _curve(power, "W/kg", "net joint power, generation positive", "joint"),
    }
    for name, values, unit, meaning in (
        ("muscle_force", muscles.force, "N", "force of the tendon"),
        ("activation", muscles.activation, "1", "realised activation"),
        ("fiber_length", muscles.norm_fiber_length, "1", "fibre length over optimal length"),
        ("fiber_velocity", muscles.norm_fiber_velocity, "1", "fibre velocity over its maximum"),
        ("tendon_strain", muscles.tendon_strain, "1", "strain of the tendon"),
        ("tendon_energy", muscles.stored, "J", "elastic energy in the tendon"),
        ("metabolic_power", stride.heats.total, "W", "metabolic power of the group, one leg"),
    ):
        found[name] = _curve(values, unit, meaning, "muscle")
    return found


def to_dataset(curves: Mapping[str, Curve], attributes: Mapping[str, Any]) -> Any:
    """The curves as an `xarray.Dataset` with units as attributes."""
    import xarray

    named = {name: list(labels) for name, labels in coordinates().items()}
    variables = {
        name: (curve.dims, curve.values, {"units": curve.unit, "long_name": curve.meaning})
        for name, curve in curves.items()
    }
    return xarray.Dataset(variables, coords=named, attrs=dict(attributes))


def _curve(values: Any, unit: str, meaning: str, *outer: str) -> Curve:
    return Curve(np.asarray(values), unit, (*outer, "node"), meaning)


def _padded(values: Any) -> np.ndarray:
    """Stance values (STANCE_NODES,) over the whole stride, zero in swing."""
    return np.concatenate([np.asarray(values), np.zeros(NODES - STANCE_NODES)])
