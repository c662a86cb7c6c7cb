"""From the runner's parameters to the template's numbers: forces, lengths, foot."""

import math
from typing import Any

import numpy as np
import pytest
from gait.shipped import shipped_template

from stridesim.constants import GRAVITY
from stridesim.dynamics.template import COP_PIVOT
from stridesim.elementary import horner
from stridesim.runner.body import REFERENCE_HEIGHT
from stridesim.runner.curves import measured_curves


@pytest.mark.parametrize(
    ("changes", "forward", "upward"),
    [
        ({}, 0.0, -GRAVITY),
        ({"task__slope": 0.1}, -GRAVITY * 0.1 / math.hypot(1, 0.1), -GRAVITY / math.hypot(1, 0.1)),
        ({"task__slope": -0.1}, GRAVITY * 0.1 / math.hypot(1, 0.1), -GRAVITY / math.hypot(1, 0.1)),
        ({"task__horizontal_force": 0.05}, -0.05 * GRAVITY, -GRAVITY),
        ({"task__weight_support": 0.2}, 0.0, -0.8 * GRAVITY),
    ],
)
def test_everything_but_the_leg(changes: dict[str, Any], forward: float, upward: float) -> None:
    """Uphill and an impeding force hold back, support lifts; gravity is tilted, not lost."""
    template = shipped_template(**changes)
    assert float(template.acceleration_x) == pytest.approx(forward, abs=1e-12)
    assert float(template.acceleration_z) == pytest.approx(upward, abs=1e-12)


def test_a_load_is_moved_but_neither_supported_nor_pushed() -> None:
    """Support and horizontal force are in weights of the body alone; a load dilutes them."""
    free, loaded = (
        shipped_template(
            task__weight_support=0.2,
            task__horizontal_force=0.05,
            task__trunk_load=load,
            task__foot_load=0.1 * load,
        )
        for load in (0.0, 10.0)
    )
    mass = float(free.mass)
    assert float(loaded.mass) == pytest.approx(mass + 10.0 + 2 * 1.0)
    for outer in (lambda t: t.acceleration_x, lambda t: t.acceleration_z + GRAVITY):
        assert float(loaded.mass * outer(loaded)) == pytest.approx(mass * float(outer(free)))


def test_air_drag_grows_with_the_square_of_speed() -> None:
    """Pugh 1971: about 6 N at 4.5 m/s for a body surface of 1.9 m2 in still air."""
    slow, fast = (shipped_template(speed, task__air_drag=1.0) for speed in (2.25, 4.5))
    assert float(fast.acceleration_x) == pytest.approx(4 * float(slow.acceleration_x))
    assert 5 < -float(fast.acceleration_x * fast.mass) < 6.5


@pytest.mark.parametrize(("mass", "height", "surface"), [(70.0, 1.75, 1.85), (50.0, 1.6, 1.50)])
def test_air_drag_is_pughs_share_of_the_body_surface(
    mass: float, height: float, surface: float
) -> None:
    """Surfaces from the chart of DuBois 1916; 26.6 % of them face the wind (Pugh 1971), with a
    drag coefficient of 0.9."""
    template = shipped_template(4.0, task__air_drag=1.0, body__mass=mass, body__height=height)
    pressure = 0.5 * 1.225 * 4.0**2
    wanted = pressure * 0.9 * 0.266 * surface
    assert -float(template.acceleration_x) * mass == pytest.approx(wanted, rel=0.01)


def test_the_centre_of_mass_is_as_far_ahead_of_the_hip_as_measured() -> None:
    """Mean over stance weighted by the vertical force, of the runners whose curves are carried, at
    the lean that is taken for theirs."""
    curve = {
        name: measured_curves()["stance", 3.5, name][:, 1]
        for name in ("grf_y", "com_y", "ang_com_cop", "cop_x", "hip_x")
    }
    # The angle is positive with the foot ahead.
    com_x = curve["cop_x"] - curve["com_y"] * np.tan(np.deg2rad(curve["ang_com_cop"]))
    wanted = np.average(com_x - curve["hip_x"], weights=curve["grf_y"])
    template = shipped_template(posture__trunk_lean="7.2 deg", body__height=REFERENCE_HEIGHT)
    assert float(template.hip_behind) == pytest.approx(wanted, abs=1e-3)
    assert wanted > 0.01


def test_a_bent_knee_shortens_the_leg_by_the_law_of_cosines() -> None:
    template = shipped_template(posture__knee_flexion_at_contact=30.0, body__height=1.8)
    thigh, shank = 0.2414 * 1.8, 0.2366 * 1.8
    hip = np.array([0.0, thigh])
    ankle = -shank * np.array([math.sin(math.pi / 6), math.cos(math.pi / 6)])
    wanted = float(np.linalg.norm(hip - ankle))
    assert float(template.leg_at_contact) == pytest.approx(wanted, rel=1e-12)


def test_leaning_forward_brings_the_centre_of_mass_ahead_of_the_hip_and_down() -> None:
    upright, leaning = (shipped_template(posture__trunk_lean=lean) for lean in (0.0, 20.0))
    arm = float(leaning.hip_behind - upright.hip_behind) / math.sin(math.radians(20))
    drop = float(upright.hip_below - leaning.hip_below)
    assert 0.15 < arm < 0.4
    assert drop == pytest.approx(arm * (1 - math.cos(math.radians(20))), rel=1e-9)


def test_excursion_stretches_the_path_of_the_foot_about_its_pivot() -> None:
    short, long = (shipped_template(posture__cop_excursion=x) for x in (0.5, 1.5))
    for phase in (0.0, 0.3, COP_PIVOT, 1.0):
        a, b, at_pivot = (
            float(horner(t.cop_x, p))
            for t, p in ((short, phase), (long, phase), (short, COP_PIVOT))
        )
        assert b - at_pivot == pytest.approx(3 * (a - at_pivot), abs=1e-12)
    still = shipped_template(posture__force_divergence=0.0)
    assert not np.any(np.array(still.divergence))


def test_step_frequency_onset_and_shift_arrive() -> None:
    template = shipped_template(
        gait__step_frequency=2.5, hip__onset_delay=0.03, posture__trunk_shift=0.01
    )
    straight = shipped_template(posture__trunk_shift=0.0)
    assert float(template.step_time) == pytest.approx(0.4)
    assert float(template.hip_onset) == pytest.approx(0.03)
    assert float(straight.hip_half_width - template.hip_half_width) == pytest.approx(0.01)


@pytest.mark.parametrize(
    "length",
    [
        "hip_half_width",
        "hip_below",
        "hip_behind",
        "leg_at_contact",
        "cop_x",
        "divergence",
        "ankle_x",
        "ankle_z",
    ],
)
def test_a_taller_runner_is_the_same_runner_enlarged(length: str) -> None:
    """Geometric similarity: no length of body or foot may stay behind."""
    small, tall = (
        shipped_template(3.5, body__height=h, posture__trunk_shift=0.0) for h in (1.6, 1.92)
    )
    before, after = (np.array(getattr(t, length)) for t in (small, tall))
    np.testing.assert_allclose(after, 1.2 * before, rtol=1e-12)
    assert np.abs(before).max() > 0
