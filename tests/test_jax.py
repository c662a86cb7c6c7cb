"""The pure function for JAX users: its numbers and its slopes are those of the model."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from stridesim.economy import evaluate
from stridesim.jax import result
from stridesim.results import InputError
from stridesim.runner import Runner

QUICK: Any = {"xla_backend_optimization_level": 0}


def _numbers() -> Any:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), Runner.load().at_speed().numbers)


def _with_stiffness(stiffness: Any) -> Any:
    return result(eqx.tree_at(lambda n: n.leg.stiffness, _numbers(), stiffness))


def _with(stiffness: Any, strength: Any) -> Any:

    def places(n: Any) -> tuple[Any, Any]:
        return n.leg.stiffness, n.muscle.strength_scale

    return result(eqx.tree_at(places, _numbers(), (stiffness, strength)))


def test_many_results_are_those_of_the_model_and_who_has_no_stride_has_no_number() -> None:
    runner = Runner.load()
    own, strength = float(runner.at_speed().leg.stiffness), float(runner.muscle.strength_scale)
    stiffness = jnp.asarray([own, 1.02 * own, own])
    strengths = jnp.asarray([strength, strength, 0.3])
    found = jax.jit(jax.vmap(_with), compiler_options=QUICK)(stiffness, strengths)
    expected = [
        evaluate(runner.with_({"leg.stiffness": float(k)})).results["cost_of_transport"]
        for k in stiffness[:2]
    ]
    # The model reads the solved step; this integrates it anew.
    np.testing.assert_allclose(found[:2], np.asarray(expected, float), rtol=1e-6)
    assert np.isnan(float(found[2]))


def test_the_slope_is_that_of_differences() -> None:
    own = jnp.asarray(float(Runner.load().at_speed().leg.stiffness))

    def both(k: Any) -> Any:
        return jax.jvp(_with_stiffness, (k,), (jnp.ones_like(k),))

    forward = jax.jit(both, compiler_options=QUICK)
    width = 1e-4 * own
    low, high = (float(forward(own + side * width)[0]) for side in (-1, 1))
    assert float(forward(own)[1]) == pytest.approx((high - low) / float(2 * width), rel=1e-3)


def test_a_name_that_is_no_result_is_refused() -> None:
    with pytest.raises(InputError, match="unknown result"):
        result(_numbers(), "cost")
