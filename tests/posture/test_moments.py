"""Net joint moments against Lagrange's equations of the same linkage, and against statics.

The independent path knows positions only: of each segment's centre of mass as a function of three
angles and a hip that moves as prescribed. From them come kinetic and potential energy (complex-step
derivatives) and, by central differences in time, d/dt(dL/dw) - dL/dangle: the generalised force on
each angle, which is joint moments and ground force. None of the model's accelerations enter.
"""

from typing import Any, NamedTuple

import numpy as np
import pytest
from economy.shipped import shipped
from numpy.testing import assert_allclose

from stridesim.constants import GRAVITY
from stridesim.posture.moments import (
    FOOT_CENTRE_AHEAD,
    FOOT_CENTRE_BELOW,
    Moments,
    moments_of,
)
from stridesim.posture.segments import Segments
from stridesim.posture.timeline import NODES, STANCE_NODES, of_other_leg
from stridesim.runner.body import FOOT, SHANK, THIGH

SEGMENTS = (THIGH, SHANK, FOOT)
TIME = np.linspace(0.0, 0.7, NODES)


class Synthetic(NamedTuple):
    """A motion that no runner makes: sums of sines, amplitudes (3, K) of angles, (2, K) of hip."""

    mean: np.ndarray
    angle: np.ndarray
    hip: np.ndarray
    rate: np.ndarray

    def angles(self, time: Any) -> Any:
        return self.mean + self.angle @ np.sin(self.rate * time)

    def rates(self, time: Any) -> Any:
        return self.angle @ (self.rate * np.cos(self.rate * time))

    def accelerations(self, time: Any) -> Any:
        return -self.angle @ (self.rate**2 * np.sin(self.rate * time))

    def hip_place(self, time: Any) -> Any:
        return self.hip @ np.sin(self.rate * time)

    def hip_velocity(self, time: Any) -> Any:
        return self.hip @ (self.rate * np.cos(self.rate * time))

    def hip_acceleration(self, time: Any) -> Any:
        return -self.hip @ (self.rate**2 * np.sin(self.rate * time))


MOTION = Synthetic(
    np.array([0.3, -0.4, 0.2]),
    np.random.default_rng(0).normal(0.0, 0.25, (3, 3)),
    np.random.default_rng(1).normal(0.0, 0.03, (2, 3)),
    np.array([5.0, 9.0, 17.0]),
)
STILL = Synthetic(MOTION.mean, np.zeros((3, 3)), np.zeros((2, 3)), MOTION.rate)


def _down(angle: Any, length: Any) -> Any:
    return np.array([length * np.sin(angle), -length * np.cos(angle)])


class Leg(NamedTuple):
    """Thigh, shank and foot by hand, from mass and height."""

    mass: float
    height: float
    thigh: float
    shank: float

    @property
    def masses(self) -> list[float]:
        return [s.mass_fraction * self.mass for s in SEGMENTS]

    @property
    def inertias(self) -> list[float]:
        lengths = (self.thigh, self.shank, 0.1482 * self.height)
        return [
            m * (s.gyration * length) ** 2
            for m, s, length in zip(self.masses, SEGMENTS, lengths, strict=True)
        ]

    def foot_centre(self, pitch: Any) -> Any:
        ahead, below = FOOT_CENTRE_AHEAD * self.height, FOOT_CENTRE_BELOW * self.height
        sine, cosine = np.sin(pitch), np.cos(pitch)
        return np.array([ahead * cosine + below * sine, ahead * sine - below * cosine])

    def centres(self, hip: Any, angles: Any) -> list[Any]:
        """Centres of mass of thigh, shank and foot."""
        thigh, shank, foot = angles
        knee = hip + _down(thigh, self.thigh)
        ankle = knee + _down(shank, self.shank)
        return [
            hip + _down(thigh, THIGH.centre * self.thigh),
            knee + _down(shank, SHANK.centre * self.shank),
            ankle + self.foot_centre(foot),
        ]

    def ankle(self, hip: Any, angles: Any) -> Any:
        return hip + _down(angles[0], self.thigh) + _down(angles[1], self.shank)

    def lagrangian(self, hip: Any, pace: Any, angles: Any, rates: Any, gravity: Any) -> Any:
        """Kinetic less potential energy; may be complex where angles or rates are."""
        step = 1e-6
        ahead = self.centres(hip + step * pace, angles + step * rates)
        behind = self.centres(hip - step * pace, angles - step * rates)
        total = 0.0
        for m, a, b in zip(self.masses, ahead, behind, strict=True):
            velocity = (a - b) / (2 * step)
            total = total + 0.5 * m * np.sum(velocity**2)
        for inertia, rate in zip(self.inertias, rates, strict=True):
            total = total + 0.5 * inertia * rate**2
        for m, centre in zip(self.masses, self.centres(hip, angles), strict=True):
            total = total + m * np.sum(gravity * centre)
        return total


def _leg() -> Leg:
    body = shipped(3.5).runner.body
    return Leg(*(float(x) for x in (body.mass, body.height, body.thigh_length, body.shank_length)))


def _lagrange(motion: Synthetic, leg: Leg, gravity: np.ndarray, time: float) -> np.ndarray:
    """Generalised force (3,) that each angle needs at one instant."""
    tiny, step = 1e-20, 1e-5

    def slope(of: str, at: float) -> np.ndarray:
        found = []
        for k in range(3):
            nudge = 1j * tiny * np.eye(3)[k]
            angles = motion.angles(at) + (nudge if of == "angle" else 0)
            rates = motion.rates(at) + (nudge if of == "rate" else 0)
            value = leg.lagrangian(
                motion.hip_place(at), motion.hip_velocity(at), angles, rates, gravity
            )
            found.append(value.imag / tiny)
        return np.array(found)

    momentum_change = (slope("rate", time + step) - slope("rate", time - step)) / (2 * step)
    return momentum_change - slope("angle", time)


def _expected(
    motion: Synthetic, leg: Leg, gravity: np.ndarray, ground: np.ndarray, cop: np.ndarray
) -> np.ndarray:
    """Moments (3, N) in the model's signs: hip extensor, knee extensor, plantarflexor."""
    found = []
    for i, time in enumerate(TIME):
        needed = _lagrange(motion, leg, gravity, float(time))
        # What the ground force, held by the foot, does to each angle.
        thigh, shank, _ = motion.angles(time)
        turn = [
            np.array([leg.thigh * np.cos(thigh), leg.thigh * np.sin(thigh)]),
            np.array([leg.shank * np.cos(shank), leg.shank * np.sin(shank)]),
            np.array([-cop[1, i], cop[0, i]]),
        ]
        from_ground = np.array([ground[:, i] @ t for t in turn])
        ankle = (needed - from_ground)[2]
        knee = (needed - from_ground)[1] + ankle
        hip = (needed - from_ground)[0] + knee
        found.append([-hip, knee, -ankle])
    return np.array(found).T


def _pull_of_legs(motion: Synthetic) -> np.ndarray:
    """Acceleration (2, N) that the leg, by its motion against the hip, gives the centre of mass of
    the whole body: central differences of positions."""
    leg, step = _leg(), 1e-4
    still = np.zeros(2)

    def share(time: Any) -> np.ndarray:
        centres = leg.centres(still, motion.angles(time))
        return np.einsum("s,sk->k", leg.masses, np.array(centres)) / leg.mass

    return np.stack(
        [(share(t + step) - 2 * share(t) + share(t - step)) / step**2 for t in TIME], axis=1
    )


def _model(
    motion: Synthetic, force: np.ndarray, cop: np.ndarray, frontal: np.ndarray, slope: float
) -> tuple[Moments, Any]:
    """The model's moments of a synthetic motion; `force` (3, S), `cop` (2, S)."""
    found = shipped(3.5)
    stride, runner = found.stride, found.runner
    angle, rate, acceleration, hip = (
        np.stack([of(t) for t in TIME], axis=1)
        for of in (motion.angles, motion.rates, motion.accelerations, motion.hip_acceleration)
    )
    # The timeline knows the centre of mass; the hip moves as prescribed when that carries what
    # both legs' motion adds.
    pull = _pull_of_legs(motion)
    hip = hip + pull + np.asarray(of_other_leg(pull))
    posture = stride.posture._replace(
        segments=Segments(angle, rate, acceleration), cop_from_ankle=cop, frontal_angle=frontal
    )
    x, y, z = force
    timeline = stride.timeline._replace(
        force=stride.timeline.force._replace(x=x, y=y, spring_z=z, impact=0 * z),
        hip_acceleration=hip,
    )
    import equinox as eqx

    tilted = eqx.tree_at(lambda r: r.task.slope, runner, np.asarray(slope))
    soft = eqx.tree_at(lambda t: t.impact_mass, stride.template, np.zeros(()))
    return moments_of(posture, timeline, soft, tilted), timeline


@pytest.mark.parametrize("slope", [0.0, 0.2])
def test_equals_lagrange(slope: float) -> None:
    rng = np.random.default_rng(2)
    force = rng.normal([[0.0], [0.0], [900.0]], 300.0, (3, STANCE_NODES))
    cop = rng.normal([[0.05], [-0.08]], 0.03, (2, STANCE_NODES))
    frontal = rng.normal(0.0, 0.15, NODES)
    found, _ = _model(MOTION, force, cop, frontal, slope)
    tilt = np.arctan(slope)
    gravity = -GRAVITY * np.array([np.sin(tilt), np.cos(tilt)])
    lean = frontal[:STANCE_NODES]
    ground, arm = np.zeros((2, NODES)), np.zeros((2, NODES))
    ground[:, :STANCE_NODES] = force[0], force[2] * np.cos(lean) + force[1] * np.sin(lean)
    arm[:, :STANCE_NODES] = cop
    expected = _expected(MOTION, _leg(), gravity, ground, arm)
    got = np.stack([found.hip_extension, found.knee_extension, found.ankle_plantarflexion])
    assert np.abs(expected).max(axis=1).min() > 50.0
    assert_allclose(got, expected, rtol=0, atol=1e-4)


def test_standing_still_is_statics() -> None:
    """Each joint carries the ground force on its arm and the weights that hang below it."""
    leg = _leg()
    force = np.zeros((3, STANCE_NODES))
    force[0], force[2] = 60.0, 800.0
    cop = np.array([[0.08], [-0.07]]) * np.ones(STANCE_NODES)
    found, _ = _model(STILL, force, cop, np.zeros(NODES), 0.0)
    angles = STILL.mean
    centres = leg.centres(np.zeros(2), angles)
    knee, ankle = _down(angles[0], leg.thigh), leg.ankle(np.zeros(2), angles)
    at = ankle + cop[:, 0]
    joints = {"hip": np.zeros(2), "knee": knee, "ankle": ankle}
    for below, (name, joint) in enumerate(joints.items()):
        turning = (at - joint)[0] * 800.0 - (at - joint)[1] * 60.0
        weights = sum(
            -(c - joint)[0] * m * GRAVITY
            for c, m in list(zip(centres, leg.masses, strict=True))[below:]
        )
        got = (found.hip_extension, found.knee_extension, found.ankle_plantarflexion)[below]
        sign = (1, -1, 1)[below]
        assert_allclose(got[:STANCE_NODES], sign * (turning + weights), rtol=1e-12, err_msg=name)
        assert_allclose(got[STANCE_NODES:], sign * weights, rtol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("behind", "moment", "sign"),
    [
        ("knee", "knee_extension", 1),
        ("ankle", "ankle_plantarflexion", -1),
        ("hip", "hip_extension", -1),
    ],
)
def test_a_vertical_force_behind_a_joint(behind: str, moment: str, sign: int) -> None:
    """Behind the knee it bends it: extensors hold. Behind ankle and hip it needs dorsiflexors and
    hip flexors. The force is large, so that weights do not matter."""
    leg = _leg()
    ankle = leg.ankle(np.zeros(2), STILL.mean)
    joint = {"hip": np.zeros(2), "knee": _down(STILL.mean[0], leg.thigh), "ankle": ankle}[behind]
    force = np.zeros((3, STANCE_NODES))
    force[2] = 5000.0
    for offset, expected in ((-0.05, sign), (0.05, -sign)):
        place = np.array([joint[0] + offset - ankle[0], -0.08])
        found, _ = _model(
            STILL, force, place[:, None] * np.ones(STANCE_NODES), np.zeros(NODES), 0.0
        )
        value = np.asarray(getattr(found, moment))[:STANCE_NODES]
        assert (expected * value > 200.0).all()


def test_abductors_carry_a_force_medial_of_the_hip() -> None:
    """Frontal statics by hand: the ground force adducts, the leg's own weight abducts."""
    leg, template = _leg(), shipped(3.5).stride.template
    force = np.zeros((3, STANCE_NODES))
    force[1], force[2] = -40.0, 900.0
    cop = np.array([[0.05], [-0.07]]) * np.ones(STANCE_NODES)
    frontal = np.full(NODES, 0.12)
    found, timeline = _model(STILL, force, cop, frontal, 0.0)
    state = timeline.state
    width, below = float(template.hip_half_width), float(template.hip_below)
    hip_y = state.y + width * np.cos(state.roll) + below * np.sin(state.roll)
    hip_z = state.z + width * np.sin(state.roll) - below * np.cos(state.roll)
    external = (hip_y - 0.5 * template.step_width) * 900.0 + hip_z * 40.0
    depths = [-c[1] for c in leg.centres(np.zeros(2), STILL.mean)]
    hanging = np.sin(0.12) * sum(m * GRAVITY * d for m, d in zip(leg.masses, depths, strict=True))
    assert_allclose(found.hip_abduction[:STANCE_NODES], external - hanging, rtol=1e-12)
    assert_allclose(found.hip_abduction[STANCE_NODES:], -hanging, rtol=1e-12)
    assert hanging > 0


def test_coordinates_are_the_moments_with_their_signs() -> None:
    found = Moments(*np.arange(4.0)[:, None])
    assert_allclose(found.coordinates[:, 0], [0.0, -1.0, -2.0, -3.0])
