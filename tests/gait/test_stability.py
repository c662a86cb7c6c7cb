"""Multipliers against central differences, known limits, and the runner's own course."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import SPEEDS, shipped_template, solved

from stridesim.constants import GRAVITY
from stridesim.dynamics.forward import Fall, step
from stridesim.dynamics.swing_leg import Apex, Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.course import Perturbation, intended_step, simulate
from stridesim.gait.spring_mass import SpringMass, spring_mass_step, spring_mass_template
from stridesim.gait.stability import LARGEST, basin, has_recovered, multipliers

FIXED: dict[str, float] = {}
HELD = {"retraction": 2.6, "lateral_placement": 0.3}
"""rad/s, s: with a damped hip these hold the shipped runner upright."""

_step = jax.jit(step)
_simulate = jax.jit(simulate, static_argnames="steps")


def _gains(given: dict[str, float]) -> Feedback:
    return jax.tree.map(lambda gain: jnp.asarray(gain, float), Feedback(**given))


@functools.cache
def _runner(speed: float = 3.5, **changes: Any) -> tuple[Template, IntendedStep]:
    template = shipped_template(speed, **changes)
    return template, intended_step(solved(template), template)


def _by_differences(
    template: Template, intended: IntendedStep, gains: Feedback, h: float
) -> np.ndarray:
    apex = np.array(intended.apex)

    def mapped(at: np.ndarray) -> np.ndarray:
        return np.array(_step(Apex(*jnp.asarray(at)), intended, gains, template).apex)

    columns = [(mapped(apex + e) - mapped(apex - e)) / (2 * h) for e in h * np.eye(5)]
    return np.stack(columns, axis=1)


@pytest.mark.parametrize("given", [FIXED, HELD], ids=["fixed", "held"])
@pytest.mark.parametrize("speed", SPEEDS)
def test_derivative_of_the_map_equals_central_differences(
    speed: float, given: dict[str, float]
) -> None:
    """The clock's end is a corner of second order, so differences converge as h, not as h^2."""
    template, intended = _runner(speed)
    gains = _gains(given)
    found = multipliers(intended, gains, template).matrix
    errors = [
        np.abs(_by_differences(template, intended, gains, h) - found).max() for h in (1e-4, 1e-6)
    ]
    assert errors[1] < 2e-5
    assert errors[1] < 0.1 * errors[0]


def test_participation_adds_up_and_names_the_motion() -> None:
    template, intended = _runner(3.5)
    found = multipliers(intended, _gains(FIXED), template)
    np.testing.assert_allclose(found.participation.sum(axis=1), 1.0)
    assert np.all(np.diff(np.abs(found.values)) <= 0)
    assert found.spectral_radius == pytest.approx(np.abs(np.linalg.eigvals(found.matrix)).max())
    assert {found.mode(i) for i in range(3)} == {"roll", "height and speed", "sideways"}


def test_each_feedback_tames_the_motion_that_it_is_for() -> None:
    """Foot placement the sideways drift, retraction height and speed, hip damping the roll."""

    def worst(motion: str, given: dict[str, float], **changes: float) -> float:
        template, intended = _runner(3.5, **changes)
        found = multipliers(intended, _gains(given), template)
        return max(abs(v) for i, v in enumerate(found.values) if found.mode(i) == motion)

    assert worst("sideways", FIXED) > 1 > worst("sideways", {"lateral_placement": 0.3})
    assert worst("height and speed", FIXED) > 1 > worst("height and speed", {"retraction": 2.6})
    assert worst("roll", FIXED) > 1 > worst("roll", FIXED, hip__damping=0.1)


def test_energy_of_the_conservative_runner_is_a_neutral_direction() -> None:
    """Of the planar map in (height, speed) one multiplier is 1: energy. Roll does not move."""
    runner = SpringMass()
    template = spring_mass_template(runner, 20e3)
    intended, _ = _fixed_point(runner, template)
    found = multipliers(intended, _gains(FIXED), template)
    pair = found.matrix[np.ix_([0, 2], [0, 2])]
    values = np.linalg.eigvals(pair)
    assert np.min(np.abs(values - 1)) < 1e-6
    gradient = np.array([GRAVITY, float(intended.apex.vx)])
    np.testing.assert_allclose(gradient @ pair, gradient, rtol=1e-6)


def _fixed_point(runner: SpringMass, template: Template) -> tuple[IntendedStep, float]:
    """Apex of the periodic run at 68 degrees on the energy level of `runner`, and the slope of the
    return map of apex height on that level."""
    intended = spring_mass_step(runner, jnp.deg2rad(68.0), jnp.asarray(20e3))
    energy = 0.5 * runner.speed**2 + GRAVITY * runner.apex

    def returned(z: float) -> float:
        vx = np.sqrt(2 * (energy - GRAVITY * z))
        apex = intended.apex._replace(z=jnp.asarray(z), vx=jnp.asarray(vx))
        return float(_step(apex, intended, _gains(FIXED), template).apex.z)

    z = 0.95
    for _ in range(200):
        z = returned(z)
    h = 1e-4
    slope = (returned(z + h) - returned(z - h)) / (2 * h)
    vx = np.sqrt(2 * (energy - GRAVITY * z))
    return intended._replace(
        apex=intended.apex._replace(z=jnp.asarray(z), vx=jnp.asarray(vx))
    ), slope


def test_the_classic_runner_stabilises_itself() -> None:
    """80 kg, 1 m, 20 kN/m, 68 degrees, 5 m/s: the apex height converges by itself."""
    intended, slope = _fixed_point(SpringMass(), spring_mass_template(SpringMass(), 20e3))
    assert abs(slope) < 1
    assert np.sin(np.deg2rad(68)) < float(intended.apex.z) < 1.05


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_shipped_runner_with_a_fixed_leg_falls(speed: float) -> None:
    """As the point-mass runner in three dimensions does (Seipel & Holmes 2005)."""
    template, intended = _runner(speed)
    course = _simulate(intended, _gains(FIXED), template, Perturbation(ground_drop=0.03), steps=40)
    assert multipliers(intended, _gains(FIXED), template).spectral_radius > 1.3
    assert int(course.completed) < 40
    assert not has_recovered(course, intended, template)


def test_an_unstable_runner_has_no_basin_and_a_stable_one_has() -> None:
    template, intended = _runner(3.5, hip__damping=0.1)
    none = basin(intended, _gains(FIXED), template, 20)
    assert not np.any(np.array([*none.down, *none.up]))
    stages: list[int] = []
    found = basin(intended, _gains(HELD), template, 20, stages.append)
    assert all(a < 0 < b for a, b in zip(found.down, found.up, strict=True))
    assert 0.01 < found.up.z < LARGEST
    assert len(stages) > 1


def test_the_edge_of_the_basin_is_one() -> None:
    """A little inside the runner recovers, a little outside he does not."""
    template, intended = _runner(3.5, hip__damping=0.1)
    edge = basin(intended, _gains(HELD), template, 20).up.z

    def recovers(drop: float) -> bool:
        fallen = Perturbation(ground_drop=drop)
        course = _simulate(intended, _gains(HELD), template, fallen, steps=20)
        return bool(has_recovered(course, intended, template))

    assert recovers(0.98 * edge)
    assert not recovers(1.03 * edge)
    assert Fall.none == 0
