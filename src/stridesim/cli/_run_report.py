"""What `stridesim run` says of a stride, to people and to programs."""

from collections.abc import Mapping
from typing import Any, Final

import click
import numpy as np

from stridesim.cli import _habits
from stridesim.cli._output import print_table
from stridesim.economy import Evaluation, Stride
from stridesim.economy.measures import JOINT_RANGE, closure_of
from stridesim.gait.newton import TOLERANCE
from stridesim.parameter import get_value
from stridesim.posture.timeline import node_weights
from stridesim.results import QUANTITIES, REASONS, Status, quantity
from stridesim.runner import GROUPS, PARAMETERS
from stridesim.units import from_si

_SECTIONS: Final = {
    "Mechanics": "step_frequency",
    "Joints of the stance leg": "knee_flexion_at_contact",
    "Hip stabiliser and leg losses": "lateral_leakage",
    "Tendons": "tendon_energy_returned",
    "Energy": "metabolic_power",
    "Solver": "periodic_residual",
}
"""Section -> the first of its names in the order of `QUANTITIES`."""

_CAUSES: Final = {
    "activation": "activation heat",
    "maintenance": "maintenance heat",
    "shortening": "heat of shortening and lengthening",
    "positive_work": "positive work",
    "negative_work": "negative work",
    "floor": "floor (lower bounds of the model)",
}
_PHASES: Final = {"stance": "leg muscles in stance", "swing": "leg muscles in swing"}
_UPKEEP: Final = {"rest": "standing rest", "breathing": "breathing"}
_JOINTS: Final = ("hip (sagittal)", "hip (frontal)", "knee", "ankle")
_KEPT_WITHOUT_GAIT: Final = ("speed", "step_frequency", "periodic_residual")


def has_gait(evaluation: Evaluation) -> bool:
    """Whether there is a stride to look at, however badly it fares."""
    return Status(evaluation.status) < Status.joint_out_of_range


def breakdown_of(evaluation: Evaluation) -> dict[str, dict[str, float]]:
    """Gross metabolic power (W/kg) by muscle, phase and cause.

    The muscles add up to the legs' share; phases and causes, with the upkeep terms, to all.
    """
    stride = evaluation.stride
    upkeep = {name: float(value) for name, value in stride.upkeep._asdict().items()}
    gross = float(evaluation.results["metabolic_power"])
    both_legs = 2 / (float(stride.timeline.period) * float(evaluation.runner.body.mass))
    weights = np.asarray(node_weights(stride.timeline))
    rates = {name: np.asarray(rate) for name, rate in stride.heats._asdict().items()}
    causes = {name: both_legs * float(np.sum(rates[name] @ weights)) for name in _CAUSES}
    muscles = {g: float(p) for g, p in zip(GROUPS, np.asarray(stride.power), strict=True)}
    phases = {n: gross * float(evaluation.results[f"{n}_share"]) for n in ("stance", "swing")}
    return {"muscle": muscles, "phase": phases | upkeep, "cause": causes | upkeep}


_HELPS: Final = {
    Status.joint_out_of_range: "posture.knee_flexion_at_contact, posture.trunk_lean, "
    "gait.step_frequency and leg.stiffness are those of another task",
    Status.posture_out_of_reach: "posture.knee_flexion_at_contact or gait.step_frequency may be "
    "too low for this speed and slope",
    Status.strength_too_low: "muscle.strength_scale may be too low",
    Status.activation_above_one: "muscle.strength_scale may be too low",
}
"""What to change, by name."""


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


def record_of(
    evaluation: Evaluation, asked: Mapping[str, Any], metabolic: str, provenance: dict[str, Any]
) -> dict[str, Any]:
    """The object of `--json`; numbers of a stride without a gait are null."""
    known = has_gait(evaluation)
    names = [name for name in QUANTITIES if name in evaluation.results]
    names += [name for name in evaluation.results if name not in QUANTITIES]
    results = {
        name: {
            "value": evaluation.results[name] if known or name in _KEPT_WITHOUT_GAIT else None,
            "unit": quantity(name).unit,
        }
        for name in names
    }
    parameters = {
        path: {"value": from_si(float(get_value(evaluation.runner, path)), p.unit), "unit": p.unit}
        for path, p in PARAMETERS.items()
    }
    return {
        "status": Status(evaluation.status),
        "reason": "" if evaluation.ok else failure_line(evaluation),
        "results": results,
        "breakdown": {"unit": "W/kg", **breakdown_of(evaluation)} if known else None,
        "runner": {
            **asked,
            "strategy": evaluation.runner.gait.strategy,
            "follows_speed": _follows_speed(evaluation),
            "parameters": parameters,
        },
        "metabolic": metabolic,
        "provenance": provenance,
    }


def _follows_speed(evaluation: Evaluation) -> dict[str, Any]:
    runner = evaluation.runner
    speed = float(evaluation.stride.template.speed)
    return _habits.record(runner.habits, runner.gait.strategy, [speed])


def print_report(evaluation: Evaluation, asked: Mapping[str, Any], metabolic: str) -> None:
    """Tables for people: what was asked, then what came of it."""
    results = {name: float(value) for name, value in evaluation.results.items()}
    print_table("One stride", ["asked", "value"], _asked(evaluation, asked, metabolic))
    sections = _sections(results)
    for title in ("Mechanics", "Joints of the stance leg"):
        _print_section(title, sections[title], results)
    _print_muscles(evaluation, results)
    for title in ("Tendons", "Hip stabiliser and leg losses", "Energy"):
        _print_section(title, sections[title], results)
    found = breakdown_of(evaluation)
    _print_shares("Energy by phase", found["phase"], results, _PHASES)
    _print_shares("Energy by cause", found["cause"], results, _CAUSES)
    _print_section("Solver", sections["Solver"], results)


def _asked(evaluation: Evaluation, asked: Mapping[str, Any], metabolic: str) -> list[list[str]]:
    speed = float(evaluation.stride.template.speed)
    name, file, runner = asked["name"], asked["file"], evaluation.runner
    rows = [
        ["runner", f"{name} ({file})" if file else f"{name} (comes with stridesim)"],
        ["speed", speed_words(speed)],
        *(["set", f"{path} = {value}"] for path, value in asked["set"].items()),
        ["strategy", _habits.strategy_words(runner.gait.strategy, runner.habits)],
    ]
    return [*rows, ["metabolic model", metabolic]]


def speed_words(speed: float) -> str:
    """`3.33 m/s = 12 km/h = 5:00 min/km`; `speed` in m/s."""
    seconds = round(1000 / speed)
    return f"{speed:.3g} m/s = {3.6 * speed:.3g} km/h = {seconds // 60}:{seconds % 60:02d} min/km"


def _sections(results: Mapping[str, float]) -> dict[str, list[str]]:
    """Names by section, none forgotten."""
    starts = {first: title for title, first in _SECTIONS.items()}
    sections: dict[str, list[str]] = {title: [] for title in _SECTIONS}
    title = next(iter(_SECTIONS))
    for name in QUANTITIES:
        title = starts.get(name, title)
        if name in results and name != "speed":
            sections[title].append(name)
    return sections


def _print_section(title: str, names: list[str], results: Mapping[str, float]) -> None:
    rows = [
        [name, _number(results[name]), quantity(name).unit, quantity(name).meaning]
        for name in names
    ]
    click.echo()
    print_table(title, ["quantity", "value", "unit", "meaning"], rows)


def _print_muscles(evaluation: Evaluation, results: Mapping[str, float]) -> None:
    power = np.asarray(evaluation.stride.power)
    gross = results["metabolic_power"]
    rows = []
    for group, mean in zip(GROUPS, power, strict=True):
        names = ("peak_force", "peak_activation", "metabolic_energy")
        force, activation, energy = (results[f"{name}.{group}"] for name in names)
        rows.append([group, f"{force:.2f}", f"{activation:.2f}", f"{energy:.1f}",
                     f"{mean:.3f}", f"{100 * mean / gross:.1f}"])  # fmt: skip
    energy = sum(results[f"metabolic_energy.{group}"] for group in GROUPS)
    total = float(power.sum())
    rows.append(["all groups", "", "", f"{energy:.1f}", f"{total:.3f}",
                 f"{100 * total / gross:.1f}"])  # fmt: skip
    click.echo()
    print_table(
        "Muscles (force, activation, energy: one leg, one stride; power, share: both legs)",
        ["group", "peak force (BW)", "peak activation (1)", "energy (J)", "power (W/kg)",
         "share of gross (%)"],
        rows,
    )  # fmt: skip


def _print_shares(
    title: str, parts: Mapping[str, float], results: Mapping[str, float], words: Mapping[str, str]
) -> None:
    gross, speed = results["metabolic_power"], results["speed"]
    words = {**words, **_UPKEEP}
    rows = [
        [label, f"{power:.3f}", f"{power / speed:.3f}", f"{100 * power / gross:.1f}"]
        for label, power in [
            *((words[name], power) for name, power in parts.items()),
            ("gross", sum(parts.values())),
        ]
    ]
    click.echo()
    print_table(title, ["part", "W/kg", "J/kg/m", "share of gross (%)"], rows)


def _number(value: float) -> str:
    """Three digits, without an exponent where a person would write none."""
    if 1000 <= abs(value) < 1e6:
        return f"{value:.0f}"
    return f"{value:#.3g}".rstrip(".")
