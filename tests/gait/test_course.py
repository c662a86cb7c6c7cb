"""A run of many steps: what the perturbation changes, when, and what comes after a fall."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import shipped_template, solved

from stridesim.constants import GRAVITY
from stridesim.dynamics.forward import Fall, step
from stridesim.dynamics.swing_leg import Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.course import Perturbation, apexes, deviation, intended_step, simulate

_simulate = jax.jit(simulate, static_argnames="steps")
NONE = jax.tree.map(lambda gain: jnp.asarray(gain, float), Feedback())


@functools.cache
def _runner() -> tuple[Template, IntendedStep]:
    template = shipped_template(3.5)
    return template, intended_step(solved(template), template)


def test_unperturbed_the_runner_keeps_his_gait() -> None:
    template, intended = _runner()
    course = _simulate(intended, NONE, template, Perturbation(), steps=5)
    for found, wanted in zip(apexes(course), intended.apex, strict=True):
        np.testing.assert_allclose(found, np.full(6, float(wanted)), rtol=0, atol=1e-9)
    assert int(course.completed) == 5


@pytest.mark.parametrize(
    ("name", "coordinate"),
    [("ground_drop", "z"), ("push", "vx"), ("lateral_push", "vy"), ("roll", "roll"),
     ("roll_rate", "roll_rate")],
)  # fmt: skip
def test_a_perturbation_comes_in_its_flight_and_changes_one_thing(
    name: str, coordinate: str
) -> None:
    template, intended = _runner()
    course = _simulate(intended, NONE, template, Perturbation(**{name: 0.02}, at=2), steps=4)
    for field in intended.apex._fields:
        change = getattr(course.apex, field) - getattr(intended.apex, field)
        np.testing.assert_allclose(change[:2], 0.0, atol=1e-9)
        assert float(change[2]) == pytest.approx(0.02 if field == coordinate else 0.0, abs=1e-9)
    assert int(course.completed) == 2


def test_a_late_stabiliser_is_late_once() -> None:
    template, intended = _runner()
    # By more than the pre-activation, or it would be on at touchdown all the same.
    course = _simulate(intended, NONE, template, Perturbation(late_stabiliser=0.15, at=1), steps=3)
    late = template.__class__(**{**template.__dict__, "hip_onset": template.hip_onset + 0.15})
    wanted = jax.jit(step)(intended.apex, intended, NONE, late).apex
    found = [leaf[2] for leaf in course.apex]
    np.testing.assert_allclose(np.array(found), np.array(wanted), atol=1e-7)
    again = jax.jit(step)(wanted, intended, NONE, template).apex
    np.testing.assert_allclose(np.array(course.end), np.array(again), atol=1e-6)


def test_after_a_fall_there_is_nothing() -> None:
    template, intended = _runner()
    course = _simulate(intended, NONE, template, Perturbation(ground_drop=-0.2, at=1), steps=4)
    assert [Fall(int(f)) for f in course.falls] == [
        Fall.none, Fall.too_low_to_place_the_leg, Fall.none, Fall.none,
    ]  # fmt: skip
    assert int(course.completed) == 0
    assert np.isfinite(course.apex.z).tolist() == [True, True, False, False]
    assert np.isnan(course.end.z)


def test_deviations_are_scaled_by_leg_and_gravity() -> None:
    template, intended = _runner()
    leg = float(template.leg_at_contact)
    pace = np.sqrt(GRAVITY * leg)
    moved = intended.apex._replace(
        z=intended.apex.z + 0.03 * leg,
        vx=intended.apex.vx - 0.04 * pace,
        roll=intended.apex.roll + 0.12,
    )
    assert float(deviation(moved, intended, template)) == pytest.approx(0.13, rel=1e-12)
    assert float(deviation(intended.apex, intended, template)) == 0.0
