"""Why a stride has no result, in one line that names what is responsible."""

import numpy as np
import pytest

from stridesim.economy import Evaluation
from stridesim.results import REASONS, Status
from stridesim.studies.failure import failure_line


def _failed(solved: Evaluation, status: Status) -> Evaluation:
    return solved._replace(status=status)


@pytest.mark.parametrize("status", [s for s in Status if s != Status.ok])
def test_every_reason_can_be_said(solved: Evaluation, status: Status) -> None:
    line = failure_line(_failed(solved, status))
    assert line.startswith(f"{status.name}: ")
    assert REASONS[status] in line
    assert "\n" not in line


def test_the_joint_that_lacks_strength_is_named(solved: Evaluation) -> None:
    reserve = np.zeros_like(solved.stride.muscles.reserve)
    reserve[2, 0] = -3.0 * float(solved.runner.body.mass)
    muscles = solved.stride.muscles._replace(reserve=reserve)
    weak = _failed(solved, Status.strength_too_low)._replace(
        stride=solved.stride._replace(muscles=muscles)
    )
    assert "knee lacks 3 N m/kg at 0 % of the stride" in failure_line(weak)


def test_a_posture_out_of_reach_says_what_to_change(solved: Evaluation) -> None:
    line = failure_line(_failed(solved, Status.posture_out_of_reach))
    assert line.endswith("; posture.knee_flexion_at_contact or gait.step_frequency may be too low "
                         "for this speed and slope")  # fmt: skip
