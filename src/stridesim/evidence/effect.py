"""What a realistic change does to an outcome, and how well that is known.

The change is a set of parameters with a value before and after it. Both strides are solved with the
gait held and priced by every registered metabolic model; with draws of the runner's fitted numbers;
and with the gait chosen anew at least cost (`economy.optimal`), before and after. The rule that
combines them is in `verdict`. An outcome that no metabolic model prices has one answer.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import ndtri

from stridesim.economy import evaluate, every_price
from stridesim.economy.batch import results_at
from stridesim.economy.optimal import FREE, optimise_points
from stridesim.economy.sobol import sobol
from stridesim.evidence.verdict import Effect
from stridesim.parameter import get_value, set_values
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.runner.uncertainty import covariance_root
from stridesim.units import to_si

DRAWS_LOG2: Final = 6
"""64 draws of the fitted numbers: the SD of an effect to a tenth."""

SEED: Final = 20
STARTS: Final = 1
"""Before and after the change the search begins in the same gaits, and ends in the same valley."""

PRICED: Final = (
    "metabolic_power",
    "net_metabolic_power",
    "cost_of_transport",
    "net_cost_of_transport",
    "oxygen_cost",
    "oxygen_uptake",
    "caloric_cost",
)
"""Outcomes that depend on the metabolic model."""

Ends = tuple[Mapping[str, float], Mapping[str, float]]
"""SI values by path before and after a change."""


class Asked(NamedTuple):
    """What is asked about a change: the `runner` at each speed with its `ends`, the `outcome` (a
    named result), and the metabolic model of the figure. `sd` is that of the size of the change, as
    a share of it."""

    runners: Sequence[tuple[str, Runner, Ends]]
    outcome: str
    metabolic: str
    sd: float | None = None


def held(runner: Runner, points: Mapping[str, np.ndarray], metabolic: str) -> dict[str, Any]:
    """Results (n,) and status of points (SI), the gait as the runner's strategy has it."""
    return results_at(runner, points, metabolic=metabolic)


def adapted(runner: Runner, points: Mapping[str, np.ndarray], metabolic: str) -> dict[str, Any]:
    """The same where the runner chooses what is not in `points`, at least cost."""
    chooser = apply_overrides(runner, {"gait.strategy": "optimal"})
    best = optimise_points(chooser, points, metabolic=metabolic, starts=STARTS)
    chosen = dict(zip(best.free, best.values.T, strict=True))
    found = results_at(chooser, {**points, **chosen}, metabolic=metabolic)
    return {
        **found,
        "status": np.where(best.status == Status.ok.name, found["status"], best.status),
    }


def effects_of(asked: Asked, tell: Callable[[int], object] = lambda rows: None) -> list[Effect]:
    """The effect of a change at every speed; `tell` hears how many strides are finished."""
    chosen = _changes(adapted, asked)
    tell(2 * len(asked.runners))
    found = []
    for k, (condition, runner, ends) in enumerate(asked.runners):
        by_model = _by_model(runner, ends, asked)
        drawn = _drawn(runner, ends, asked)
        tell(2 + 2 * len(drawn))
        found.append(_effect(condition, by_model, float(chosen[k]), drawn, asked))
    return found


def rows_of(asked: Asked) -> int:
    """Strides that `effects_of` computes and tells of."""
    return len(asked.runners) * 2 * (2 + 2**DRAWS_LOG2)


def _by_model(runner: Runner, ends: Ends, asked: Asked) -> dict[str, float]:
    """Per cent change by metabolic model, the gait held: two strides, each priced by every model;
    NaN without a result at either end."""
    sides = []
    for side in ends:
        values = {path: np.asarray(value) for path, value in side.items()}
        changed = set_values(runner, values)
        kept = dataclasses.replace(changed, habits=runner.habits.without(values))
        found = evaluate(kept, asked.metabolic)
        named = {asked.metabolic: found.results}
        if asked.outcome in PRICED:
            named = every_price(found) if found.ok else {}
        sides.append({model: float(numbers[asked.outcome]) for model, numbers in named.items()}
                     if found.ok else {})  # fmt: skip
    before, after = sides
    if not before or not after:
        return {asked.metabolic: math.nan}
    return {model: 100 * (after[model] / before[model] - 1) for model in before}


def _effect(
    condition: str, by_model: dict[str, float], chosen: float, drawn: np.ndarray, asked: Asked
) -> Effect:
    known = np.array([value for value in by_model.values() if math.isfinite(value)])
    here = by_model[asked.metabolic]
    shift = chosen - here if math.isfinite(chosen) and math.isfinite(here) else 0.0
    value = float(np.mean(known)) + 0.5 * shift if known.size and math.isfinite(here) else math.nan
    spread = drawn[np.isfinite(drawn)]
    uncertainty = {
        "runner": float(np.std(spread, ddof=1)) if spread.size > 1 else 0.0,
        "metabolic model": float(np.std(known, ddof=1)) if known.size > 1 else 0.0,
        "strategy": abs(shift) / math.sqrt(12),
    }
    if asked.sd is not None:
        uncertainty["size of the change"] = asked.sd * abs(value)
    strategies = {"gait held": here, "gait chosen anew": chosen}
    return Effect(condition, value, uncertainty, {"model": by_model, "strategy": strategies})


def _changes(how: Callable[..., Any], asked: Asked) -> np.ndarray:
    """Per cent change of the outcome at every speed (n,), NaN without a result at either end.

    What is chosen anew is not among the points; what a change imposes is.
    """
    runner = asked.runners[0][1]
    speeds = np.array([float(each.task.speed) for _, each, _ in asked.runners])
    before, after = (
        {path: np.array([ends[side][path] for _, _, ends in asked.runners])
         for path in asked.runners[0][2][0]}
        for side in (0, 1)
    )  # fmt: skip
    points = {path: np.concatenate([before[path], after[path]]) for path in before}
    if set(FREE) <= set(points):
        return np.full(len(speeds), np.nan)
    found = how(runner, {"task.speed": np.tile(speeds, 2), **points}, asked.metabolic)
    return _per_cent(found, asked.outcome)


def _drawn(runner: Runner, ends: Ends, asked: Asked) -> np.ndarray:
    """Change of the outcome (n,) in every draw of the runner's fitted numbers, the gait held."""
    paths, covariance = runner.uncertainty_at_speed()
    before, after = ends
    count = 2**DRAWS_LOG2
    if not paths:
        return np.full(count, np.nan)
    usual = runner.at_speed()
    centre = np.array([float(get_value(usual, path)) for path in paths])
    normal = ndtri(np.clip(sobol(len(paths), DRAWS_LOG2, SEED), 1e-9, 1 - 1e-9))
    drawn = centre + normal @ covariance_root(covariance).T
    columns, permitted = {}, np.ones(count, bool)
    for k, (path, column) in enumerate(zip(paths, drawn.T, strict=True)):
        low, high = (to_si(bound, PARAMETERS[path].unit) for bound in PARAMETERS[path].bounds)
        inside = (low <= column) & (column <= high)
        columns[path] = np.where(inside, column, centre[k])
        permitted &= inside
    speed = {"task.speed": np.full(count, float(runner.task.speed))}
    sides = [
        columns | speed | {path: np.full(count, value) for path, value in side.items()}
        for side in (before, after)
    ]
    points = {path: np.concatenate([side[path] for side in sides]) for path in sides[0]}
    changes = _per_cent(held(runner, points, asked.metabolic), asked.outcome)
    return np.where(permitted, changes, np.nan)


def _per_cent(found: Mapping[str, Any], outcome: str) -> np.ndarray:
    """Change from the first half of the rows to the second, per cent."""
    ok = np.asarray(found["status"]) == Status.ok.name
    before, after = np.split(np.where(ok, found[outcome], np.nan), 2)
    return 100 * (after / before - 1)
