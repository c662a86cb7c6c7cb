"""What `stridesim legpress` says: every start posture, loads, and how fast force rises."""

import click
import numpy as np

from stridesim.reports.output import print_table
from stridesim.studies.leg_press import SHOWN, LegPressAnswer
from stridesim.studies.press_amounts import AMOUNTS
from stridesim.tasks.force_rise import EFFORTS, WINDOWS


def print_leg_press(answer: LegPressAnswer) -> None:
    """Three tables, the sentence and the notes."""
    asked = ", ".join(f"{n} {v:g} {AMOUNTS[n].unit}" for n, v in answer.requested.items())
    columns = ["start (deg)", *(f"{n.replace('_', ' ')} ({u})" for n, (u, _) in SHOWN.items())]
    rows = [
        [f"{start:.0f}", *(_number(values[i]) for values in answer.by_start.values())]
        for i, start in enumerate(answer.starts)
    ]
    print_table(f"Leg press of {answer.runner.name}, both legs: {asked}", columns, rows)
    click.echo()
    force, speed = answer.force_velocity
    order = np.argsort(speed)[:: max(1, speed.size // 7)]
    print_table(
        f"Force and velocity from {answer.requested['flexion']:g} deg: held (0 m/s), then means "
        "over pushes against less and less resistance",
        ["mean force (N)", "mean speed (m/s)"],
        [[f"{force[i]:.0f}", f"{speed[i]:.2f}"] for i in order],
    )
    click.echo()
    print_table(
        "Rate of force development of an isometric push, since its onset",
        ["push", "unit", *(f"0-{1e3 * w:.0f} ms" for w in WINDOWS)],
        [
            [
                name.replace("_", " "),
                f"{EFFORTS[name]}/s",
                *(f"{answer.rates[name][w]:.0f}" for w in WINDOWS),
            ]
            for name in EFFORTS
        ],
    )
    click.echo()
    click.echo(answer.sentence)
    for note in answer.notes:
        click.echo(f"note: {note}")


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
