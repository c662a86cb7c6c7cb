"""Errors of fitted numbers: which of them hold at a speed, and how they combine."""

import jax
import numpy as np
import pytest

from stridesim.economy.evaluate import as_arrays
from stridesim.runner import PARAMETERS, Runner, Uncertainty, apply_overrides
from stridesim.runner.over_speed import over_speed
from stridesim.runner.uncertainty import covariance_root

SPEEDS = (2.5, 3.5, 4.5)
ERRORS = Uncertainty(
    ("leg.stiffness", "leg.stiffness", "leg.stiffness", "posture.cop_excursion"),
    (*SPEEDS, None),
    (300.0, 200.0, 400.0, 0.1),
    (
        (1.0, 0.5, 0.2, 0.3),
        (0.5, 1.0, 0.4, 0.0),
        (0.2, 0.4, 1.0, -0.2),
        (0.3, 0.0, -0.2, 1.0),
    ),
    "made up",
)


def test_at_a_speed_of_the_habits_the_errors_are_those_stated() -> None:
    paths, covariance = ERRORS.at(3.5, {"leg.stiffness": SPEEDS})
    assert paths == ("leg.stiffness", "posture.cop_excursion")
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)), [200.0, 0.1], rtol=1e-9)
    assert covariance[0, 1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("speed", [2.5, 3.33, 5.0])
def test_between_and_beyond_them_it_is_the_spread_of_drawn_habits(speed: float) -> None:
    rng = np.random.default_rng(1)
    drawn = rng.standard_normal((20_000, 4)) @ covariance_root(ERRORS.covariance()).T
    # A habit is linear in its values, so three of them stand for all.
    weights = [float(over_speed(SPEEDS, row, speed)) for row in np.eye(3)]
    sampled = np.cov(np.stack([drawn[:, :3] @ weights, drawn[:, 3]]))
    _, exact = ERRORS.at(speed, {"leg.stiffness": SPEEDS})
    scale = np.sqrt(np.diag(exact))
    np.testing.assert_allclose(
        sampled / np.outer(scale, scale), exact / np.outer(scale, scale), atol=0.04
    )


def test_what_nothing_reads_has_no_error() -> None:
    assert ERRORS.at(3.5, {})[0] == ("posture.cop_excursion",)
    assert ERRORS.at(3.5, {"posture.cop_excursion": SPEEDS})[0] == ()


def test_a_number_set_by_hand_loses_its_error_and_no_other() -> None:
    errors = ERRORS.without({"leg.stiffness": 1, "task.speed": 3})
    assert errors.paths == ("posture.cop_excursion",)
    assert errors.sds == (0.1,)
    assert errors.correlation == ((1.0,),)
    assert ERRORS.without(dict.fromkeys(ERRORS.paths, 1)) == Uncertainty()


def test_a_root_of_a_singular_covariance() -> None:
    covariance = np.array([[4e8, 2e1, 0.0], [2e1, 1e-6, 0.0], [0.0, 0.0, 0.0]])
    root = covariance_root(covariance)
    np.testing.assert_allclose(root @ root.T, covariance, rtol=1e-9, atol=1e-12)


def test_the_shipped_runner_has_errors_that_settings_take_away() -> None:
    shipped = Runner.load()
    paths, covariance = shipped.uncertainty_at_speed()
    assert set(paths) == {
        "leg.stiffness", "leg.loss", "gait.step_frequency", "posture.cop_excursion",
        "leg.impact_mass",
    }  # fmt: skip
    assert np.all(np.linalg.eigvalsh(covariance / np.outer(*2 * [np.diag(covariance) ** 0.5])) > 0)
    changed = apply_overrides(shipped, {"leg.loss": 0.2, "task.speed": 4.0})
    assert set(changed.uncertainty_at_speed()[0]) == set(paths) - {"leg.loss"}
    fixed = apply_overrides(shipped, {"gait.strategy": "fixed"})
    assert set(fixed.uncertainty_at_speed()[0]) == {"posture.cop_excursion", "leg.impact_mass"}


def test_errors_are_no_input_of_the_model() -> None:
    """Two runners that differ in them alone are one to the compiler."""
    shipped = Runner.load()
    other = apply_overrides(shipped, {"posture.cop_excursion": 0.9})
    assert len(jax.tree.leaves(shipped)) == len(PARAMETERS)
    assert shipped.uncertainty != other.uncertainty
    assert jax.tree.structure(as_arrays(shipped)) == jax.tree.structure(as_arrays(other))
    assert Runner().uncertainty == Uncertainty()
