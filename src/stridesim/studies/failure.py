"""Why a stride has no result, in one line that names what is responsible and what helps."""

from typing import Final

import numpy as np

from stridesim.economy import Evaluation, Stride
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
    percent = 100 * np.asarray(stride.timeline.time) / float(stride.timeline.period)
    match status:
        case Status.activation_above_one:
            demand = np.asarray(stride.muscles.demand)
            group, node = np.unravel_index(np.argmax(demand), demand.shape)
            name = GROUPS[group].replace("_", " ")
            return f"{name} needs {demand[group, node]:.2f} at {percent[node]:.0f} % of the stride"
        case Status.strength_too_low:
            reserve = np.abs(np.asarray(stride.muscles.reserve))
            joint, node = np.unravel_index(np.argmax(reserve), reserve.shape)
            unmet = reserve[joint, node] / float(evaluation.runner.body.mass)
            return (
                f"{_JOINTS[joint]} lacks {unmet:.2g} N m/kg at {percent[node]:.0f} % of the stride"
            )
        case Status.no_flight:
            step = 1 / float(results["step_frequency"])
            return f"contact {float(results['contact_time']):.3f} s, step {step:.3f} s"
        case Status.leg_pulls_on_ground:
            force = np.asarray(stride.timeline.force.z)[1:-1]
            at = 100 * np.asarray(stride.timeline.stance_phase)[1:-1][np.argmin(force)]
            return f"{force.min():.0f} N at {at:.0f} % of stance"
        case Status.joint_out_of_range:
            return _bent_furthest(stride, percent)
        case Status.no_periodic_gait:
            residual = float(results["periodic_residual"])
            if residual <= TOLERANCE:
                missed = float(closure_of(stride))
                return f"integrated, the nearest step misses its beginning by {missed:.1e} legs"
            return f"residual {residual:.1e}"
    return ""


def _bent_furthest(stride: Stride, percent: np.ndarray) -> str:
    """The joint that is furthest beyond its range."""
    angle = np.asarray(stride.posture.joints.stacked)
    low, high = JOINT_RANGE.T[:, :, None]
    joint, node = np.unravel_index(np.argmax(np.maximum(angle - high, low - angle)), angle.shape)
    name = stride.posture.joints._fields[joint].replace("_", " ")
    degrees = np.rad2deg(angle[joint, node])
    return f"{name} {degrees:.0f} deg at {percent[node]:.0f} % of the stride"
