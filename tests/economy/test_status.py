"""Every reason for which a stride does not count, and which of several is told."""

from typing import Any

import numpy as np
import pytest
from economy.shipped import shipped

from stridesim.economy import Evaluation, evaluate_points
from stridesim.economy.measures import (
    ACTIVATION_LIMIT,
    CLOSURE,
    JOINT_RANGE,
    RESERVE_LIMIT,
    explained,
    status_of,
)
from stridesim.gait.solver import TOLERANCE
from stridesim.muscles.state import FORCES
from stridesim.posture.linkage import Joints
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.studies.failure import failure_line


def _status(found: Evaluation, residual: float = 0.0, **results: Any) -> Status:
    code = status_of(found.stride, found.runner, residual, found.results | results)
    return Status(int(code))


def _with(**parts: Any) -> Evaluation:
    """The shipped stride with some numbers put in by hand."""
    found = shipped(3.5)
    stride = found.stride
    for name, changed in parts.items():
        stride = stride._replace(**{name: getattr(stride, name)._replace(**changed)})
    return found._replace(stride=stride)


def _muscles(name: str, value: float) -> dict[str, np.ndarray]:
    array = np.array(getattr(shipped(3.5).stride.muscles, name))
    array[1, 7] = value
    return {name: array}


def test_nothing_wrong() -> None:
    assert _status(shipped(3.5)) == Status.ok


@pytest.mark.parametrize("sign", [-1, 1])
def test_reserves_beyond_their_limit(sign: int) -> None:
    limit = RESERVE_LIMIT * float(shipped(3.5).runner.body.mass)
    assert _status(_with(muscles=_muscles("reserve", sign * 0.99 * limit))) == Status.ok
    beyond = _with(muscles=_muscles("reserve", sign * 1.01 * limit))
    assert _status(beyond) == Status.strength_too_low


def test_activation_above_one() -> None:
    assert ACTIVATION_LIMIT == 1.0
    assert _status(_with(muscles=_muscles("demand", 0.999))) == Status.ok
    assert _status(_with(muscles=_muscles("demand", 1.001))) == Status.activation_above_one


def test_forces_that_do_not_agree_with_their_fibres() -> None:
    changes = np.zeros_like(shipped(3.5).stride.muscles.iteration_change)
    for change, expected in ((0.99, Status.ok), (1.01, Status.activation_above_one)):
        changes[4] = change * FORCES.tolerance
        assert _status(_with(muscles={"iteration_change": changes.copy()})) == expected


def test_a_bent_leaning_runner_is_not_too_weak() -> None:
    """Muscles near their limit take more passes to agree, which is no reason to fail."""
    found = shipped(3.3, posture__knee_flexion_at_contact=30.0, posture__trunk_lean=25.0)
    assert found.status == Status.ok
    assert 0.9 < found.stride.muscles.demand.max() < 0.96


def test_tendons_that_give_way_ask_too_much_of_their_fibres() -> None:
    assert shipped(3.5, tendon__stiffness_scale=0.4).status == Status.activation_above_one


def test_out_of_reach() -> None:
    found = _with(posture={"out_of_reach": np.array(True)})
    assert _status(found) == Status.posture_out_of_reach


def test_no_flight() -> None:
    step = float(shipped(3.5).stride.template.step_time)
    assert _status(_with(unknowns={"contact_time": 1.01 * step})) == Status.no_flight
    # A shorter contact than his own is no periodic step either, but flies.
    assert _status(_with(unknowns={"contact_time": 0.99 * step})) == Status.no_periodic_gait


def test_pulling_on_the_ground() -> None:
    timeline = shipped(3.5).stride.timeline
    for node, expected in ((5, Status.leg_pulls_on_ground), (0, Status.ok), (-1, Status.ok)):
        vertical = np.array(timeline.force.spring_z)
        vertical[node] = -1.0 - timeline.force.impact[node]
        found = _with(timeline={"force": timeline.force._replace(spring_z=vertical)})
        assert _status(found) == expected


@pytest.mark.parametrize("residual", [1.01 * TOLERANCE, 0.3, np.inf])
def test_not_periodic(residual: float) -> None:
    assert _status(shipped(3.5), residual) == Status.no_periodic_gait
    assert _status(shipped(3.5), 0.99 * TOLERANCE) == Status.ok


@pytest.mark.parametrize(("share", "status"), [(0.5, Status.ok), (2, Status.no_periodic_gait)])
def test_a_step_that_closes_for_the_solver_alone(share: float, status: Status) -> None:
    """Integrated stepwise, the stride that is priced has to end where it began."""
    state = shipped(3.5).stride.timeline.state
    leg = float(shipped(3.5).stride.template.leg_length)
    off = np.array(state.y)
    off[-1] += share * CLOSURE * leg
    found = shipped(3.5)
    timeline = found.stride.timeline._replace(state=state._replace(y=off))
    assert _status(found._replace(stride=found.stride._replace(timeline=timeline))) == status


def test_a_pelvis_that_is_not_held() -> None:
    timeline = shipped(3.5).stride.timeline
    for degrees, expected in ((29.0, Status.ok), (-31.0, Status.pelvis_not_level)):
        roll = np.array(timeline.state.roll)
        roll[3] = np.deg2rad(degrees)
        found = _with(timeline={"state": timeline.state._replace(roll=roll)})
        assert _status(found) == expected


def test_the_solver_knows_why_there_is_no_step() -> None:
    """In place of `no_periodic_gait` and of nothing else."""
    codes = np.array(
        [Status.ok, Status.no_periodic_gait, Status.no_periodic_gait, Status.no_flight]
    )
    reasons = np.array([Status.ok, Status.no_flight, Status.ok, Status.pelvis_not_level])
    expected = [Status.ok, Status.no_flight, Status.no_periodic_gait, Status.no_flight]
    assert explained(codes, reasons).tolist() == expected


def test_negative_contact_time_is_no_gait() -> None:
    assert _status(_with(unknowns={"contact_time": -0.1})) == Status.no_periodic_gait


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_number_that_is_none(value: float) -> None:
    assert _status(shipped(3.5), oxygen_cost=value) == Status.not_finite
    # A reason that explains the NaN is told instead.
    out = _with(posture={"out_of_reach": np.array(True)})
    assert _status(out, oxygen_cost=value) == Status.posture_out_of_reach


def test_the_worst_reason_is_told() -> None:
    weak = _with(muscles=_muscles("demand", 2.0) | _muscles("reserve", 500.0))
    assert _status(weak) == Status.activation_above_one
    assert _status(weak, residual=0.1) == Status.no_periodic_gait


@pytest.mark.parametrize(
    ("overrides", "reasons"),
    [
        ({"muscle__strength_scale": 0.3}, {"activation_above_one", "strength_too_low"}),
        ({"speed": 8.0}, {"activation_above_one", "strength_too_low", "posture_out_of_reach"}),
        ({"posture__knee_flexion_at_contact": 60}, {"activation_above_one", "strength_too_low"}),
        ({"leg__stiffness": 5e3}, {"no_flight"}),
        ({"gait__step_frequency": 5.0, "leg__stiffness": 19e3}, {"no_flight"}),
        ({"gait__step_frequency": 5.0}, {"posture_out_of_reach"}),
        ({"leg__soft_tissue_stiffness": 30e3}, {"posture_out_of_reach"}),
        ({"leg__stiffness": 60e3}, {"posture_out_of_reach"}),
        ({"gait__step_frequency": 1.5}, {"posture_out_of_reach", "pelvis_not_level"}),
    ],
)
def test_runners_who_cannot(overrides: dict[str, float], reasons: set[str]) -> None:
    found = shipped(**{"speed": 3.3} | overrides)  # type: ignore[arg-type]
    assert found.status.name in reasons
    assert not found.ok


def test_a_joint_beyond_all_people() -> None:
    """Before whatever muscles of nobody's length are said to need."""
    names = Joints._fields
    for joint, degrees in (("ankle_dorsiflexion", 61.0), ("knee_flexion", -31.0)):
        angles = shipped(3.5).stride.posture.joints
        bent = np.array(getattr(angles, joint))
        bent[40] = np.deg2rad(degrees)
        found = _with(posture={"joints": angles._replace(**{joint: bent})})
        assert _status(found) == Status.joint_out_of_range
        assert _status(found, oxygen_cost=np.nan) == Status.joint_out_of_range
        low, high = JOINT_RANGE[names.index(joint)]
        assert not low <= np.deg2rad(degrees) <= high


def test_tasks_that_the_posture_does_not_go_with_have_a_physical_reason() -> None:
    """Random tasks within bounds; steep downhill under support the ankle would fold over."""
    paths = {p: d for p, d in PARAMETERS.items() if p.startswith("task.")}
    rows = np.random.default_rng(0).random((200, len(paths)))
    points = {
        path: d.bounds[0] + (d.bounds[1] - d.bounds[0]) * rows[:, k]
        for k, (path, d) in enumerate(paths.items())
    }
    found = evaluate_points(Runner.load(), points)
    assert "not_finite" not in found["status"].tolist()
    good = found["status"] == "ok"
    assert good.any()
    assert np.isfinite(np.stack([v[good] for k, v in found.items() if k != "status"])).all()


def test_the_line_names_the_joint() -> None:
    downhill = {"task__slope": -0.25, "task__weight_support": 0.5, "speed": 5.0}
    found = shipped(**downhill)  # type: ignore[arg-type]
    assert found.status == Status.joint_out_of_range
    line = failure_line(found)
    assert line.startswith("joint_out_of_range: ")
    assert " deg at " in line
