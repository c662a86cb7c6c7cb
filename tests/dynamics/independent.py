"""A second implementation of the runner, in vectors and NumPy, that shares no code with the first.

The ground force solves its three conditions as a 3x3 linear system, the pelvis turns by a
rotation matrix, polynomials are NumPy's, and SciPy's DOP853 integrates. Either foot may stand:
`side` is +1 for the left and -1 for the right one, whose motion must be the mirror image.
"""

import dataclasses
import itertools
from typing import Any, NamedTuple

import numpy as np
from numpy.polynomial import Polynomial
from scipy.integrate import solve_ivp

X, Y, Z = np.eye(3)


def cross_matrix(v: np.ndarray) -> np.ndarray:
    """Matrix whose product with w is v x w."""
    return np.array([np.cross(v, axis) for axis in np.eye(3)]).T


def rotation_about_x(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


class Instant(NamedTuple):
    """One instant of stance; SI. `moment_at_hip` is what G at the foot does about the hip."""

    force: np.ndarray
    foot: np.ndarray
    foot_velocity: np.ndarray
    hip: np.ndarray
    hip_velocity: np.ndarray
    leg_force: float
    length: float
    length_rate: float
    moment_at_hip: np.ndarray
    roll_moment: float
    adduction_rate: float
    impact: np.ndarray


class Independent:
    """The equations of motion of a template (leaves numbers); state (x, y, z, roll) and rates."""

    def __init__(
        self, template: Any, rest: float, push_off: float, contact_time: float, side: float = 1.0
    ) -> None:
        fields = [f.name for f in dataclasses.fields(template)]
        self.p = {f: np.asarray(getattr(template, f), float) for f in fields}
        self.rest, self.push_off, self.duration = rest, push_off, contact_time
        self.side = side
        self.cop = Polynomial(self.p["cop_x"])
        self.divergence = Polynomial(self.p["divergence"])
        self.foot_x = 0.0  # where the foot's origin stands, for later steps

    def at(self, time: float, q: np.ndarray) -> Instant:
        p, side, phase = self.p, self.side, time / self.duration
        com, velocity, roll, rate = q[:3], q[4:7], q[3], q[7]
        foot = np.array([self.foot_x + self.cop(phase), side * p["step_width"] / 2, 0.0])
        foot_velocity = self.cop.deriv()(phase) / self.duration * X
        arm = rotation_about_x(roll) @ np.array(
            [-p["hip_behind"], side * p["hip_half_width"], -p["hip_below"]]
        )
        hip, hip_velocity = com + arm, velocity + np.cross(rate * X, arm)
        leg, leg_velocity = hip - foot, hip_velocity - foot_velocity
        length = float(np.linalg.norm(leg))
        along = leg / length
        length_rate = float(along @ leg_velocity)
        lengthening = self.push_off * (1 - np.cos(np.pi * phase)) / 2
        spring = p["stiffness"] * (self.rest + lengthening - length)
        leg_force = float(spring * (1 - p["loss"] * length_rate))

        # Adduction of this side's hip: pelvis drops on the other side, leg leans under the body.
        lean = np.arctan(leg[1] / leg[2])
        lean_rate = np.cross(leg, leg_velocity)[0] / -(leg[1:] @ leg[1:])
        adduction, adduction_rate = side * (roll + lean), side * (rate + lean_rate)
        on = max(time - p["hip_onset"], 0.0)
        activation = 1 - np.exp(-on / p["hip_activation_time"])
        relative = p["hip_strength"] + p["hip_stiffness"] * (adduction - p["hip_neutral"])
        relative += p["hip_damping"] * adduction_rate
        abductor = leg_force * p["hip_half_width"] * activation * relative
        inward = leg_force * length * np.sin(p["thigh_tracking"])

        ahead = com + self.divergence(phase) * X
        conditions = np.array([along, cross_matrix(foot - ahead)[1], cross_matrix(foot - hip)[0]])
        known = np.array([leg_force, 0.0, -side * (abductor - inward)])
        force = np.linalg.solve(conditions, known)
        return Instant(
            force,
            foot,
            foot_velocity,
            hip,
            hip_velocity,
            leg_force,
            length,
            length_rate,
            np.cross(foot - hip, force),
            float(np.cross(foot - com, force)[0]),
            adduction_rate,
            self.impact(phase),
        )

    def impact(self, phase: float) -> np.ndarray:
        """Of the mass that stops over 26 % of contact, as a force on the foot."""
        if phase >= 0.26:
            return 0 * Z
        p = self.p
        fall = p["ankle_descent"] / self.duration
        mean = p["impact_mass"] * (fall / (0.13 * self.duration) + 9.80665)
        return mean * (1 - np.cos(np.pi * phase / 0.13)) * Z

    def rates(self, time: float, q: np.ndarray) -> np.ndarray:
        p, now = self.p, self.at(time, q)
        external = p["acceleration_x"] * X + p["acceleration_z"] * Z
        return np.concatenate(
            [
                q[4:],
                (now.force + now.impact) / p["mass"] + external,
                [now.roll_moment / p["roll_inertia"]],
            ]
        )

    def stance(self, q: np.ndarray) -> np.ndarray:
        """State at take-off; pieces of integration end at kinks: the stabiliser's onset and the end
        of the impact."""
        kinks = (float(self.p["hip_onset"]), 0.26 * self.duration)
        inside = sorted(kink for kink in kinks if 0 < kink < self.duration)
        times = [0.0, *inside, self.duration]
        for start, end in itertools.pairwise(times):
            found = solve_ivp(self.rates, (start, end), q, method="DOP853", rtol=1e-10, atol=1e-12)
            assert found.success
            q = found.y[:, -1]
        return q

    def flight(self, q: np.ndarray) -> np.ndarray:
        """State at the next touchdown, whenever the step's time is over."""
        time = self.p["step_time"] - self.duration
        pull = np.array([self.p["acceleration_x"], 0, self.p["acceleration_z"], 0])
        return np.concatenate([q[:4] + time * q[4:] + time**2 / 2 * pull, q[4:] + time * pull])
