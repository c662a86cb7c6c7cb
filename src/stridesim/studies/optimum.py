"""The gait of least cost that a runner chooses, how sharp the optimum is, and what holds it.

answer = optimum(runner, free=["gait.step_frequency", "leg.stiffness"])
answer.choices[0].optimal       # in the unit of the parameter
stride(answer.runner)           # the stride in the chosen gait
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, NamedTuple

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.doors import check_runner
from stridesim.economy.optimal import (
    FREE,
    STEPS,
    Optimum,
    check_free,
    optimise_points,
    with_choices,
)
from stridesim.economy.stride import check_metabolic_model
from stridesim.parameter import get_value
from stridesim.results import REASONS, InputError, Status, quantity
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.units import from_si

_SIDES: Final = {-1: "lower", 0: None, 1: "upper"}


class Choice(NamedTuple):
    """A parameter that the runner chooses, in `unit`: by habit, at least cost, the change either
    way that costs 1 % more (None where cost has no minimum), and the bound that it stands at."""

    parameter: str
    unit: str
    habit: float
    optimal: float
    costs_1_percent_more_at_plus_minus: float | None
    at_bound: str | None


@dataclass(frozen=True, repr=False)
class OptimumAnswer(Answer):
    """What the runner chooses, and how the search ended.

    `asked` is the runner as given, `runner` the one that makes the choices (without a result: the
    habit's). `cost` is J/kg/m; `spread` how far the `settled` starts that found a gait lie apart;
    `blocked` the reason that stops a further descent, or empty; `evaluations` the length of the
    search.
    """

    kind: ClassVar[str] = "optimum"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    asked: Runner
    runner: Runner
    metabolic: str
    choices: tuple[Choice, ...]
    cost: float
    spread: float
    settled: int
    blocked: str
    evaluations: int

    def record(self) -> dict[str, Any]:
        """Whose optimum, what it costs, and how it was found."""
        unit = quantity("cost_of_transport").unit
        return {
            "runner": {"name": self.asked.name},
            "metabolic": self.metabolic,
            "results": {"cost_of_transport": {"value": self.cost, "unit": unit}},
            "optimum": self.found(),
        }

    def found(self) -> dict[str, Any] | None:
        """Choices and search, for JSON; None where no gait has a result."""
        if not self.ok:
            return None
        return {
            "choices": [choice._asdict() for choice in self.choices],
            "blocked_by": self.blocked or None,
            "starts_settled": self.settled,
            "spread_over_starts": {"value": self.spread, "unit": "J/kg/m"},
            "evaluations": self.evaluations,
        }

    def table(self) -> Table:
        """A row for each choice."""
        return Table(Choice._fields, self.choices)

    def __repr__(self) -> str:
        if not self.ok:
            return f"<optimum of {self.asked.name}: {self.reason}>"
        made = ", ".join(f"{c.parameter} {c.optimal:.4g} {c.unit}" for c in self.choices)
        return f"<optimum of {self.asked.name}: {self.cost:.3f} J/kg/m at {made}>"


def optimum(
    runner: Runner,
    free: Sequence[str] = (),
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
) -> OptimumAnswer:
    """Find the gait of least cost of transport at the task's speed.

    `free` names what the runner chooses (default: step frequency, leg stiffness, step width, knee
    flexion at contact); everything else stays as habits and numbers have it.

    Raises `InputError` for unknown choices and models, and for strategy `fixed`, under which every
    number holds. Where no gait near the habit has a result, `status` and `reason` say why.
    """
    check_metabolic_model(metabolic)
    check_runner(runner)
    if runner.strategy == "fixed":
        raise InputError(
            "gait.strategy = 'fixed': every number holds, nothing is chosen; permitted: measured, "
            "optimal"
        )
    chooser = runner
    if runner.strategy != "optimal":
        chooser = dataclasses.replace(runner, strategy="optimal", chosen=None)
    best = optimise_points(chooser, {}, check_free(free or FREE), metabolic=metabolic)
    status = str(best.status[0])
    why = f"{status}: no gait near the habit has a result ({REASONS.get(Status[status], '')})"
    ok = status == Status.ok.name
    return OptimumAnswer(
        status=status,
        reason="" if ok else why,
        notes=(),
        provenance=provenance(),
        asked=runner,
        runner=with_choices(chooser, best),
        metabolic=metabolic,
        choices=_choices(runner, best) if ok else (),
        cost=float(best.cost[0]),
        spread=float(best.spread[0]),
        settled=int(best.settled[0]),
        blocked=str(best.blocked[0]),
        evaluations=int(best.evaluations),
    )


def _choices(given: Runner, best: Optimum) -> tuple[Choice, ...]:
    habit = given.at_speed()
    found = []
    for k, path in enumerate(best.free):
        unit = PARAMETERS[path].unit
        curvature = float(best.curvature[0, k])
        width = STEPS[path] * math.sqrt(0.02 * best.cost[0] / curvature) if curvature > 0 else None
        found.append(
            Choice(
                path,
                unit,
                from_si(float(get_value(habit, path)), unit),
                from_si(float(best.values[0, k]), unit),
                width,
                _SIDES[int(best.at_bound[0, k])],
            )
        )
    return tuple(found)
