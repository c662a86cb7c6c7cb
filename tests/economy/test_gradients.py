"""Derivatives of the cost of transport through gait, posture, muscles and heat, one by one.

The runner is the shipped one at 3.3 m/s with its habits resolved. Central differences solve the
step anew; a parameter whose cost curves strongly needs a small step and one that barely matters a
large one, so the step may shrink.
"""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from economy.cost_function import cost_function

from stridesim.economy.evaluate import as_arrays, evaluate
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.muscles.state import FORCES
from stridesim.parameter import get_value, set_values
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.units import to_si

EXACT = dataclasses.replace(FORCES, tolerance=1e-11)
"""The derivative is that of the fixed point, so differences must be taken of it as well."""

STEPS = (1e-4, 3e-5, 1e-5, 3e-6, 1e-6)
TOLERANCE = 1e-5


@functools.cache
def _runner() -> Runner:
    resolved = apply_overrides(Runner.load(), {"task.speed": 3.3}).at_speed()
    return as_arrays(apply_overrides(resolved, {"gait.strategy": "fixed"}))


@functools.cache
def _scale(path: str) -> float:
    """What counts as one unit of a parameter: its value, or a part of its range where that is 0."""
    declared = PARAMETERS[path]
    low, high = (to_si(bound, declared.unit) for bound in declared.bounds)
    return max(abs(float(get_value(_runner(), path))), 0.05 * (high - low))


@functools.cache
def _cost_and_slopes() -> tuple[float, dict[str, float]]:
    """The cost (J/kg/m) and its derivative by every parameter, each in its own scale."""
    runner = _runner()
    cost = cost_function(runner, DEFAULT_METABOLIC_MODEL, settings=EXACT)
    values = jnp.stack([get_value(runner, path) for path in PARAMETERS])

    def of_values(x: Any) -> Any:
        return cost(set_values(runner, dict(zip(PARAMETERS, x, strict=True))))

    # Compiling takes minutes otherwise, and each of the few hundred calls milliseconds.
    @functools.partial(jax.jit, compiler_options={"xla_backend_optimization_level": 0})
    def along(direction: Any) -> Any:
        return jax.jvp(of_values, (values,), (direction,))

    directions = np.diag([_scale(path) for path in PARAMETERS])
    found = [along(direction) for direction in directions]
    slopes = {p: float(slope) for p, (_, slope) in zip(PARAMETERS, found, strict=True)}
    return float(found[0][0]), slopes


def _cost(path: str, shift: float) -> float:
    moved = set_values(_runner(), {path: get_value(_runner(), path) + shift * _scale(path)})
    return float(evaluate(moved, settings=EXACT).results["cost_of_transport"])


@pytest.mark.parametrize("path", PARAMETERS)
def test_equals_central_differences(path: str) -> None:
    cost, slopes = _cost_and_slopes()
    exact = slopes[path]
    size = max(abs(exact), 1e-3 * cost)
    errors = []
    for step in STEPS:
        difference = (_cost(path, step) - _cost(path, -step)) / (2 * step)
        errors.append(abs(difference - exact) / size)
        if errors[-1] < TOLERANCE:
            return
    pytest.fail(f"{path}: derivative {exact}, off by {errors} at steps {STEPS}")


def test_the_cost_that_is_differentiated_is_the_cost() -> None:
    assert _cost_and_slopes()[0] == pytest.approx(_cost("task.speed", 0.0), rel=1e-10)


def test_signs_that_everybody_knows() -> None:
    """Steeper, against a force or with a heavier-loaded step costs more; support saves."""
    _, slopes = _cost_and_slopes()
    for path in ("task.slope", "task.horizontal_force", "task.air_drag"):
        assert slopes[path] > 0
    assert slopes["task.weight_support"] < 0
