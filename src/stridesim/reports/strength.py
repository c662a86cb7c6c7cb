"""What `stridesim strength` says: the strongest angle of each joint, beside what is measured."""

import click
import numpy as np

from stridesim.evidence.torque_curves import TorqueCurve
from stridesim.reports.output import print_table
from stridesim.studies.strength import StrengthAnswer


def print_strength(answer: StrengthAnswer) -> None:
    """A row for each exertion, then the notes."""
    activation = float(answer.runner.muscle.voluntary_activation)
    rows = [_row(name, curve) for name, curve in answer.curves.items()]
    print_table(
        f"Maximal isometric effort of {answer.runner.name}, one leg, activation {activation:g}",
        [
            "exertion",
            "peak torque (N m)",
            "at (deg)",
            "active alone (N m)",
            "at (deg)",
            "measured men (N m)",
            "at (deg)",
            "other joints held at (deg)",
        ],
        rows,
    )
    for note in answer.notes:
        click.echo(f"note: {note}")


def _row(name: str, curve: TorqueCurve) -> list[str]:
    men = curve.measured.get("men")
    measured = ["-", "-"]
    if men is not None:
        k = int(np.nanargmax(men.torque))
        measured = [f"{men.torque[k]:.0f}", f"{curve.angle[k]:.0f}"]
    return [
        name.replace("_", " "),
        f"{curve.peak:.0f}",
        f"{curve.angle_of_peak:.0f}",
        f"{curve.active.max():.0f}",
        f"{curve.angle_of_active_peak:.0f}",
        *measured,
        ", ".join(f"{joint.replace('_', ' ')} {angle:g}" for joint, angle in curve.held.items()),
    ]
