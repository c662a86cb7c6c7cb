"""What must not matter: left or right, the unit of mass, the size of the runner."""

import dataclasses
import math

import jax
import numpy as np
import pytest
from gait.shipped import SPEEDS, shipped_template, solved

from stridesim.dynamics.template import Template

MIRRORED = (
    "hip_half_width",
    "hip_stiffness",
    "hip_damping",
    "hip_neutral",
    "thigh_tracking",
    "step_width",
)
"""Odd under left <-> right: two lateral lengths, and what multiplies or offsets adduction."""

SIDEWAYS = np.array([1, -1, 1, -1, -1, -1, 1, 1, 1])

MASS, LENGTH, TIME, NONE = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0)
DIMENSIONS = {
    "mass": MASS,
    "roll_inertia": (1, 2, 0),
    "hip_half_width": LENGTH,
    "hip_below": LENGTH,
    "hip_behind": LENGTH,
    "leg_at_contact": LENGTH,
    "stiffness": (1, 0, -2),
    "loss": (0, -1, 1),
    "hip_strength": NONE,
    "hip_stiffness": NONE,
    "hip_damping": TIME,
    "hip_neutral": NONE,
    "hip_onset": TIME,
    "hip_activation_time": TIME,
    "thigh_tracking": NONE,
    "step_width": LENGTH,
    "step_time": TIME,
    "speed": (0, 1, -1),
    "acceleration_x": (0, 1, -2),
    "acceleration_z": (0, 1, -2),
    "lateral_freedom": NONE,
    "cop_x": LENGTH,
    "divergence": LENGTH,
    "ankle_x": LENGTH,
    "ankle_z": LENGTH,
    "ankle_descent": LENGTH,
    "impact_mass": MASS,
}
"""Powers of mass, length and time."""
UNKNOWN_DIMENSIONS = ((0, 1, -1),) * 3 + (LENGTH, NONE, (0, 0, -1), LENGTH, LENGTH, TIME)


def _times(template: Template, factors: dict[str, float]) -> Template:
    changed = {
        name: jax.tree.map(lambda leaf, by=by: leaf * by, getattr(template, name))
        for name, by in factors.items()
    }
    return dataclasses.replace(template, **changed)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_mirrored_runner_makes_the_mirrored_step(speed: float) -> None:
    template = shipped_template(speed, hip__thigh_tracking=2.0, gait__step_width=0.05)
    mirrored = _times(template, dict.fromkeys(MIRRORED, -1.0))
    np.testing.assert_allclose(
        np.array(solved(mirrored)), SIDEWAYS * np.array(solved(template)), rtol=1e-9, atol=1e-11
    )


@pytest.mark.parametrize(
    "task",
    [
        {"task__slope": 0.1},
        {"task__slope": -0.1},
        {"task__horizontal_force": 0.05},
        {"task__weight_support": 0.5},
    ],
)
def test_under_a_task_the_mirrored_runner_makes_the_mirrored_step(task: dict[str, float]) -> None:
    """What a task adapts is even: the left step is the right one mirrored, as on the level."""
    template = shipped_template(3.0, hip__thigh_tracking=2.0, gait__step_width=0.05, **task)
    mirrored = _times(template, dict.fromkeys(MIRRORED, -1.0))
    step = np.array(solved(template))
    np.testing.assert_allclose(np.array(solved(mirrored)), SIDEWAYS * step, rtol=1e-9, atol=1e-11)
    level = shipped_template(3.0, hip__thigh_tracking=2.0, gait__step_width=0.05)
    assert np.abs(step - np.array(solved(level))).max() > 1e-3


@pytest.mark.parametrize(("mass", "length"), [(1.7, 1.0), (1.0, 0.8), (0.5, 1.3)])
def test_dynamically_similar_runners_run_alike(mass: float, length: float) -> None:
    """Froude scaling: with time as the root of length, gravity stays what it is."""
    scales = (mass, length, math.sqrt(length))

    def factor(powers: tuple[int, int, int]) -> float:
        return math.prod(s**p for s, p in zip(scales, powers, strict=True))

    template = shipped_template(3.5, hip__onset_delay=0.02)
    similar = _times(template, {name: factor(powers) for name, powers in DIMENSIONS.items()})
    wanted = np.array([factor(d) for d in UNKNOWN_DIMENSIONS]) * np.array(solved(template))
    np.testing.assert_allclose(np.array(solved(similar)), wanted, rtol=1e-9)


def test_every_leaf_has_dimensions() -> None:
    assert set(DIMENSIONS) == {field.name for field in dataclasses.fields(Template)}


def test_a_taller_runner_is_longer_in_every_length() -> None:
    template, taller = (shipped_template(3.5, body__height=height) for height in (1.6, 2.0))
    apart = {"step_width": 1.0, "hip_half_width": None}  # habits and a shift in metres
    for name, powers in DIMENSIONS.items():
        wanted = apart.get(name, 1.25) if powers == LENGTH else None
        if wanted is not None:
            found = jax.tree.map(np.divide, getattr(taller, name), getattr(template, name))
            np.testing.assert_allclose(jax.tree.leaves(found), wanted, rtol=1e-12)
