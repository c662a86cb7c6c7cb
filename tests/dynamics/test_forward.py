"""The forward step against the periodic solution, SciPy with events, energy, and the mirror."""

import dataclasses
import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from dynamics.independent import Independent
from gait.shipped import SPEEDS, shipped_template, solved
from numpy.polynomial import Polynomial
from scipy.integrate import solve_ivp

from stridesim.constants import GRAVITY
from stridesim.dynamics.forward import FALLS, Fall, Step, stance_path, step
from stridesim.dynamics.stance import STEPS, take_off
from stridesim.dynamics.swing_leg import Apex, Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.course import intended_step
from stridesim.gait.residual import touchdown
from stridesim.gait.spring_mass import SpringMass, spring_mass_step, spring_mass_template

SIDEWAYS = ("hip_half_width", "hip_stiffness", "hip_damping", "hip_neutral", "thigh_tracking",
            "step_width")  # fmt: skip

_step = jax.jit(step)
_path = jax.jit(stance_path, static_argnames="samples")


def _gains(**given: float) -> Feedback:
    return jax.tree.map(lambda gain: jnp.asarray(gain, float), Feedback(**given))


FIXED = _gains()
ALL = _gains(retraction=2.0, lateral_placement=0.2, forward_placement=0.05, push_off_energy=0.05)


@functools.cache
def _runner(speed: float = 3.5, **changes: Any) -> tuple[Template, IntendedStep]:
    template = shipped_template(speed, **changes)
    return template, intended_step(solved(template), template)


def _moved(intended: IntendedStep, **by: float) -> Apex:
    return intended.apex._replace(
        **{name: getattr(intended.apex, name) + d for name, d in by.items()}
    )


@pytest.mark.parametrize("gains", [FIXED, ALL], ids=["fixed", "feedback"])
@pytest.mark.parametrize("speed", SPEEDS)
def test_from_the_periodic_apex_the_step_is_the_periodic_one(speed: float, gains: Feedback) -> None:
    """Touchdown, take-off, contact and flight time and the next apex; no gain changes them."""
    template, intended = _runner(speed)
    unknowns = solved(template)
    start, contact = touchdown(unknowns, template)
    off = jax.jit(take_off)(start, contact, template)
    found = _step(intended.apex, intended, gains, template)
    assert found.fall == Fall.none
    np.testing.assert_allclose(np.array(found.touchdown), np.array(start), rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.array(found.contact), np.array(contact), rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.array(found.take_off), np.array(off), rtol=0, atol=1e-9)
    np.testing.assert_allclose(np.array(found.apex), np.array(intended.apex), rtol=0, atol=1e-9)
    assert float(found.contact_time) == pytest.approx(float(unknowns.contact_time), abs=1e-9)
    lasting = found.fall_time + found.contact_time + found.rise_time
    assert float(lasting) == pytest.approx(float(template.step_time), abs=1e-9)


def _flight_by_scipy(template: Template, intended: IntendedStep, apex: Apex) -> np.ndarray:
    """State at touchdown as seen from the foot, by integration until the leg reaches the ground."""
    t = Independent(template, 1.0, 0.0, 1.0)
    p = t.p
    leg = float(p["leg_at_contact"])
    foot = np.array(
        [leg * np.sin(float(intended.leg_angle)) - p["hip_behind"], intended.foot_aside, 0.0]
    )

    def rates(_: float, q: np.ndarray) -> np.ndarray:
        pull = [p["acceleration_x"], 0.0, p["acceleration_z"], 0.0]
        return np.concatenate([q[4:], pull])

    def above(_: float, q: np.ndarray) -> float:
        hip = t.at(0.0, q).hip
        # The ankle where the foot is held: level with the ground, ahead and aside of the body.
        ankle = np.array([q[0] + foot[0], q[1] + foot[1], p["ankle_z"]])
        return float(np.linalg.norm(hip - ankle)) - leg if hip[2] > ankle[2] else -1.0

    above.terminal, above.direction = True, -1  # pyright: ignore[reportFunctionMemberAccess]
    q = [0.0, 0.0, apex.z, apex.roll, apex.vx, apex.vy, 0.0, apex.roll_rate]
    found = solve_ivp(rates, (0, 1), np.array(q, float), events=above, method="DOP853",
                      rtol=1e-11, atol=1e-12)  # fmt: skip
    assert found.status == 1
    down = found.y[:, -1]
    # Origin of the foot: the ankle stands `ankle_x` ahead of it, half a step width aside.
    down[0] = -foot[0] + p["ankle_x"]
    down[1] = 0.5 * p["step_width"] - foot[1]
    return down


def _stance_by_scipy(
    template: Template, intended: IntendedStep, down: np.ndarray
) -> tuple[np.ndarray, float]:
    """State at take-off and contact time: the leg's force falls to zero, before the clock is over
    or after, when push-off, centre of pressure and divergence stand still."""
    duration, push_off = float(intended.contact_time), float(intended.push_off)
    first = Independent(template, 1.0, push_off, duration)
    hip = first.at(0.0, down).hip
    cop = np.array([first.cop(0.0), 0.5 * first.p["step_width"], 0.0])
    first.rest = float(np.linalg.norm(hip - cop))
    held = Independent(template, first.rest + push_off, 0.0, duration)
    held.cop, held.divergence = Polynomial([first.cop(1.0)]), Polynomial([first.divergence(1.0)])

    def unloaded(time: float, q: np.ndarray, side: Independent) -> float:
        return side.at(time, q).leg_force if time > 1e-3 else 1.0

    for one, start, end in ((first, 0.0, duration), (held, duration, 3 * duration)):
        event = functools.partial(unloaded, side=one)
        event.terminal, event.direction = True, -1  # pyright: ignore
        found = solve_ivp(one.rates, (start, end), down, events=event, method="DOP853",
                          rtol=1e-11, atol=1e-13, max_step=0.01)  # fmt: skip
        down = found.y[:, -1]
        if found.status == 1:
            return down, found.t[-1]
    raise AssertionError("no take-off")


PERTURBED = {
    "lower ground": {"z": 0.03},
    "higher ground": {"z": -0.02},
    "pushed forward": {"vx": 0.3},
    "held back": {"vx": -0.3},
    "pushed outward": {"vy": 0.15},
    "pushed inward": {"vy": -0.15},
    "pelvis dropped": {"roll": 0.08, "roll_rate": -0.5},
}


@pytest.mark.parametrize("case", PERTURBED)
@pytest.mark.parametrize("speed", [2.5, 4.5])
def test_a_perturbed_step_equals_scipy_with_events(speed: float, case: str) -> None:
    template, intended = _runner(speed)
    apex = _moved(intended, **PERTURBED[case])
    found = _step(apex, intended, FIXED, template)
    assert found.fall == Fall.none
    down = _flight_by_scipy(template, intended, apex)
    np.testing.assert_allclose(np.array(found.touchdown), down, rtol=0, atol=1e-8)
    off, lasting = _stance_by_scipy(template, intended, down)
    assert float(found.contact_time) == pytest.approx(lasting, abs=1e-6)
    np.testing.assert_allclose(np.array(found.take_off), off, rtol=0, atol=2e-6)


def test_take_off_before_and_after_the_clock_is_over_both_occur() -> None:
    template, intended = _runner(2.5)
    lasting = [
        float(_step(_moved(intended, **PERTURBED[c]), intended, FIXED, template).contact_time)
        for c in ("lower ground", "higher ground")
    ]
    clock = float(intended.contact_time)
    assert min(lasting) < clock < max(lasting)


@pytest.mark.parametrize("z", [0.95, 1.0, 1.1])
@pytest.mark.parametrize("speed", [3.0, 5.0])
def test_without_loss_and_push_off_energy_is_kept(speed: float, z: float) -> None:
    runner = SpringMass(speed=speed, apex=z)
    template = spring_mass_template(runner, 20e3)
    intended = spring_mass_step(runner, jnp.deg2rad(68.0), jnp.asarray(20e3))
    found = _step(intended.apex, intended, FIXED, template)
    assert found.fall == Fall.none
    energy = [0.5 * float(a.vx) ** 2 + GRAVITY * float(a.z) for a in (intended.apex, found.apex)]
    # 1e-6 of what the spring exchanges, which is about half of the kinetic energy.
    assert energy[1] == pytest.approx(energy[0], abs=1e-6 * speed**2)
    assert [float(v) for v in (found.apex.roll, found.apex.vy, found.apex.roll_rate)] == [0, 0, 0]


def test_the_mirrored_runner_makes_the_mirrored_step() -> None:
    template, intended = _runner(3.5, hip__thigh_tracking=1.0)
    flipped = {name: -getattr(template, name) for name in SIDEWAYS}
    other = dataclasses.replace(template, **flipped)

    def mirror(a: Apex) -> Apex:
        return Apex(a.z, -a.roll, a.vx, -a.vy, -a.roll_rate)

    apex = _moved(intended, z=0.01, vy=0.1, roll=0.03, roll_rate=0.2)
    other_plan = intended._replace(foot_aside=-intended.foot_aside, apex=mirror(intended.apex))
    here = _step(apex, intended, ALL, template)
    there = _step(mirror(apex), other_plan, ALL, other)
    np.testing.assert_allclose(np.array(mirror(there.apex)), np.array(here.apex), atol=1e-11)
    assert float(there.contact_time) == pytest.approx(float(here.contact_time), abs=1e-12)


def test_event_times_are_differentiated_exactly() -> None:
    """Against central differences, away from the periodic step, where the clock has a corner."""
    template, intended = _runner(3.5)
    apex = _moved(intended, z=0.02, vy=0.05)

    def times(height: Any) -> Any:
        found = step(apex._replace(z=height), intended, FIXED, template)
        return jnp.stack([found.fall_time, found.contact_time, found.rise_time])

    h = 1e-5
    wanted = (jax.jit(times)(apex.z + h) - jax.jit(times)(apex.z - h)) / (2 * h)
    found = jax.jit(jax.jacfwd(times))(apex.z)
    np.testing.assert_allclose(np.array(found), np.array(wanted), atol=1e-6)


FALLEN: dict[str, tuple[Fall, dict[str, float]]] = {
    "too low": (Fall.too_low_to_place_the_leg, {"z": -0.2}),
    "lifted at once": (Fall.leg_not_loaded, {"vx": -4.5}),
    "turned back": (Fall.backward, {"vx": -3.0}),
    "crushed": (Fall.collapsed, {"z": 5.0, "vx": -2.0}),
    "on his side": (Fall.tipped_over, {"roll": 0.9}),
    "much too fast": (Fall.no_flight, {"vx": 4.0}),
    "no number": (Fall.leg_out_of_reach, {"z": float("nan")}),
}


@pytest.mark.parametrize("case", FALLEN)
def test_every_fall_has_its_reason(case: str) -> None:
    template, intended = _runner(3.5)
    wanted, by = FALLEN[case]
    found = _step(_moved(intended, **by), intended, FIXED, template)
    assert Fall(int(found.fall)) == wanted
    assert set(FALLS) == set(Fall)


def test_a_foot_out_of_reach_is_said() -> None:
    template, intended = _runner(3.5)
    far = _gains(lateral_placement=10.0)
    found: Step = _step(_moved(intended, vy=0.3), intended, far, template)
    assert found.fall == Fall.leg_out_of_reach


def test_the_drawn_path_ends_at_take_off() -> None:
    template, intended = _runner(2.5)
    found = _step(_moved(intended, z=0.02), intended, FIXED, template)
    path = _path(found, intended, template, samples=2 * STEPS)
    assert path.z.shape == (2 * STEPS + 1,)
    ends = np.array([leaf[-1] for leaf in path])
    np.testing.assert_allclose(ends, np.array(found.take_off), atol=1e-5)
