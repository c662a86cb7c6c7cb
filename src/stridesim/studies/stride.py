"""One stride of a runner: what it looks like, and what it costs.

answer = stride(runner)
answer.cost_of_transport            # J/kg/m
answer["peak_force.soleus"].unit    # 'BW'
answer.curves["joint_moment"]       # labelled arrays over the stride
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import Evaluation
from stridesim.economy.doors import check_runner
from stridesim.economy.evaluate import evaluate
from stridesim.economy.optimal import check_strategy
from stridesim.economy.stride import check_metabolic_model
from stridesim.energetics import MODEL_CONSTANTS
from stridesim.parameter import get_value
from stridesim.results import QUANTITIES, InputError, Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies import ensemble
from stridesim.studies.adapted import adaptation_notes, adaptation_record
from stridesim.studies.answer import Quantities, Value, values_of
from stridesim.studies.breakdown import breakdown_of
from stridesim.studies.curves import Curve, curves_of, to_dataset
from stridesim.studies.ensemble import EnsembleAnswer, check_errors
from stridesim.studies.failure import failure_line, has_gait
from stridesim.studies.models import models_record
from stridesim.studies.optimum import OptimumAnswer, optimum
from stridesim.studies.overstretched import overstretch_notes
from stridesim.units import from_si
from stridesim.words import habit_words

KEPT_WITHOUT_GAIT: Final = ("speed", "step_frequency", "periodic_residual")
"""Results that exist although no gait was found."""


@dataclass(frozen=True, repr=False)
class StrideAnswer(Quantities):
    """One stride: named quantities, breakdown of the power, curves, and how the gait was found.

    `asked` is the runner as given, `evaluation` the solved stride, `optimum` the search of strategy
    `optimal` (None under another), `spread` the draws behind the intervals (None: not asked for).
    `own_speed` (m/s) is the speed that the numbers of a runner without habits are for.
    """

    kind: ClassVar[str] = "stride"

    status: str
    reason: str
    values: Mapping[str, Value]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    asked: Runner
    metabolic: str
    evaluation: Evaluation
    optimum: OptimumAnswer | None
    uncertainty: bool
    spread: EnsembleAnswer | None
    own_speed: float | None

    @property
    def runner(self) -> Runner:
        """The runner whose stride this is: habits at the speed, adapted to the task."""
        return self.evaluation.runner

    @property
    def model_words(self) -> str:
        """The metabolic model, and its constant where it has one."""
        constants = MODEL_CONSTANTS.get(self.metabolic)
        return f"{self.metabolic}: {constants}" if constants else self.metabolic

    @property
    def has_gait(self) -> bool:
        """Whether there is a stride to look at, however badly it fares."""
        return has_gait(self.evaluation)

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
        runner = self.runner
        parameters = {
            path: {"value": from_si(float(get_value(runner, path)), p.unit), "unit": p.unit}
            for path, p in PARAMETERS.items()
        }
        speeds = [float(self.evaluation.stride.template.speed)]
        strategy = runner.strategy
        whole = {
            "results": {name: self._told(name) for name in self.values},
            "breakdown": {"unit": "W/kg", **self.breakdown} if self.has_gait else None,
            "runner": {
                "name": self.asked.name,
                "strategy": strategy,
                "adapted": adaptation_record(self.asked),
                "follows_speed": habit_words.record(self.asked.habits, strategy, speeds),
                "parameters": parameters,
            },
            "metabolic": self.metabolic,
            "metabolic_constants": MODEL_CONSTANTS.get(self.metabolic, ""),
        }
        if self.optimum is not None:
            whole["optimum"] = self.optimum.found()
        if self.uncertainty:
            whole["uncertainty"] = None if self.spread is None else self.spread.origin()
        return whole

    def _told(self, name: str) -> dict[str, Any]:
        """A result for `record`; it does not exist where there is no gait."""
        known = self.has_gait or name in KEPT_WITHOUT_GAIT
        return self.values[name].record() | ({} if known else {"value": None})

    def models(self) -> dict[str, Any]:
        """The same stride priced by every metabolic model, and how far they lie apart."""
        return models_record(self.evaluation, known=self.has_gait)

    def to_xarray(self) -> Any:
        """The curves as an `xarray.Dataset`, with units."""
        facts = {"runner": self.asked.name, "metabolic": self.metabolic, "status": self.status}
        return to_dataset(self.curves, facts)

    def plot(
        self,
        path: str | Path | None = None,
        *,
        settings: Mapping[str, str] | None = None,
        against: "tuple[StrideAnswer, str] | None" = None,
        detail: bool = False,
    ) -> Any:
        """The stride on a slide, or in sixteen panels (`detail`): written to `path`, or the figure.

        `settings` are what was set, as written, for the title. `against` is another stride that
        the slide is compared with, and what it is in words; one without a result is left out.
        """
        from stridesim.plots import stride as full
        from stridesim.plots import stride_sheet as slide
        from stridesim.plots.style import figure_style

        one = self.evaluation
        told: dict[str, Any] = {"settings": settings, "own": self.own_speed}
        if detail:
            told["metabolic"] = self.metabolic
            if path is not None:
                return full.save_stride(one, Path(path), **told)
            with figure_style():
                return full.draw_stride(one, **told)
        if against is not None and against[0].ok:
            told["ghost"] = slide.Ghost(against[0].evaluation, against[1])
        if path is not None:
            return slide.save_sheet(Path(path), one, self.metabolic, **told)
        with figure_style():
            return slide.draw_sheet(one, self.metabolic, **told)

    def animation(self) -> Any:
        """The runner in motion: shows itself in a notebook, `save(path)` writes .gif, .mp4, .svg.

        Raises `InputError` where there is no gait.
        """
        from stridesim.plots.animation import Animation

        if not self.has_gait:
            raise InputError(f"animation: {self.reason}")
        return Animation([(self.evaluation, self.asked.name)])

    def __repr__(self) -> str:
        if not self.ok:
            return f"<stride of {self.asked.name}: {self.reason}>"
        cost, speed = self.values["cost_of_transport"], self.values["speed"].value
        return f"<stride of {self.asked.name} at {speed:.3g} m/s: {cost.value:.3f} {cost.unit}>"


def stride(
    runner: Runner,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    free: Sequence[str] = (),
    uncertainty: bool = False,
    own_speed: float | None = None,
    begin: Callable[[], None] = lambda: None,
) -> StrideAnswer:
    """Solve one stride of `runner` at the task's speed, and price it.

    Under `gait.strategy = "optimal"` the runner first chooses what `free` names (default: step
    frequency, leg stiffness, step width, knee flexion at contact). `uncertainty` adds 95 %
    intervals from the errors that the runner carries. `own_speed` (m/s) is the speed that the
    numbers of a runner without habits are for. `begin` is called as each stage of the work begins.

    Raises `InputError` for an unknown model, for choices that the strategy does not have, for a
    runner who lacks a number, and for uncertainty of a runner without errors. What the physics
    cannot do is no error: `status` and `reason` say it.
    """
    check_metabolic_model(metabolic)
    check_runner(runner)
    check_strategy(runner, free)
    if uncertainty:
        check_errors(runner)
    speeds = [float(runner.task.speed)]
    said = habit_words.notes(runner.strategy, runner.habits, speeds, own_speed)
    chosen, best = runner, None
    if runner.strategy == "optimal" and runner.chosen is None:
        begin()
        best = optimum(runner, free, metabolic=metabolic)
        chosen = best.runner
    begin()
    evaluation = evaluate(chosen, metabolic)
    spread = None
    if uncertainty:
        begin()
        spread = ensemble.uncertainty(chosen, metabolic=metabolic) if evaluation.ok else None
    said += adaptation_notes(chosen)
    said += overstretch_notes(evaluation)
    results = evaluation.results
    ordered = {name: results[name] for name in QUANTITIES if name in results} | results
    return StrideAnswer(
        status=Status(evaluation.status).name,
        reason="" if evaluation.ok else failure_line(evaluation),
        values=values_of(ordered, None if spread is None else spread.intervals),
        notes=tuple(said),
        provenance=provenance(),
        asked=runner,
        metabolic=metabolic,
        evaluation=evaluation,
        optimum=best,
        uncertainty=uncertainty,
        spread=spread,
        own_speed=own_speed,
    )
