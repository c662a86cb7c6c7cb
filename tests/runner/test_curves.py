"""Polynomials of stance and swing against the measured curves that they stand for."""

import jax
import numpy as np
import pytest

from stridesim.elementary import horner
from stridesim.runner.curves import (
    CONTACT_TIMES,
    SPEEDS,
    STEP_FREQUENCIES,
    measured_curves,
    stance_polynomial,
    swing_polynomial,
)

TOLERANCES = {
    "ankle_x": 1.5e-3,
    "ankle_y": 1.5e-3,
    "cop_x": 8e-3,
    "foot_pitch": np.deg2rad(0.3),
    "pelvis_tilt": np.deg2rad(0.3),
}
WINDOWS = {"cop_x": (5, 97)}
SWING = ("thigh_ang", "knee_flex_abs", "ankle_df_abs")
ANGLES = ("foot_pitch", "pelvis_tilt")


@pytest.mark.parametrize("speed", SPEEDS)
@pytest.mark.parametrize("variable", TOLERANCES)
def test_stance_curves_are_reproduced(variable: str, speed: float) -> None:
    percent, mean, _ = measured_curves()["stance", speed, variable].T
    low, high = WINDOWS.get(variable, (0, 100))
    inside = (percent >= low) & (percent <= high)
    wanted = np.deg2rad(mean) if variable in ANGLES else mean
    found = horner(stance_polynomial(variable, speed), percent / 100)
    np.testing.assert_allclose(found[inside], wanted[inside], rtol=0, atol=TOLERANCES[variable])


@pytest.mark.parametrize("index", range(len(SPEEDS)))
@pytest.mark.parametrize("variable", SWING)
def test_swing_angles_are_reproduced(variable: str, index: int) -> None:
    percent, mean, _ = measured_curves()["stride", SPEEDS[index], variable].T
    stance = CONTACT_TIMES[index] * STEP_FREQUENCIES[index] / 2
    phase = (percent / 100 - stance) / (1 - stance)
    swing = phase >= 0
    found = np.rad2deg(horner(swing_polynomial(variable, SPEEDS[index]), 2 * phase - 1))
    np.testing.assert_allclose(found[swing], mean[swing], rtol=0, atol=1.0)


@pytest.mark.parametrize("speed", SPEEDS)
def test_ground_force_passes_behind_the_centre_of_mass_and_then_ahead(speed: float) -> None:
    """The fitted distance gives back the measured fore-aft force, given the measured rest."""
    curve = {
        name: measured_curves()["stance", speed, name][:, 1]
        for name in ("grf_x", "grf_y", "com_y", "ang_com_cop")
    }
    # The angle is positive with the foot ahead.
    beyond_foot = -np.tan(np.deg2rad(curve["ang_com_cop"]))
    phase = np.linspace(0, 1, 51)
    ahead = horner(stance_polynomial("divergence", speed), phase)
    forward = curve["grf_y"] * (beyond_foot + ahead / curve["com_y"])
    missed = (forward - curve["grf_x"])[phase > 0.2]
    assert np.abs(missed).max() < 0.08
    assert np.sqrt(np.mean(missed**2)) < 0.03
    assert -0.06 < ahead[22] < -0.02
    assert ahead[42] > 0.08


def test_lengths_scale_with_the_runner_and_angles_do_not() -> None:
    for variable in ("cop_x", "ankle_x", "ankle_y", "divergence"):
        one, two = (np.array(stance_polynomial(variable, 3.0, scale)) for scale in (1.0, 1.1))
        np.testing.assert_allclose(two, 1.1 * one, rtol=1e-12)
    for variable in ANGLES:
        one, two = (np.array(stance_polynomial(variable, 3.0, scale)) for scale in (1.0, 1.1))
        np.testing.assert_array_equal(two, one)


@pytest.mark.parametrize("edge", [SPEEDS[0], SPEEDS[-1]])
def test_curves_follow_speed_without_a_kink(edge: float) -> None:
    def coefficient(speed: float) -> jax.Array:
        return stance_polynomial("ankle_y", speed)[2]

    slope = jax.grad(coefficient)
    below, above = edge - 1e-6, edge + 1e-6
    assert float(coefficient(below)) == pytest.approx(float(coefficient(above)), rel=1e-4)
    assert float(slope(below)) == pytest.approx(float(slope(above)), rel=1e-4)
