"""Which parameters matter to one runner: how much a result changes for a small change of each.

answer = sensitivity(runner)
answer.effects["cost_of_transport"][0].parameter.path     # the strongest
answer.effects["cost_of_transport"][0].change             # per cent, for the step that it names

The change is the elasticity (per cent for 1 % more); where 1 % of a parameter means nothing (an
angle, what may be negative, what is 0) it is for a step that is named. The gait is held.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

from stridesim.analysis import Elasticity, elasticities
from stridesim.analysis.spoken import all_spoken
from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import Evaluation, evaluate
from stridesim.economy.doors import check_runner
from stridesim.economy.gradient import gradient
from stridesim.economy.optimal import check_strategy, settled
from stridesim.economy.stride import check_metabolic_model
from stridesim.parameter import get_value
from stridesim.results import Status, quantity
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.changeable import CHANGEABLE, KINDS, kind_of
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.failure import failure_line
from stridesim.words import habit_words
from stridesim.words.wording import listed, outcome, parameter_words, quantity_words

TOP: Final = 20
"""Parameters of a result that are shown, unless told otherwise."""

_LEADERS: Final = 3
"""Parameters that a sentence names."""

_COST: Final = ("cost_of_transport",)


@dataclass(frozen=True, repr=False)
class SensitivityAnswer(Answer):
    """Effects of every parameter on each result, the strongest first.

    `asked` is the runner as given, `evaluation` the stride at which the derivatives are taken.
    """

    kind: ClassVar[str] = "sensitivity"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    asked: Runner
    metabolic: str
    evaluation: Evaluation
    effects: Mapping[str, Sequence[Elasticity]]

    @property
    def held(self) -> str:
        """What of the gait does not change with the parameters."""
        runner = self.asked
        if runner.strategy == "optimal":
            return (
                "the gait is the cheapest, and what the runner chooses is held there: for the cost "
                "of transport, which is least there, this makes no difference; other results are "
                "at that gait"
            )
        if runner.strategy == "fixed" or not runner.habits.paths:
            return "the gait's numbers are held"
        words = listed([parameter_words(path) for path in runner.habits.paths])
        at = f"{float(runner.task.speed):.3g} m/s"
        return f"the gait is held: {words} stay as they are at {at} and do not follow the speed"

    @functools.cached_property
    def sentences(self) -> dict[str, str]:
        """For every result the parameters that move it most, in words."""
        return {name: self._sentence(name, effects) for name, effects in self.effects.items()}

    def _sentence(self, name: str, effects: Sequence[Elasticity]) -> str:
        words = quantity_words(name)
        value = outcome(float(self.evaluation.results[name]), quantity(name).unit)
        leaders = [
            f"{parameter_words(e.parameter.path)} ({signed(e.change)} % for {e.step.words})"
            for e in effects[:_LEADERS]
        ]
        return f"{words[:1].upper()}{words[1:]} ({value}) moves most with {listed(leaders)}."

    def record(self) -> dict[str, Any]:
        """Every parameter's effect on every result, and what was held."""
        speeds = [float(self.asked.task.speed)]
        strategy, habits = self.asked.strategy, self.asked.habits
        return {
            "method": "elasticities",
            "runner": self.asked.name,
            "metabolic": self.metabolic,
            "strategy": strategy,
            "held": self.held,
            "follows_speed": habit_words.record(habits, strategy, speeds),
            "outputs": {
                name: {
                    "value": float(self.evaluation.results[name]),
                    "unit": quantity(name).unit,
                    "parameters": {e.parameter.path: _entry(e, name) for e in effects},
                }
                for name, effects in self.effects.items()
            },
        }

    def table(self) -> Table:
        """A row for each result and parameter."""
        return rows_of(self.record()["outputs"])

    def summary(self) -> Table:
        """The strongest of each result: what a notebook shows."""
        columns = ("result", "parameter", "value", "unit", "change (%)", "for")
        rows = [
            (name, e.parameter.path, e.value, e.parameter.unit, e.change, e.step.words)
            for name, effects in self.effects.items()
            for e in [effect for effect in effects if effect.acts][:TOP]
        ]
        return Table(columns, rows)

    def plot(self, path: str | Path | None = None, *, top: int = TOP) -> Any:
        """The tornado of the `top` strongest: written to `path`, or the figure itself."""
        from stridesim.plots.conditions import conditions
        from stridesim.plots.style import figure_style
        from stridesim.plots.tornado import draw_tornado, save_tornado

        shown = conditions(self.evaluation.runner, self.metabolic)
        said = {name: _changeable(name, effects) for name, effects in self.effects.items()}
        if path is not None:
            return save_tornado(Path(path), self.effects, said, top, shown)
        with figure_style():
            return draw_tornado(self.effects, said, top, shown)

    def __repr__(self) -> str:
        if not self.ok:
            return f"<sensitivity of {self.asked.name}: {self.reason}>"
        return f"<sensitivity of {self.asked.name}: {' '.join(self.sentences.values())}>"


def sensitivity(
    runner: Runner,
    outputs: Sequence[str] = _COST,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    free: Sequence[str] = (),
    begin: Callable[[], None] = lambda: None,
) -> SensitivityAnswer:
    """Differentiate `outputs` by every parameter at the runner's own gait.

    With strategy `optimal` the choices of `free` are found first and held at their optimum
    (envelope theorem: for the cost that they minimise, a small change of the choices would make no
    difference). `begin` is called as each of `stages_of` begins. The first derivative compiles
    for some minutes.

    Raises `InputError` for unknown results, models and choices, and for a result that is zero. A
    stride without a result has a status and a reason, and no effects.
    """
    for name in outputs:
        quantity(name)
    check_metabolic_model(metabolic)
    check_runner(runner)
    check_strategy(runner, free)
    evaluation, effects = local(runner, metabolic, outputs, free, begin)
    speeds = [float(runner.task.speed)]
    return SensitivityAnswer(
        status=Status(evaluation.status).name,
        reason="" if evaluation.ok else failure_line(evaluation),
        notes=tuple(habit_words.notes(runner.strategy, runner.habits, speeds)),
        provenance=provenance(),
        asked=runner,
        metabolic=metabolic,
        evaluation=evaluation,
        effects=effects,
    )


def local(
    runner: Runner,
    metabolic: str,
    outputs: Sequence[str],
    free: Sequence[str],
    begin: Callable[[], None],
) -> tuple[Evaluation, dict[str, list[Elasticity]]]:
    """The stride, and the effects on each of its results; of a stride without results none."""
    if runner.strategy == "optimal":
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
    return evaluation, found


def stages_of(runner: Runner, outputs: Sequence[str] = _COST) -> list[tuple[str, float]]:
    """What `sensitivity` does, and how long each takes the first time on a common machine, s."""
    chosen = [("search of the cheapest gait", 60.0)] if runner.strategy == "optimal" else []
    derivatives = [(f"derivative of {quantity_words(name)}", 200.0) for name in outputs or _COST]
    return [*chosen, ("gait, muscles and cost of the stride", 45.0), *derivatives]


def rows_of(outputs: Mapping[str, Any]) -> Table:
    """One row for each result and parameter of a record."""
    rows = [
        {"output": name, "output_unit": one["unit"], "parameter": parameter, **entry}
        for name, one in outputs.items()
        for parameter, entry in one["parameters"].items()
    ]
    return Table(tuple(rows[0]) if rows else (), [tuple(row.values()) for row in rows])


def signed(change: float) -> str:
    """Two significant digits with a sign."""
    return f"{change:+.2g}".replace("-", "−")


def _changeable(name: str, effects: Sequence[Elasticity]) -> str:
    """What the runner can change, in the steps that people say; empty where nothing acts."""
    leaders = [one for one in all_spoken(effects) if one.kind in CHANGEABLE][:_LEADERS]
    if not leaders:
        return ""
    words = [
        f"{parameter_words(one.effect.parameter.path)} ({signed(one.change)} % for {one.step})"
        for one in leaders
    ]
    return f"Of what a runner can change, {quantity_words(name)} moves most with {listed(words)}."


def _entry(effect: Elasticity, name: str) -> dict[str, Any]:
    return {
        "value": effect.value,
        "unit": effect.parameter.unit,
        "who_changes_it": KINDS[kind_of(effect.parameter.path)],
        "kind": "elasticity" if effect.step.relative else "step",
        "step": effect.step.size,
        "step_unit": effect.step.unit,
        "change_percent": effect.change,
        "derivative": effect.derivative,
        "derivative_unit": _per(quantity(name).unit, effect.parameter.unit),
        "acts": effect.acts,
        "at_bound": effect.at_bound,
    }


def _per(result: str, parameter: str) -> str:
    """`J/kg/m per N/m`; nothing is said of a parameter that is a pure number."""
    return result if parameter == "1" else f"{result} per {parameter}"
