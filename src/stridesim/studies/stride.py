"""One stride of a runner: what it looks like, and what it costs.

    answer = stride(runner)
    answer.cost_of_transport            # J/kg/m
    answer["peak_force.soleus"].unit    # 'BW'
    answer.curves["joint_moment"]       # labelled arrays over the stride
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import Evaluation, evaluate
from stridesim.economy.uncertainty import Propagated, propagate, uncertain_parameters
from stridesim.parameter import get_value
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies import habits
from stridesim.studies.answer import Quantities, Value, values_of
from stridesim.studies.breakdown import breakdown_of
from stridesim.studies.curves import Curve, curves_of, to_dataset
from stridesim.studies.failure import failure_line, has_gait
from stridesim.studies.models import models_record
from stridesim.studies.optimum import optimum_record
from stridesim.studies.spread import spread_record
from stridesim.studies.strategy import Chosen, choose
from stridesim.units import from_si

KEPT_WITHOUT_GAIT = ("speed", "step_frequency", "periodic_residual")
"""Results that exist although no gait was found."""


@dataclass(frozen=True, repr=False)
class StrideAnswer(Quantities):
    """One stride: named quantities, breakdown of the power, curves, and how the gait was found."""

    kind: ClassVar[str] = "stride"

    status: str
    reason: str
    values: Mapping[str, Value]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    asked: Runner
    metabolic: str
    chosen: Chosen
    evaluation: Evaluation
    spread: Propagated | None

    @property
    def runner(self) -> Runner:
        """The runner whose stride this is, habits resolved at the speed of the task."""
        return self.evaluation.runner

    @functools.cached_property
    def curves(self) -> dict[str, Curve]:
        """Curves over the stride, by name (`studies.curves`)."""
        return curves_of(self.evaluation)

    @functools.cached_property
    def breakdown(self) -> dict[str, dict[str, float]]:
        """Gross metabolic power (W/kg) by muscle, phase and cause."""
        return breakdown_of(self.evaluation)

    def record(self) -> dict[str, Any]:
        """Results, breakdown, the runner, and what was asked for besides."""
        results = {name: value.record() for name, value in self.values.items()}
        known = has_gait(self.evaluation)
        if not known:
            for name in results.keys() - set(KEPT_WITHOUT_GAIT):
                results[name]["value"] = None
        parameters = {
            path: {"value": from_si(float(get_value(self.runner, path)), p.unit), "unit": p.unit}
            for path, p in PARAMETERS.items()
        }
        speeds = [float(self.evaluation.stride.template.speed)]
        strategy = self.asked.gait.strategy
        return {
            "results": results,
            "breakdown": {"unit": "W/kg", **self.breakdown} if known else None,
            "runner": {
                "name": self.asked.name,
                "strategy": strategy,
                "follows_speed": habits.record(self.asked.habits, strategy, speeds),
                "parameters": parameters,
            },
            "metabolic": self.metabolic,
            **optimum_record(self.asked, self.chosen.optimum),
            **({} if self.spread is None else {"uncertainty": spread_record(self.spread)}),
        }

    def models(self) -> dict[str, Any]:
        """The same stride priced by every metabolic model, and how far they lie apart."""
        return models_record(self.evaluation, known=has_gait(self.evaluation))

    def to_xarray(self) -> Any:
        """The curves as an `xarray.Dataset`, with units."""
        facts = {"runner": self.asked.name, "metabolic": self.metabolic, "status": self.status}
        return to_dataset(self.curves, facts)

    def plot(self, path: str | Path | None = None) -> Any:
        """The stride on one sheet."""
        from stridesim.plots.stride import draw_stride, save_stride
        from stridesim.plots.style import figure_style

        if path is not None:
            save_stride(self.evaluation, Path(path), metabolic=self.metabolic)
            return None
        with figure_style():
            return draw_stride(self.evaluation, metabolic=self.metabolic)

    def __repr__(self) -> str:
        if not self.ok:
            return f"<stride of {self.asked.name}: {self.reason}>"
        cost = self.values["cost_of_transport"]
        speed = self.values["speed"].value
        return f"<stride of {self.asked.name} at {speed:.3g} m/s: {cost.value:.3f} {cost.unit}>"


def stride(
    runner: Runner,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    free: Sequence[str] | None = None,
    uncertainty: bool = False,
) -> StrideAnswer:
    """Solve one stride of `runner` at the task's speed, and price it.

    Under `gait.strategy = "optimal"` the runner first chooses what `free` names (default: step
    frequency, leg stiffness, step width, knee flexion at contact). `uncertainty` adds 95 %
    intervals from the errors that the runner carries.

    Raises `InputError` for an unknown model, for choices that the strategy does not have, and for
    uncertainty of a runner without errors. What the physics cannot do is no error: `status` and
    `reason` say it.
    """
    if uncertainty:
        uncertain_parameters(runner)
    own = None if runner.habits.paths else float(runner.task.speed)
    said = habits.notes(runner.gait.strategy, runner.habits, [float(runner.task.speed)], own)
    chosen = choose(runner, metabolic, free)
    evaluation = evaluate(chosen.runner, metabolic)
    spread = propagate(chosen.runner, metabolic) if uncertainty and evaluation.ok else None
    status = Status(evaluation.status)
    return StrideAnswer(
        status=status.name,
        reason="" if evaluation.ok else failure_line(evaluation),
        values=values_of(evaluation.results, None if spread is None else spread.intervals),
        notes=tuple(said),
        provenance=provenance(),
        asked=runner,
        metabolic=metabolic,
        chosen=chosen,
        evaluation=evaluation,
        spread=spread,
    )
