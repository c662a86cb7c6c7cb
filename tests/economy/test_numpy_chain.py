"""The whole chain against one written anew in NumPy and SciPy (`benchmarks/numpy_chain`).

It shares tables, constants, parameters and where the search for forces begins with the model, and
no equation: the gait is shot by adaptive integration, moments are one sum, moment arms analytic
derivatives, load sharing is solved in primal form, envelopes go round the cycle node by node.
"""

from typing import Any

import jax
import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose
from numpy_chain import by_lsq_linear, by_nnls, cost_of_transport
from numpy_chain.gait import periodic_step, stride
from numpy_chain.moments import moments
from numpy_chain.muscles import muscles
from numpy_chain.posture import posture

from stridesim.economy import Evaluation

TOLERANCE = 1e-10

ANOTHER: dict[str, Any] = {
    "body.height": 1.83,
    "leg.stiffness": "16 kN/m",
    "leg.soft_tissue_hysteresis": 0.2,
    "hip.thigh_tracking": 2.0,
    "posture.knee_flexion_at_contact": 18.0,
    "posture.trunk_lean": 10.0,
    "posture.cop_excursion": 0.9,
    "gait.step_width": 0.1,
    "task.slope": 0.02,
    "task.horizontal_force": 0.01,
    "task.weight_support": 0.1,
    "task.air_drag": 1.0,
    "task.trunk_load": 3.0,
    "task.foot_load": 0.4,
    "task.lateral_stabilisation": 0.5,
    "task.swing_assistance": 0.3,
    "muscle.dominance": 1.0,
    "muscle.strength_scale": 1.3,
    "muscle.gluteus_medius.coactivation": 0.2,
    "muscle.deactivation_time": 0.04,
    "tendon.stiffness_scale": 1.2,
    "tendon.achilles_in_common": 0.4,
    "tendon.yield_strain": 0.03,
}
"""What the shipped runner has not: every part of the chain that a parameter can switch on."""


def _numbers(found: Evaluation) -> Any:
    """Runner and template as plain floats."""
    return jax.tree.map(float, (found.runner, found.stride.template))


@pytest.mark.parametrize("speed", SPEEDS)
def test_cost_of_the_shipped_runner(speed: float) -> None:
    found = shipped(speed)
    cost = cost_of_transport(*_numbers(found), tolerance=TOLERANCE)
    assert cost == pytest.approx(found.results["cost_of_transport"], rel=1e-9)


def test_cost_of_a_runner_with_everything_else() -> None:
    found = shipped(3.1, **ANOTHER)
    assert found.ok
    assert (found.stride.muscles.tendon_strain.max(axis=1) > ANOTHER["tendon.yield_strain"]).any()
    runner, template = _numbers(found)
    cost = cost_of_transport(runner, template, by_lsq_linear, TOLERANCE)
    assert cost == pytest.approx(found.results["cost_of_transport"], rel=1e-8)


def test_cost_where_the_stabiliser_comes_on_in_stance() -> None:
    """There the model interpolates stance between the nodes of its integration."""
    found = shipped(3.5, hip__onset_delay=0.04)
    cost = cost_of_transport(*_numbers(found), tolerance=TOLERANCE)
    assert cost == pytest.approx(found.results["cost_of_transport"], rel=5e-6)


def test_every_instant_on_the_way() -> None:
    """A cost may agree where its parts do not: angles, moments and activations."""
    found = shipped(3.5)
    runner, template = _numbers(found)
    line = stride(periodic_step(template, TOLERANCE), template, TOLERANCE)
    leg = posture(line, template, runner)
    required = moments(line, leg, template, runner)
    muscle = muscles(required, leg, line, runner, by_nnls)
    theirs = found.stride
    assert_allclose(line.force.z, theirs.timeline.force.spring_z, atol=1e-4)
    assert_allclose(line.force.impact, theirs.timeline.force.impact, atol=1e-4)
    assert_allclose(leg.joints, np.stack(theirs.posture.joints), atol=1e-8)
    assert_allclose(leg.joint_rates, np.stack(theirs.posture.joint_rates), atol=1e-6)
    assert_allclose(required, theirs.moments.coordinates, atol=1e-4)
    assert_allclose(muscle.activation, np.minimum(theirs.muscles.activation, 1.0), atol=1e-6)
    assert_allclose(muscle.excitation, theirs.muscles.excitation, atol=1e-6)
    assert_allclose(muscle.active_force, theirs.muscles.active_force, atol=1e-2)
