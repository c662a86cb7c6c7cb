"""Training programmes as text: what each changes, what it does to the cost, what was published."""

import math
from collections.abc import Sequence

import click

from stridesim.reports.output import print_table
from stridesim.studies.training import OUTPUTS, TrainingAnswer
from stridesim.training.effect import Effect
from stridesim.training.programme import Change, Programme
from stridesim.words.everyday import everyday


def print_training(answer: TrainingAnswer) -> None:
    """Tables for people."""
    names = [effect.programme.name for effect in answer.effects]
    rows = [
        [everyday(name).words, *(_spread(answer.changes[one][name]) for one in names)]
        for name in OUTPUTS
    ]
    print_table("Change in per cent: median (95 % of the draws)", ["quantity", *names], rows)
    for effect in answer.effects:
        click.echo()
        _print_changes(effect)
    click.echo()
    rows = [
        [effect.programme.name, _published(one.mean, one.low, one.high), one.words, one.source]
        for effect in answer.effects
        for one in effect.programme.published
    ]
    print_table("Published changes of cost (%)", ["programme", "change", "what", "source"], rows)
    click.echo()
    click.echo(answer.sentence)
    for note in answer.notes:
        click.echo(f"note: {note}")


def print_programmes(programmes: Sequence[Programme]) -> None:
    """The programmes that come with stridesim."""
    rows = [
        [one.name, one.title, f"{one.weeks:g}", ", ".join(words_of(c) for c in one.changes)]
        for one in programmes
    ]
    print_table("Training programmes", ["name", "title", "weeks", "changes"], rows)


def words_of(change: Change) -> str:
    """`muscle.vasti.peak_isometric_force (and 3 more) +7.4 %`."""
    first, *others = change.parameters
    more = f" (and {len(others)} more)" if others else ""
    size = f"{100 * change.mean:+.3g} %" if change.relative else f"{change.mean:+.3g} SI"
    return f"{first}{more} {size}"


def _print_changes(effect: Effect) -> None:
    rows = [
        [
            words_of(change),
            f"{100 * change.share(effect.weeks):.0f}",
            f"{change.transfer[0]:g} to {change.transfer[1]:g}",
            f"{alone:+.2f}" if math.isfinite(alone) else "-",
            change.source,
        ]
        for change, alone in zip(effect.programme.changes, effect.alone, strict=True)
    ]
    columns = ["change", "after these weeks (%)", "transfer", "cost, alone (%)", "source"]
    print_table(f"{effect.programme.title}, {effect.weeks:g} weeks", columns, rows)


def _spread(found: tuple[float, float, float]) -> str:
    middle, low, high = found
    return (
        f"{_signed(middle)} ({_signed(low)} to {_signed(high)})" if math.isfinite(middle) else "-"
    )


def _published(mean: float, low: float, high: float) -> str:
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})" if math.isfinite(low) else f"{mean:+.1f}"


def _signed(percent: float) -> str:
    """`+1.2`; what rounds to nothing is `+0.0`, never `-0.0`."""
    return f"{round(percent, 1) + 0.0:+.1f}"
