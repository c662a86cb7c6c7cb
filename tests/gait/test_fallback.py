"""Runners far from any nominal one: found, or known not to run, and why."""

import dataclasses
import logging
from typing import Any

import jax
import numpy as np
import pytest
from gait.shipped import shipped_template, side_by_side
from scipy.stats import qmc

from stridesim.dynamics.template import Template, template_of
from stridesim.gait.collocation import SIZE, generic_guess, jacobian, residual
from stridesim.gait.fallback import LEVEL
from stridesim.gait.newton import TOLERANCE
from stridesim.gait.residual import residual as shooting
from stridesim.gait.solver import Solution, solve
from stridesim.parameter import set_values
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.units import to_si

COUNT = 256
RESONANT = {"hip__stiffness": 11.0}
CREEPING = {"gait__step_frequency": 2.3, "leg__stiffness": 8e3}
NARROW = {
    "leg.stiffness": (10e3, 25e3),
    "gait.step_frequency": (2.3, 3.4),
    "task.speed": (2.0, 6.0),
}
"""SI; what else a runner is varies within its bounds."""


def _within_bounds(*groups: str) -> dict[str, tuple[float, float]]:
    return {
        path: (to_si(declared.bounds[0], declared.unit), to_si(declared.bounds[1], declared.unit))
        for path, declared in PARAMETERS.items()
        if path.startswith(groups)
    }


def _cube(*groups: str) -> Template:
    ranges = NARROW | _within_bounds(*groups)
    low, high = np.array(list(ranges.values())).T
    rows = qmc.scale(qmc.Sobol(len(ranges), rng=4).random(COUNT), low, high)
    values = dict(zip(ranges, rows.T, strict=True))
    template = template_of(set_values(Runner.load(), values))
    return jax.tree.map(lambda leaf: np.broadcast_to(np.asarray(leaf, float), COUNT), template)


@pytest.fixture(scope="module")
def cube() -> Template:
    """All parameters of posture and hip; those of muscles and tendons do not enter the step."""
    return _cube("posture.", "hip.")


@pytest.fixture(scope="module")
def solution(cube: Template) -> Solution:
    return solve(cube)


def _share(solution: Solution, reason: Status) -> float:
    return float(np.mean(solution.reason == reason))


def test_the_jacobian_is_that_of_the_residual(cube: Template) -> None:
    lanes = 16
    template = jax.tree.map(lambda leaf: leaf[:lanes], cube)
    off = np.random.default_rng(1).normal(0, 0.01, (SIZE, lanes))
    x = np.array(generic_guess(template)) + off

    def of_one(x: Any, template: Template) -> Any:
        return residual(x[:, None], jax.tree.map(lambda leaf: leaf[None], template))[:, 0]

    plain = jax.jit(jax.vmap(jax.jacfwd(of_one), in_axes=(1, 0)))(x, template)
    found = jax.jit(jacobian)(x, template)
    np.testing.assert_allclose(found, plain, rtol=1e-9, atol=1e-9)


def test_hardly_a_runner_fails_without_a_physical_reason(solution: Solution) -> None:
    assert _share(solution, Status.no_periodic_gait) <= 0.01
    solved = np.asarray(solution.residual) <= TOLERANCE
    np.testing.assert_array_equal(solution.reason == Status.ok, solved)
    assert 0.8 < solved.mean() < 1.0


def test_ordinary_hips_hardly_fail_at_all() -> None:
    found = solve(_cube())
    assert _share(found, Status.ok) >= 0.99


def test_steps_in_the_cube_are_periodic(cube: Template, solution: Solution) -> None:
    """Judged by shooting, another discretisation of the same step."""
    misses = np.abs(np.array(jax.jit(shooting)(solution.unknowns, cube)))
    level = (np.asarray(solution.residual) <= TOLERANCE) & (
        np.abs(np.asarray(solution.unknowns.roll)) < LEVEL
    )
    assert level.sum() > 0.6 * COUNT
    # Two dozen nodes are few for a roll that swings several times in a contact.
    assert np.quantile(misses[:, level].max(axis=0), 0.8) < 1e-5


def test_neighbours_do_not_change_the_answer(cube: Template, solution: Solution) -> None:
    chosen = np.random.default_rng(5).permutation(COUNT)[:64]
    alone = solve(jax.tree.map(lambda leaf: leaf[chosen], cube))
    assert np.sum(alone.reason != np.asarray(solution.reason)[chosen]) <= 1
    level = np.abs(np.asarray(solution.unknowns.roll)[chosen]) < 0.5 * LEVEL
    both = level & (alone.reason == Status.ok)
    np.testing.assert_allclose(
        np.array(alone.unknowns)[:, both],
        np.array(solution.unknowns)[:, chosen[both]],
        rtol=0,
        atol=1e-7,
    )


def test_the_fallback_for_any_number_of_runners_compiles_once(
    cube: Template, solution: Solution, caplog: pytest.LogCaptureFixture
) -> None:
    del solution  # solved before: everything is compiled
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for count in (COUNT - 19, 77, 5):
            solve(jax.tree.map(lambda leaf, count=count: leaf[-count:], cube))
    assert not [r for r in caplog.records if "Compiling" in r.getMessage()]


def test_on_both_sides_of_a_resonance() -> None:
    """Between 10 and 12 /rad the pelvis swings three half oscillations in a contact: the mirrored
    step drives just this motion. On either side there is a step, and between them with damping."""
    stiffness = np.linspace(5.0, 20.0, 64)
    swinging = side_by_side([shipped_template(3.5, hip__stiffness=k) for k in stiffness])
    found = solve(swinging)
    resonant = np.abs(stiffness - 11.0) < 0.7
    away = np.abs(stiffness - 11.0) > 2.0
    assert (found.reason[resonant] == Status.pelvis_not_level).all()
    assert (found.reason[away] == Status.ok).all()
    assert (np.abs(found.unknowns.roll)[away] < 0.5 * LEVEL).all()
    calm = solve(dataclasses.replace(swinging, hip_damping=swinging.hip_damping + 0.5))
    assert (calm.reason == Status.ok).all()
    assert (np.abs(calm.unknowns.roll) < 0.5 * LEVEL).all()


def test_one_runner_is_the_neighbour_of_all_others() -> None:
    """One level runner in a batch, once and twice: there is no spread to measure nearness by."""
    level, resonant = shipped_template(3.5), shipped_template(3.5, **RESONANT)
    for batch in ([level, resonant], [level, level, resonant, resonant]):
        found = solve(side_by_side(batch)).reason
        half = len(batch) // 2
        assert (found[:half] == Status.ok).all()
        assert (found[half:] == Status.pelvis_not_level).all()


def test_reasons_are_told_alike_for_one_and_for_many() -> None:
    """A resonant roll, and contact that fills the step: one runner alone and both in a batch."""
    resonant = shipped_template(3.5, **RESONANT)
    creeping = shipped_template(2.0, **CREEPING)
    together = solve(side_by_side([resonant, creeping])).reason.tolist()
    assert together == [int(solve(one).reason) for one in (resonant, creeping)]
    assert together == [Status.pelvis_not_level, Status.no_flight]
