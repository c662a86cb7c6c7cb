"""Without hip, loss, push-off and a rolling foot the runner is the textbook spring-mass runner.

The reference is written here: planar point mass on a massless spring (Blickhan 1989), touchdown
and take-off events found by SciPy, its periodic step by `scipy.optimize.root`.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import polish
from scipy.integrate import solve_ivp
from scipy.optimize import root

from stridesim.constants import GRAVITY
from stridesim.dynamics.stance import trajectory
from stridesim.dynamics.template import Template
from stridesim.gait.residual import Unknowns, touchdown
from stridesim.gait.solver import solve

MASS, LEG = 75.0, 0.95


def planar_template(speed: float, frequency: float, stiffness: float) -> Template:
    """The template with everything off that a textbook spring-mass runner has not."""
    zero = 0.0
    template = Template(
        mass=MASS,
        roll_inertia=0.5,
        hip_half_width=zero,
        hip_below=zero,
        hip_behind=zero,
        leg_at_contact=LEG,
        stiffness=stiffness,
        loss=zero,
        hip_strength=1.0,
        hip_stiffness=6.0,
        hip_damping=0.02,
        hip_neutral=0.1,
        hip_onset=-0.1,
        hip_activation_time=0.015,
        thigh_tracking=zero,
        step_width=zero,
        step_time=1 / frequency,
        speed=speed,
        acceleration_x=zero,
        acceleration_z=-GRAVITY,
        lateral_freedom=1.0,
        cop_x=(zero,) * 6,
        divergence=(zero,) * 4,
        ankle_x=zero,
        ankle_z=zero,
        ankle_descent=zero,
        impact_mass=zero,
    )
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), template)


class Textbook(NamedTuple):
    contact_time: float
    angle: float
    speed_at_touchdown: float
    apex: float


def _stance(vx: float, vz: float, angle: float, stiffness: float) -> Any:
    """Stance of the spring-mass runner from touchdown with the leg at `angle` to the vertical."""

    def rates(_: float, q: np.ndarray) -> np.ndarray:
        length = np.hypot(q[0], q[1])
        pull = stiffness * (LEG - length) / (MASS * length)
        return np.array([q[2], q[3], pull * q[0], pull * q[1] - GRAVITY])

    def unloaded(_: float, q: np.ndarray) -> float:
        return float(np.hypot(q[0], q[1]) - LEG)

    unloaded.terminal, unloaded.direction = True, 1  # pyright: ignore[reportFunctionMemberAccess]
    start = [-LEG * np.sin(angle), LEG * np.cos(angle), vx, vz]
    return solve_ivp(rates, (0, 1), start, events=unloaded, method="DOP853", rtol=1e-11, atol=1e-12)


def textbook(speed: float, frequency: float, stiffness: float) -> Textbook:
    step = 1 / frequency

    def misses(unknown: np.ndarray) -> list[float]:
        vx, vz, angle = unknown
        done = _stance(vx, vz, angle, stiffness)
        x, z, forward, up = done.y[:, -1]
        left = step - done.t[-1]
        end_x = x + forward * left
        return [
            end_x + LEG * np.sin(angle) - speed * step,
            z + up * left - GRAVITY * left**2 / 2 - LEG * np.cos(angle),
            up - GRAVITY * left - vz,
        ]

    found = root(misses, [speed, -0.6, 0.4], method="hybr", tol=1e-12)
    assert np.abs(found.fun).max() < 1e-10
    vx, vz, angle = found.x
    done = _stance(vx, vz, angle, stiffness)
    apex = done.y[1, -1] + done.y[3, -1] ** 2 / (2 * GRAVITY)
    return Textbook(done.t[-1], angle, vx, apex)


@pytest.mark.parametrize(
    ("speed", "frequency", "stiffness"),
    [(2.5, 2.7, 14e3), (3.5, 2.8, 16e3), (4.5, 3.1, 20e3)],
)
def test_planar_limit_is_the_textbook_runner(
    speed: float, frequency: float, stiffness: float
) -> None:
    template = planar_template(speed, frequency, stiffness)
    solution = solve(template)
    assert solution.residual < 1e-10
    u = polish(solution.unknowns, template)
    wanted = textbook(speed, frequency, stiffness)
    assert float(u.contact_time) == pytest.approx(wanted.contact_time, abs=1e-6)
    assert float(jnp.arcsin(-u.x / LEG)) == pytest.approx(wanted.angle, abs=1e-6)
    assert float(u.vx) == pytest.approx(wanted.speed_at_touchdown, abs=1e-6)
    start, _ = touchdown(u, template)
    apex = float(start.z + start.vz**2 / (2 * GRAVITY))
    assert apex == pytest.approx(wanted.apex, abs=1e-6)
    assert abs(float(u.push_off)) < 1e-7
    _upright(u)


def _upright(u: Unknowns) -> None:
    for sideways in (u.y, u.vy, u.roll, u.roll_rate):
        assert abs(float(sideways)) < 1e-10


def test_planar_stance_is_symmetric_in_time() -> None:
    template = planar_template(3.5, 2.8, 16e3)
    u = polish(solve(template).unknowns, template)
    start, contact = touchdown(u, template)
    _, states = trajectory(start, contact, template, 32)
    for even in (states.z, states.vx):
        np.testing.assert_allclose(even, even[::-1], rtol=0, atol=1e-7)
    for odd in (states.x, states.vz):
        np.testing.assert_allclose(odd, -odd[::-1], rtol=0, atol=1e-7)
