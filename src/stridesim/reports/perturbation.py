"""A perturbed run as text: what was asked, every step, how stable, and the answer."""

from collections.abc import Mapping
from typing import Any, Final

import click
import numpy as np

from stridesim.dynamics.forward import Fall
from stridesim.gait.perturbed_run import PerturbedRun
from stridesim.gait.stability import LARGEST, RECOVERED
from stridesim.reports.output import print_table
from stridesim.studies.perturbation import UNITS, PerturbationAnswer

COORDINATES: Final = {
    "z": ("apex height", 4),
    "roll": ("roll", 2),
    "vx": ("forward velocity", 3),
    "vy": ("sideways velocity", 3),
    "roll_rate": ("roll rate", 1),
}
"""Coordinate of the apex -> words, decimals."""


def print_perturbation(answer: PerturbationAnswer, asked: Mapping[str, Any]) -> None:
    """Tables for people; `answer` has a run."""
    run = answer.run
    assert run is not None
    _print_asked(answer, run, asked)
    click.echo()
    _print_steps(answer, run)
    click.echo()
    print_table(
        "Outcome",
        ["quantity", "value", "unit", "meaning"],
        [
            [name, f"{one.value:.4g}" if np.isfinite(one.value) else "-", one.unit, one.meaning]
            for name, one in answer.values.items()
        ],
    )
    click.echo()
    _print_multipliers(answer)
    if answer.basin is not None:
        click.echo()
        _print_basin(answer.basin, run.steps)
    click.echo()
    click.echo(answer.sentence)
    for note in answer.notes:
        click.echo(f"note: {note}")


def _print_asked(answer: PerturbationAnswer, run: PerturbedRun, asked: Mapping[str, Any]) -> None:
    name, file = asked["name"], asked["file"]
    rows = [
        ["runner", f"{name} ({file})" if file else f"{name} (comes with stridesim)"],
        ["speed", f"{float(run.template.speed):.3g} m/s"],
        *(["set", f"{path} = {value}"] for path, value in asked["set"].items()),
        *([key.replace("_", " "), str(value)] for key, value in answer.requested.items()),
    ]
    if not answer.requested:
        rows.append(["perturbation and feedback", "none"])
    print_table("A perturbed run", ["asked", "value"], rows)


def _print_steps(answer: PerturbationAnswer, run: PerturbedRun) -> None:
    shown, at = answer.steps, run.perturbation.at
    rows = []
    for i in range(run.steps + 1):
        if not np.isfinite(shown["deviation"][i]):
            break
        cells = [f"{shown[n][i]:.{digits}f}" for n, (_, digits) in COORDINATES.items()]
        mark = "perturbed" if i == at else ""
        if i < run.steps and run.course.falls[i]:
            mark = f"falls: {Fall(int(run.course.falls[i])).name.replace('_', ' ')}"
        rows.append([str(i - at), *cells, f"{shown['deviation'][i]:.4f}", mark])
    cells = [f"{answer.nominal[n]:.{digits}f}" for n, (_, digits) in COORDINATES.items()]
    rows.append(["gait", *cells, "0", "the periodic stride"])
    columns = [f"{words} ({UNITS[name]})" for name, (words, _) in COORDINATES.items()]
    print_table(
        "Apex before every contact, sideways positive towards the foot that lands next",
        ["step", *columns, "deviation (1)", "note"],
        rows,
    )


def _print_multipliers(answer: PerturbationAnswer) -> None:
    rows = [
        [
            _complex(complex(one["real"], one["imaginary"])),
            f"{one['magnitude']:.3f}",
            one["motion"],
            _shares(one["participation"]),
        ]
        for one in answer.multipliers()
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


def _shares(participation: Mapping[str, float]) -> str:
    parts = [(COORDINATES[name][0], share) for name, share in participation.items() if share > 0.05]
    parts.sort(key=lambda part: -part[1])
    return ", ".join(f"{words} {100 * share:.0f} %" for words, share in parts)


def _print_basin(basin: Mapping[str, tuple[float, float]], steps: int) -> None:
    rows = [
        [words, *(f"{end:+.{digits}f}" for end in basin[name]), UNITS[name]]
        for name, (words, digits) in COORDINATES.items()
    ]
    print_table(
        f"Basin: the largest change of one coordinate at an apex from which the runner recovers in "
        f"{steps} steps (deviation below {RECOVERED:g} of its peak; followed up to a "
        f"deviation of {LARGEST:g})",
        ["coordinate", "down", "up", "unit"],
        rows,
    )
