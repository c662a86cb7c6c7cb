"""Indices against closed forms and another package, and what failures may not do to them."""

import functools

import numpy as np
import pytest
from analysis.functions import g_function, g_indices, ishigami, ishigami_indices
from numpy.testing import assert_allclose
from SALib.analyze import sobol as salib

from stridesim.analysis import Indices, indices, saltelli
from stridesim.analysis.sobol import MOST_LOST, whole
from stridesim.results import InputError

LOG2 = 11


@functools.cache
def _ishigami_results() -> np.ndarray:
    return ishigami(np.pi * (2 * saltelli(3, LOG2, seed=5) - 1))


@functools.cache
def _ishigami() -> Indices:
    return indices(_ishigami_results(), seed=5)


def test_ishigami_is_within_its_interval_and_close() -> None:
    found = _ishigami()
    first, total = ishigami_indices()
    assert_allclose(found.first, first, atol=0.02)
    assert_allclose(found.total, total, atol=0.02)
    for truth, low, high in (
        (first, found.first_low, found.first_high),
        (total, found.total_low, found.total_high),
    ):
        assert ((low <= truth) & (truth <= high)).all()
        assert (high - low < 0.25).all()
    assert found.mean == pytest.approx(3.5, abs=0.02)
    assert found.kept == 1 << LOG2


def test_g_function() -> None:
    found = indices(g_function(saltelli(4, LOG2, seed=2)), seed=2)
    first, total = g_indices()
    assert_allclose(found.first, first, atol=0.02)
    assert_allclose(found.total, total, atol=0.02)


def test_salib_says_the_same_of_the_same_points() -> None:
    """Its estimator divides by the variance of A and B as ours does; its first-order formula is
    the same."""
    results = _ishigami_results()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    # SALib's order: of every base sample A, then all AB_i, then B.
    ordered = np.concatenate([results[:1], results[2:], results[1:2]]).T.ravel()
    other = salib.analyze(problem, ordered, calc_second_order=False, seed=1)
    found = _ishigami()
    assert_allclose(found.first, other["S1"], atol=1e-3)
    assert_allclose(found.total, other["ST"], rtol=1e-6)
    half = 0.5 * (found.total_high - found.total_low)
    assert_allclose(half, other["ST_conf"], rtol=0.25, atol=2e-3)


def test_every_mixed_matrix_differs_from_a_in_one_column_of_b() -> None:
    a, b, *mixed = saltelli(3, 4, seed=0)
    assert not np.isclose(a, b).any()
    for k, rows in enumerate(mixed):
        for j in range(3):
            assert (rows[:, j] == (b if j == k else a)[:, j]).all()


def test_a_base_sample_with_a_failure_is_left_out_whole() -> None:
    """Exactly the estimator over the others: one lost row of AB_2 costs A, B and all AB_i."""
    results = _ishigami_results().copy()
    lost = np.arange(0, results.shape[1], 17)
    results[3, lost] = np.nan
    found = indices(results, seed=1)
    rest = np.delete(results, lost, axis=1)
    a, b, mixed = rest[0], rest[1], rest[2:]
    centre = rest[:2].mean()
    variance = rest[:2].var()
    assert found.kept == rest.shape[1]
    assert_allclose(found.first, ((b - centre) * (mixed - a)).mean(axis=1) / variance, rtol=1e-10)
    assert_allclose(found.total, 0.5 * ((a - mixed) ** 2).mean(axis=1) / variance, rtol=1e-10)
    assert_allclose(found.first, _ishigami().first, atol=0.03)


def test_too_many_failures_are_refused_with_advice() -> None:
    results = np.ones((4, 100))
    count = int(100 * MOST_LOST)
    results[0, :count] = np.nan
    assert whole(results).sum() == 100 - count
    results[1, count] = np.nan
    with pytest.raises(InputError, match=r"21 % of the base samples .*narrow the ranges"):
        whole(results)


def test_a_constant_result_has_no_shares() -> None:
    found = indices(np.full((5, 64), 2.5), seed=0)
    assert (found.first == 0).all()
    assert (found.total == 0).all()
    assert found.sd == 0


def test_the_seed_decides_everything() -> None:
    assert (saltelli(3, 5, seed=9) == saltelli(3, 5, seed=9)).all()
    assert (saltelli(3, 5, seed=9) != saltelli(3, 5, seed=8)).any()
    again = indices(_ishigami_results(), seed=5)
    assert (again.first_low == _ishigami().first_low).all()
