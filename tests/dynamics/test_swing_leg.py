"""Where the leg is held in flight, and what each feedback does to it."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import shipped_template, solved

from stridesim.dynamics.swing_leg import (
    Apex,
    Feedback,
    IntendedStep,
    apex_state,
    ready,
    until_touchdown,
)
from stridesim.dynamics.template import Template
from stridesim.gait.course import intended_step

_ready = jax.jit(ready)
_until = jax.jit(until_touchdown)


@functools.cache
def _runner() -> tuple[Template, IntendedStep]:
    template = shipped_template(3.5)
    return template, intended_step(solved(template), template)


def _gains(**given: float) -> Feedback:
    return jax.tree.map(lambda gain: jnp.asarray(gain, float), Feedback(**given))


def _foot(apex: Apex, time: float, gains: Feedback) -> tuple[float, float]:
    """Ankle ahead and to the left of the centre of mass, m."""
    template, intended = _runner()
    now, _ = _ready(jnp.asarray(time), apex_state(apex), intended, gains, template)
    ahead = float(template.ankle_x - now.x)
    return ahead, float(0.5 * template.step_width - now.y)


def test_the_fixed_leg_stays_where_it_is_whatever_the_runner_does() -> None:
    _, intended = _runner()
    moved = intended.apex._replace(
        vx=intended.apex.vx + 1, vy=intended.apex.vy + 0.3, z=intended.apex.z + 0.1
    )
    here = _foot(intended.apex, 0.0, _gains())
    assert _foot(moved, 0.08, _gains()) == pytest.approx(here, abs=1e-12)
    assert here[1] == pytest.approx(float(intended.foot_aside))


def test_retraction_turns_the_leg_back_about_the_hip() -> None:
    template, intended = _runner()
    gains, wait = _gains(retraction=2.0), 0.03
    ahead = [
        _foot(intended.apex, float(intended.fall_time) + dt, gains)[0] for dt in (-wait, 0.0, wait)
    ]
    angles = np.arcsin((np.array(ahead) + float(template.hip_behind)) / template.leg_at_contact)
    np.testing.assert_allclose(np.diff(angles), -2.0 * wait, atol=1e-12)
    assert angles[1] == pytest.approx(float(intended.leg_angle))


def test_placement_follows_velocity() -> None:
    _, intended = _runner()
    gains = _gains(lateral_placement=0.3, forward_placement=0.1)
    moved = intended.apex._replace(vx=intended.apex.vx + 0.2, vy=intended.apex.vy + 0.1)
    shift = np.subtract(_foot(moved, 0.05, gains), _foot(intended.apex, 0.05, gains))
    np.testing.assert_allclose(shift, [0.1 * 0.2, 0.3 * 0.1], atol=1e-12)


@pytest.mark.parametrize("higher", [0.0, 0.05, -0.01])
def test_a_level_runner_falls_by_the_law_of_free_fall(higher: float) -> None:
    """With the pelvis held still the leg is as long as it was: only height decides."""
    template, intended = _runner()
    still = intended.apex._replace(roll_rate=0.0 * intended.apex.z)
    time, room = _until(apex_state(still), intended, _gains(), template)
    higher_time, higher_room = _until(
        apex_state(still._replace(z=still.z + higher)), intended, _gains(), template
    )
    assert float(higher_room - room) == pytest.approx(higher, abs=1e-12)
    fallen = -0.5 * float(template.acceleration_z) * np.array([time, higher_time]) ** 2
    np.testing.assert_allclose(fallen, [float(room), float(room) + higher], atol=1e-12)


def test_who_stands_too_low_has_no_room() -> None:
    template, intended = _runner()
    low = intended.apex._replace(z=intended.height - 0.01)
    assert float(_until(apex_state(low), intended, _gains(), template)[1]) < 0
