"""What changes when something is asked of a runner: one small experiment a row of `data/tasks.csv`.

Errors of changes across conditions say more of a model than errors of levels (Afschrift 2025, PLoS
Comput Biol 21(11)). Every row compares the runner under a task with the same runner without it;
the runner adapts as `runner.adaptation` says, and nothing is searched for.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from stridesim.energetics import METABOLIC_MODELS
from stridesim.energetics.efficiency import concentric_efficiency
from stridesim.evidence.laboratory import Laboratory, NoResultError, Settings
from stridesim.evidence.lowest import lowest
from stridesim.posture.time_grid import node_weights
from stridesim.tasks.strength import EXERTIONS, angles_of

Prediction = Callable[[Laboratory], float]

SPEED: Final = 3.0
"""m/s; of slopes, support and width."""
PULLED: Final = 3.3
"""m/s; of Chang & Kram 1999 (doi:10.1152/jappl.1999.86.5.1657)."""
PREFERRED: Final = 2.9
"""m/s; mean preferred speed of the runners whose step frequency was changed (Heiderscheit 2011,
doi:10.1249/MSS.0b013e3181ebedf4)."""
TROCHANTER: Final = 0.53
"""Leg length over height (Winter 1990), of which step widths are a share."""
SLOW, FAST = 2.22, 5.0
"""m/s; of Kipp 2018 (doi:10.1242/jeb.184218)."""


def _ratio(name: str, settings: Settings, speed: float = SPEED) -> Prediction:
    return lambda lab: lab.at(speed, settings)[name] / lab.at(speed)[name]


def _percent(name: str, settings: Settings, speed: float = SPEED) -> Prediction:
    ratio = _ratio(name, settings, speed)
    return lambda lab: 100 * (ratio(lab) - 1)


def _slope(rise: float) -> Settings:
    return {"task.slope": rise}


def _degrees(angle: float) -> Settings:
    return _slope(math.tan(math.radians(angle)))


def _width(share: float) -> Prediction:
    """Change of net cost (%) at a step width of `share` of leg length."""

    def predicted(lab: Laboratory) -> float:
        width = share * TROCHANTER * lab.habit(SPEED, "body.height")
        return _percent("net_cost_of_transport", {"gait.step_width": width})(lab)

    return predicted


def _frequency(name: str, share: float) -> Prediction:
    """Change of a result when the step frequency is `share` times the habit: per cent."""

    def predicted(lab: Laboratory) -> float:
        return _percent(name, _stepping(lab, share, PREFERRED), PREFERRED)(lab)

    return predicted


def _stepping(lab: Laboratory, share: float, speed: float) -> Settings:
    return {"gait.step_frequency": share * lab.habit(speed, "gait.step_frequency")}


def _knee(share: float) -> Prediction:
    """Change of peak knee flexion in stance, deg."""

    def predicted(lab: Laboratory) -> float:
        changed = lab.at(PREFERRED, _stepping(lab, share, PREFERRED))
        return changed["peak_knee_flexion"] - lab.at(PREFERRED)["peak_knee_flexion"]

    return predicted


def _stiffness(lab: Laboratory) -> float:
    """Classic leg stiffness at +36 % over that at -26 % of the step frequency, 2.5 m/s."""
    fast, slow = (
        lab.at(2.5, _stepping(lab, share, 2.5))["leg_stiffness"] for share in (1.36, 0.74)
    )
    return fast / slow


def _net_joint_work(lab: Laboratory, settings: Settings) -> float:
    """Work of the joints of one leg over a stride, J/kg, generation positive."""
    found = lab.stride(PULLED, settings)
    stride = found.stride
    # Moments are extensor positive, rates flexor positive.
    power = -sum(
        np.asarray(moment) * np.asarray(rate)
        for moment, rate in zip(stride.moments, stride.posture.joint_rates, strict=True)
    )
    return float(np.sum(np.asarray(node_weights(stride.timeline.grid)) * power))


def _work_ratio(lab: Laboratory) -> float:
    up, down = (_net_joint_work(lab, _degrees(angle)) for angle in (10.0, -10.0))
    return abs(up / down)


def _over_speed(name: str) -> Prediction:
    """Change (%) from 2.22 to 5 m/s."""
    return lambda lab: 100 * (lab.at(FAST)[name] / lab.at(SLOW)[name] - 1)


def _strongest_knee(lab: Laboratory) -> float:
    """Knee flexion (deg) of the greatest isometric extension torque, passive torque included."""
    torque = lab.static_torques()["knee_extension"].torque
    angle = lowest(angles_of(EXERTIONS["knee_extension"]), -torque)
    if angle is None:
        raise NoResultError("knee extension is strongest at an end of its range")
    return angle


def _concentric_efficiency(lab: Laboratory) -> float:
    """Greatest efficiency of one contraction, of a muscle with the vasti's fibre types."""
    slow = lab.habit(SPEED, "muscle.vasti.slow_twitch_fraction")
    return float(concentric_efficiency(METABOLIC_MODELS[lab.metabolic], slow)[1].max())


TASKS: Final[dict[str, Prediction]] = {
    "slope_net_-20": lambda lab: lab.at(SPEED, _slope(-0.2))["net_cost_of_transport"],
    **{
        f"slope_ratio_{rise}": _ratio("net_cost_of_transport", _slope(rise / 100))
        for rise in (-10, 5, 10)
    },
    "slope_cost_7": _percent("cost_of_transport", _slope(0.07)),
    "slope_frequency_7": _percent("step_frequency", _slope(0.07)),
    **{
        f"slope_{row}_{angle}deg": _ratio(name, _degrees(angle), PULLED)
        for row, name in (("contact", "contact_time"), ("peak", "peak_vertical_force"))
        for angle in (-5, 5)
    },
    "slope_work_ratio_10deg": _work_ratio,
    **{
        f"force_{share}": _ratio(
            "net_cost_of_transport", {"task.horizontal_force": share / 100}, PULLED
        )
        for share in (-15, 6)
    },
    **{
        f"support_{share}": _ratio(
            "net_cost_of_transport", {"task.weight_support": share / 100}, SPEED
        )
        for share in (25, 50, 75)
    },
    **{f"width_{share}": _width(share / 100) for share in (0, 20, 25)},
    "frequency_kleg": _stiffness,
    "frequency_gmed_10": _frequency("peak_force.gluteus_medius", 1.1),
    "frequency_knee_10": _knee(1.1),
    "frequency_knee_-10": _knee(0.9),
    **{
        f"speed_{joint}_advantage": _over_speed(f"{joint}_mechanical_advantage")
        for joint in ("hip", "knee", "ankle")
    },
    "knee_torque_angle": _strongest_knee,
    "efficiency_concentric": _concentric_efficiency,
    "speed_power_ratio": lambda lab: (
        lab.at(FAST)["metabolic_power"] / lab.at(SLOW)["metabolic_power"]
    ),
}
"""Row identifier -> its experiment."""

GIVEN: Final = ("slope_frequency_7", "frequency_kleg")
"""Rows from which a gain of the adaptation is taken."""
