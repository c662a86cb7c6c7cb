"""The periodic step with SciPy, and the stride that it makes.

`root` (MINPACK hybrd, from cold) finds the nine unknowns at touchdown around `solve_ivp(DOP853)`,
which integrates stance in time from touchdown to take-off. The force law is one function of Python
floats: for eight numbers at a time `math` is several times as fast as NumPy's arrays. Equations
and their sources: `stridesim.dynamics.stance`, `stridesim.gait.residual`.

Local symbols: q state (x, y, z, roll and their rates), u unknowns (vx, vy, vz, y, roll, roll rate,
x, push-off, contact time), l from the centre of pressure to the hip.
"""

import itertools
from collections.abc import Callable
from math import atan, cos, exp, inf, pi, sin, sqrt
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import root

from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import STOPPED
from stridesim.dynamics.template import Template
from stridesim.posture.timeline import FLIGHT_NODES, STANCE_NODES

TOLERANCE = 1e-8
"""Of `root` and relative of `solve_ivp`: the loosest power of ten that places the apex within 1e-8
(by 2e-9)."""


class Force(NamedTuple):
    """Ground force without the impact, and spring force, N; moment in roll, N m; hip adduction, rad
    and rad/s; vertical force of the impact, N."""

    x: Any
    y: Any
    z: Any
    leg: Any
    roll_moment: Any
    adduction: Any
    adduction_rate: Any
    impact: Any


class Stance(NamedTuple):
    """What stays as it is during a contact."""

    rest_length: float
    push_off: float
    duration: float


def force_law(stance: Stance, t: Template) -> Callable[..., Force]:
    """Force as a function of time since touchdown and the eight numbers of the state."""
    rest, push_off, duration = stance
    (p0, p1, p2, p3, p4, p5), (d0, d1, d2, d3) = t.cop_x, t.divergence
    width, below, behind, middle = t.hip_half_width, t.hip_below, t.hip_behind, 0.5 * t.step_width
    stiffness, loss, onset, build_up = t.stiffness, t.loss, t.hip_onset, t.hip_activation_time
    strength, resistance, damping, neutral = (
        t.hip_strength,
        t.hip_stiffness,
        t.hip_damping,
        t.hip_neutral,
    )
    inward = sin(t.thigh_tracking)
    stopping = STOPPED * duration
    fall = t.ankle_descent / duration
    mean = t.impact_mass * (fall / stopping + GRAVITY)

    def force(
        time: float,
        x: float,
        y: float,
        z: float,
        roll: float,
        vx: float,
        vy: float,
        vz: float,
        rate: float,
    ) -> Force:
        phase = time / duration
        cop = p0 + phase * (p1 + phase * (p2 + phase * (p3 + phase * (p4 + phase * p5))))
        cop_rate = (
            p1 + phase * (2 * p2 + phase * (3 * p3 + phase * (4 * p4 + phase * 5 * p5)))
        ) / duration
        ahead = d0 + phase * (d1 + phase * (d2 + phase * d3))
        s, c = sin(roll), cos(roll)
        # The hip's place and speed in roll relative to the centre of mass.
        aside, rise = width * c + below * s, width * s - below * c
        com_x, com_y = x - cop, y - middle
        lx, ly, lz = com_x - behind, com_y + aside, z + rise
        wx, wy, wz = vx - cop_rate, vy - rate * rise, vz + rate * aside
        length = sqrt(lx * lx + ly * ly + lz * lz)
        lengthening = 0.5 * push_off * (1 - cos(pi * phase))
        leg = stiffness * (rest + lengthening - length)
        leg *= 1 - loss * (lx * wx + ly * wy + lz * wz) / length
        adduction = roll + atan(ly / lz)
        adduction_rate = rate + (wy * lz - wz * ly) / (ly * ly + lz * lz)
        active = 1 - exp((onset - time) / build_up) if time > onset else 0.0
        effort = strength + resistance * (adduction - neutral) + damping * adduction_rate
        moment = leg * (width * active * effort - length * inward)
        # Three conditions: along the leg, beside the centre of mass, about the hip.
        sagittal, lateral = (com_x + ahead) / z, ly / lz
        fz = (leg * length + lateral * moment) / (lz + lx * sagittal + ly * lateral)
        fy = fz * lateral - moment / lz
        struck = mean * (1 - cos(pi * time / stopping)) if time < 2 * stopping else 0.0
        roll_moment = z * fy - com_y * fz
        return Force(fz * sagittal, fy, fz, leg, roll_moment, adduction, adduction_rate, struck)

    return force


def _rates(stance: Stance, t: Template) -> Callable[[float, np.ndarray], tuple[float, ...]]:
    force = force_law(stance, t)
    mass, inertia, freedom = t.mass, t.roll_inertia, t.lateral_freedom
    forward, upward = t.acceleration_x, t.acceleration_z

    def rates(time: float, q: np.ndarray) -> tuple[float, ...]:
        x, y, z, roll, vx, vy, vz, rate = q.tolist()
        fx, fy, fz, _, moment, _, _, struck = force(time, x, y, z, roll, vx, vy, vz, rate)
        return (
            vx,
            vy,
            vz,
            rate,
            fx / mass + forward,
            freedom * fy / mass,
            (fz + struck) / mass + upward,
            moment / inertia,
        )

    return rates


def _hip(x: float, y: float, z: float, roll: float, t: Template) -> tuple[float, float, float]:
    """Where the stance hip is, m; sideways from the foot."""
    s, c = sin(roll), cos(roll)
    return (
        x - t.hip_behind,
        y + t.hip_half_width * c + t.hip_below * s - 0.5 * t.step_width,
        z + t.hip_half_width * s - t.hip_below * c,
    )


def touchdown(u: np.ndarray, t: Template) -> tuple[np.ndarray, Stance]:
    """State and what begins there; the rest length is infinite out of the leg's reach."""
    vx, vy, vz, y, roll, rate, x, push_off, duration = u.tolist()
    hip_x, hip_y, hip_z = _hip(x, y, 0.0, roll, t)
    under = t.leg_at_contact**2 - (hip_x - t.ankle_x) ** 2 - hip_y**2
    if under <= 0 or duration <= 0:
        return np.zeros(8), Stance(inf, push_off, duration)
    above = t.ankle_z + sqrt(under)
    rest = sqrt((hip_x - t.cop_x[0]) ** 2 + hip_y**2 + above**2)
    state = np.array([x, y, above - hip_z, roll, vx, vy, vz, rate])
    return state, Stance(rest, push_off, duration)


def integrate(
    state: np.ndarray, stance: Stance, t: Template, times: np.ndarray, tolerance: float
) -> np.ndarray:
    """States (8, N) at `times`, the last of which is the end of stance."""
    rates, duration = _rates(stance, t), stance.duration
    # The kinks, the stabiliser's onset and the end of the impact, end pieces of the integration.
    kinks = sorted(k for k in (t.hip_onset, 2 * STOPPED * duration) if 0 < k < duration)
    joints = [0.0, *kinks, duration]
    found = []
    for begin, end in itertools.pairwise(joints):
        last = end == duration
        inside = times[(times >= begin) & ((times < end) | last)]
        wanted = inside if last else np.append(inside, end)
        path = solve_ivp(
            rates,
            (begin, end),
            state,
            method="DOP853",
            t_eval=wanted,
            rtol=tolerance,
            atol=0.1 * tolerance,
        ).y
        state = path[:, -1]
        found.append(path[:, : inside.size])
    return np.concatenate(found, axis=1)


def residual(u: np.ndarray, t: Template, tolerance: float) -> np.ndarray:
    """Nine scaled residuals of the periodic step."""
    start, stance = touchdown(u, t)
    if stance.rest_length == inf:
        return np.full(9, 1e3)
    off = integrate(start, stance, t, np.array([stance.duration]), tolerance)[:, -1]
    x, y, z, roll, vx, vy, vz, rate = off.tolist()
    flight, length = t.step_time - stance.duration, t.leg_at_contact
    pace = sqrt(GRAVITY * length)
    hip_x, hip_y, hip_z = _hip(x, y, z, roll, t)
    reached = sqrt((hip_x - sum(t.cop_x)) ** 2 + hip_y**2 + hip_z**2)
    forward = x + flight * (vx + 0.5 * flight * t.acceleration_x) - u[6]
    return np.array(
        [
            (vx + flight * t.acceleration_x - u[0]) / pace,
            (vy + u[1]) / pace,
            (vz + flight * t.acceleration_z - u[2]) / pace,
            (y + flight * vy + u[3]) / length,
            roll + flight * rate + u[4],
            (rate + u[5]) * length / pace,
            (forward - t.speed * t.step_time) / length,
            (stance.rest_length + stance.push_off - reached) / length,
            (z + flight * (vz + 0.5 * flight * t.acceleration_z) - start[2]) / length,
        ]
    )


def periodic_step(t: Template, tolerance: float = TOLERANCE) -> np.ndarray:
    """The nine unknowns at touchdown, from a generic guess; RuntimeError if that leads nowhere."""
    contact = 0.6 * t.step_time
    guess = np.zeros(9)
    guess[0], guess[2] = t.speed, -0.5 * GRAVITY * (t.step_time - contact)
    guess[6:] = t.hip_behind - 0.45 * t.speed * contact, 0.03, contact
    found = root(residual, guess, args=(t, tolerance), tol=tolerance)
    if not found.success:
        raise RuntimeError(f"no periodic step found: {found.message}")
    return found.x


class Stride(NamedTuple):
    """One stride of the left leg, N nodes: its stance, flight, the other leg's stance, flight.

    `state` (8, stance nodes) and `force` in stance only; `hip_acceleration` (2, N) forward and up.
    """

    time: np.ndarray
    period: float
    contact_time: float
    state: np.ndarray
    force: Force
    hip_acceleration: np.ndarray


def stride(u: np.ndarray, t: Template, tolerance: float = TOLERANCE) -> Stride:
    """The stride that a periodic step makes with its mirror image."""
    start, stance = touchdown(u, t)
    contact, flight = stance.duration, t.step_time - stance.duration
    even = np.linspace(0.0, contact, STANCE_NODES)
    state = integrate(start, stance, t, even, tolerance)
    law = force_law(stance, t)
    rows = zip(even.tolist(), *state.tolist(), strict=True)
    force = Force(*np.array([law(*row) for row in rows]).T)
    flying = flight * np.arange(1, FLIGHT_NODES + 1) / (FLIGHT_NODES + 1)
    step = np.concatenate([even[::2], contact + flying]) + t.step_time
    time = np.concatenate([even, contact + flying, step])

    roll, rate = state[3], state[7]
    twist = force.roll_moment / t.roll_inertia
    forward = force.x / t.mass + t.acceleration_x
    upward = force.z / t.mass + t.acceleration_z

    def hip_up(side: float) -> np.ndarray:
        """Of the hip on the stance side (1) or the other (-1)."""
        across, down = side * t.hip_half_width, t.hip_below
        turn = across * np.cos(roll) + down * np.sin(roll)
        pull = -across * np.sin(roll) + down * np.cos(roll)
        return upward + twist * turn + rate**2 * pull

    ballistic = np.full(FLIGHT_NODES, t.acceleration_x)
    spinning = np.full(FLIGHT_NODES, t.acceleration_z + rate[-1] ** 2 * t.hip_below)
    hip = np.array(
        [
            np.concatenate([forward, ballistic, forward[::2], ballistic]),
            np.concatenate([hip_up(1.0), spinning, hip_up(-1.0)[::2], spinning]),
        ]
    )
    return Stride(time, 2 * t.step_time, contact, state, force, hip)


def rate_of_change(values: np.ndarray, time: np.ndarray, period: float) -> np.ndarray:
    """Time derivative (..., N) on the closed cycle: three-point formula, uneven spacing."""
    after = np.diff(time, append=time[0] + period)
    before = np.roll(after, 1)
    forward = (np.roll(values, -1, axis=-1) - values) / after
    backward = np.roll(forward, 1, axis=-1)
    return (before * forward + after * backward) / (before + after)
