"""One backward pass against central differences that solve the step anew.

Cost curves and has kinks: the difference may shrink twice, as in `test_gradients`, which judges the
same derivatives taken forwards, one parameter at a time.
"""

import functools
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.economy import evaluate
from stridesim.economy.batch import results_at
from stridesim.economy.gradient import _by_runner_and_step, gradient
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.units import to_si

STEPS = (1e-3, 1e-4, 1e-5)
TOLERANCE = 1e-4
COST = "cost_of_transport"
JUDGED = (
    "leg.stiffness",
    "hip.strength",
    "tendon.stiffness_scale",
    "body.mass",
    "task.speed",
    "gait.step_frequency",
    "posture.trunk_lean",
    "posture.knee_flexion_at_contact",
    "task.slope",
    "muscle.strength_scale",
    "tendon.soleus.strain_at_peak_force",
    "muscle.soleus.optimal_fiber_length",
    "muscle.hamstrings.optimal_fiber_length",
)
"""Of vasti a difference at the tolerance of the forces is off by 1e-4; `test_gradients` judges it,
as every parameter, to 1e-5."""


def _runner() -> Runner:
    return apply_overrides(Runner.load(), {"task.speed": "12 km/h"})


@functools.cache
def _resolved() -> dict[str, float]:
    runner = _runner().at_speed()
    return {path: float(get_value(runner, path)) for path in PARAMETERS}


@functools.cache
def _slopes() -> dict[str, float]:
    return gradient(evaluate(_runner()), DEFAULT_METABOLIC_MODEL, COST)


@functools.cache
def _differences() -> dict[str, np.ndarray]:
    """Central differences (len(STEPS),) in SI by every judged parameter, in one batch.

    Every row sets the habits to what they are at the speed: the gait is held.
    """
    own = _resolved()
    columns = {path: [] for path in {*JUDGED, *_runner().habits.paths}}
    for path in JUDGED:
        for step in STEPS:
            for side in (step, -step):
                for other, column in columns.items():
                    column.append(own[other] + (side * _scale(path) if other == path else 0.0))
    points = {path: np.array(column) for path, column in columns.items()}
    cost = results_at(_runner(), points)[COST].reshape(len(JUDGED), len(STEPS), 2)
    change = (cost[..., 0] - cost[..., 1]) / (2 * np.array(STEPS))
    return {path: change[k] / _scale(path) for k, path in enumerate(JUDGED)}


def _scale(path: str) -> float:
    low, high = (to_si(bound, PARAMETERS[path].unit) for bound in PARAMETERS[path].bounds)
    return max(abs(_resolved()[path]), 0.05 * (high - low))


@pytest.mark.parametrize("path", JUDGED)
def test_equals_central_differences(path: str) -> None:
    exact, found = _slopes()[path], _differences()[path]
    size = max(abs(exact), 1e-3 / _scale(path))
    errors = np.abs(found - exact) / size
    assert errors.min() < TOLERANCE, (exact, found)


def test_every_parameter_has_a_finite_derivative() -> None:
    assert list(_slopes()) == list(PARAMETERS)
    assert np.isfinite(list(_slopes().values())).all()


def test_what_cannot_act_has_none() -> None:
    """No tendon of this stride yields; what is not shared out cannot be dominated."""
    assert _slopes()["tendon.yield_strain"] == 0.0


def test_another_runner_is_judged_by_the_same_program() -> None:
    program: Any = _by_runner_and_step
    before = _slopes()["leg.stiffness"]
    compiled = program.ready
    other = apply_overrides(Runner.load(), {"leg.stiffness": 20e3, "gait.strategy": "measured"})
    assert gradient(evaluate(other), DEFAULT_METABOLIC_MODEL, COST)["leg.stiffness"] != before
    assert program.ready == compiled


def test_an_unknown_result_is_named() -> None:
    found = evaluate(_runner())
    assert jnp.ndim(found.results[COST]) == 0
    with pytest.raises(InputError, match="output = 'spectral_radius': not a result of a stride"):
        gradient(found, DEFAULT_METABOLIC_MODEL, "spectral_radius")
