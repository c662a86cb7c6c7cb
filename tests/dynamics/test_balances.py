"""Momentum, angular momentum and energy: what the ground force must have done by take-off."""

from typing import Any, NamedTuple

import jax
import numpy as np
import pytest
from dynamics.independent import Independent, Instant
from gait.shipped import shipped_template, solved
from scipy.integrate import simpson

from stridesim.constants import GRAVITY
from stridesim.dynamics.stance import Force, State, ground_force, trajectory
from stridesim.dynamics.template import Template
from stridesim.gait.residual import touchdown

CASES: dict[str, dict[str, Any]] = {
    "level": {},
    "slow": {"speed": 2.5},
    "uphill": {"task__slope": 0.1},
    "downhill": {"task__slope": -0.08},
    "impeded": {"task__horizontal_force": 0.06},
    "supported": {"task__weight_support": 0.3},
    "through air": {"speed": 4.5, "task__air_drag": 1.0},
    "thigh tracking": {"hip__thigh_tracking": 4.0},
    "loaded uphill": {"task__trunk_load": 8.0, "task__foot_load": 0.2, "task__slope": 0.03},
}
NODES = 300  # the end of the impact, at 0.26, is one of them


class Stance(NamedTuple):
    """A solved stance on a fine grid: arrays over nodes; `instants` are the second opinion."""

    template: Template
    time: np.ndarray
    state: State
    force: Force
    instants: list[Instant]
    other: Independent

    def integral(self, values: Any) -> float:
        return float(simpson(np.asarray(values), x=self.time))

    def change(self, values: Any) -> float:
        return float(values[-1] - values[0])

    @property
    def duration(self) -> float:
        return float(self.template.step_time)


@jax.jit
def _fine(start: State, contact: Any, template: Template) -> tuple[Any, State, Force]:
    phase, states = trajectory(start, contact, template, NODES)
    force = jax.vmap(lambda p, s: ground_force(p, s, contact, template))(phase, states)
    return phase, states, force


@pytest.fixture(scope="module", params=CASES)
def stance(request: pytest.FixtureRequest) -> Stance:
    template = shipped_template(**CASES[request.param])
    start, contact = touchdown(solved(template), template)
    phase, states, force = jax.tree.map(np.asarray, _fine(start, contact, template))
    other = Independent(template, *(float(v) for v in contact))
    time = phase * float(contact.contact_time)
    instants = [other.at(t, q) for t, q in zip(time, np.array(states).T, strict=True)]
    return Stance(template, time, states, force, instants, other)


def test_impulse_of_a_step_balances_everything_else(stance: Stance) -> None:
    mass, lasting, t = float(stance.template.mass), stance.duration, stance.template
    weight = mass * GRAVITY * lasting
    vertical, forward = stance.integral(stance.force.z), stance.integral(stance.force.x)
    assert vertical == pytest.approx(-mass * float(t.acceleration_z) * lasting, rel=1e-6)
    assert forward == pytest.approx(-mass * float(t.acceleration_x) * lasting, abs=1e-6 * weight)
    sideways = mass * stance.change(stance.state.vy)
    assert stance.integral(stance.force.y) == pytest.approx(sideways, rel=1e-6)
    assert sideways == pytest.approx(-2 * mass * float(stance.state.vy[0]), rel=1e-6)


def test_forces_equal_those_of_the_three_conditions(stance: Stance) -> None:
    """The closed form of the ground force against a 3x3 linear solve, to rounding."""
    weight = float(stance.template.mass) * GRAVITY
    found = np.stack([stance.force.x, stance.force.y, stance.force.z], axis=1)
    wanted = np.array([now.force + now.impact for now in stance.instants])
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-10 * weight)
    roll = [now.roll_moment for now in stance.instants]
    np.testing.assert_allclose(stance.force.roll_moment, roll, rtol=0, atol=1e-10 * weight)


def test_angular_momentum_about_a_fixed_line(stance: Stance) -> None:
    """About the world's x axis only the force at the foot and what is external act; the impact acts
    at the centre of mass."""
    q, t = stance.state, stance.template
    mass = float(t.mass)
    momentum = mass * (q.y * q.vz - q.z * q.vy) + float(t.roll_inertia) * q.roll_rate
    at_foot = [np.cross(now.foot, now.force)[0] for now in stance.instants]
    external = q.y * (mass * float(t.acceleration_z) + stance.force.impact)
    turned = stance.integral(np.array(at_foot) + external)
    scale = stance.integral(np.abs(at_foot))
    assert stance.change(momentum) == pytest.approx(turned, abs=1e-6 * scale)
    roll = float(t.roll_inertia) * stance.change(q.roll_rate)
    assert roll == pytest.approx(stance.integral(stance.force.roll_moment), abs=1e-6 * scale)


def _work_on_the_body(stance: Stance) -> float:
    """Work of the ground force on the centre of mass, and of its moment on roll (J)."""
    q, f = stance.state, stance.force
    return stance.integral(f.x * q.vx + f.y * q.vy + f.z * q.vz + f.roll_moment * q.roll_rate)


def _energy(stance: Stance) -> np.ndarray:
    q, t = stance.state, stance.template
    mass = float(t.mass)
    moving = 0.5 * mass * (q.vx**2 + q.vy**2 + q.vz**2)
    turning = 0.5 * float(t.roll_inertia) * q.roll_rate**2
    return moving + turning - mass * (float(t.acceleration_x) * q.x + float(t.acceleration_z) * q.z)


def test_work_in_stance_is_the_change_of_energy(stance: Stance) -> None:
    energy = _energy(stance)
    swing = float(np.ptp(energy))
    assert stance.change(energy) == pytest.approx(_work_on_the_body(stance), abs=1e-6 * swing)


def test_net_work_of_a_step_is_what_the_outside_takes(stance: Stance) -> None:
    t = stance.template
    taken = -float(t.mass * t.acceleration_x * t.speed * t.step_time)
    moved = float(np.ptp(_energy(stance)))
    assert _work_on_the_body(stance) == pytest.approx(taken, abs=1e-6 * moved)


def test_along_the_leg_work_is_push_off_less_loss(stance: Stance) -> None:
    """The spring returns what it took: integral F dL = push-off work - leg dissipation."""
    f = stance.force
    along = stance.integral([now.leg_force * now.length_rate for now in stance.instants])
    push_off = stance.integral(f.elastic * f.push_off_rate)
    lost = stance.integral(f.elastic * float(stance.template.loss) * f.length_rate**2)
    assert lost > 0
    downhill = float(stance.template.acceleration_x) > 0
    assert downhill == (along < 0), "downhill the leg takes up more than it gives"
    assert along == pytest.approx(push_off - lost, abs=1e-6 * lost)


def test_all_work_is_along_the_leg_at_the_foot_or_at_the_hip(stance: Stance) -> None:
    """Leg, moving centre of pressure, hip (its moment times its rate) and impact: no fifth."""

    def at_foot_and_hip(now: Instant, roll_rate: float) -> float:
        leg = now.hip - now.foot
        turning = np.cross(leg, now.hip_velocity - now.foot_velocity) / (leg @ leg)
        hip_rate = np.array([roll_rate, 0, 0]) - turning
        return float(now.force @ now.foot_velocity + now.moment_at_hip @ hip_rate)

    f = stance.force
    rates = np.asarray(stance.state.roll_rate)
    struck = stance.integral(f.impact * stance.state.vz)
    other = stance.integral(
        [at_foot_and_hip(now, rate) for now, rate in zip(stance.instants, rates, strict=True)]
    )
    push_off = stance.integral(f.elastic * f.push_off_rate)
    lost = stance.integral(f.elastic * float(stance.template.loss) * f.length_rate**2)
    work = _work_on_the_body(stance)
    assert work == pytest.approx(push_off - lost + other + struck, abs=1e-6 * lost)


def test_abductor_moment_is_what_holds_the_pelvis(stance: Stance) -> None:
    """In the frontal plane the moment at the hip is the abductor's, less the thigh's offset."""
    f = stance.force
    tracked = [now.leg_force * now.length for now in stance.instants]
    tracked = np.array(tracked) * np.sin(float(stance.template.thigh_tracking))
    at_hip = -np.array([now.moment_at_hip[0] for now in stance.instants])
    np.testing.assert_allclose(at_hip, f.abduction_moment - tracked, rtol=0, atol=1e-8)


def test_the_lateral_miss_of_the_force_is_what_rolls_the_body(stance: Stance) -> None:
    """A force through the centre of mass turns nothing, however lateral; the rest, at the height of
    the centre of mass, is the roll moment."""
    weight = float(stance.template.mass) * GRAVITY
    missed = [now.roll_moment / z for now, z in zip(stance.instants, stance.state.z, strict=True)]
    np.testing.assert_allclose(stance.force.lateral_miss, missed, rtol=0, atol=1e-10 * weight)
