"""Stance against a second implementation in NumPy and SciPy, and a full stride of two feet."""

import jax
import numpy as np
import pytest
from dynamics.independent import Independent
from gait.shipped import SPEEDS, shipped_template, solved

from stridesim.dynamics.stance import State, take_off
from stridesim.dynamics.template import Template
from stridesim.gait.residual import touchdown

CASES = {
    "2.5 m/s": {"speed": 2.5},
    "3.5 m/s": {"speed": 3.5},
    "4.5 m/s": {"speed": 4.5},
    "onset in stance": {"hip__onset_delay": 0.02},
    "onset near mid-stance": {"hip__onset_delay": 0.05, "hip__stiffness": 3.0},
    "thigh tracking": {"hip__thigh_tracking": 3.0},
    "uphill": {"task__slope": 0.08},
    "supported and pulled": {"task__weight_support": 0.2, "task__horizontal_force": 0.05},
    "damped hip": {"hip__damping": 0.1, "gait__step_width": 0.15},
}

_take_off = jax.jit(take_off)


def _start(template: Template) -> tuple[np.ndarray, Independent, State]:
    """State at touchdown, the independent runner, and the package's take-off."""
    unknowns = solved(template)
    start, contact = touchdown(unknowns, template)
    other = Independent(template, *(float(v) for v in contact))
    return np.array(start), other, _take_off(start, contact, template)


@pytest.mark.parametrize("case", CASES)
def test_take_off_state_equals_an_independent_integration(case: str) -> None:
    start, other, off = _start(shipped_template(**CASES[case]))
    np.testing.assert_allclose(np.array(off), other.stance(start), rtol=0, atol=1e-6)


@pytest.mark.parametrize("case", CASES)
def test_the_leg_is_unloaded_at_both_ends_and_loaded_between(case: str) -> None:
    start, other, off = _start(shipped_template(**CASES[case]))
    weight = 9.81 * float(other.p["mass"])
    assert abs(other.at(0.0, start).leg_force) < 1e-9 * weight
    end = other.at(other.duration, np.array(off))
    assert abs(end.leg_force) < 1e-6 * weight
    assert end.length == pytest.approx(other.rest + other.push_off, abs=1e-9)


@pytest.mark.parametrize("speed", SPEEDS)
def test_left_and_right_steps_close_a_stride(speed: float) -> None:
    """The right foot's step is computed as such, not mirrored: two steps return the runner."""
    template = shipped_template(speed)
    start, left, _ = _start(template)
    half = left.flight(left.stance(start))
    right = Independent(template, left.rest, left.push_off, left.duration, side=-1.0)
    step_length = float(template.speed * template.step_time)
    right.foot_x = step_length
    end = right.flight(right.stance(half))
    # Each step multiplies its start's error (1e-7 of the integration) by the gait's instability.
    mirrored = start * np.array([1, -1, 1, -1, 1, -1, 1, -1]) + step_length * np.eye(8)[0]
    np.testing.assert_allclose(half, mirrored, rtol=0, atol=2e-6)
    np.testing.assert_allclose(end, start + 2 * step_length * np.eye(8)[0], rtol=0, atol=2e-5)


def test_the_ankle_is_as_far_from_the_hip_as_the_bent_leg_is_long() -> None:
    template = shipped_template()
    start, other, _ = _start(template)
    ankle = np.array([template.ankle_x, template.step_width / 2, template.ankle_z], float)
    gap = np.linalg.norm(other.at(0.0, start).hip - ankle)
    assert gap == pytest.approx(float(template.leg_at_contact), abs=1e-12)


def test_more_steps_change_nothing() -> None:
    """Eighth order: halving the step divides the error by far more than 2^5."""
    template = shipped_template(2.5)
    start, contact = touchdown(solved(template), template)
    exact, coarse, normal = (
        np.array(take_off(start, contact, template, steps)) for steps in (64, 5, 10)
    )
    errors = [np.abs(found - exact).max() for found in (coarse, normal)]
    assert errors[1] < 1e-6
    assert errors[0] > 32 * errors[1]
