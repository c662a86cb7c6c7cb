"""What `stridesim perturb` says of a perturbed run, to people and to programs."""

from collections.abc import Mapping
from typing import Any, Final

import click
import numpy as np

from stridesim.dynamics.forward import FALLS, Fall
from stridesim.dynamics.swing_leg import Apex
from stridesim.gait.course import apexes
from stridesim.gait.perturbed_run import Outcome, PerturbedRun
from stridesim.gait.stability import LARGEST, RECOVERED
from stridesim.reports.output import print_table
from stridesim.results import QUANTITIES, Status
from stridesim.units import unit

COORDINATES: Final = {
    "z": ("apex height", "m", 4),
    "roll": ("roll", "deg", 2),
    "vx": ("forward velocity", "m/s", 3),
    "vy": ("sideways velocity", "m/s", 3),
    "roll_rate": ("roll rate", "deg/s", 1),
}
"""Coordinate of the apex -> words, unit, decimals."""


def answer(trial: PerturbedRun) -> str:
    """The outcome and the stability in two sentences."""
    done, radius = int(trial.course.completed), trial.multipliers.spectral_radius
    asked = trial.steps - trial.perturbation.at
    if trial.outcome == Outcome.fell:
        said = f"Fell after {done} of {asked} steps: {FALLS[trial.fall]}."
    elif trial.outcome == Outcome.recovered:
        said = f"Recovered: after {asked} steps the deviation is below half its peak."
    else:
        said = f"Upright after {asked} steps, but the deviation is still above half its peak."
    mode = trial.multipliers.mode(0)
    if radius < 1:
        return (
            f"{said} Stable: small deviations die out, the slowest ({mode}) by {radius:.2f} a step."
        )
    return f"{said} Unstable: a small deviation in {mode} grows {radius:.2f}-fold a step."


def _in_units(apex: Apex) -> dict[str, Any]:
    return {
        name: np.asarray(getattr(apex, name)) / unit(symbol).factor
        for name, (_, symbol, _) in COORDINATES.items()
    }


def failed_record(
    status: Status,
    reason: str,
    asked: Mapping[str, Any],
    written: Mapping[str, str],
    provenance: dict[str, Any],
) -> dict[str, Any]:
    """The object of `--json` where there is no gait to perturb."""
    return {
        "status": status,
        "reason": reason,
        "outcome": None,
        "results": {name: {"value": None, "unit": "1"} for name in _RESULTS},
        "runner": dict(asked),
        "asked": dict(written),
        "provenance": provenance,
    }


_RESULTS: Final = ("spectral_radius", "steps_completed", "peak_deviation", "final_deviation")


def record_of(
    trial: PerturbedRun,
    asked: Mapping[str, Any],
    written: Mapping[str, str],
    provenance: dict[str, Any],
) -> dict[str, Any]:
    """The object of `--json`; `steps` are apexes before each contact and after the last."""
    shown = _in_units(apexes(trial.course))
    return {
        "status": Status.ok,
        "reason": "",
        "outcome": trial.outcome,
        "fall": trial.fall if trial.outcome == Outcome.fell else None,
        "results": {
            name: {"value": value, "unit": QUANTITIES[name].unit}
            for name, value in trial.results.items()
        },
        "floquet_multipliers": [
            {
                "real": float(np.real(value)),
                "imaginary": float(np.imag(value)),
                "magnitude": float(abs(value)),
                "motion": trial.multipliers.mode(i),
                "participation": dict(
                    zip(Apex._fields, trial.multipliers.participation[i], strict=True)
                ),
            }
            for i, value in enumerate(trial.multipliers.values)
        ],
        "basin": _basin_record(trial),
        "perturbed_before_contact": trial.perturbation.at,
        "steps": {
            **{name: {"value": v, "unit": COORDINATES[name][1]} for name, v in shown.items()},
            "deviation": {"value": trial.deviations, "unit": "1"},
        },
        "nominal": {
            name: {"value": value, "unit": COORDINATES[name][1]}
            for name, value in _in_units(trial.intended.apex).items()
        },
        "runner": dict(asked),
        "asked": dict(written),
        "provenance": provenance,
    }


def _basin_record(trial: PerturbedRun) -> dict[str, Any] | None:
    if trial.basin is None:
        return None
    down, up = _in_units(trial.basin.down), _in_units(trial.basin.up)
    return {
        name: {"down": down[name], "up": up[name], "unit": symbol}
        for name, (_, symbol, _) in COORDINATES.items()
    }


def print_report(trial: PerturbedRun, asked: Mapping[str, Any], written: Mapping[str, str]) -> None:
    """Tables for people: what was asked, every step, how stable, and the answer."""
    _print_asked(trial, asked, written)
    click.echo()
    _print_steps(trial)
    click.echo()
    print_table(
        "Outcome",
        ["quantity", "value", "unit", "meaning"],
        [
            [
                name,
                f"{value:.4g}" if np.isfinite(value) else "-",
                QUANTITIES[name].unit,
                QUANTITIES[name].meaning,
            ]
            for name, value in trial.results.items()
        ],
    )
    click.echo()
    _print_multipliers(trial)
    if trial.basin is not None:
        click.echo()
        _print_basin(trial)
    click.echo()
    click.echo(answer(trial))


def _print_asked(trial: PerturbedRun, asked: Mapping[str, Any], written: Mapping[str, str]) -> None:
    name, file = asked["name"], asked["file"]
    rows = [
        ["runner", f"{name} ({file})" if file else f"{name} (comes with stridesim)"],
        ["speed", f"{float(trial.template.speed):.3g} m/s"],
        *(["set", f"{path} = {value}"] for path, value in asked["set"].items()),
        *([key.replace("_", " "), value] for key, value in written.items()),
    ]
    if not written:
        rows.append(["perturbation and feedback", "none"])
    print_table("A perturbed run", ["asked", "value"], rows)


def _print_steps(trial: PerturbedRun) -> None:
    shown = _in_units(apexes(trial.course))
    rows = []
    for i in range(trial.steps + 1):
        if not np.isfinite(trial.deviations[i]):
            break
        cells = [f"{shown[n][i]:.{digits}f}" for n, (_, _, digits) in COORDINATES.items()]
        mark = "perturbed" if i == trial.perturbation.at else ""
        if i < trial.steps and trial.course.falls[i]:
            mark = f"falls: {Fall(int(trial.course.falls[i])).name.replace('_', ' ')}"
        rows.append([str(i - trial.perturbation.at), *cells, f"{trial.deviations[i]:.4f}", mark])
    nominal = _in_units(trial.intended.apex)
    cells = [f"{nominal[n]:.{digits}f}" for n, (_, _, digits) in COORDINATES.items()]
    rows.append(["gait", *cells, "0", "the periodic stride"])
    columns = [f"{words} ({symbol})" for words, symbol, _ in COORDINATES.values()]
    print_table(
        "Apex before every contact, sideways positive towards the foot that lands next",
        ["step", *columns, "deviation (1)", "note"],
        rows,
    )


def _print_multipliers(trial: PerturbedRun) -> None:
    found = trial.multipliers
    rows = [
        [_complex(value), f"{abs(value):.3f}", found.mode(i), _shares(found.participation[i])]
        for i, value in enumerate(found.values)
    ]
    print_table(
        "Floquet multipliers of one step (where on the track the runner is does not count)",
        ["multiplier", "magnitude", "motion", "share of each coordinate"],
        rows,
    )


def _complex(value: complex) -> str:
    if abs(value.imag) < 1e-9:
        return f"{value.real:+.3f}"
    return f"{value.real:+.3f} {'+' if value.imag > 0 else '-'} {abs(value.imag):.3f}i"


def _shares(participation: np.ndarray) -> str:
    parts = [
        (COORDINATES[n][0], s) for n, s in zip(Apex._fields, participation, strict=True) if s > 0.05
    ]
    return ", ".join(f"{words} {100 * share:.0f} %" for words, share in sorted(parts, key=_second))


def _second(pair: tuple[str, float]) -> float:
    return -pair[1]


def _print_basin(trial: PerturbedRun) -> None:
    assert trial.basin is not None
    down, up = _in_units(trial.basin.down), _in_units(trial.basin.up)
    rows = [
        [words, f"{down[name]:+.{digits}f}", f"{up[name]:+.{digits}f}", symbol]
        for name, (words, symbol, digits) in COORDINATES.items()
    ]
    print_table(
        f"Basin: the largest change of one coordinate at an apex from which he recovers in "
        f"{trial.steps} steps (deviation below {RECOVERED:g} of its peak; followed up to a "
        f"deviation of {LARGEST:g})",
        ["coordinate", "down", "up", "unit"],
        rows,
    )
