"""What an evaluation says adds up, is named, and has the units it claims."""

import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose

from stridesim.constants import GRAVITY
from stridesim.economy import evaluate, every_price
from stridesim.economy.measures import EXCHANGE_RATIO
from stridesim.energetics import METABOLIC_MODELS, oxygen
from stridesim.energetics.upkeep import BREATHING_SHARE, REST_POWER
from stridesim.posture.timeline import STANCE_NODES
from stridesim.results import GROUP_QUANTITIES, QUANTITIES, InputError, Status
from stridesim.runner import GROUPS, Runner, apply_overrides

OF_RECORDINGS = {"vertical_stiffness_sine_wave", "leg_stiffness_sine_wave"}
"""Names that only a recording has."""
OF_PERTURBATIONS = {"spectral_radius", "steps_completed", "peak_deviation", "final_deviation"}
"""Names that only a perturbed gait has."""


def _weights(time: np.ndarray, period: float) -> np.ndarray:
    """Trapezoid weights on the closed cycle, by hand."""
    ends = np.concatenate([[time[-1] - period], time, [time[0] + period]])
    return 0.5 * (ends[2:] - ends[:-2])


def test_names_are_those_of_the_list() -> None:
    expected = set(QUANTITIES) - OF_RECORDINGS - OF_PERTURBATIONS
    expected |= {f"{name}.{group}" for name in GROUP_QUANTITIES for group in GROUPS}
    assert set(shipped().results) == expected
    assert all(np.ndim(value) == 0 for value in shipped().results.values())


@pytest.mark.parametrize("metabolic", METABOLIC_MODELS)
def test_the_shipped_runner_can_run(metabolic: str) -> None:
    for speed in SPEEDS:
        found = shipped(speed, metabolic)
        assert found.ok
        assert found.status == Status.ok


def test_an_unknown_metabolic_model_is_named() -> None:
    with pytest.raises(InputError, match="metabolic = 'foo': expected one of"):
        evaluate(Runner.load(), "foo")


@pytest.mark.parametrize("metabolic", METABOLIC_MODELS)
@pytest.mark.parametrize("speed", SPEEDS)
def test_power_is_the_sum_of_its_parts(speed: float, metabolic: str) -> None:
    found = shipped(speed, metabolic)
    results, stride = found.results, found.stride
    gross = results["metabolic_power"]
    assert_allclose(stride.power.sum() + sum(stride.upkeep), gross, rtol=1e-13)
    weights = _weights(stride.timeline.time, float(stride.timeline.period))
    period, mass = stride.timeline.period, found.runner.body.mass
    heats = stride.heats
    causes = [getattr(heats, name) for name in heats._fields]
    energy = sum(np.sum(cause * weights, axis=1) for cause in causes)
    assert_allclose(stride.power, 2 * energy / (period * mass), rtol=1e-12)
    named = [results[f"metabolic_energy.{group}"] for group in GROUPS]
    assert_allclose(named, energy, rtol=1e-12)
    assert stride.upkeep.rest == REST_POWER
    share = BREATHING_SHARE * (stride.power.sum() + stride.upkeep.breathing)
    assert_allclose(stride.upkeep.breathing, share, rtol=1e-12)


def test_a_model_named_is_the_one_that_prices() -> None:
    """The whole chain evaluated for a model, against the same stride priced by it."""
    alone = evaluate(apply_overrides(Runner.load(), {"task.speed": 3.5}), "bhargava2004")
    found = shipped(3.5, "bhargava2004")
    assert alone.status == found.status == Status.ok
    for name, value in found.results.items():
        assert_allclose(value, alone.results[name], rtol=1e-10, atol=1e-14, err_msg=name)
    default = shipped(3.5).results["cost_of_transport"]
    assert abs(found.results["cost_of_transport"] / default - 1) > 0.1


def test_every_price_is_that_of_a_stride_priced_by_its_model() -> None:
    prices = every_price(shipped(3.5))
    assert list(prices) == list(METABOLIC_MODELS)
    for metabolic, price in prices.items():
        results = shipped(3.5, metabolic).results
        for name, value in price.items():
            assert_allclose(value, results[name], rtol=1e-12, err_msg=f"{metabolic} {name}")


@pytest.mark.parametrize("metabolic", METABOLIC_MODELS)
def test_shares_make_a_whole(metabolic: str) -> None:
    found = shipped(3.5, metabolic)
    results, stride = found.results, found.stride
    shares = [results[f"{part}_share"] for part in ("stance", "swing", "rest")]
    assert sum(shares) == pytest.approx(1.0, rel=1e-13)
    weights = _weights(stride.timeline.time, float(stride.timeline.period))
    energy = np.sum((stride.heats.total * weights)[:, :STANCE_NODES])
    power = 2 * energy / (stride.timeline.period * found.runner.body.mass)
    assert_allclose(results["stance_share"], power / results["metabolic_power"], rtol=1e-12)
    assert 0.3 < results["stance_share"] < 0.8
    assert 0.1 < results["swing_share"] < 0.5


@pytest.mark.parametrize("metabolic", METABOLIC_MODELS)
def test_efficiency_is_positive_work_over_energy(metabolic: str) -> None:
    """By hand from the nodes. Margaria's muscle is a quarter efficient where it shortens, and is
    less so over a stride because stretch costs too."""
    found = shipped(3.5, metabolic)
    stride = found.stride
    weights = _weights(stride.timeline.time, float(stride.timeline.period))
    power = -stride.muscles.active_force * stride.muscles.fiber_velocity
    share = np.sum(weights * np.maximum(power, 0.0)) / np.sum(weights * stride.heats.total)
    assert_allclose(found.results["muscle_efficiency"], share, rtol=1e-10)
    if metabolic == "margaria1968":
        assert 0.15 < share < 0.25


@pytest.mark.parametrize("speed", SPEEDS)
def test_units_of_economy(speed: float) -> None:
    r = shipped(speed).results
    assert_allclose(r["cost_of_transport"], r["metabolic_power"] / speed, rtol=1e-14)
    assert_allclose(r["net_metabolic_power"], r["metabolic_power"] - REST_POWER, rtol=1e-14)
    assert_allclose(r["net_cost_of_transport"], r["net_metabolic_power"] / speed, rtol=1e-14)
    # kcal = 4184 J, a kilometre = 1000 m; litres of oxygen by their energy equivalent.
    assert_allclose(r["caloric_cost"], r["cost_of_transport"] * 1000 / 4184, rtol=1e-12)
    assert_allclose(r["oxygen_cost"], r["oxygen_uptake"] / (60 * speed) * 1000, rtol=1e-12)
    joules_per_ml = r["metabolic_power"] * 60 / r["oxygen_uptake"]
    assert_allclose(joules_per_ml, oxygen.peronnet1991(EXCHANGE_RATIO), rtol=1e-12)
    # Submaximal running: R = 0.9, at which Peronnet & Massicotte 1991 have 21.25 J/ml.
    assert joules_per_ml == pytest.approx(21.25, abs=5e-3)


@pytest.mark.parametrize("speed", SPEEDS)
def test_mechanics_follow_from_each_other(speed: float) -> None:
    found = shipped(speed)
    r, force = found.results, found.stride.timeline.force
    mass = found.runner.body.mass
    step = 1 / r["step_frequency"]
    assert_allclose(r["contact_time"] + r["flight_time"], step, rtol=1e-13)
    assert_allclose(r["duty_factor"], r["contact_time"] / (2 * step), rtol=1e-13)
    assert_allclose(r["step_length"], speed * step, rtol=1e-13)
    assert_allclose(r["peak_vertical_force"], force.z.max() / (mass * GRAVITY), rtol=1e-13)
    assert_allclose(r["peak_braking_force"], -force.x.min() / (mass * GRAVITY), rtol=1e-13)
    # Momentum: a step carries the weight for its whole duration, and does not speed up.
    # (The trapezoid over 32 intervals cuts the force's curve short by 5e-4.)
    assert_allclose(r["vertical_impulse"], GRAVITY * step, rtol=1e-3)
    assert_allclose(r["propulsive_impulse"], r["braking_impulse"], rtol=5e-3)
    assert_allclose(r["vertical_stiffness"] * r["com_drop_in_stance"], force.z.max(), rtol=1e-12)
    assert r["vertical_oscillation"] > r["com_drop_in_stance"]
    assert r["leg_stiffness"] < r["vertical_stiffness"]


def test_peaks_are_peaks() -> None:
    found = shipped(3.5)
    muscles, weight = found.stride.muscles, found.runner.body.mass * GRAVITY
    for i, group in enumerate(GROUPS):
        assert found.results[f"peak_force.{group}"] == pytest.approx(
            muscles.force[i].max() / weight
        )
        assert found.results[f"peak_activation.{group}"] == muscles.demand[i].max()


def test_mechanical_advantage_is_an_arm_over_an_arm() -> None:
    """r/R at the ankle: the Achilles' 4.5 cm over the ground force's; Biewener 2004 0.3-0.5."""
    r = shipped(3.5).results
    assert 0.2 < r["ankle_mechanical_advantage"] < 0.6
    assert 0.2 < r["knee_mechanical_advantage"] < 1.0
    assert 0.3 < r["hip_mechanical_advantage"] < 3.0
    assert r["knee_mechanical_advantage"] > 1e-2
