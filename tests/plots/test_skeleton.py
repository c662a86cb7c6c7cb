"""The drawn runner against the solved stride: bones keep their length, feet stay on the ground."""

import numpy as np
import pytest

from stridesim.economy import Evaluation, evaluate
from stridesim.plots.skeleton import FRAMES, Skeleton, skeleton_of
from stridesim.runner import Runner

SETTINGS = (
    {},
    {"task.speed": 4.5},
    {"hip.strength": 0.6},
    {"posture.knee_flexion_at_contact": 40.0, "posture.trunk_lean": 15.0},
)
Drawn = tuple[Evaluation, Skeleton]


@pytest.fixture(scope="module", params=SETTINGS, ids=str)
def drawn(request: pytest.FixtureRequest) -> Drawn:
    found = evaluate(Runner.load().with_(request.param))
    return found, skeleton_of(found)


def _length(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return np.linalg.norm(a - b, axis=1)


def test_bones_keep_their_length(drawn: Drawn) -> None:
    found, skeleton = drawn
    body = found.runner.body
    for leg in skeleton.legs:
        for name, a, b in (("thigh", leg.hip, leg.knee), ("shank", leg.knee, leg.ankle)):
            expected = float(getattr(body, f"{name}_length"))
            np.testing.assert_allclose(_length(a, b), expected, atol=1e-9)
        for a, b in ((leg.ankle, leg.heel), (leg.heel, leg.ball), (leg.ball, leg.toe)):
            assert np.ptp(_length(a, b)) < 1e-9
    left, right = skeleton.legs
    np.testing.assert_allclose(_length(left.hip, right.hip), 2 * float(body.hip_half_width))


def test_joints_bend_as_solved(drawn: Drawn) -> None:
    found, skeleton = drawn
    line = found.stride.timeline
    solved = np.interp(
        skeleton.time,
        np.asarray(line.time),
        np.asarray(found.stride.posture.joints.knee_flexion),
        period=float(line.period),
    )
    left = skeleton.legs[0]
    thigh, shank = left.knee - left.hip, left.ankle - left.knee
    lengths = np.linalg.norm(thigh, axis=1) * np.linalg.norm(shank, axis=1)
    bent = np.arccos(np.sum(thigh * shank, axis=1) / lengths)
    np.testing.assert_allclose(bent, np.abs(solved), atol=1e-6)


def test_the_second_step_is_the_first_mirrored(drawn: Drawn) -> None:
    _, skeleton = drawn
    left, right = skeleton.legs
    half, mirror = FRAMES // 2, np.array([1.0, -1.0, 1.0])
    for name in left._fields:
        theirs = np.roll(getattr(left, name), half, axis=0) * mirror
        np.testing.assert_allclose(getattr(right, name), theirs, atol=1e-12)
    np.testing.assert_allclose(
        np.roll(skeleton.com, half, axis=0) * mirror, skeleton.com, atol=1e-12
    )
    np.testing.assert_allclose(
        np.roll(skeleton.force, half, axis=0) * mirror, skeleton.force, atol=1e-12
    )


def test_the_foot_on_the_ground_stays_on_it(drawn: Drawn) -> None:
    _, skeleton = drawn
    for side, leg in enumerate(skeleton.legs):
        stands = skeleton.foot == side
        lowest = np.minimum(leg.heel, leg.ball)[stands, 2]
        assert np.all(np.abs(lowest) < 0.016)
        # The ground moves backwards under the runner, and the flat foot with it.
        flat = stands & (np.abs(leg.heel[:, 2] - leg.ball[:, 2]) < 0.02)
        at = np.flatnonzero(flat)
        assert at.size > 3
        moved = leg.ball[at[-1], 0] - leg.ball[at[0], 0]
        passed = (skeleton.time[at[-1]] - skeleton.time[at[0]]) * skeleton.speed
        assert moved == pytest.approx(-passed, abs=0.03)


def test_the_push_begins_under_the_foot_and_carries_the_runner(drawn: Drawn) -> None:
    _, skeleton = drawn
    for side, leg in enumerate(skeleton.legs):
        at = np.flatnonzero(skeleton.foot == side)
        assert np.all(skeleton.cop[at, 2] == 0)
        assert np.all(skeleton.cop[at, 0] > leg.heel[at, 0] - 0.02)
        assert np.all(skeleton.cop[at, 0] < leg.toe[at, 0] + 0.02)
        assert np.all(np.abs(skeleton.cop[at, 1] - leg.ankle[at, 1]) < 1e-9)
    assert np.all(skeleton.force[skeleton.foot < 0] == 0)
    assert np.mean(skeleton.force[:, 2]) == pytest.approx(1.0, abs=0.02)


def test_the_body_moves_as_solved_without_a_jump(drawn: Drawn) -> None:
    found, skeleton = drawn
    rise = np.ptp(skeleton.com[:, 2])
    assert rise == pytest.approx(float(found.results["vertical_oscillation"]), abs=1e-3)
    for points in (skeleton.com, skeleton.pelvis, skeleton.legs[0].knee, skeleton.legs[0].ankle):
        steps = np.linalg.norm(np.diff(points, axis=0, append=points[:1]), axis=1)
        assert steps.max() < 0.07
    assert float(found.results["pelvic_drop"]) == pytest.approx(
        np.rad2deg(
            np.max(
                np.arcsin(
                    (skeleton.legs[0].hip - skeleton.legs[1].hip)[skeleton.foot == 0, 2]
                    / _length(skeleton.legs[0].hip, skeleton.legs[1].hip)[0]
                )
            )
        ),
        abs=0.3,
    )
