"""What `measure` says: the steps of every recording side by side, then what is doubtful."""

from typing import Any

import click

from stridesim.constants import GRAVITY
from stridesim.recordings import StepMeasures
from stridesim.reports.output import print_table
from stridesim.studies.measurement import MeasurementAnswer
from stridesim.words.everyday import everyday, everyday_number


def print_measurement(answer: MeasurementAnswer) -> None:
    """A table with a column for each recording, its warnings and its notes."""
    if answer.recordings:
        _print_steps(answer)
    for one in answer.recordings:
        for warning in one.warnings:
            click.echo(f"warning: {one.label}: {warning}")
        for note in one.notes:
            click.echo(f"{one.label}: {note}")
    for note in answer.notes if answer.recordings else ():
        click.echo(note)


def _print_steps(answer: MeasurementAnswer) -> None:
    measured = [one.measures for one in answer.recordings]
    cutoffs = sorted({(m.settings.cutoff, m.settings.horizontal_cutoff) for m in measured})
    filters = ", or ".join(f"{low:g} Hz, horizontal peaks {high:g} Hz" for low, high in cutoffs)
    chosen = measured[0]
    share = chosen.settings.threshold / (chosen.runner.stated_mass * GRAVITY)
    rows = [
        ["steps", "", *(str(m.n) for m in measured)],
        ["mass from mean force", "kg", *(_mass(m) for m in measured)],
        ["force in flight, vertical", "N", *(f"{m.conditioned.baseline[2]:.1f}" for m in measured)],
    ]
    summaries = [m.summary() for m in measured]
    for name in summaries[0]:
        said = everyday(name)
        unit = "" if said.unit == "1" else said.unit
        rows.append([said.words, unit, *(_mean_sd(name, s[name]) for s in summaries)])
    print_table(
        f"Contact above {chosen.settings.threshold:.3g} N ({100 * share:.1f} % of stated body "
        f"weight); zero-phase low-pass {filters}; mean ± SD over steps",
        ["", "unit", *(one.label for one in answer.recordings)],
        rows,
    )
    click.echo("every step, and the names for programs: --json")


def _mass(measures: StepMeasures) -> str:
    stated = measures.runner.stated_mass
    return f"{measures.effective_mass:.1f} ({measures.effective_mass / stated - 1:+.1%} of stated)"


def _mean_sd(name: str, entry: dict[str, Any]) -> str:
    mean = everyday_number(name, entry["value"])
    return mean if entry["sd"] is None else f"{mean} ± {everyday_number(name, entry['sd'])}"
