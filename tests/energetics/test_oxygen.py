"""Energy equivalents of oxygen and the units of economy."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.energetics import oxygen


def test_published_equivalents():
    """Textbook values: fat 19.6, carbohydrate 21.1 J/ml (Lusk); Lusk's table at R = 0.76."""
    assert_allclose(oxygen.lusk1924(np.array([0.707, 1.0])), [19.61, 21.12], atol=5e-3)
    assert_allclose(oxygen.lusk1924(0.76), 4.751 * 4.184, rtol=1e-4)
    assert_allclose(oxygen.peronnet1991(0.9), 16.89 + 4.356, rtol=1e-12)
    assert_allclose(oxygen.brockway1987(1.0), 21.09, rtol=1e-12)


@pytest.mark.parametrize("equation", oxygen.OXYGEN_EQUIVALENTS.values())
def test_equivalent_rises_from_fat_to_carbohydrate_and_stops(equation):
    values = np.asarray(equation(np.array([0.6, 0.7, 0.71, 0.85, 1.0, 1.15])))
    assert (np.diff(values) >= 0.0).all()
    assert values[0] == values[1]
    assert values[4] == values[5]
    assert 19.5 < values[0] < values[4] < 21.8


def test_equations_agree_within_five_percent():
    ratio = np.linspace(0.75, 1.0, 11)
    values = np.stack([np.asarray(f(ratio)) for f in oxygen.OXYGEN_EQUIVALENTS.values()])
    assert (values.max(axis=0) / values.min(axis=0)).max() < 1.052


def test_one_runner_in_all_units():
    """12 km/h at 40 ml/kg/min and 20.9 J/ml: 200 ml/kg/km, 4.18 J/kg/m, 1 kcal/kg/km."""
    power = oxygen.power_from_oxygen_uptake(40.0, 20.92)
    cost = oxygen.cost_of_transport(power, 12 / 3.6)
    assert_allclose(power, 40 * 20.92 / 60)
    assert_allclose(oxygen.oxygen_cost(cost, 20.92), 200.0)
    assert_allclose(cost, 4.184)
    assert_allclose(oxygen.caloric_cost(cost), 1.0)


def test_conversions_come_back():
    values = np.linspace(1.0, 9.0, 5)
    power = oxygen.metabolic_power(values, 3.3)
    assert_allclose(oxygen.cost_of_transport(power, 3.3), values)
    uptake = oxygen.oxygen_uptake(values, 20.5)
    assert_allclose(oxygen.power_from_oxygen_uptake(uptake, 20.5), values)
    assert_allclose(oxygen.cost_from_oxygen_cost(oxygen.oxygen_cost(values, 20.5), 20.5), values)
    assert_allclose(oxygen.cost_from_caloric_cost(oxygen.caloric_cost(values)), values)
