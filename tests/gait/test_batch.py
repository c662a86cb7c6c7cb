"""Thousands of gaits side by side: all found, at a known price, and strangers to each other."""

import dataclasses
import logging

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import SPEEDS, random_runners, shipped_template, side_by_side

from stridesim.dynamics.template import Template
from stridesim.gait import continuation
from stridesim.gait.residual import Unknowns, residual
from stridesim.gait.solver import TOLERANCE, Solution, solve

COUNT, SOME = 512, 64


@pytest.fixture(scope="module")
def runners() -> Template:
    return random_runners(COUNT)


@pytest.fixture(scope="module")
def solution(runners: Template) -> Solution:
    return solve(runners)


def _taken(template: Template, index: np.ndarray) -> Template:
    return jax.tree.map(lambda leaf: leaf[index], template)


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_shipped_runner_has_a_periodic_step(speed: float) -> None:
    template = shipped_template(speed)
    found = solve(template)
    misses = np.abs(np.array(residual(found.unknowns, template)))
    assert misses.max() < 1e-8
    assert float(found.residual) <= TOLERANCE
    assert 0.1 < found.unknowns.contact_time < template.step_time


def test_every_runner_of_a_random_batch_converges(runners: Template, solution: Solution) -> None:
    """Solved by collocation, judged by shooting: two discretisations of the same step."""
    misses = np.abs(np.array(jax.jit(residual)(solution.unknowns, runners)))
    assert misses.max() < 1e-8
    assert np.asarray(solution.residual).max() <= TOLERANCE


def test_a_gait_costs_few_residual_evaluations(solution: Solution) -> None:
    evaluations = np.asarray(solution.evaluations)
    assert np.median(evaluations) <= 12
    assert np.quantile(evaluations, 0.99) <= 20


def test_a_batch_agrees_with_one_at_a_time(runners: Template, solution: Solution) -> None:
    for lane in (0, 100, 511):
        alone = solve(_taken(runners, np.asarray(lane)))
        together = [float(values[lane]) for values in solution.unknowns]
        np.testing.assert_allclose(together, np.array(alone.unknowns), rtol=0, atol=1e-8)


def test_order_and_size_of_the_batch_do_not_matter(runners: Template, solution: Solution) -> None:
    whole = np.array(solution.unknowns)
    order = np.random.default_rng(2).permutation(COUNT)
    shuffled = np.array(solve(_taken(runners, order)).unknowns)
    np.testing.assert_allclose(shuffled, whole[:, order], rtol=0, atol=1e-9)
    some = order[:SOME]
    fewer = np.array(solve(_taken(runners, some)).unknowns)
    np.testing.assert_allclose(fewer, whole[:, some], rtol=0, atol=1e-9)


def test_hopeless_neighbours_do_not_matter(runners: Template, solution: Solution) -> None:
    """Half the lanes impossible, one of them not even a number."""
    lanes = np.arange(SOME)
    mixed = _taken(runners, lanes)
    hopeless = jnp.asarray(lanes % 2 == 1)
    speed = jnp.where(hopeless, 9.0, mixed.speed).at[5].set(jnp.nan)
    leg = jnp.where(hopeless, 0.3, mixed.leg_at_contact)
    mixed = dataclasses.replace(mixed, speed=speed, leg_at_contact=leg)
    found = solve(mixed)
    bad = np.asarray(hopeless)
    assert (np.asarray(found.residual)[bad] > 1e-10).all()
    assert (np.asarray(found.residual)[~bad] < 1e-8).all()
    np.testing.assert_allclose(
        np.array(found.unknowns)[:, ~bad],
        np.array(solution.unknowns)[:, lanes[~bad]],
        rtol=0,
        atol=1e-9,
    )


def test_other_numbers_and_sizes_do_not_compile_again(
    solution: Solution, caplog: pytest.LogCaptureFixture
) -> None:
    del solution  # solved before: everything is compiled
    others = [
        random_runners(COUNT, seed=3),
        random_runners(3 * continuation.SETTINGS.block + 7),
        random_runners(5),
    ]
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        for other in others:
            solve(other)
    compiled = [r.getMessage() for r in caplog.records if "Compiling" in r.getMessage()]
    assert not compiled
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        jax.jit(lambda x: x + COUNT)(jnp.ones(3))
    assert any("Compiling" in r.getMessage() for r in caplog.records), "the count counts nothing"


def test_mixed_speeds_in_one_batch() -> None:
    speeds = np.linspace(2.0, 5.5, SOME)
    found = solve(side_by_side([shipped_template(speed) for speed in speeds]))
    assert np.asarray(found.residual).max() < 1e-8
    assert isinstance(found.unknowns, Unknowns)
    assert (np.diff(found.unknowns.contact_time) < 0).all()
