"""A distance run as text: every few kilometres, drifts beside the published ones, the answer."""

from collections.abc import Sequence
from typing import Final

import click
import numpy as np

from stridesim.reports.output import print_table
from stridesim.studies.race import RaceAnswer
from stridesim.words.everyday import everyday, everyday_number

SHOWN: Final = (
    "cost_of_transport",
    "contact_time",
    "step_frequency",
    "leg_stiffness",
    "lateral_leakage",
    "pelvic_drop",
)
"""Results in the table, in everyday units."""

ROWS: Final = 12
"""Stations in the table, spread over the distance."""


def print_race(answer: RaceAnswer) -> None:
    """Tables for people; `answer` has stations."""
    for i, variant in enumerate(answer.variants):
        if i:
            click.echo()
        _print_stations(answer, i, variant.name)
        click.echo()
        _print_published(answer, i)
    click.echo()
    click.echo(answer.sentence)
    for note in answer.notes:
        click.echo(f"note: {note}")


def _print_stations(answer: RaceAnswer, runner: int, name: str) -> None:
    weakest = answer.weakest(3, runner)
    columns = [
        "km",
        "time",
        "slope (%)",
        *(_column(result) for result in SHOWN),
        "cost by fatigue (%)",
        *(f"{group.replace('_', ' ')} left (%)" for group in weakest),
    ]
    drift = answer.drift("cost_of_transport", runner)
    rows = []
    for k in shown_rows(len(answer.stations)):
        station = answer.stations[k]
        values = [everyday_number(n, float(station.results[n][runner])) for n in SHOWN]
        rows.append([
            f"{station.distance / 1000:.2f}",
            clock(float(station.seconds[runner])),
            f"{100 * station.slope:+.1f}",
            *(value if value != "no result" else "-" for value in values),
            f"{drift[k]:+.2f}" if np.isfinite(drift[k]) else "-",
            *(f"{100 * answer.capacity(group, runner)[k]:.0f}" for group in weakest),
        ])  # fmt: skip
    print_table(f"{name} over {answer.course.length / 1000:.4g} km", columns, rows)


def _column(result: str) -> str:
    said = everyday(result)
    return f"{said.words} ({said.unit})"


def shown_rows(count: int) -> Sequence[int]:
    """Indices of the stations in the table: the first, the last, and some between."""
    return sorted({round(x) for x in np.linspace(0, count - 1, min(count, ROWS))})


def clock(seconds: float) -> str:
    """`2:15:30`, `45:10`."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def _print_published(answer: RaceAnswer, runner: int) -> None:
    rows = [
        [
            row["of"].replace("_", " "),
            f"{row['published']:+.1f}",
            "-" if row["model"] is None else f"{row['model']:+.1f}",
            row["conditions"],
            row["source"],
        ]
        for row in answer.published(runner)
    ]
    print_table(
        "Published changes beside the model's (%)",
        ["of", "published", "model", "conditions", "source"],
        rows,
    )
