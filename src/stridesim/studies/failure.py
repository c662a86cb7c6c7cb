"""Why a stride has no result, in one line that names what is responsible and what helps."""

from typing import Final, NamedTuple

import numpy as np

from stridesim.economy import Evaluation
from stridesim.economy.measures import JOINT_RANGE, closure_of
from stridesim.gait.newton import TOLERANCE
from stridesim.results import REASONS, Status
from stridesim.runner import GROUPS

_JOINTS: Final = ("hip (sagittal)", "hip (frontal)", "knee", "ankle")

_HELPS: Final = {
    Status.joint_out_of_range: "posture.knee_flexion_at_contact, posture.trunk_lean, "
    "gait.step_frequency and leg.stiffness are those of another task",
    Status.posture_out_of_reach: "posture.knee_flexion_at_contact or gait.step_frequency may be "
    "too low for this speed and slope",
    Status.strength_too_low: "muscle.strength_scale may be too low",
    Status.activation_above_one: "muscle.strength_scale may be too low",
}
"""What to change, by name."""


class Culprit(NamedTuple):
    """What cannot do what the stride asks of it: a `muscle` of `GROUPS` or a `joint`; how much it
    would need (`value` in `unit`) and where, in percent of the stride."""

    kind: str
    name: str
    value: float
    unit: str
    percent: float


def has_gait(evaluation: Evaluation) -> bool:
    """Whether there is a stride to look at, however badly it fares."""
    return Status(evaluation.status) < Status.joint_out_of_range


def failure_line(evaluation: Evaluation) -> str:
    """The reason in one line, with the muscle, joint or moment that is responsible."""
    status = Status(evaluation.status)
    detail = _detail(status, evaluation)
    line = f"{detail} ({REASONS[status]})" if detail else REASONS[status]
    helps = f"; {_HELPS[status]}" if status in _HELPS else ""
    return f"{status.name}: {line}{helps}"


def _detail(status: Status, evaluation: Evaluation) -> str:
    stride, results = evaluation.stride, evaluation.results
    match status:
        case Status.activation_above_one | Status.strength_too_low | Status.joint_out_of_range:
            culprit = culprit_of(evaluation)
            return "" if culprit is None else _told(status, culprit)
        case Status.no_flight:
            step = 1 / float(results["step_frequency"])
            return f"contact {float(results['contact_time']):.3f} s, step {step:.3f} s"
        case Status.leg_pulls_on_ground:
            force = np.asarray(stride.timeline.force.z)[1:-1]
            at = 100 * np.asarray(stride.timeline.stance_phase)[1:-1][np.argmin(force)]
            return f"{force.min():.0f} N at {at:.0f} % of stance"
        case Status.no_periodic_gait:
            residual = float(results["periodic_residual"])
            if residual <= TOLERANCE:
                missed = float(closure_of(stride))
                return f"integrated, the nearest step misses its beginning by {missed:.1e} legs"
            return f"residual {residual:.1e}"
    return ""


def _told(status: Status, culprit: Culprit) -> str:
    name, at = culprit.name.replace("_", " "), f"at {culprit.percent:.0f} % of the stride"
    match status:
        case Status.activation_above_one:
            return f"{name} needs {culprit.value:.2f} {at}"
        case Status.strength_too_low:
            return f"{name} lacks {culprit.value:.2g} {culprit.unit} {at}"
    return f"{name} {culprit.value:.0f} {culprit.unit} {at}"


def culprit_of(evaluation: Evaluation) -> Culprit | None:
    """The muscle or joint that a failure is down to; None where it is down to no single one."""
    stride = evaluation.stride
    percent = 100 * np.asarray(stride.timeline.time) / float(stride.timeline.period)
    match Status(evaluation.status):
        case Status.activation_above_one:
            demand = np.asarray(stride.muscles.demand)
            row, node = np.unravel_index(np.argmax(demand), demand.shape)
            found = ("muscle", GROUPS[row], demand[row, node], "1")
        case Status.strength_too_low:
            reserve = np.abs(np.asarray(stride.muscles.reserve))
            row, node = np.unravel_index(np.argmax(reserve), reserve.shape)
            unmet = reserve[row, node] / float(evaluation.runner.body.mass)
            found = ("joint", _JOINTS[row], unmet, "N m/kg")
        case Status.joint_out_of_range:
            angle = np.asarray(stride.posture.joints.stacked)
            low, high = JOINT_RANGE.T[:, :, None]
            beyond = np.maximum(angle - high, low - angle)
            row, node = np.unravel_index(np.argmax(beyond), angle.shape)
            found = (
                "joint",
                stride.posture.joints._fields[row],
                np.rad2deg(angle[row, node]),
                "deg",
            )
        case _:
            return None
    kind, name, value, unit = found
    return Culprit(kind, name, float(value), unit, float(percent[node]))
