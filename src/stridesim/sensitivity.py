"""The methods of `analysis` applied to the model: which parameters matter to this runner?

Elasticities are derivatives at one runner. Morris' screen and Sobol indices vary the axes of a
sweep file over their ranges; their points are a list of rows, and are computed, kept and resumed
like those of any sweep.
"""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from stridesim.analysis import (
    Effects,
    Elasticity,
    Factor,
    Indices,
    effects,
    elasticities,
    indices,
    saltelli,
    spread,
    trajectories,
)
from stridesim.results import InputError
from stridesim.sweeps import Design, SweepResult
from stridesim.sweeps.design.config import AxisConfig, SamplingConfig
from stridesim.sweeps.design.points import lay_out, read_axis
from stridesim.words.wording import quantity_words

if TYPE_CHECKING:
    from stridesim.economy import Evaluation
    from stridesim.runner import Runner

SAMPLES: Final = {"sobol": 512, "morris": 20}
"""Base samples of the Sobol indices, trajectories of Morris' screen, unless told otherwise."""

SEED: Final = 1


class Local(NamedTuple):
    """A stride, and the effects of all parameters on some of its results."""

    evaluation: "Evaluation"
    effects: dict[str, list[Elasticity]]


def local(
    runner: "Runner",
    metabolic: str,
    outputs: Sequence[str],
    free: Sequence[str] = (),
    begin: Callable[[], None] = lambda: None,
) -> Local:
    """Elasticities at the runner's own gait; of a stride without results there are none.

    `begin` is called as each of `stages_of` begins.

    With strategy "optimal" his choices are held at their optimum (envelope theorem: for the cost
    that they minimise, a small change of the choices would make no difference).
    """
    from stridesim.economy import evaluate
    from stridesim.economy.gradient import gradient
    from stridesim.economy.optimal import settled
    from stridesim.parameter import get_value
    from stridesim.runner import PARAMETERS

    if runner.gait.strategy == "optimal":
        begin()
    chosen = settled(runner, metabolic, free)
    begin()
    evaluation = evaluate(chosen, metabolic)
    found: dict[str, list[Elasticity]] = {}
    if evaluation.ok:
        values = {path: float(get_value(evaluation.runner, path)) for path in PARAMETERS}
        for name in outputs:
            begin()
            slopes = gradient(evaluation, metabolic, name)
            result = float(evaluation.results[name])
            found[name] = elasticities(name, result, slopes, values, PARAMETERS)
    return Local(evaluation, found)


def stages_of(runner: "Runner", outputs: Sequence[str]) -> list[tuple[str, float]]:
    """What `local` does, and how long each takes the first time on a common machine, s."""
    chosen = [("search of the cheapest gait", 60.0)] if runner.gait.strategy == "optimal" else []
    derivatives = [(f"derivative of {quantity_words(name)}", 200.0) for name in outputs]
    return [*chosen, ("gait, muscles and cost of the stride", 45.0), *derivatives]


def check_alone(design: Design, method: str) -> None:
    """Refuse a design of several runners or tasks: what matters to whom would be mixed."""
    if len(design.cases) > 1:
        raise InputError(f"{method}: of one runner and task, {len(design.cases)} are declared")


class Plan(NamedTuple):
    """The points of a method: a list of rows, and the places in the unit cube they came from.

    `cube` is (d + 2, n, d) for Sobol indices and (r, d + 1, d) for Morris' screen.
    """

    method: str
    design: Design
    factors: tuple[Factor, ...]
    cube: np.ndarray
    seed: int

    @property
    def samples(self) -> int:
        """As they were asked for: base samples of Sobol's method, trajectories of Morris'."""
        return self.cube.shape[0 if self.method == "morris" else 1]


def plan(design: Design, method: str, samples: int | None = None, seed: int = SEED) -> Plan:
    """Lay a method's points over the axes of a design; `InputError` where that makes no sense."""
    check_alone(design, method)
    if design.relations.constraints:
        raise InputError(
            f"{method}: needs axes that vary independently; take 'constraints' out of the file"
        )
    if len(design.axes) < 2:
        raise InputError(f"{method}: needs two axes or more, {len(design.axes)} is declared")
    factors = tuple(Factor(axis.path, axis.low, axis.high, axis.scale) for axis in design.axes)
    for i, factor in enumerate(factors):
        if factor.low == factor.high:
            raise InputError(f"axis[{i}]: {factor.path} has one value; {method} needs a range")
    cube = _cube(method, len(factors), SAMPLES[method] if samples is None else samples, seed)
    rows = spread(factors, cube.reshape(-1, len(factors)))
    axes = [
        AxisConfig(parameter=axis.parameter, values=rows[:, k].tolist(), scale=axis.scale)
        for k, axis in enumerate(design.config.axis)
    ]
    listed = {"axis": axes, "sampling": SamplingConfig(method="list")}
    config = design.config.model_copy(update={"name": f"{design.name}-{method}", **listed})
    layout = lay_out(tuple(read_axis(axis, "list") for axis in axes), config.sampling)
    # Of a layout without constraints all points are kept; links are checked on the way.
    kept = (design.relations.kept(layout, design.runner),)
    whole = dataclasses.replace(design, config=config, layout=layout, kept=kept)
    return Plan(method, whole, factors, cube, seed)


def _cube(method: str, dimensions: int, samples: int, seed: int) -> np.ndarray:
    if method == "morris":
        return trajectories(dimensions, samples, seed)
    log2 = samples.bit_length() - 1
    if samples != 1 << log2:
        raise InputError(
            f"samples = {samples}: expected a power of 2 for sobol ({1 << log2} or {2 << log2})"
        )
    return saltelli(dimensions, log2, seed)


def judged(
    plan: Plan, result: SweepResult, outputs: Sequence[str]
) -> dict[str, Indices] | dict[str, Effects]:
    """Indices or effects of some results over the finished rows of a plan.

    Raises `InputError` where too many rows are without a result.
    """
    if not result.ok.any():
        raise InputError(f"{plan.method}: no point has a result")
    rows = {name: _results(plan, result, name) for name in outputs}
    if plan.method == "morris":
        return {name: effects(plan.cube, values) for name, values in rows.items()}
    return {name: indices(values, plan.seed) for name, values in rows.items()}


def _results(plan: Plan, result: SweepResult, name: str) -> np.ndarray:
    return np.where(result.ok, result[name], np.nan).reshape(plan.cube.shape[:2])
