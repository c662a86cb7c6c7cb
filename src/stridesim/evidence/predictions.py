"""What the model says to every row of the record: one small experiment each.

A prediction is a function of a `Laboratory`, found by the row's identifier. `FITTED` are rows that
judge the fit (the runner's own forces were fitted, in another form), `GIVEN` rows whose number is
an input with the same source; every other number emerges. Rows that the model cannot address say
why (`NOT_ADDRESSED`).
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np

from stridesim.evidence import tasks
from stridesim.evidence.laboratory import Laboratory, NoResultError, Point, Settings
from stridesim.evidence.lowest import lowest
from stridesim.evidence.tasks import TASKS
from stridesim.muscles.degroote2016 import tendon_strain
from stridesim.posture.time_grid import node_weights
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES

Prediction = Callable[[Laboratory], float]

PREFERRED: Final = 2.9
"""m/s; mean preferred speed of the 45 runners of Heiderscheit 2011
(doi:10.1249/MSS.0b013e3181ebedf4), used for rows with the condition `preferred`."""

MODERATE: Final = 3.25
"""m/s; middle of the rows that say 3 to 3.5 m/s."""

NOT_ADDRESSED: Final = {
    "strength_training": "no training programmes yet: which parameters strength work changes, and "
    "by how much, is not modelled",
    "fatigue_90min": "no fatigue yet: muscles do not tire over a run",
    "fatigue_kleg": "no fatigue yet: muscles do not tire over a run",
    "rate_of_force": "no band is published, and training programmes are not modelled",
}

FITTED: Final = ("contact_", "flight_", "peak_force_", "braking_impulse_", "k_vert_", "k_leg_")
FITTED_ALSO: Final = ("oscillation_", "braking_peak", "propulsive_peak")
GIVEN: Final = ("hysteresis",)


def basis(row: str) -> str:
    """`fitted`, `given` or `predicted`."""
    if row in TASKS:
        return "given" if row in tasks.GIVEN else "predicted"
    if row.startswith((*FITTED, *FITTED_ALSO)):
        return "fitted"
    return "given" if row in GIVEN else "predicted"


def result(name: str, speed: float, factor: float = 1.0) -> Prediction:
    """A named result at a speed, times a factor to the row's unit."""
    return lambda lab: factor * lab.at(speed)[name]


def _least(points: Iterable[Point], name: str = "cost_of_transport") -> float:
    """The least of those that have a result."""
    points = list(points)
    found = [p[name] for p in points if p.ok]
    if not found:
        raise NoResultError(points[0].status)
    return min(found)


def _percent(changed: float, reference: float) -> float:
    return 100 * (changed / reference - 1)


def _frequencies(lab: Laboratory, speed: float) -> tuple[np.ndarray, list[Point]]:
    """Step frequencies (Hz) around the habitual one, and the points there."""
    grid = lab.habit(speed, "gait.step_frequency") * np.linspace(0.85, 1.15, 31)
    return grid, [lab.at(speed, {"gait.step_frequency": float(f)}) for f in grid]


def _costs(points: Iterable[Point]) -> np.ndarray:
    return np.array([p["cost_of_transport"] if p.ok else np.nan for p in points])


def _optimal_frequency(lab: Laboratory) -> float:
    grid, points = _frequencies(lab, 3.0)
    best = lowest(grid, _costs(points))
    if best is None:
        raise NoResultError("the cost falls up to the last step frequency that runs")
    return best


def _frequency_penalty(lab: Laboratory) -> float:
    _, points = _frequencies(lab, MODERATE)
    habit = lab.at(MODERATE)["cost_of_transport"]
    return _percent(habit, _least([*points, lab.at(MODERATE)]))


def _adapted(lab: Laboratory, speed: float, settings: Settings, knees: Iterable[float]) -> float:
    """Least cost when leg stiffness and knee flexion may follow an imposed change."""
    stiffness = lab.habit(speed, "leg.stiffness")
    return _least(
        lab.at(speed, {**settings, "leg.stiffness": stiffness * s, **_knee(k)})
        for s in np.linspace(0.6, 1.3, 8)
        for k in knees
    )


def _knee(flexion: float) -> Settings:
    return {"posture.knee_flexion_at_contact": flexion}


def _frequency_penalty_18(lab: Laboratory) -> float:
    habit = lab.habit(MODERATE, "gait.step_frequency")
    reference = lab.at(MODERATE)["cost_of_transport"]
    changes = [
        _percent(
            _adapted(
                lab, MODERATE, {"gait.step_frequency": share * habit}, (7.0, 13.0, 20.0, 27.0)
            ),
            reference,
        )
        for share in (0.82, 1.18)
    ]
    return float(np.mean(changes))


def _net_cost(lab: Laboratory) -> float:
    speeds = (2.5, 3.0, 3.5, 4.0, 4.5)
    return float(np.mean([lab.at(v)["net_cost_of_transport"] for v in speeds]))


def _cost_change(lab: Laboratory) -> float:
    return _percent(lab.at(5.14)["cost_of_transport"], lab.at(3.58)["cost_of_transport"])


def _swing_share(lab: Laboratory) -> float:
    """What a device that moves the swing leg saves at its best level, as experiments find it."""
    helped = _least(
        (lab.at(3.0, {"task.swing_assistance": level}) for level in (0.25, 0.5, 0.75, 1.0)),
        "net_cost_of_transport",
    )
    return 100 * (1 - helped / lab.at(3.0)["net_cost_of_transport"])


def _lateral_stabilisation(lab: Laboratory) -> float:
    """The held runner may choose the step width, as the subjects did."""
    widths = np.linspace(-0.02, 0.16, 10)
    held = _least(
        (
            lab.at(3.0, {"task.lateral_stabilisation": 1.0, "gait.step_width": float(w)})
            for w in widths
        ),
        "net_cost_of_transport",
    )
    return _percent(held, lab.at(3.0)["net_cost_of_transport"])


def _groucho(lab: Laboratory) -> float:
    """The deepest crouch that the muscles carry, on a leg as soft as is cheapest for it."""
    reference = lab.at(3.0)["cost_of_transport"]
    stiffness = lab.habit(3.0, "leg.stiffness")
    depths = np.arange(25.0, 71.0, 5.0)
    costs: list[float] = []
    for depth in depths:
        points = [
            lab.at(3.0, {**_knee(float(depth)), "leg.stiffness": stiffness * s})
            for s in np.linspace(0.5, 1.2, 8)
        ]
        if any(p.ok for p in points):
            costs.append(_least(points))
    if not costs:
        raise NoResultError("activation_above_one")
    return _percent(costs[-1], reference)


def _lean(lab: Laboratory) -> float:
    upright = lab.habit(3.58, "posture.trunk_lean")
    leaning = lab.at(3.58, {"posture.trunk_lean": upright + 8.0})["cost_of_transport"]
    return _percent(leaning, lab.at(3.58)["cost_of_transport"])


def _achilles(lab: Laboratory, stiffness: float, strength: float = 1.0) -> Settings:
    """Settings for an Achilles tendon and calf changed by factors."""
    settings: dict[str, float] = {}
    for group in ACHILLES:
        strain = f"tendon.{group}.strain_at_peak_force"
        force = f"muscle.{group}.peak_isometric_force"
        settings[strain] = lab.habit(MODERATE, strain) * strength / stiffness
        settings[force] = lab.habit(MODERATE, force) * strength
    return settings


def _tendon_flat(lab: Laboratory) -> float:
    speed = 3.5
    reference = lab.at(speed)["cost_of_transport"]
    changes = [
        _percent(lab.at(speed, _achilles(lab, share))["cost_of_transport"], reference)
        for share in (0.7, 1.3)
    ]
    return max(abs(change) for change in changes)


def _tendon_training(lab: Laboratory) -> float:
    speed = 3.33
    trained = lab.at(speed, _achilles(lab, 1.16, 1.07))["cost_of_transport"]
    return _percent(trained, lab.at(speed)["cost_of_transport"])


def _tendon_optimum(lab: Laboratory) -> float:
    """All tendons of one compliance: the cheapest strain at peak force, the mean of the speeds that
    have one. Where the cost still falls at the most compliant tendons that run there is none, and
    how far that is depends on rounding: passes of the muscles' forces and velocities just agree."""
    strains = np.arange(0.010, 0.2001, 0.005)
    best = [
        lowest(
            strains,
            _costs(
                lab.at(speed, {f"tendon.{g}.strain_at_peak_force": float(s) for g in GROUPS})
                for s in strains
            ),
        )
        for speed in (2.5, 3.5, 4.5)
    ]
    found = [strain for strain in best if strain is not None]
    if not found:
        raise NoResultError("the cost falls up to the last tendon strain that runs")
    return 100 * float(np.mean(found))


def _nodes(lab: Laboratory, speed: float, group: str) -> dict[str, Any]:
    muscles = lab.stride(speed).stride.muscles
    k = GROUPS.index(group)
    return {name: np.asarray(value)[k] for name, value in muscles._asdict().items() if name in (
        "force", "mtu_velocity", "tendon_velocity")}  # fmt: skip


def _tfl_swing(lab: Laboratory) -> float:
    """Peak in early swing: its first half."""
    found = lab.stride(PREFERRED)
    force = _nodes(lab, PREFERRED, "tensor_fasciae_latae")["force"][STANCE_NODES:]
    weight = 9.80665 * float(found.runner.body.mass)
    return float(force[: len(force) // 2].max()) / weight


def _achilles_force(lab: Laboratory) -> float:
    force = sum(_nodes(lab, MODERATE, group)["force"] for group in ACHILLES)
    return 1e-3 * float(np.max(force))


VOLUNTARY_ACHILLES_FORCE: Final = 3500.0
"""N; Achilles force in maximal voluntary isometric contraction, at which stiffness is measured in
vivo: Peltonen 2010, doi:10.1242/jeb.033514."""


def _achilles_stiffness(lab: Laboratory) -> float:
    """Secant between 50 and 100 % of the force that a voluntary contraction reaches, N/mm: the
    peak isometric force of the model's muscles is several times that."""
    groups = lab.stride(MODERATE).stride.groups
    calf = np.array([GROUPS.index(group) for group in ACHILLES])
    peak = np.asarray(groups.peak_isometric_force)[calf]
    slack, at_peak = (
        np.asarray(x)[calf] for x in (groups.slack_length, groups.strain_at_peak_force)
    )
    half, full = (
        slack * np.asarray(tendon_strain(np.full_like(peak, share / peak.sum()), at_peak))
        for share in (0.5 * VOLUNTARY_ACHILLES_FORCE, VOLUNTARY_ACHILLES_FORCE)
    )
    return 1e-3 * float(np.sum(0.5 * VOLUNTARY_ACHILLES_FORCE * peak / peak.sum() / (full - half)))


def _elastic_share(lab: Laboratory) -> float:
    """Positive work of soleus' tendon over that of soleus' musculotendon."""
    nodes = _nodes(lab, 3.5, "soleus")
    weights = np.asarray(node_weights(lab.stride(3.5).stride.timeline.grid))
    tendon, whole = (
        float(np.sum(weights * np.maximum(-nodes["force"] * nodes[name], 0.0)))
        for name in ("tendon_velocity", "mtu_velocity")
    )
    return 100 * tendon / whole


def _chosen(path: str, speed: float) -> Prediction:
    return lambda lab: lab.chosen(speed, path)


PREDICTIONS: Final[dict[str, Prediction]] = {
    **{
        f"{row}_{speed}": result(name, speed, factor)
        for row, name, factor in (
            ("contact", "contact_time", 1.0),
            ("flight", "flight_time", 1.0),
            ("peak_force", "peak_vertical_force", 1.0),
            ("braking_impulse", "braking_impulse", 1.0),
            ("oscillation", "vertical_oscillation", 1.0),
            ("k_vert", "vertical_stiffness", 1e-3),
        )
        for speed in (2.5, 3.5, 4.5)
    },
    **{f"frequency_{v}": _chosen("gait.step_frequency", v) for v in (2.5, 3.5, 4.5)},
    "frequency_optimal_3.0": _optimal_frequency,
    "braking_peak_3.5": result("peak_braking_force", 3.5),
    "propulsive_peak_3.5": result("peak_propulsive_force", 3.5),
    "k_leg_3.5": result("leg_stiffness", 3.5, 1e-3),
    "gross_power_2.22": result("metabolic_power", 2.22),
    "gross_power_5.0": result("metabolic_power", 5.0),
    "net_cost": _net_cost,
    "cost_change_3.6_5.1": _cost_change,
    "cost_3.61_elite": result("cost_of_transport", 3.61),
    "frequency_penalty": _frequency_penalty,
    "frequency_penalty_18": _frequency_penalty_18,
    "swing_share_of_net_cost": _swing_share,
    "lateral_stabilisation": _lateral_stabilisation,
    "groucho": _groucho,
    "lean_8": _lean,
    "knee_flexion_contact": _chosen("posture.knee_flexion_at_contact", 3.5),
    "knee_flexion_peak": result("peak_knee_flexion", PREFERRED),
    "hip_flexion_contact": result("hip_flexion_at_contact", PREFERRED),
    "knee_moment_peak": result("peak_knee_extension_moment", PREFERRED),
    "hip_abduction_moment": result("peak_hip_abduction_moment", PREFERRED),
    "hip_adduction_peak": result("peak_hip_adduction", PREFERRED),
    "gmed_force": result("peak_force.gluteus_medius", PREFERRED),
    "gmax_force": result("peak_force.gluteus_maximus", PREFERRED),
    "tfl_force_swing": _tfl_swing,
    "achilles_strain": result("achilles_peak_strain", MODERATE, 100.0),
    "achilles_force": _achilles_force,
    "achilles_energy": result("achilles_energy_returned", MODERATE),
    "achilles_stiffness_in_vivo": _achilles_stiffness,
    "elastic_share_soleus": _elastic_share,
    "tendon_optimum": _tendon_optimum,
    "tendon_flat": _tendon_flat,
    "tendon_training": _tendon_training,
    **TASKS,
    "hysteresis": lambda lab: 100 * lab.habit(MODERATE, "tendon.hysteresis"),
}
"""Row identifier -> its experiment."""
