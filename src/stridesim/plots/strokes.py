"""One instant of a runner as lines to draw: the same runner as on the teaching page.

Muscles go from pale to dark red with their activation, an orange glow behind them grows with the
heat and work that they take, the Achilles is a spring that flattens as it stretches, the arrow is
the push of the ground. Joints have the colours that they have in every figure of a stride.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from stridesim.plots.muscle_lines import REAR, SIDE, SPRING, on_bone
from stridesim.plots.skeleton import Skeleton
from stridesim.runner import GROUPS

VIEWS: Final = ("side", "rear")
EXTENT: Final = {"side": (-0.76, 0.86), "rear": (-0.46, 0.46)}
TALL: Final = (-0.08, 1.86)
"""m: what a view shows, across and up."""

JOINTS: Final = {"hip": "#0072B2", "knee": "#D55E00", "ankle": "#009E73"}
FORCE, LEAK, SPRING_COLOUR, HEAT = "#1d1d1d", "#CC79A7", "#009E73", "#E69F00"

_BODY, _FAR, _ARM = "#e2e2de", "#efefed", "#d4d4cf"
_REST, _FULL = np.array([205, 178, 168]), np.array([172, 0, 28])
_WIDTHS: Final = {"thigh": 0.112, "shank": 0.078, "foot": 0.044}
_PUSH: Final = 0.36
"""m for one body weight."""
_LEAK: Final = 6.0
"""Times as long, to be seen."""
_FLATTER: Final = 8.0
"""Times as flat a spring as its strain, to be seen."""
_TURNS: Final = 9


class Stroke(NamedTuple):
    """A line through points (n, 2), m; `width` m."""

    points: np.ndarray
    colour: str
    width: float


def strokes_of(skeleton: Skeleton, frame: int, view: str) -> list[Stroke]:
    """Lines of one frame, those behind first. Their number and order are those of every frame."""
    axis = VIEWS.index(view)

    def seen(points: np.ndarray) -> np.ndarray:
        return points[..., [axis, 2]] * ([1.0, 1.0] if axis == 0 else [-1.0, 1.0])

    def at(*arrays: np.ndarray) -> np.ndarray:
        return seen(np.stack([a[frame] for a in arrays]))

    body = [
        Stroke(at(skeleton.pelvis, skeleton.neck), _BODY, 0.19),
        Stroke(at(skeleton.head, skeleton.head), _BODY, 0.21),
    ]
    left, right = (list(_limb(skeleton, leg, frame, view)) for leg in (0, 1))
    drawn = [*left, *body, *right] if view == "side" else [*body, *left, *right]
    return [*drawn, *_pushes(skeleton, frame, axis)]


def _limb(skeleton: Skeleton, leg: int, frame: int, view: str) -> Iterator[Stroke]:
    axis = VIEWS.index(view)
    sign = np.array([1.0, 1.0] if axis == 0 else [-1.0, 1.0])
    bones = skeleton.legs[leg]
    colour = _FAR if view == "side" and leg == 0 else _BODY

    def line(*points: np.ndarray) -> np.ndarray:
        return np.stack([p[frame] for p in points])[:, [axis, 2]] * sign

    arm = skeleton.arms[leg]
    shade = _FAR if colour == _FAR else _ARM
    yield Stroke(line(arm.shoulder, arm.elbow, arm.hand), shade, 0.046)
    yield Stroke(line(bones.hip, bones.knee), colour, _WIDTHS["thigh"])
    yield Stroke(line(bones.knee, bones.ankle), colour, _WIDTHS["shank"])
    yield Stroke(line(bones.ankle, bones.heel, bones.ball, bones.toe), colour, _WIDTHS["foot"])
    for name, places in (SIDE if view == "side" else REAR).items():
        row = GROUPS.index(name)
        points = np.stack([on_bone(skeleton, leg, frame, p, axis) for p in places]) * sign
        heat = max(float(skeleton.heat[leg, row, frame]), 0.0)
        yield Stroke(points, HEAT + "4d", 0.007 * heat**0.5)
        yield Stroke(points, _activated(float(skeleton.activation[leg, row, frame])), 0.028)
    begin = on_bone(skeleton, leg, frame, SPRING, axis) * sign
    heel = line(bones.heel)[0]
    strain = float(skeleton.achilles[leg, frame])
    yield Stroke(
        _spring(begin, heel, strain, 0.044 if view == "side" else 0.026), SPRING_COLOUR, 0.013
    )
    for name, shade in JOINTS.items():
        point = line(getattr(bones, name), getattr(bones, name))
        yield Stroke(point, shade, 0.05)


def _activated(activation: float) -> str:
    share = min(max(activation, 0.0), 1.0)
    red, green, blue = np.rint(_REST + share * (_FULL - _REST)).astype(int)
    return f"#{red:02x}{green:02x}{blue:02x}"


def _spring(start: np.ndarray, end: np.ndarray, strain: float, wide: float) -> np.ndarray:
    along = np.linspace(0.0, 1.0, _TURNS + 1)[:, None]
    way = end - start
    across = np.array([-way[1], way[0]]) / max(float(np.hypot(*way)), 1e-6)
    side = np.array([0.0, *(1.0 if k % 2 else -1.0 for k in range(1, _TURNS)), 0.0])[:, None]
    return start + along * way + side * wide * max(1 - _FLATTER * strain, 0.15) * across


def _pushes(skeleton: Skeleton, frame: int, axis: int) -> Iterator[Stroke]:
    """The arrow of the ground force, and from behind what leaks sideways; nothing in flight."""
    sign = np.array([1.0, 1.0] if axis == 0 else [-1.0, 1.0])
    start = skeleton.cop[frame][[axis, 2]] * sign
    end = start + _PUSH * skeleton.force[frame][[axis, 2]] * sign
    stands = float(skeleton.foot[frame] >= 0)
    yield Stroke(_arrow(start, end), FORCE, 0.02 * stands)
    if axis == 1:
        tip = end - np.array([_PUSH * _LEAK * float(skeleton.miss[frame]), 0.0])
        yield Stroke(_arrow(end, tip), LEAK, 0.022 * stands)


def _arrow(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    way = end - start
    long = float(np.hypot(*way))
    if long < 1e-9:
        return np.stack([start] * 5)
    head = min(0.07, 0.6 * long) * way / long
    wing = 0.5 * np.array([-head[1], head[0]])
    return np.stack([start, end, end - head + wing, end, end - head - wing])
