"""What a training programme does to a runner's economy, beside what trials found.

answer = train(runner, "heavy")
answer.changes["heavy"]["cost_of_transport"].median    # per cent
answer.changes["heavy"]["achilles_peak_force"].high    # what the tissue pays for it

A programme is a file that anybody may write (`training.programme`); `train(runner)` takes all that
come with stridesim.
"""

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from stridesim import shipped
from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.doors import check_runner
from stridesim.economy.stride import check_metabolic_model
from stridesim.results import REASONS, InputError, Status
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.training.effect import DRAWS_LOG2, SEED, Effect, effect_of
from stridesim.training.programme import MOST_WEEKS, Programme, read_programme
from stridesim.words import habit_words

OUTPUTS: Final = (
    "cost_of_transport",
    "contact_time",
    "leg_stiffness",
    "peak_activation.soleus",
    "achilles_peak_force",
    "achilles_peak_strain",
    "patellofemoral_peak_stress",
    "hip_contact_peak_force",
    "pelvic_drop",
    "lateral_leakage",
)
"""Results whose changes are told: what it costs, how it looks, and what the tissue pays."""

LEVEL: Final = 0.95
"""Share of the draws inside an interval, as much on either side."""

COST: Final = "cost_of_transport"


class Spread(NamedTuple):
    """Median and the ends of the central 95 % of the draws, per cent."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, repr=False, eq=False)
class TrainingAnswer(Answer):
    """Programmes with the change that each brings a runner, beside the published ones."""

    kind: ClassVar[str] = "training"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner
    metabolic: str
    effects: tuple[Effect, ...]

    @functools.cached_property
    def changes(self) -> dict[str, dict[str, Spread]]:
        """Programme -> result -> its change in per cent, NaN where too few draws have one."""
        return {
            effect.programme.name: {name: _spread(effect, name) for name in OUTPUTS}
            for effect in self.effects
        }

    @property
    def sentence(self) -> str:
        """Every programme's change of cost beside the published one."""
        return " ".join(self._said(effect) for effect in self.effects)

    @property
    def agreement(self) -> str:
        """For which programmes the interval meets the published one, in a sentence or two."""
        apart: list[str] = []
        meet: list[str] = []
        for effect in self.effects:
            own = self.changes[effect.programme.name][COST]
            trials = [one for one in effect.programme.published if math.isfinite(one.low)]
            if trials and math.isfinite(own.median):
                far = all(own.low > one.high or own.high < one.low for one in trials)
                (apart if far else meet).append(effect.programme.title.lower())
        said = [f"Predicted and published intervals overlap: {'; '.join(meet)}."] if meet else []
        said += [f"They lie apart: {'; '.join(apart)}."] if apart else []
        return " ".join(said) or "No trial with an interval was published."

    def _said(self, effect: Effect) -> str:
        programme = effect.programme
        own = self.changes[programme.name][COST]
        if not math.isfinite(own.median):
            return f"{programme.title}: too few draws have a result."
        said = f"{programme.title} for {effect.weeks:g} weeks: cost {_interval(own)}"
        trials = [one for one in programme.published if math.isfinite(one.low)]
        for one in trials:
            apart = own.low > one.high or own.high < one.low
            there = Spread(one.mean, one.low, one.high)
            said += (
                f", published {_interval(there)}: "
                f"{'the intervals lie apart' if apart else 'the intervals overlap'}"
            )
        if not trials:
            found = [f"{one.mean:+.1f} %" for one in programme.published]
            said += f", published {' and '.join(found)} without interval" if found else (
                ", no published trial"
            )  # fmt: skip
        return f"{said}.".replace("-", "\N{MINUS SIGN}")

    def record(self) -> dict[str, Any]:
        """Programmes: changes with sources, the effect with its interval, published effects."""
        return {
            "runner": {"name": self.runner.name, "strategy": self.runner.strategy},
            "metabolic": self.metabolic,
            "level": LEVEL,
            "seed": SEED,
            "programmes": [self._programme(effect) for effect in self.effects],
            "answer": self.sentence,
        }

    def _programme(self, effect: Effect) -> dict[str, Any]:
        programme = effect.programme
        good = effect.status == "ok"
        names, counts = np.unique(effect.status[~good], return_counts=True)
        return {
            "name": programme.name,
            "title": programme.title,
            "file": programme.file,
            "weeks": effect.weeks,
            "draws": len(effect.status),
            "failed": {str(n): int(c) for n, c in zip(names, counts, strict=True)},
            "changes": [
                {
                    "parameters": change.parameters,
                    "relative": change.relative,
                    "mean": change.mean,
                    "sd": change.sd,
                    "transfer": change.transfer,
                    "transfer_source": change.transfer_source,
                    "share_after_weeks": change.share(effect.weeks),
                    "source": change.source,
                    "cost_alone": {"value": alone, "unit": "%"},
                }
                for change, alone in zip(programme.changes, effect.alone, strict=True)
            ],
            "results": {
                name: {"unit": "%", **spread._asdict()}
                for name, spread in self.changes[programme.name].items()
            },
            "published": [one._asdict() for one in programme.published],
        }

    def table(self) -> Table:
        """A row for each programme and result."""
        columns = ("programme", "weeks", "quantity", *Spread._fields, "unit")
        rows = [
            (effect.programme.name, effect.weeks, name, *spread, "%")
            for effect in self.effects
            for name, spread in self.changes[effect.programme.name].items()
        ]
        return Table(columns, rows)

    def plot(self, path: str | Path | None = None) -> Any:
        """The predicted change of cost beside the published, an interval each: written to `path`,
        or the figure itself."""
        from stridesim.plots.style import figure_style
        from stridesim.plots.training import Row, draw_training, save_training

        rows = []
        for effect in self.effects:
            programme = effect.programme
            cost = self.changes[programme.name][COST]
            rows.append(Row(
                f"{programme.title}\n{effect.weeks:g} weeks",
                (cost.median, cost.low, cost.high),
                tuple((one.mean, one.low, one.high) for one in programme.published),
            ))  # fmt: skip
        speed = float(self.runner.task.speed)
        held = " · ".join([
            f"{self.runner.name} at {speed:.3g} m/s",
            habit_words.strategy_words(self.runner.strategy, self.runner.habits),
            self.metabolic,
            f"{len(self.effects[0].status)} draws",
        ])  # fmt: skip
        shown = ("What does training do to the energy a metre?", self.agreement, held)
        if path is not None:
            save_training(Path(path), rows, *shown)
            return None
        with figure_style():
            return draw_training(rows, *shown)

    def __repr__(self) -> str:
        return f"<training of {self.runner.name}: {self.sentence}>"


def train(
    runner: Runner,
    programmes: str | Path | Sequence[str | Path] = (),
    *,
    weeks: float | None = None,
    draws_log2: int = DRAWS_LOG2,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    begin: Callable[[], None] = lambda: None,
) -> TrainingAnswer:
    """The change of economy, and of what tissue bears, that programmes bring.

    `programmes` are names of those that come with stridesim or paths of files (default: all that
    come along). `weeks` of training (default: each programme's own; 0 changes nothing). Each is
    drawn 2^`draws_log2` times: the runner within the errors of what was fitted, the size of every
    change, and the share of it that transfers. `begin` is called before each programme.

    Raises `InputError` for an unknown programme, a file that cannot be used, or a number out of
    range. Draws whose stride has no result are counted and are in no interval.
    """
    check_metabolic_model(metabolic)
    check_runner(runner)
    if weeks is not None and not 0 <= weeks <= MOST_WEEKS:
        raise InputError(f"weeks = {weeks:g}: outside its permitted range 0 to {MOST_WEEKS:g}")
    if not 3 <= draws_log2 <= 12:
        raise InputError(f"draws_log2 = {draws_log2}: outside its permitted range 3 to 12")
    every = load_programmes(programmes)
    effects = []
    for programme in every:
        begin()
        span = programme.weeks if weeks is None else weeks
        effects.append(effect_of(runner, programme, span, metabolic, draws_log2=draws_log2))
    bad = next((effect for effect in effects if not (effect.status == "ok").any()), None)
    status = Status.ok.name if bad is None else str(bad.status[0])
    words = REASONS[Status[status]] if status in Status.__members__ else "outside permitted ranges"
    return TrainingAnswer(
        status=status,
        reason="" if bad is None else f"{bad.programme.name}: no draw has a result: {words}",
        notes=tuple(_notes(runner, effects)),
        provenance=provenance(),
        runner=runner,
        metabolic=metabolic,
        effects=tuple(effects),
    )


def load_programmes(programmes: str | Path | Sequence[str | Path] = ()) -> list[Programme]:
    """Programmes by name or path; all that come with stridesim where none is named."""
    asked = [programmes] if isinstance(programmes, str | Path) else list(programmes)
    asked = asked or list(shipped.programme_names())
    return [read_programme(shipped.programme_file(one)) for one in asked]


def _spread(effect: Effect, name: str) -> Spread:
    if name not in effect.after:
        return Spread(math.nan, math.nan, math.nan)
    percent = effect.percent(name)
    percent = percent[np.isfinite(percent)]
    if percent.size < 2:
        return Spread(math.nan, math.nan, math.nan)
    low, middle, high = np.quantile(percent, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    return Spread(float(middle), float(low), float(high))


def _interval(spread: Spread) -> str:
    return f"{spread.median:+.1f} % ({spread.low:+.1f} to {spread.high:+.1f})"


def _failed(effect: Effect) -> str:
    """How many draws have no result, and why; they are in no interval."""
    reasons, counts = np.unique(effect.status[effect.status != "ok"], return_counts=True)
    why = ", ".join(f"{reason} {count}" for reason, count in zip(reasons, counts, strict=True))
    return (
        f"{effect.programme.name}: {counts.sum()} of {len(effect.status)} draws have no result "
        f"and are in no interval ({why})"
    )


def _notes(runner: Runner, effects: Sequence[Effect]) -> list[str]:
    said = [_failed(effect) for effect in effects if (effect.status != "ok").any()]
    beyond = [e.programme.name for e in effects if e.weeks > e.programme.weeks]
    if beyond:
        said.append(f"{', '.join(beyond)}: more weeks than were measured; growth is continued")
    if runner.strategy != "optimal":
        said.append("the gait follows habits: only what a programme changes is changed")
    return said
