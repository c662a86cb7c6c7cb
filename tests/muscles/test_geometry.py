"""Moment arms are minus the gradient of length, equal the carried tables, and do the work."""

import csv
import importlib.resources

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles.geometry import COORDINATES, SOURCE_HEIGHT, geometry_of, lengthening_rate
from stridesim.posture.linkage import Joints
from stridesim.runner import GROUPS
from stridesim.runner.muscle import mtu_length_at_reference

REFERENCE = np.deg2rad([20.0, 5.0, 30.0, 5.0])
HEIGHT = 1.83


def _table() -> dict[tuple[str, str, str], np.ndarray]:
    """(group, about, swept) -> (n, 2) angle in deg and arm in m."""
    resource = importlib.resources.files("stridesim.runner").joinpath("data/moment_arms.csv")
    lines = [x for x in resource.read_text().splitlines() if not x.startswith("#")]
    found: dict[tuple[str, str, str], list[tuple[float, float]]] = {}
    for row in csv.DictReader(lines):
        key = (row["group"], row["about"], row["swept_coordinate"].removesuffix("_deg"))
        found.setdefault(key, []).append((float(row["angle_deg"]), float(row["moment_arm_m"])))
    return {key: np.array(rows) for key, rows in found.items()}


TABLE = _table()

COARSE = {"rectus_femoris": 1.5e-3, "vasti": 1.2e-3}
"""m; the patella makes the knee extensors' arms hump too sharply for the polynomial."""


def _random_postures(seed: int, count: int) -> np.ndarray:
    """(4, count) angles that running visits, rad."""
    low, high = np.deg2rad([[-20, -10, 5, -30], [70, 20, 110, 30]])
    return np.random.default_rng(seed).uniform(low[:, None], high[:, None], (4, count))


def _at(angles: np.ndarray, height: float = HEIGHT) -> tuple[np.ndarray, np.ndarray]:
    geometry = geometry_of(Joints(*jnp.asarray(angles)), height)
    return np.asarray(geometry.length), np.asarray(geometry.arms)


@pytest.mark.parametrize(("group", "about", "swept"), TABLE)
def test_arms_equal_the_table(group: str, about: str, swept: str) -> None:
    angle, arm = TABLE[group, about, swept].T
    posture = np.repeat(REFERENCE[:, None], angle.size, axis=1)
    posture[COORDINATES.index(swept)] = np.deg2rad(angle)
    found = _at(posture, SOURCE_HEIGHT)[1][GROUPS.index(group), COORDINATES.index(about)]
    tolerance = COARSE.get(group, 0.6e-3) if about == "knee_flexion" else 0.6e-3
    assert_allclose(found, arm, rtol=0, atol=tolerance)


def test_muscles_have_no_arm_where_the_table_has_none() -> None:
    crossed = {(group, about) for group, about, _ in TABLE}
    _, arms = _at(_random_postures(0, 20))
    for i, group in enumerate(GROUPS):
        for j, about in enumerate(COORDINATES):
            assert arms[i, j].any() == ((group, about) in crossed)


@pytest.mark.parametrize(
    ("group", "about", "sign"),
    [
        ("gluteus_maximus", "hip_flexion", -1),
        ("hamstrings", "hip_flexion", -1),
        ("hamstrings", "knee_flexion", 1),
        ("iliopsoas", "hip_flexion", 1),
        ("tensor_fasciae_latae", "hip_flexion", 1),
        ("tensor_fasciae_latae", "hip_adduction", -1),
        ("gluteus_medius", "hip_adduction", -1),
        ("adductors_short", "hip_adduction", 1),
        ("vasti", "knee_flexion", -1),
        ("rectus_femoris", "knee_flexion", -1),
        ("rectus_femoris", "hip_flexion", 1),
        ("gastrocnemius", "knee_flexion", 1),
        ("gastrocnemius", "ankle_dorsiflexion", -1),
        ("soleus", "ankle_dorsiflexion", -1),
        ("tibialis_anterior", "ankle_dorsiflexion", 1),
    ],
)
def test_a_muscle_does_what_its_name_says(group: str, about: str, sign: int) -> None:
    _, arms = _at(np.deg2rad([[10.0], [5.0], [30.0], [10.0]]))
    assert sign * arms[GROUPS.index(group), COORDINATES.index(about), 0] > 0.004


def test_lengths_at_the_reference_posture_equal_the_table() -> None:
    length, _ = _at(REFERENCE[:, None], SOURCE_HEIGHT)
    assert_allclose(length[:, 0], [mtu_length_at_reference(g) for g in GROUPS], rtol=1e-14)


def test_arms_are_minus_the_gradient_of_length() -> None:
    posture, step = _random_postures(1, 50), 1e-5
    _, arms = _at(posture)
    for j in range(4):
        change = np.zeros((4, 1))
        change[j] = step
        slope = (_at(posture + change)[0] - _at(posture - change)[0]) / (2 * step)
        assert_allclose(arms[:, j], -slope, rtol=1e-7, atol=1e-9)


def test_force_through_length_is_moment_through_angle() -> None:
    """Virtual work: no posture, force or motion makes or loses energy in the geometry."""
    rng = np.random.default_rng(2)
    geometry = geometry_of(Joints(*jnp.asarray(_random_postures(3, 50))), HEIGHT)
    rates = Joints(*jnp.asarray(rng.normal(0.0, 8.0, (4, 50))))
    force = rng.uniform(0.0, 5e3, (len(GROUPS), 50))
    through_length = np.sum(force * np.asarray(lengthening_rate(geometry, rates)), axis=0)
    moment = np.einsum("mn,mjn->jn", force, np.asarray(geometry.arms))
    through_angle = np.sum(moment * np.stack(rates), axis=0)
    assert_allclose(through_length, -through_angle, rtol=1e-12, atol=1e-9)


def test_lengthening_rate_is_the_rate_of_length() -> None:
    posture, step = _random_postures(4, 30), 1e-5
    rates = np.random.default_rng(5).normal(0.0, 8.0, (4, 30))
    geometry = geometry_of(Joints(*jnp.asarray(posture)), HEIGHT)
    found = lengthening_rate(geometry, Joints(*jnp.asarray(rates)))
    later, earlier = (_at(posture + sign * step * rates)[0] for sign in (1, -1))
    assert_allclose(found, (later - earlier) / (2 * step), rtol=1e-6, atol=1e-7)


def test_no_work_on_a_closed_path() -> None:
    """Curl-free: the cross derivatives of the arms are equal, so length is a function."""
    posture = _random_postures(6, 12)

    def arms_at(angles: jax.Array) -> jax.Array:
        return geometry_of(Joints(*angles[:, None]), HEIGHT).arms[:, :, 0]

    derivatives = np.asarray(jax.vmap(jax.jacfwd(arms_at))(jnp.asarray(posture.T)))
    assert_allclose(derivatives, derivatives.swapaxes(2, 3), rtol=0, atol=1e-14)
    hip = derivatives[:, GROUPS.index("gluteus_maximus"), 0, 1]
    assert np.abs(hip).max() > 5e-3


def test_everything_scales_with_height() -> None:
    posture = _random_postures(7, 5)
    for tall, short in zip(_at(posture, 2.04), _at(posture, 1.70), strict=True):
        assert_allclose(tall, 1.2 * short, rtol=1e-13)
