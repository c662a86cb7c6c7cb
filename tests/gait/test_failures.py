"""No periodic step, no numbers: failure shows in the residual, never as a plausible gait."""

import dataclasses
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import shipped_template, side_by_side

from stridesim.gait.residual import Unknowns, residual, touchdown
from stridesim.gait.solver import TOLERANCE, solve
from stridesim.results import REASONS, Status

HOPELESS: dict[str, dict[str, Any]] = {
    "as fast as a sprinter at a stroll's frequency": {"speed": 9.0, "step_time": 1 / 1.5},
    "a leg as short as a shin": {"leg_at_contact": 0.1},
    "speed not a number": {"speed": float("nan")},
    "weightless": {"acceleration_z": 1.0},
}


def _changed(**changes: float) -> Any:
    return dataclasses.replace(
        shipped_template(), **{name: jnp.asarray(value, float) for name, value in changes.items()}
    )


SIZE = 64
"""Of a batch: one that other tests use too, and so compile."""


@pytest.mark.parametrize("case", HOPELESS)
def test_no_periodic_step_shows_in_the_residual(case: str) -> None:
    alone = solve(_changed(**HOPELESS[case]))
    assert not alone.residual <= TOLERANCE
    assert not np.isnan(alone.residual)


def test_a_batch_without_any_runner_says_so_in_every_lane() -> None:
    each = [_changed(**changes) for changes in HOPELESS.values()]
    found = solve(side_by_side(each * (SIZE // len(each))))
    assert (np.asarray(found.residual) > TOLERANCE).all()


def test_out_of_reach_touchdown_is_not_a_number_that_runs() -> None:
    template = shipped_template()
    far = Unknowns(*(jnp.asarray(v) for v in (3.5, 0.0, -0.6, 0.0, 0.0, 0.0, -1.5, 0.03, 0.22)))
    state, _ = touchdown(far, template)
    assert np.isnan(state.z)
    assert np.isnan(np.array(residual(far, template))).any()


def test_the_reason_has_words() -> None:
    assert "no periodic step" in REASONS[Status.no_periodic_gait]
