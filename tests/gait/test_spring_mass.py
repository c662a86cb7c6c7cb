"""The classic region of self-stable running: its J, its least stiffness, and steps to a fall."""

import functools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from stridesim.constants import GRAVITY
from stridesim.dynamics.forward import Fall
from stridesim.gait.spring_mass import STEPS_TO_COUNT, SpringMass, steps_to_fall

CLASSIC = SpringMass(mass=80.0, leg=1.0, speed=5.0, apex=1.0)
ANGLES = np.arange(55.0, 80.1, 1.0)
STIFFNESSES = np.arange(8e3, 60.1e3, 4e3)


@functools.cache
def _region() -> np.ndarray:
    """Steps completed (stiffness, angle)."""
    angle, stiffness = np.meshgrid(np.deg2rad(ANGLES), STIFFNESSES)
    done, _ = steps_to_fall(CLASSIC, angle.ravel(), stiffness.ravel())
    return done.reshape(angle.shape)


def _one(angle: float, stiffness: float, runner: SpringMass = CLASSIC) -> tuple[int, Fall]:
    done, falls = steps_to_fall(runner, np.deg2rad([angle]), np.array([stiffness]))
    return int(done[0]), Fall(int(falls[0]))


@pytest.mark.parametrize("stiffness", [20e3, 21e3, 22e3])
def test_at_68_degrees_about_20_kilonewton_a_metre_is_stable(stiffness: float) -> None:
    assert _one(68.0, stiffness) == (STEPS_TO_COUNT, Fall.none)


def test_at_68_degrees_a_softer_leg_falls_at_once() -> None:
    assert _one(68.0, 18e3)[0] <= 2


def test_far_from_the_region_the_runner_falls_within_a_few_steps() -> None:
    """Too soft a leg for its angle tips him forward, too stiff a leg throws him up and back."""
    soft, why_soft = _one(68.0, 10e3)
    stiff, why_stiff = _one(68.0, 40e3)
    assert soft <= 3
    assert stiff <= 8
    assert why_soft in {Fall.no_flight, Fall.too_low_to_place_the_leg}
    assert why_stiff in {Fall.too_low_to_place_the_leg, Fall.backward, Fall.no_flight}
    assert _one(57.0, 40e3)[0] <= 2


def test_the_region_is_a_j_a_stiffer_leg_needs_a_steeper_angle() -> None:
    stable = _region() == STEPS_TO_COUNT
    rows = stable.any(axis=1)
    assert rows[STIFFNESSES >= 12e3].all()
    middle = np.array([ANGLES[row].mean() for row in stable[STIFFNESSES >= 12e3]])
    assert np.all(np.diff(middle) >= 0)
    # Nearly level at the foot of the J, nearly upright at its top.
    per_kilonewton = np.diff(middle) / 4
    assert per_kilonewton[0] >= 1.0
    assert per_kilonewton[-4:].mean() < 0.35
    # A narrow band: of every stiffness only a few degrees are stable.
    assert stable.sum(axis=1).max() <= 5


def test_slower_than_a_least_speed_the_same_leg_is_never_stable() -> None:
    """Seyfarth 2002: self-stability asks for a minimum speed."""
    angles = np.deg2rad(np.arange(55.0, 88.0, 0.5))
    for speed, any_stable in ((2.0, False), (5.0, True)):
        runner = SpringMass(speed=speed)
        done, _ = steps_to_fall(runner, angles, np.full(angles.shape, 20e3))
        assert (done == STEPS_TO_COUNT).any() == any_stable, speed


@pytest.mark.parametrize(("angle", "stiffness"), [(66.0, 20e3), (67.0, 20e3), (72.0, 30e3)])
def test_steps_are_those_of_a_textbook_simulation(angle: float, stiffness: float) -> None:
    assert _one(angle, stiffness)[0] == _textbook_steps(np.deg2rad(angle), stiffness)


def _textbook_steps(angle: float, stiffness: float) -> int:
    mass, leg = CLASSIC.mass, CLASSIC.leg
    z, vx = CLASSIC.apex, CLASSIC.speed

    def rates(_: float, q: np.ndarray) -> list[float]:
        length = np.hypot(q[0], q[1])
        pull = stiffness * (leg / length - 1) / mass
        return [q[2], q[3], pull * q[0], pull * q[1] - GRAVITY]

    def unloaded(time: float, q: np.ndarray) -> float:
        return np.hypot(q[0], q[1]) - leg if time > 1e-3 else -1.0

    unloaded.terminal = True  # pyright: ignore[reportFunctionMemberAccess]
    for done in range(STEPS_TO_COUNT):
        drop = z - leg * np.sin(angle)
        if drop <= 0:
            return done
        start = [-leg * np.cos(angle), leg * np.sin(angle), vx, -np.sqrt(2 * GRAVITY * drop)]
        stance = solve_ivp(rates, (0, 1), start, events=unloaded, method="DOP853",
                           rtol=1e-10, atol=1e-12)  # fmt: skip
        _, height, vx, vz = stance.y[:, -1]
        if stance.status != 1 or vx <= 0 or vz <= 0:
            return done
        z = height + vz**2 / (2 * GRAVITY)
    return STEPS_TO_COUNT
