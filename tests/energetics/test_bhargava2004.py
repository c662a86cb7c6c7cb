"""Bhargava 2004 against OpenSim, and against what must hold without it."""

import jax
import numpy as np
import pytest
from energetics.states import SHORTENING
from numpy.testing import assert_allclose
from opensim_tables import table

from stridesim.energetics import MuscleState
from stridesim.energetics.bhargava2004 import bhargava2004, maintenance_length_dependence

STATE = SHORTENING._replace(slow_twitch_fraction=0.5)
LENGTHENING = STATE._replace(norm_fiber_velocity=0.2, fiber_velocity=0.1)

OPENSIM = {"passive_force_shortens": True}
PLAIN = OPENSIM | {"force_dependent_shortening": False}
CLAMPED = PLAIN | {"minimum_heat": 1.0, "forbid_negative_total": True}


@pytest.mark.parametrize(
    ("column", "options", "part"),
    [
        ("default", CLAMPED, "total"),
        ("noclamp", PLAIN, "total"),
        ("noclamp_forcedep", OPENSIM, "total"),
        ("act_only", OPENSIM, "activation"),
        ("mnt_only", OPENSIM, "maintenance"),
        ("short_only", PLAIN, "shortening"),
        ("short_only_forcedep", OPENSIM, "shortening"),
        ("work_only", OPENSIM, "work"),
    ],
)
def test_equals_opensim(column: str, options: dict, part: str):
    t = table("metabolics_bhargava2004")
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
        passive_force=t["passive_fiber_force"],
    )
    got = getattr(bhargava2004(state, **options), part)
    assert_allclose(got, t[f"power_{column}"], rtol=1e-10, atol=1e-12)


def test_by_hand():
    """The paper's equations, coefficient by coefficient; no table needed."""
    slow, fast = 0.5 * np.sin(np.pi / 4), 0.5 * (1.0 - np.cos(np.pi / 4))
    short, long = bhargava2004(STATE), bhargava2004(LENGTHENING)
    assert_allclose(short.activation, 0.6 * (40.0 * slow + 133.0 * fast), rtol=1e-14)
    assert_allclose(short.maintenance, 0.6 * 0.9 * (74.0 * slow + 111.0 * fast), rtol=1e-14)
    isometric = 0.4 * 0.95 * 3000.0
    assert_allclose(short.shortening, 0.1 * (0.16 * isometric + 0.18 * 500.0), rtol=1e-14)
    assert_allclose(long.shortening, -0.1 * 0.157 * 500.0, rtol=1e-14)
    assert_allclose([short.positive_work, short.negative_work], [50.0, 0.0], rtol=1e-14)
    assert_allclose([long.positive_work, long.negative_work], [0.0, -50.0], rtol=1e-14)


def test_maintenance_depends_on_length():
    length = np.array([0.0, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0])
    expected = [0.5, 0.5, 0.75, 1.0, 0.5, 0.0, 0.0]
    assert_allclose(maintenance_length_dependence(length), expected, atol=1e-15)


def test_muscle_that_is_off_costs_nothing():
    off = STATE._replace(activation=0.0, excitation=0.0, active_force=0.0)
    assert bhargava2004(off).total == 0.0


def test_total_is_the_sum_of_its_parts():
    rates = bhargava2004(STATE, minimum_heat=1.0, forbid_negative_total=True)
    assert_allclose(rates.total, sum(rates), rtol=1e-14)


def test_floors():
    """Floors act only where they must, and exactly to their level."""
    weak = LENGTHENING._replace(activation=0.01, excitation=0.01, active_force=3.0)
    plain = bhargava2004(weak)
    assert plain.heat < 0.6
    assert_allclose(bhargava2004(weak, minimum_heat=1.0).heat, 0.6, rtol=1e-14)
    strong = weak._replace(active_force=900.0)
    assert bhargava2004(strong).total < 0.0
    assert_allclose(bhargava2004(strong, forbid_negative_total=True).total, 0.0, atol=1e-12)
    assert bhargava2004(STATE, minimum_heat=1.0, forbid_negative_total=True).floor == 0.0


def test_uncounted_negative_work():
    assert bhargava2004(LENGTHENING, count_negative_work=False).work == 0.0
    assert_allclose(bhargava2004(STATE, count_negative_work=False).work, 50.0)


@pytest.mark.parametrize("state", [STATE, LENGTHENING])
def test_gradient(state: MuscleState):
    @jax.jit
    def total(at: MuscleState):
        return bhargava2004(at, **OPENSIM).total

    slopes = jax.grad(total)(state)
    for field, value, slope in zip(state._fields, state, slopes, strict=True):
        step = 1e-6 * max(1.0, abs(value))
        ends = [total(state._replace(**{field: value + s})) for s in (step, -step)]
        difference = (ends[0] - ends[1]) / (2.0 * step)
        assert_allclose(slope, difference, rtol=1e-6, atol=1e-7, err_msg=field)


@pytest.mark.parametrize("velocity", [0.0, 0.3])
def test_gradient_is_finite_at_the_corners(velocity: float):
    corner = LENGTHENING._replace(
        fiber_velocity=velocity, norm_fiber_velocity=velocity, excitation=0.0, activation=0.0
    )
    slopes = jax.grad(lambda s: bhargava2004(s, **CLAMPED).total)(corner)
    assert np.isfinite(np.array(slopes)).all()
