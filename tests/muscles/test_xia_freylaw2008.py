"""Fatigue at its limits, against exact solutions, and the averaged cycle against the cycle."""

import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose

from stridesim.muscles.xia_freylaw2008 import (
    JOINT_RATES,
    REGION,
    REST_RECOVERY,
    TRACKING,
    Compartments,
    Rates,
    averaged,
    equilibrium,
    flows,
    followed,
    rates_of,
    resting_share,
)
from stridesim.posture.time_grid import TimeGrid
from stridesim.runner import GROUPS

KNEE = JOINT_RATES["knee"]
PERIOD = 0.7


def _fresh(count: int = 1) -> Compartments:
    return Compartments(np.zeros(count), np.ones(count), np.zeros(count))


def _stride(time: float | np.ndarray, peak: float = 0.6) -> np.ndarray:
    """Activation of a muscle of stance: half a sine for a third of the stride, then tone."""
    phase = np.mod(np.asarray(time) / PERIOD, 1.0)
    return np.where(phase < 0.35, peak * np.sin(np.pi * phase / 0.35), 0.0) + 0.01


def test_every_group_has_a_region() -> None:
    assert set(REGION) == set(GROUPS)
    rates = rates_of(GROUPS, hip="trunk")
    assert rates.fatigue[GROUPS.index("gluteus_medius")] == JOINT_RATES["trunk"].fatigue
    assert rates.fatigue[GROUPS.index("soleus")] == JOINT_RATES["ankle"].fatigue
    assert_allclose(rates_of(GROUPS, factor=2.0).recovery, 2 * rates_of(GROUPS).recovery)


def test_compartments_sum_to_one() -> None:
    state = Compartments(np.array([0.2]), np.array([0.5]), np.array([0.3]))
    for target in (0.0, 0.1, 0.4, 0.9):
        assert_allclose(sum(flows(state, target, KNEE)), 0.0, atol=1e-15)
    assert_allclose(sum(followed(_fresh(), _stride, 30.0, KNEE)), 1.0, atol=1e-12)


def test_without_rates_nothing_tires() -> None:
    none = Rates(0.0, 0.0)
    assert followed(_fresh(), _stride, 20.0, none).fatigued == 0.0
    assert_allclose(averaged([0.0, 0.2], [0.3, 0.3], [0.5, 0.5], 3600.0, none), [0.0, 0.2])


def test_a_lasting_load_reaches_the_equilibrium() -> None:
    """Steady: C = F M_A, so M_A = L TL / (L + F), and F M_A = R M_F."""
    load = 0.05
    found = followed(_fresh(), lambda _: load, 4000.0, KNEE, step=0.05)
    active = TRACKING * load / (TRACKING + KNEE.fatigue)
    assert_allclose(found.active, active, rtol=1e-6)
    assert_allclose(found.fatigued, KNEE.fatigue * active / KNEE.recovery, rtol=3e-3)
    assert_allclose(averaged([0.0], [load], [0.0], 1e5, KNEE), equilibrium(load, 0.0, KNEE))


def test_the_endurance_time_of_a_hold_is_about_that_of_its_source() -> None:
    """Frey-Law 2012 fits F and R to the times that people hold a share of their strength. While it
    is held M_F' = F TL - R M_F, until M_F = 1 - TL."""
    held = 0.5
    limit = KNEE.fatigue * held / KNEE.recovery
    exact = -np.log(1 - (1 - held) / limit) / KNEE.recovery
    assert 50 < exact < 90  # s; Frey-Law & Avin 2010: about a minute at the knee
    assert averaged([0.0], [held], [0.0], exact, KNEE) == pytest.approx(1 - held)


def test_a_muscle_that_cannot_meet_the_load_gives_all_it_has() -> None:
    """M_A = 1 - M_F then, and M_F' = F (1 - M_F) - R M_F."""
    after = averaged([0.0], [0.9], [0.0], 1e5, KNEE)
    assert_allclose(after, KNEE.fatigue / (KNEE.fatigue + KNEE.recovery), rtol=1e-9)
    exact = followed(_fresh(), lambda _: 0.9, 60.0, KNEE, step=0.01)
    assert_allclose(averaged([0.0], [0.9], [0.0], 60.0, KNEE), exact.fatigued, rtol=0.02)


def test_rest_recovers_fifteen_times_as_fast() -> None:
    tired = Compartments(np.zeros(1), np.array([0.6]), np.array([0.4]))
    rested = followed(tired, lambda _: 0.0, 30.0, KNEE)
    assert_allclose(rested.fatigued, 0.4 * np.exp(-REST_RECOVERY * KNEE.recovery * 30), rtol=1e-6)
    assert_allclose(averaged([0.4], [0.0], [1.0], 30.0, KNEE), rested.fatigued, rtol=1e-6)


def test_doubled_rates_reach_the_same_state_in_half_the_time() -> None:
    twice = Rates(2 * KNEE.fatigue, 2 * KNEE.recovery)
    for load in (0.1, 0.3, 0.8):
        slow = averaged([0.05], [load], [0.6], 120.0, KNEE)
        assert_allclose(averaged([0.05], [load], [0.6], 60.0, twice), slow, rtol=1e-12)


def test_steps_of_a_constant_load_add_up() -> None:
    whole = averaged([0.1], [0.4], [0.3], 200.0, KNEE)
    part = averaged(averaged([0.1], [0.4], [0.3], 70.0, KNEE), [0.4], [0.3], 130.0, KNEE)
    assert_allclose(part, whole, rtol=1e-12)


@pytest.mark.parametrize("region", ["ankle", "knee"])
def test_the_average_of_a_fast_cycle_is_the_cycle_followed_for_a_minute(region: str) -> None:
    """The mean load and the resting share of 56 nodes against 12,000 steps of the cycle itself."""
    rates = JOINT_RATES[region]
    time = np.linspace(0.0, PERIOD, 57)[:-1]
    activation = jnp.asarray(_stride(time))[None]
    resting = float(resting_share(activation, TimeGrid(jnp.asarray(time), PERIOD))[0])
    mean = float(np.mean(_stride(np.linspace(0.0, PERIOD, 7001)[:-1])))
    cycle = followed(_fresh(), _stride, 60.0, rates)
    assert 0.5 < resting < 0.9
    assert_allclose(averaged([0.0], [mean], [resting], 60.0, rates), cycle.fatigued, rtol=0.01)


def test_a_steady_activation_has_no_rest_and_a_short_burst_much() -> None:
    time = jnp.linspace(0.0, PERIOD, 57)[:-1]
    grid = TimeGrid(time, PERIOD)
    burst = jnp.where(time < 0.05, 0.8, 0.0)
    shares = resting_share(jnp.stack([burst, 0.3 * jnp.where(time < 0.6, 1.0, 0.0)]), grid)
    assert shares[0] > 0.85
    assert shares[1] < 0.3
