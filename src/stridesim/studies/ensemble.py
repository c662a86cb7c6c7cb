"""How well an answer is known: the errors of what was fitted, drawn and priced.

answer = uncertainty(runner)
answer.intervals["cost_of_transport"].low     # J/kg/m
answer.sources[0].cost_of_transport_per_sd    # which fitted number matters
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.doors import check_runner
from stridesim.economy.stride import check_metabolic_model
from stridesim.economy.uncertainty import (
    LEVEL,
    NOT_INCLUDED,
    Propagated,
    propagate,
    uncertain_parameters,
)
from stridesim.results import REASONS, Status, quantity
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Interval, Table
from stridesim.units import from_si


class Source(NamedTuple):
    """A fitted number, its standard deviation in `unit`, and what one deviation does to the cost
    of transport (J/kg/m)."""

    parameter: str
    value: float
    sd: float
    unit: str
    cost_of_transport_per_sd: float


@dataclass(frozen=True, repr=False)
class EnsembleAnswer(Answer):
    """Intervals of every result over the draws, and the fitted numbers that they come from.

    `failed` counts the draws without a result by reason; they are in no interval.
    """

    kind: ClassVar[str] = "ensemble"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner
    metabolic: str
    intervals: Mapping[str, Interval]
    sources: tuple[Source, ...]
    draws: int
    failed: Mapping[str, int]
    seed: int

    def record(self) -> dict[str, Any]:
        """Intervals by result, and where they come from."""
        return {
            "runner": {"name": self.runner.name},
            "metabolic": self.metabolic,
            "results": {
                name: {"unit": quantity(name).unit, **interval._asdict()}
                for name, interval in self.intervals.items()
            },
            "uncertainty": self.origin(),
        }

    def origin(self) -> dict[str, Any]:
        """Draws, failures and what each fitted number does, for JSON; in declared units."""
        return {
            "method": "draws of the fitted parameters' covariance, each solved and priced; "
            "low and high are quantiles of the draws that have a result",
            "level": LEVEL,
            "draws": self.draws,
            "failed": dict(self.failed),
            "seed": self.seed,
            "parameters": {
                source.parameter: {
                    "value": source.value,
                    "sd": source.sd,
                    "unit": source.unit,
                    "cost_of_transport_per_sd": source.cost_of_transport_per_sd,
                }
                for source in self.sources
            },
            "not_included": NOT_INCLUDED,
        }

    def table(self) -> Table:
        """A row for each result."""
        columns = ("quantity", *Interval._fields, "unit")
        rows = [(name, *known, quantity(name).unit) for name, known in self.intervals.items()]
        return Table(columns, rows)

    def __repr__(self) -> str:
        return f"<uncertainty of {self.runner.name}: {self.draws} draws>"


def uncertainty(runner: Runner, *, metabolic: str = DEFAULT_METABOLIC_MODEL) -> EnsembleAnswer:
    """Draw the fitted numbers from their covariance at the task's speed; solve and price each draw.

    Raises `InputError` for a runner whose numbers carry no errors, and for an unknown model.
    """
    check_metabolic_model(metabolic)
    check_errors(runner)
    found = propagate(runner, metabolic)
    failed = sum(found.failed.values())
    none = failed >= found.draws
    status = next(iter(found.failed)) if none else Status.ok.name
    return EnsembleAnswer(
        status=status,
        reason="no draw has a result" if none else "",
        notes=tuple(_notes(found)),
        provenance=provenance(),
        runner=runner,
        metabolic=metabolic,
        intervals={name: Interval(*known) for name, known in found.intervals.items()},
        sources=tuple(
            Source(path, from_si(value, unit), from_si(sd, unit), unit, effect)
            for path, (value, sd, effect) in found.sources.items()
            for unit in (PARAMETERS[path].unit,)
        ),
        draws=found.draws,
        failed=found.failed,
        seed=found.seed,
    )


def check_errors(runner: Runner) -> None:
    """`InputError` for a runner whose numbers carry no errors; before any work."""
    check_runner(runner)
    uncertain_parameters(runner)


def _notes(found: Propagated) -> list[str]:
    """Draws without a result, what an interval holds, and what it leaves out."""
    said = [
        f"{count} of {found.draws} draws failed, {reason}: {_words(reason)}"
        for reason, count in found.failed.items()
    ]
    share = f"{100 * LEVEL:.0f} % of the draws with a result"
    return [
        *said,
        f"low to high: {share}, seed {found.seed}",
        f"Not included: {NOT_INCLUDED}",
    ]


def _words(reason: str) -> str:
    if reason in Status.__members__:
        return REASONS.get(Status[reason], "")
    return "a parameter would lie outside its permitted range"
