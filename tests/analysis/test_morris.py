"""Elementary effects against a linear truth, another package, and failing points."""

import numpy as np
import pytest
from analysis.functions import ishigami
from numpy.testing import assert_allclose
from SALib.analyze import morris as salib

from stridesim.analysis import effects, trajectories
from stridesim.analysis.morris import DELTA, FEWEST, LEVELS


def test_a_trajectory_moves_every_parameter_once_by_delta_on_the_grid() -> None:
    paths = trajectories(5, 40, seed=3)
    steps = np.diff(paths, axis=1)
    assert_allclose(np.abs(steps).sum(axis=2), DELTA)
    assert ((steps != 0).sum(axis=1) == 1).all()
    levels = paths * (LEVELS - 1)
    assert_allclose(levels, np.round(levels), atol=1e-12)
    assert paths.min() == 0
    assert paths.max() == 1
    assert 0.3 < (steps.sum(axis=1) > 0).mean() < 0.7, "as often up as down"
    orders = np.argmax(steps != 0, axis=2)
    assert len({tuple(order) for order in orders}) > 20
    assert (trajectories(5, 40, seed=3) == paths).all()


def test_of_a_linear_function_the_effects_are_its_slopes() -> None:
    slopes = np.array([3.0, -2.0, 0.0])
    paths = trajectories(3, 10, seed=0)
    found = effects(paths, paths @ slopes + 7)
    assert_allclose(found.mu, slopes, atol=1e-12)
    assert_allclose(found.mu_star, np.abs(slopes), atol=1e-12)
    assert_allclose(found.sigma, 0, atol=1e-12)
    assert (found.moves == 10).all()


def test_salib_says_the_same_of_the_same_points() -> None:
    paths = trajectories(3, 25, seed=4)
    x = np.pi * (2 * paths - 1)
    results = ishigami(x)
    found = effects(paths, results)
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0.0, 1.0]] * 3}
    other = salib.analyze(problem, paths.reshape(-1, 3), results.ravel(), num_levels=LEVELS, seed=1)
    assert_allclose(found.mu, other["mu"].astype(float), rtol=1e-10, atol=1e-12)
    assert_allclose(found.mu_star, other["mu_star"].astype(float), rtol=1e-10, atol=1e-12)
    assert_allclose(found.sigma, other["sigma"].astype(float), rtol=1e-10, atol=1e-12)


def test_a_failed_point_costs_the_two_moves_it_ends() -> None:
    slopes = np.array([3.0, -2.0, 1.0, 0.5])
    paths = trajectories(4, 12, seed=6)
    results = paths @ slopes
    results[5, 2] = np.nan
    found = effects(paths, results)
    assert found.moves.sum() == 12 * 4 - 2
    assert_allclose(found.mu, slopes)


def test_with_too_few_effects_nothing_is_said() -> None:
    paths = trajectories(2, FEWEST, seed=0)
    results = paths.sum(axis=2)
    results[0, 0] = np.nan  # one move of one parameter
    found = effects(paths, results)
    few = found.moves < FEWEST
    assert few.sum() == 1
    assert np.isnan(found.mu_star[few]).all()
    assert found.mu_star[~few] == pytest.approx(1.0)
