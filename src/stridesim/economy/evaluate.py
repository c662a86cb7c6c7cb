"""One runner, everything: the stride, the named results and the reason if there is none."""

import dataclasses
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np

from stridesim.dynamics.template import template_of
from stridesim.economy.contact import Contact, contacts_of, of_lane, of_solved, shapes
from stridesim.economy.measures import economy, explained, named_results, status_of
from stridesim.economy.stride import (
    DEFAULT_METABOLIC_MODEL,
    Stride,
    check_metabolic_model,
    repriced,
    stride_of,
)
from stridesim.energetics import METABOLIC_MODELS
from stridesim.gait import solver
from stridesim.gait.residual import Unknowns
from stridesim.muscles.state import FORCES
from stridesim.programs import kept
from stridesim.results import InputError, Status
from stridesim.runner import Runner, Uncertainty
from stridesim.runtime import configure_jax
from stridesim.solvers.fixed_point import FixedPointSettings


class Evaluation(NamedTuple):
    """A stride with its named results (in their units) and status."""

    runner: Runner
    stride: Stride
    results: dict[str, Any]
    status: Status

    @property
    def ok(self) -> bool:
        """Whether the results may be used."""
        return self.status == Status.ok


def as_arrays(runner: Runner) -> Runner:
    """Every number of the runner as a float array, so that changing one never recompiles.

    For the same reason the errors of the numbers stay behind: they are no input of the model.
    Every evaluation begins here, so this also sees to float64, without which no gait closes.
    """
    configure_jax()
    plain = dataclasses.replace(runner, uncertainty=Uncertainty())
    return jax.tree.map(lambda leaf: np.asarray(leaf, float), plain)


def priced(
    runner: Runner,
    unknowns: Any,
    contact: Contact,
    residual: Any,
    metabolic: str,
    settings: FixedPointSettings = FORCES,
) -> Any:
    """Stride, named results and status of one runner (habits resolved) from the unknowns (9,) of
    the periodic step, its contact and its largest residual."""
    stride = stride_of(runner, Unknowns(*unknowns), metabolic, contact, settings)
    results = named_results(stride, runner, residual)
    return stride, results, status_of(stride, runner, residual, results)


@kept(4, 5)
def _everything(
    runner: Runner,
    unknowns: Any,
    contact: Contact,
    residual: Any,
    metabolic: str,
    settings: FixedPointSettings,
) -> Any:
    return priced(runner, unknowns, contact, residual, metabolic, settings)


@eqx.filter_jit
def _resolved(runner: Runner) -> Any:
    runner = runner.at_speed()
    return runner, template_of(runner)


def evaluate(
    runner: Runner, metabolic: str = DEFAULT_METABOLIC_MODEL, settings: FixedPointSettings = FORCES
) -> Evaluation:
    """Solve and price the stride of a runner whose choices are made: by habit, by number or by
    `economy.optimal`. `InputError` where they are still to be made (`economy.doors` makes them)."""
    check_metabolic_model(metabolic)
    if runner.strategy == "optimal" and runner.chosen is None:
        raise InputError("gait.strategy = 'optimal': choices are made by stridesim.evaluate")
    resolved, template = _resolved(as_arrays(runner))
    numbers = resolved.numbers
    _everything.prepare(numbers, *shapes(), metabolic, settings)
    one = jax.tree.map(lambda leaf: np.asarray(leaf)[None], template)
    of_solved.prepare(solver.shapes(1)[0], one)
    solution = solver.solve(template)
    solved = contacts_of(
        np.asarray(solution.step)[:, None], np.asarray(solution.residual)[None], one
    )
    stride, results, status = _everything(numbers, *of_lane(solved, 0), metabolic, settings)
    status = Status(int(explained(int(status), solution.reason)))
    return Evaluation(resolved, stride, results, status)


@kept()
def _economies(stride: Stride, runner: Runner) -> dict[str, dict[str, Any]]:
    return {name: economy(repriced(stride, name), runner) for name in METABOLIC_MODELS}


def every_price(evaluation: Evaluation) -> dict[str, dict[str, Any]]:
    """Model -> its named results of economy (in their units): one stride, solved once."""
    found = _economies(evaluation.stride, evaluation.runner.numbers)
    return {name: found[name] for name in METABOLIC_MODELS}  # JAX sorts names
