"""Hips on a rolling pelvis: places, velocities and accelerations against automatic derivatives."""

from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.dynamics.pelvis import hip_at, stance_hip

PELVIS: Any = SimpleNamespace(hip_half_width=0.09, hip_below=0.08, hip_behind=0.02, step_width=0.05)


def _roll(time: Any) -> Any:
    """More than any runner rolls, so that the centripetal part counts."""
    return 0.6 * jnp.sin(5.0 * time) + 0.3


@pytest.mark.parametrize("side", [1.0, -1.0])
@pytest.mark.parametrize("time", np.linspace(0.0, 1.2, 5))
def test_velocity_and_acceleration_are_derivatives_of_the_place(side: float, time: float) -> None:
    def place(time: Any) -> Any:
        roll = _roll(time)
        w, b = side * PELVIS.hip_half_width, PELVIS.hip_below
        return jnp.stack(
            [w * jnp.cos(roll) + b * jnp.sin(roll), w * jnp.sin(roll) - b * jnp.cos(roll)]
        )

    rate = jax.grad(_roll)
    hip = hip_at(_roll(time), PELVIS, side)
    np.testing.assert_allclose(hip.place(0.0, 0.0), place(time), atol=1e-14)
    height = hip.centre_of_mass_height(float(place(time)[1]))
    assert float(height) == pytest.approx(0.0, abs=1e-14)
    velocity = jax.jacfwd(place)
    np.testing.assert_allclose(hip.velocity(rate(time)), velocity(time), atol=1e-13)
    up = hip.upward_acceleration(rate(time), jax.grad(rate)(time))
    assert float(up) == pytest.approx(float(jax.jacfwd(velocity)(time)[1]), abs=1e-12)


def test_a_level_pelvis_has_its_stance_hip_half_a_width_to_the_left() -> None:
    found = stance_hip(0.1, -0.01, 0.95, 0.0, PELVIS)
    np.testing.assert_allclose(found, (0.1 - 0.02, -0.01 + 0.09 - 0.025, 0.95 - 0.08), atol=1e-15)
