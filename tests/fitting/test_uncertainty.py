"""The covariance of a fit against refits of resampled data, where that can be afforded.

The model of most tests is a curve that costs nothing; the last one is the runner himself.
"""

import dataclasses
import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fitting.test_fit import _recorded, folder  # noqa: F401 - a fixture
from scipy.optimize import least_squares

from stridesim.fitting.fit import errors_of
from stridesim.fitting.problem import TOLERANCES, Problem, problem_of
from stridesim.fitting.uncertainty import (
    Estimates,
    covariance_of_means,
    estimate_errors,
    stride_means,
)
from stridesim.recordings.measures import StepMeasures

NAMES = ("step_frequency", *TOLERANCES)
KNOWN = np.array([2.0, 3.0, 0.7])
AT = np.array([1.0, 2.0])


def _steps(values: np.ndarray) -> Any:
    """Measures of one quantity, steps of alternating feet."""
    sides = tuple("ab"[i % 2] for i in range(len(values)))
    return SimpleNamespace(steps={"x": np.asarray(values)}, sides=sides, n=len(values))


def test_independent_steps_give_the_textbook_error_of_the_mean() -> None:
    rng = np.random.default_rng(1)
    found = [covariance_of_means(_steps(rng.standard_normal(40)), ("x",))[0, 0] for _ in range(300)]
    # Autocorrelations are only believed where positive, which errs on the large side.
    assert 1.0 < np.mean(found) * 40 < 1.35


def test_the_difference_of_the_feet_is_no_error() -> None:
    values = np.tile([0.9, 1.1], 20)
    assert covariance_of_means(_steps(values), ("x",))[0, 0] == pytest.approx(0.0, abs=1e-25)


def test_strides_that_resemble_each_other_count_for_fewer() -> None:
    rng = np.random.default_rng(2)

    def series() -> np.ndarray:
        noise = rng.standard_normal(240)
        for i in range(1, 240):
            noise[i] += 0.7 * noise[i - 1]
        return noise

    runs = [series() for _ in range(200)]
    true = np.var([run.mean() for run in runs], ddof=1)
    found = np.mean([covariance_of_means(_steps(run), ("x",))[0, 0] for run in runs])
    naive = np.mean([np.var(run, ddof=1) / 240 for run in runs])
    # A stride is the mean of two steps and not quite such a series; far better than nothing.
    assert naive < 0.3 * true
    assert 0.65 * true < found < 1.3 * true


def test_a_lost_step_does_not_mix_strides() -> None:
    measures = SimpleNamespace(
        steps={"x": np.array([1.0, 2.0, 3.0, 5.0, 7.0])}, sides=("a", "b", "b", "a", "b"), n=5
    )
    assert stride_means(measures, ("x",)).ravel().tolist() == [1.5, 4.0]  # type: ignore[arg-type]
    alone = SimpleNamespace(steps={"x": np.array([1.0, 2.0, 4.0])}, sides=("a", "a", "b"), n=3)
    assert stride_means(alone, ("x",)).ravel().tolist() == [1.0, 2.0, 4.0]  # type: ignore[arg-type]


def _misfit(unknowns: np.ndarray, data: np.ndarray) -> np.ndarray:
    """Two numbers at each of two speeds and one for both, four data a speed; (6,).

    The first datum at a speed is given, as step frequency is.
    """
    a, b = unknowns[:2], unknowns[2]
    given, first, second, third = data
    model = np.stack([a * given, a + b**2, np.exp(b) * given * a])
    return ((model - np.stack([first, second, third])) / 0.1).ravel()


def _truth() -> np.ndarray:
    given = np.array([1.0, 1.5])
    a, b = KNOWN[:2], KNOWN[2]
    return np.stack([given, a * given, a + b**2, np.exp(b) * given * a])


def _slopes(function: Any, at: np.ndarray) -> np.ndarray:
    steps = 1e-6 * np.eye(at.size)
    return np.stack([(function(at + h) - function(at - h)) / 2e-6 for h in steps], axis=1)


def _estimated(data: np.ndarray, spread: np.ndarray) -> Estimates:
    found = least_squares(_misfit, KNOWN, args=(data,)).x
    return estimate_errors(
        {"a": found[:2], "b": found[2:]},
        {"given": data[0]},
        AT,
        residual=_misfit(found, data),
        jacobian=_slopes(lambda x: _misfit(x, data), found),
        by_data=_slopes(lambda d: _misfit(found, d.reshape(4, 2)), data.ravel()),
        spread=spread,
    )


def _spread() -> np.ndarray:
    mixing = np.random.default_rng(3).standard_normal((2, 4, 4))
    return 1e-4 * mixing @ mixing.transpose(0, 2, 1)


def test_covariance_equals_that_of_refits() -> None:
    spread = _spread()
    exact = _estimated(_truth(), spread)
    assert exact.paths == ("a", "a", "b", "given", "given")
    assert exact.speeds == (1.0, 2.0, None, 1.0, 2.0)
    assert np.all(exact.of_model == 0)
    rng = np.random.default_rng(4)
    fits = []
    for _ in range(1500):
        noise = np.stack([rng.multivariate_normal(np.zeros(4), s) for s in spread], axis=1)
        data = _truth() + noise
        fits.append([*least_squares(_misfit, KNOWN, args=(data,)).x, *data[0]])
    scale = np.outer(exact.sds, exact.sds)
    np.testing.assert_allclose(np.cov(np.array(fits).T) / scale, exact.of_means / scale, atol=0.1)


def test_what_the_model_cannot_reach_adds_its_share() -> None:
    """Without spread of the data, the textbook s^2 (J^T J)^-1 of least squares."""
    data = _truth()
    data[1:] += 0.05 * np.random.default_rng(5).standard_normal((3, 2))
    found = _estimated(data, np.zeros((2, 4, 4)))
    fit = least_squares(_misfit, KNOWN, args=(data,), xtol=1e-12)
    expected = 2 * fit.cost / (6 - 3) * np.linalg.inv(fit.jac.T @ fit.jac)
    np.testing.assert_allclose(found.of_model[:3, :3], expected, rtol=1e-4)
    assert np.all(found.of_model[3:] == 0)
    assert np.all(found.of_means == 0)


def test_what_is_held_has_no_error_and_is_left_out() -> None:
    data, spread = _truth(), _spread()
    jacobian = _slopes(lambda x: _misfit(x, data), KNOWN)
    jacobian[:, 2] = 0.0
    found = estimate_errors(
        {"leg.stiffness": KNOWN[:2], "posture.cop_excursion": KNOWN[2:]},
        {"gait.step_frequency": data[0]},
        AT,
        residual=np.zeros(6),
        jacobian=jacobian,
        by_data=_slopes(lambda d: _misfit(KNOWN, d.reshape(4, 2)), data.ravel()),
        spread=spread,
        ends=(None, None, 1.5),
    )
    assert found.held.tolist() == [False, False, True, False, False]
    assert found.sds[2] == 0
    errors = found.uncertainty()
    assert set(errors.paths) == {"leg.stiffness", "gait.step_frequency"}
    np.testing.assert_allclose(errors.covariance()[2:, 2:], np.diag(spread[:, 0, 0]), rtol=1e-9)


@functools.cache
def _unsteady(path: Any) -> StepMeasures:
    """The known runner at 3.4 m/s, his steps scattered as a runner's are."""
    measures = _recorded(3.4, path)[1]
    rng = np.random.default_rng(6)
    scatter = dict(zip(NAMES, (0.01, 0.02, 0.04, 0.015, 0.03, 0.06), strict=True))
    steps = {
        name: values * (1 + scatter.get(name, 0.0) * rng.standard_normal(values.size))
        for name, values in measures.steps.items()
    }
    return dataclasses.replace(measures, steps=steps)


def _resampled(problem: Problem, strides: np.ndarray, rng: np.random.Generator) -> Problem:
    means = strides[rng.integers(len(strides), size=len(strides))].mean(axis=0)
    targets = {name: means[i + 1 : i + 2] for i, name in enumerate(TOLERANCES)}
    return problem._replace(frequency=means[:1], targets=targets)


def test_a_number_close_to_the_end_of_its_range_is_at_it() -> None:
    """Least squares stop short of a bound: a thousandth of the range away is at it."""
    problem = Problem(None, AT, AT, {})  # type: ignore[arg-type]
    found = problem.ends(np.array([18e3, 8010.0, 0.4998, 2e-4, 1.49, 1e-5]))
    assert found == [None, 8e3, 0.5, 0.0, None, 0.0]


def test_the_runner_against_refits_of_resampled_strides(folder: Any) -> None:  # noqa: F811
    measures = _unsteady(folder)
    problem = problem_of([measures], name="unsteady")[1]
    result = problem.solve(problem.everywhere((19e3, 0.14, 0.95, 0.02)))
    errors = errors_of(problem, result, [measures])
    assert errors.paths == (
        "leg.stiffness", "leg.loss", "posture.cop_excursion", "leg.impact_mass",
        "gait.step_frequency",
    )  # fmt: skip
    assert set(errors.speeds) == {None}
    strides = stride_means(measures, NAMES)
    rng = np.random.default_rng(7)
    refits = [_resampled(problem, strides, rng).solve(result.x).x for _ in range(15)]
    ratio = np.std(refits, axis=0, ddof=1) / np.sqrt(np.diag(errors.of_means))[:4]
    # Fifteen refits know their spread to 19 %. The peak of the force is that of the larger of two
    # humps, so the misfit curves where the linearised fit is straight: loss follows the data half
    # as far as it is said to, and the error stated is the larger one.
    assert np.all((ratio > 0.3) & (ratio < 1.3)), ratio
