"""The model as a sweep calls it: a design in, a function of points out.

Workers and clusters import `MODEL` by its text, so nothing heavy is imported before it is called.
"""

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.runtime import configure_jax
from stridesim.sweeps import Design
from stridesim.sweeps.design.config import DesignConfig
from stridesim.sweeps.engines.chunk import Evaluate

MODEL: Final = "stridesim.studies.sweep_model:model"
"""What computes the points of a sweep, for any engine (`sweeps.engines.job`)."""


def model(design: Design) -> "CaseModels":
    """Every case's runner and the metabolic model of the design, as functions of points.

    Raises `InputError` for an unknown metabolic model, and for choices without a runner that
    chooses.
    """
    configure_jax()
    from stridesim.energetics import METABOLIC_MODELS

    chosen = design.config.metabolic
    if chosen not in METABOLIC_MODELS:
        known = ", ".join(METABOLIC_MODELS)
        raise InputError(f"metabolic = {chosen!r}: expected one of {known}")
    strategies = {case.runner.strategy for case in design.cases}
    if design.config.free and "optimal" not in strategies:
        raise InputError("free: only with gait.strategy = 'optimal'")
    return CaseModels([_bound(case.runner, design.config) for case in design.cases], chosen)


@dataclasses.dataclass(frozen=True)
class CaseModels:
    """The function of points (SI) of every case, called as `sweeps.engines.chunk` says."""

    cases: Sequence[Evaluate]
    metabolic: str

    def __call__(self, points: Mapping[str, Any], case: int = 0) -> Mapping[str, Any]:
        """Results (n,) in their units and `status` (n,) of n points (SI) of one case."""
        return self.cases[case](points)

    def prepare(self) -> None:
        """Begin to get ready, while points are laid out."""
        from stridesim.economy.batch import prepare

        prepare(self.metabolic)


def _bound(runner: Runner, config: DesignConfig) -> Evaluate:
    from stridesim.economy import evaluate_points

    how: dict[str, Any] = {"metabolic": config.metabolic, "units": "SI"}
    if runner.strategy == "optimal" and config.free:
        from stridesim.economy.optimal import check_free

        how["free"] = check_free(config.free)
    return functools.partial(evaluate_points, runner, **how)
