"""Umberger 2010 against OpenSim, and against what must hold without it."""

import jax
import numpy as np
import pytest
from energetics.states import SHORTENING
from numpy.testing import assert_allclose
from opensim_tables import table

from stridesim.energetics import METABOLIC_MODELS, MuscleState
from stridesim.energetics.model import orderly_slow_fraction
from stridesim.energetics.umberger2010 import effort, umberger2010

STATE = SHORTENING
LENGTHENING = STATE._replace(norm_fiber_velocity=0.2, fiber_velocity=0.1)
LONG = STATE._replace(norm_fiber_length=1.2, active_force_length=0.8)

UCHIDA = {"count_negative_work": True, "orderly_recruitment": True, "forbid_negative_total": True}
PLAIN = {"count_negative_work": True, "orderly_recruitment": True, "minimum_heat": 0.0}


def rows() -> tuple[MuscleState, dict[str, np.ndarray]]:
    t = table("metabolics_umberger2010")
    state = MuscleState(
        activation=t["activation"],
        excitation=t["excitation"],
        norm_fiber_length=t["norm_fiber_length"],
        norm_fiber_velocity=t["norm_fiber_velocity"],
        fiber_velocity=t["fiber_velocity"],
        active_force=t["active_fiber_force"],
        active_force_length=t["active_fl"],
        mass=t["muscle_mass"],
        slow_twitch_fraction=t["slow_twitch_ratio"],
        peak_isometric_force=3000.0,
        max_velocity=10.0,
        optimal_fiber_length=0.05,
    )
    return state, t


@pytest.mark.parametrize(
    ("column", "options", "part"),
    [
        ("default", UCHIDA, "total"),
        ("noclamp", PLAIN, "total"),
        ("noclamp_noneg", PLAIN | {"count_negative_work": False}, "total"),
        ("heat_s_only", PLAIN, "shortening"),
        ("work_only", PLAIN, "work"),
    ],
)
def test_equals_opensim(column: str, options: dict, part: str):
    state, t = rows()
    got = getattr(umberger2010(state, **options), part)
    assert_allclose(got, t[f"power_{column}"], rtol=1e-10, atol=1e-12)


def test_activation_and_maintenance_heat_equal_opensim():
    state, t = rows()
    got = umberger2010(state, **PLAIN)
    assert_allclose(got.activation + got.maintenance, t["power_heat_am_only"], rtol=1e-12)


def test_by_hand():
    """The paper's equations, coefficient by coefficient; no table needed."""
    rates = umberger2010(STATE)
    steady = 1.5 * 0.6 * 0.5**0.6 * (128.0 * 0.3 + 25.0)
    assert_allclose(rates.activation, 0.4 * steady, rtol=1e-14)
    assert_allclose(rates.maintenance, 0.6 * steady, rtol=1e-14)
    shortening = 1.5 * 0.6 * 0.5**2 * (0.7 * 25.0 * 2.0 + 0.3 * 15.3 * 2.0)
    assert_allclose(rates.shortening, shortening, rtol=1e-14)
    assert_allclose(rates.work, 50.0, rtol=1e-14)

    long = umberger2010(LONG)
    assert_allclose(long.activation, 0.4 * steady, rtol=1e-14)
    assert_allclose(long.maintenance, 0.6 * 0.8 * steady, rtol=1e-14)
    assert_allclose(long.shortening, 0.8 * shortening, rtol=1e-14)

    lengthening = umberger2010(LENGTHENING)
    assert_allclose(lengthening.shortening, 1.5 * 0.6 * 0.5 * 0.3 * 25.0 * 2.0, rtol=1e-14)
    assert lengthening.work == 0.0
    counted = umberger2010(LENGTHENING, count_negative_work=True)
    assert_allclose(counted.shortening, 1.5 * 0.6 * 0.5 * 4.0 * 25.0 * 2.0, rtol=1e-14)
    assert_allclose(counted.work, -50.0, rtol=1e-14)


def test_slow_fibres_shorten_with_limited_heat():
    fast = STATE._replace(norm_fiber_velocity=-0.6, slow_twitch_fraction=1.0)
    expected = 1.5 * 0.6 * 0.5**2 * 100.0
    assert_allclose(umberger2010(fast).shortening, expected, rtol=1e-14)


def test_aerobic_factor_scales_heat_not_work():
    aerobic, anaerobic = umberger2010(STATE), umberger2010(STATE, aerobic_factor=1.0)
    assert_allclose(aerobic.heat, 1.5 * anaerobic.heat, rtol=1e-14)
    assert aerobic.work == anaerobic.work


def test_effort():
    assert_allclose(effort(np.array([0.6, 0.2]), np.array([0.4, 0.4])), [0.6, 0.3], rtol=1e-15)


def test_slow_fibres_are_recruited_first():
    share = np.asarray(orderly_slow_fraction(np.linspace(0.0, 1.0, 11), 0.4))
    assert share[0] == 1.0
    assert (np.diff(share) < 0.0).all()
    assert_allclose(share[-1], 0.4, rtol=1e-14)


def test_muscle_that_is_off_gives_off_only_the_minimum():
    off = STATE._replace(activation=0.0, excitation=0.0, active_force=0.0)
    assert umberger2010(off, minimum_heat=0.0).total == 0.0
    assert_allclose(umberger2010(off).total, 0.6, rtol=1e-14)
    assert_allclose(umberger2010(off).floor, 0.6, rtol=1e-14)


def test_uchida_forbids_negative_power():
    pulled = LENGTHENING._replace(active_force=9000.0)
    assert umberger2010(pulled, **PLAIN).total < 0.0
    assert_allclose(METABOLIC_MODELS["uchida2016"](pulled).total, 0.0, atol=1e-11)


def test_models_share_a_signature():
    for model in METABOLIC_MODELS.values():
        rates = model(STATE)
        assert_allclose(rates.total, sum(rates), rtol=1e-14)
        assert rates.total > rates.positive_work > 0.0


@pytest.mark.parametrize("state", [STATE, LENGTHENING, LONG])
@pytest.mark.parametrize("options", [{}, UCHIDA])
def test_gradient(state: MuscleState, options: dict):
    @jax.jit
    def total(at: MuscleState):
        return umberger2010(at, **options).total

    slopes = jax.grad(total)(state)
    for field, value, slope in zip(state._fields, state, slopes, strict=True):
        step = 1e-6 * max(1.0, abs(value))
        ends = [total(state._replace(**{field: value + s})) for s in (step, -step)]
        difference = (ends[0] - ends[1]) / (2.0 * step)
        assert_allclose(slope, difference, rtol=1e-6, atol=1e-7, err_msg=field)


@pytest.mark.parametrize("activation", [0.0, 0.5])
@pytest.mark.parametrize("velocity", [-0.4, 0.0, 0.3])
def test_gradient_is_finite_at_the_corners(activation: float, velocity: float):
    corner = LONG._replace(
        norm_fiber_length=1.0,
        fiber_velocity=velocity,
        norm_fiber_velocity=velocity,
        excitation=activation,
        activation=activation,
    )
    slopes = jax.grad(lambda s: umberger2010(s, **UCHIDA).total)(corner)
    assert np.isfinite(np.array(slopes)).all()
