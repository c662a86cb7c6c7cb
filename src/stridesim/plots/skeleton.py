"""Where every joint of a runner is over one stride, for drawing.

One step solved is a whole stride known: the right leg does what the left one did half a stride
before, mirrored. Positions are those of the solved stride, x less the mean motion, so that the
runner stays in place and the ground moves below. In stance the leg is built up from the foot on
the ground with the model's own joint angles, and the pelvis stands on it: where the soft tissue of
the leg yields (`posture.soft_tissue`) the centre of mass is that much lower than the linkage shows.
In flight the pelvis follows the centre of mass. Trunk and head are held by the trunk's lean alone;
arms are drawn for the eye: the model has none.
"""

from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.constants import GRAVITY
from stridesim.economy import Evaluation
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES

FRAMES: Final = 64
"""Even steps of one stride; an even number, so that half a stride is a whole number of them."""

HEEL_BEHIND: Final = 0.05
BALL_AHEAD: Final = 0.095
TOE_AHEAD: Final = 0.14
SOLE_BELOW: Final = 0.055
"""Foot over height: ends of the sole and its depth below the ankle. The ball is the point about
which the measured ankle path turns as the heel rises (Fukuchi 2017, doi:10.7717/peerj.3298)."""

TRUNK: Final = 0.30
HEAD: Final = 0.095
"""Middle of the hips to the shoulders and on to the middle of the head, over height (de Leva 1996,
doi:10.1016/0021-9290(95)00178-6)."""

_SHOULDER, _UPPER_ARM, _FOREARM = 0.105, 0.155, 0.14
_ELBOW: Final = np.deg2rad(95)
_SETTLE: Final = 0.2
"""Share of swing in which the toes come back into line with the foot."""


class Leg(NamedTuple):
    """Points (FRAMES, 3) of one leg: forward, to the left, up; m."""

    hip: np.ndarray
    knee: np.ndarray
    ankle: np.ndarray
    heel: np.ndarray
    ball: np.ndarray
    toe: np.ndarray


class Arm(NamedTuple):
    """Points (FRAMES, 3) of one arm, m."""

    shoulder: np.ndarray
    elbow: np.ndarray
    hand: np.ndarray


class Skeleton(NamedTuple):
    """A runner over one stride, from a touchdown of the left foot on.

    `time` (FRAMES,) s; legs and arms left, right; `pelvis`, `neck`, `head` and `com` (FRAMES, 3) m.
    `foot` (FRAMES,) is the foot on the ground: 0 left, 1 right, -1 none; `cop` (FRAMES, 3) m where
    it pushes, `force` (FRAMES, 3) body weights what it gets back, `miss` (FRAMES,) body weights the
    sideways part that passes the centre of mass; zero in flight. By leg: `activation` and `heat`
    (metabolic power, W) (2, M, FRAMES), `achilles` (2, FRAMES) strain and `stored` (2, FRAMES) J in
    all tendons. `height` m, `speed` m/s, `period` s, `slope` rise over run.
    """

    time: np.ndarray
    legs: tuple[Leg, Leg]
    arms: tuple[Arm, Arm]
    pelvis: np.ndarray
    neck: np.ndarray
    head: np.ndarray
    com: np.ndarray
    foot: np.ndarray
    cop: np.ndarray
    force: np.ndarray
    miss: np.ndarray
    activation: np.ndarray
    heat: np.ndarray
    achilles: np.ndarray
    stored: np.ndarray
    height: float
    speed: float
    period: float
    slope: float


def skeleton_of(found: Evaluation) -> Skeleton:
    """The runner of a stride that has a gait."""
    stride, body = found.stride, found.runner.body
    line, template = stride.timeline, stride.template
    height, period = float(body.height), float(line.period)
    time = np.arange(FRAMES) / FRAMES * period
    stance = time <= float(line.contact_time)
    angle = _over_stride(found, stride.posture.segments.angle, time)
    frontal = _over_stride(found, stride.posture.frontal_angle, time)
    bones = float(body.thigh_length), float(body.shank_length)
    com, roll = _body(found, time)
    planted = _planted(found, time[stance])
    half_width = float(body.hip_half_width)
    across = np.stack([0 * roll, np.cos(roll), np.sin(roll)], axis=1) * half_width
    # Where the leg stands, its hip holds the pelvis; the rest of the step follows the body.
    up = _upwards(angle[:, stance], frontal[stance], bones)
    held = planted + up[0] + up[1] - across[stance]
    pelvis = _joined(held, com, stance)
    left = _leg(pelvis + across, planted, angle, frontal, bones, height, stance)
    lean = float(found.runner.posture.trunk_lean)
    along = np.array([np.sin(lean), 0.0, np.cos(lean)])
    neck = pelvis + TRUNK * height * along
    force, cop, miss = _pushes(found, time, stance)
    mean = np.array([np.mean(com[:, 0]), 0.0, 0.0])

    def placed(points: np.ndarray) -> np.ndarray:
        return points - mean

    legs = Leg(*(placed(p) for p in left)), Leg(*(placed(_mirrored(p)) for p in left))
    neck = placed(neck)
    foot = np.where(stance, 0, np.where(_half_later(stance), 1, -1))
    strain, stored = _tendons(found, time)
    activation = _over_stride(found, stride.muscles.activation, time)
    heat = _over_stride(found, stride.heats.total, time)
    return Skeleton(
        time=time,
        legs=legs,
        arms=_arms(neck, angle[0], height),
        pelvis=placed(pelvis),
        neck=neck,
        head=neck + HEAD * height * along,
        com=placed(com),
        foot=foot,
        cop=np.where((foot >= 0)[:, None], placed(cop), 0.0),
        force=force,
        miss=miss,
        activation=np.stack([activation, _half_later(activation)]),
        heat=np.stack([heat, _half_later(heat)]),
        achilles=np.stack([strain, _half_later(strain)]),
        stored=np.stack([stored, _half_later(stored)]),
        height=height,
        speed=float(template.speed),
        period=period,
        slope=float(found.runner.task.slope),
    )


def _over_stride(found: Evaluation, values: Any, time: np.ndarray) -> np.ndarray:
    """Values (..., NODES) at the frames (..., FRAMES), by straight lines on the closed cycle."""
    line = found.stride.timeline
    nodes = np.append(np.asarray(line.time), float(line.period))
    low = np.clip(np.searchsorted(nodes, time, side="right") - 1, 0, nodes.size - 2)
    share = (time - nodes[low]) / (nodes[low + 1] - nodes[low])
    closed = np.asarray(values)
    return (1 - share) * closed[..., low] + share * closed[..., (low + 1) % closed.shape[-1]]


def _half_later(values: np.ndarray) -> np.ndarray:
    """What the right leg does at the same frames (last axis)."""
    return np.roll(values, FRAMES // 2, axis=-1)


def _mirrored(points: np.ndarray) -> np.ndarray:
    """Points (FRAMES, 3) of the other side."""
    return np.roll(points, FRAMES // 2, axis=0) * [1.0, -1.0, 1.0]


def _whole(first: np.ndarray, sign: Any) -> np.ndarray:
    """A stride from its first step (FRAMES / 2, ...): the second is its mirror image."""
    return np.concatenate([first, first * sign])


def _body(found: Evaluation, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Centre of mass (FRAMES, 3), x less the mean motion, and roll (FRAMES,)."""
    line, template = found.stride.timeline, found.stride.template
    state, contact = line.state, float(line.contact_time)
    step = time[: FRAMES // 2]
    nodes = contact * np.asarray(line.stance_phase)
    after = np.maximum(step - contact, 0.0)
    found_at = {}
    flown = {
        "x": float(template.acceleration_x),
        "y": 0.0,
        "z": float(template.acceleration_z),
    }
    for axis, acceleration in flown.items():
        place, rate = np.asarray(getattr(state, axis)), np.asarray(getattr(state, f"v{axis}"))
        standing = np.interp(step, nodes, place)
        flying = place[-1] + rate[-1] * after + 0.5 * acceleration * after**2
        found_at[axis] = np.where(step <= contact, standing, flying)
    roll, rate = np.asarray(state.roll), np.asarray(state.roll_rate)
    turned = np.where(step <= contact, np.interp(step, nodes, roll), roll[-1] + rate[-1] * after)
    found_at["x"] = found_at["x"] - float(template.speed) * step
    com = np.stack(list(found_at.values()), axis=1)
    return _whole(com, [1.0, -1.0, 1.0]), _whole(turned, -1.0)


def _planted(found: Evaluation, time: np.ndarray) -> np.ndarray:
    """The ankle over the ground in stance (n, 3), x less the mean motion."""
    line, posture, template = found.stride.timeline, found.stride.posture, found.stride.template
    nodes = float(line.contact_time) * np.asarray(line.stance_phase)
    forward, below = np.asarray(posture.cop_from_ankle)
    tilt = np.cos(np.asarray(posture.frontal_angle)[:STANCE_NODES])
    x = np.interp(time, nodes, np.asarray(line.force.cop_x) - forward)
    z = np.interp(time, nodes, -below / tilt)
    y = np.full_like(x, 0.5 * float(template.step_width))
    return np.stack([x - float(template.speed) * time, y, z], axis=1)


def _upwards(angle: np.ndarray, frontal: np.ndarray, bones: Any) -> tuple[np.ndarray, np.ndarray]:
    """Knee from ankle and hip from knee (n, 3): in the plane through the leg, tilted sideways."""
    thigh, shank = bones

    def bone(angles: np.ndarray, length: float) -> np.ndarray:
        along = length * np.cos(angles)
        parts = -length * np.sin(angles), along * np.sin(frontal), along * np.cos(frontal)
        return np.stack(parts, axis=1)

    return bone(angle[1], shank), bone(angle[0], thigh)


def _joined(held: np.ndarray, com: np.ndarray, stance: np.ndarray) -> np.ndarray:
    """The middle of the hips over the stride: held in stance; in flight it goes over from where it
    lies beside the centre of mass at take-off to where it lies at the next touchdown."""
    count = int(np.count_nonzero(stance))
    before = held[-1] - com[count - 1]
    ahead = (held[0] - com[0]) * [1.0, -1.0, 1.0]
    left = FRAMES // 2 - count
    share = (np.arange(1, left + 1) / (left + 1))[:, None]
    flying = com[count : FRAMES // 2] + (1 - share) * before + share * ahead
    return _whole(np.concatenate([held, flying]), [1.0, -1.0, 1.0])


def _leg(
    hip: np.ndarray,
    planted: np.ndarray,
    angle: np.ndarray,
    frontal: np.ndarray,
    bones: tuple[float, float],
    height: float,
    stance: np.ndarray,
) -> Leg:
    """The left leg: from the ground up in stance, from the hip down in swing."""
    shank, thigh = _upwards(angle, frontal, bones)
    ankle = hip - thigh - shank
    count = int(np.count_nonzero(stance))
    ankle[:count] = planted
    knee = ankle + shank
    pitch = angle[2]
    swing = np.clip((np.arange(FRAMES) - count) / (_SETTLE * (FRAMES - count)), 0.0, 1.0)
    # The toes stay on the ground while the heel rises.
    bent = np.minimum(pitch, 0.0) * np.where(stance, 0.0, swing) + np.maximum(pitch, 0.0)

    def on_foot(ahead: float) -> np.ndarray:
        sine, cosine = np.sin(pitch), np.cos(pitch)
        x = ahead * cosine + SOLE_BELOW * sine
        z = ahead * sine - SOLE_BELOW * cosine
        return ankle + height * np.stack([x, 0 * x, z], axis=1)

    ball = on_foot(BALL_AHEAD)
    toes = height * (TOE_AHEAD - BALL_AHEAD)
    toe = ball + toes * np.stack([np.cos(bent), 0 * bent, np.sin(bent)], axis=1)
    return Leg(knee + thigh, knee, ankle, on_foot(-HEEL_BEHIND), ball, toe)


def _pushes(
    found: Evaluation, time: np.ndarray, stance: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ground force (FRAMES, 3), body weights, the centre of pressure (FRAMES, 3), m, x less the
    mean motion, and the part of the force that leaks sideways (FRAMES,), body weights."""
    line, template = found.stride.timeline, found.stride.template
    weight = float(found.runner.body.mass) * GRAVITY
    nodes = float(line.contact_time) * np.asarray(line.stance_phase)

    def over_step(values: Any) -> np.ndarray:
        return np.where(stance, np.interp(time, nodes, np.asarray(values)), 0.0)

    force = line.force
    first = np.stack([over_step(v) for v in (force.x, force.y, force.z)], axis=1) / weight
    miss = over_step(force.lateral_miss) / weight
    x = over_step(force.cop_x) - float(template.speed) * time
    y = np.full(FRAMES, 0.5 * float(template.step_width))
    cop = np.stack([x, y, 0 * x], axis=1) * stance[:, None]
    return first + _mirrored(first), cop + _mirrored(cop), miss - _half_later(miss)


def _tendons(found: Evaluation, time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Strain of the Achilles and energy (J) in all tendons of the left leg (FRAMES,)."""
    muscles, groups = found.stride.muscles, found.stride.groups
    index = [GROUPS.index(name) for name in ACHILLES]
    share = np.asarray(groups.peak_isometric_force)[index]
    strain = (share / share.sum()) @ np.asarray(muscles.tendon_strain)[index]
    stored = np.asarray(muscles.stored).sum(axis=0)
    return _over_stride(found, strain, time), _over_stride(found, stored, time)


def _arms(neck: np.ndarray, thigh: np.ndarray, height: float) -> tuple[Arm, Arm]:
    """Arms that swing against the legs, for the eye."""

    def arm(swing: np.ndarray, side: float) -> Arm:
        upper = 0.9 * swing - 0.35
        shoulder = neck + height * np.array([0.0, side * _SHOULDER, -0.01])
        lower = upper + _ELBOW

        def bone(angles: np.ndarray, length: float) -> np.ndarray:
            return height * length * np.stack([np.sin(angles), 0 * angles, -np.cos(angles)], axis=1)

        elbow = shoulder + bone(upper, _UPPER_ARM)
        return Arm(shoulder, elbow, elbow + bone(lower, _FOREARM))

    return arm(_half_later(thigh), 1.0), arm(thigh, -1.0)
