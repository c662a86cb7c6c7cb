"""What `stridesim sensitivity` prints and writes: tables for people, flat entries for programs.

An entry says everything about one parameter and one result; `--json` nests entries by result and
parameter, `--csv` is one line for each.
"""

import csv
import io
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from stridesim.analysis import Effects, Elasticity, Indices
from stridesim.analysis.sobol import LEVEL
from stridesim.analysis.spoken import all_spoken
from stridesim.files import write_output
from stridesim.reports.output import print_table, written
from stridesim.results import quantity
from stridesim.runner import Runner
from stridesim.runner.changeable import CHANGEABLE, KINDS, kind_of, said_step
from stridesim.sensitivity import Local, Plan
from stridesim.studies.plain import plain
from stridesim.sweeps import SweepResult, habit_words
from stridesim.sweeps.wording import listed, number, outcome, parameter_words, quantity_words
from stridesim.units import to_si

Judged = Mapping[str, Indices] | Mapping[str, Effects]

_LEADERS = 3
"""Parameters that the sentence names."""


def sentences(found: Local) -> dict[str, str]:
    """For every result the parameters that move it most, in words."""
    return {name: _sentence(name, found, effects) for name, effects in found.effects.items()}


def spoken_sentences(found: Local) -> dict[str, str]:
    """The same in the steps that people say, of what the runner can change: for the figure."""
    return {name: _spoken_sentence(name, effects) for name, effects in found.effects.items()}


def _spoken_sentence(name: str, effects: list[Elasticity]) -> str:
    leaders = [one for one in all_spoken(effects) if one.kind in CHANGEABLE][:_LEADERS]
    if not leaders:
        return ""
    words = [
        f"{parameter_words(one.effect.parameter.path)} ({signed(one.change)} % for {one.step})"
        for one in leaders
    ]
    return f"Of what a runner can change, {quantity_words(name)} moves most with {listed(words)}."


def _sentence(name: str, found: Local, effects: list[Elasticity]) -> str:
    words = quantity_words(name)
    value = outcome(float(found.evaluation.results[name]), quantity(name).unit)
    leaders = [
        f"{parameter_words(e.parameter.path)} ({signed(e.change)} % for {e.step.words})"
        for e in effects[:_LEADERS]
    ]
    return f"{words[:1].upper()}{words[1:]} ({value}) moves most with {listed(leaders)}."


def signed(change: float) -> str:
    """Two significant digits with a sign."""
    return f"{change:+.2g}".replace("-", "−")


def held(runner: Runner) -> str:
    """What of the gait does not change with the parameters."""
    if runner.gait.strategy == "optimal":
        return (
            "the gait is the cheapest, and his choices are held there: for the cost of transport, "
            "which they minimise, this makes no difference; other results are at that gait"
        )
    if runner.gait.strategy == "fixed" or not runner.habits.paths:
        return "the gait's numbers are held"
    words = listed([parameter_words(path) for path in runner.habits.paths])
    at = f"{float(runner.task.speed):.3g} m/s"
    return f"the gait is held: {words} stay as they are at {at} and do not follow the speed"


def print_local(runner: Runner, found: Local, top: int) -> None:
    """The strongest parameters of every result, how many do not act, and what is held."""
    said = sentences(found)
    for name, effects in found.effects.items():
        shown = [effect for effect in effects if effect.acts][:top]
        print_table(
            f"{quantity_words(name)}: change for a small change of one parameter "
            f"({len(shown)} strongest of {len(effects)})",
            ["parameter", "value", "unit", "change %", "for", "is", ""],
            [
                [
                    e.parameter.path,
                    written(e.value),
                    e.parameter.unit,
                    f"{e.change:+.3g}",
                    _step_words(e),
                    KINDS[kind_of(e.parameter.path)],
                    "at a bound: one way only" if e.at_bound else "",
                ]
                for e in shown
            ],
        )
        silent = [effect.parameter.path for effect in effects if not effect.acts]
        if silent:
            click.echo(
                "no effect on this stride of a small change (a floor that nothing touches, say, "
                f"may still act if it is moved further): {', '.join(silent)}"
            )
        click.echo(f"\n{said[name]}\n")
    click.echo("+1 %: the elasticity; other steps where 1 % of the parameter means nothing")
    click.echo(f"strategy {habit_words.strategy_words(runner.gait.strategy, runner.habits)}")
    click.echo(f"note: {held(runner)}")
    for note in habit_words.notes(runner.gait.strategy, runner.habits, [float(runner.task.speed)]):
        click.echo(f"note: {note}")


def _step_words(effect: Elasticity) -> str:
    """As the step is; of a slope, which is a share of one, as people say it."""
    said = said_step(effect.parameter.path)
    if said is None or effect.step.relative:
        return effect.step.words
    if math.isclose(to_si(said.size, said.unit), effect.step.si):
        return f"+{said.words}"
    return effect.step.words


def local_record(runner: Runner, found: Local, metabolic: str) -> dict[str, Any]:
    """Elasticities for `--json`."""
    speeds = [float(runner.task.speed)]
    strategy, habits = runner.gait.strategy, runner.habits
    return {
        "method": "elasticities",
        "runner": runner.name,
        "metabolic": metabolic,
        "strategy": strategy,
        "held": held(runner),
        "follows_speed": habit_words.record(habits, strategy, speeds),
        "notes": habit_words.notes(strategy, habits, speeds),
        "outputs": {
            name: {
                "value": float(found.evaluation.results[name]),
                "unit": quantity(name).unit,
                "parameters": {e.parameter.path: _elasticity(e, name) for e in effects},
            }
            for name, effects in found.effects.items()
        },
    }


def _elasticity(effect: Elasticity, name: str) -> dict[str, Any]:
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


def print_failures(result: SweepResult) -> None:
    """Rows without a result, by reason, on stderr: they stand before what may be refused."""
    for reason, count in result.failures.items():
        words = reason.replace("_", " ")
        click.echo(f"without result: {count} of {result.design.size} {words}", err=True)


def print_global(plan: Plan, found: Judged) -> None:
    """A table for each result, the strongest axis first."""
    for name, judged in found.items():
        words, unit = quantity_words(name), quantity(name).unit
        if isinstance(judged, Indices):
            _print_indices(plan, judged, words, unit)
        else:
            _print_effects(plan, judged, words, unit)
        click.echo()
    click.echo(_drawn(plan, found))


def _print_indices(plan: Plan, judged: Indices, words: str, unit: str) -> None:
    def interval(value: float, low: float, high: float) -> str:
        return f"{value:.3f} ({low:.3f} to {high:.3f})"

    order = sorted(range(len(plan.factors)), key=lambda k: -judged.total[k])
    print_table(
        f"{words}: share of the variance (mean {outcome(judged.mean, unit)}, "
        f"SD {outcome(judged.sd, unit)})",
        ["parameter", "from", "to", "unit", "first", "total"],
        [
            [
                *_factor(plan, k),
                interval(judged.first[k], judged.first_low[k], judged.first_high[k]),
                interval(judged.total[k], judged.total_low[k], judged.total_high[k]),
            ]
            for k in order
        ],
    )


def _print_effects(plan: Plan, judged: Effects, words: str, unit: str) -> None:
    strength = [-m if m == m else 1.0 for m in judged.mu_star]  # unknown ones last
    order = sorted(range(len(plan.factors)), key=lambda k: strength[k])
    print_table(
        f"{words}: effect of crossing the range ({unit})",
        ["parameter", "from", "to", "unit", "mu*", "mu", "sigma", "moves"],
        [
            [
                *_factor(plan, k),
                *(number(v[k]) for v in (judged.mu_star, judged.mu, judged.sigma)),
                str(judged.moves[k]),
            ]
            for k in order
        ],
    )


def _factor(plan: Plan, k: int) -> list[str]:
    factor = plan.factors[k]
    return [factor.path, f"{factor.low:g}", f"{factor.high:g}", plan.design.units[factor.path]]


def _drawn(plan: Plan, found: Judged) -> str:
    """How the numbers were sampled."""
    if plan.method == "morris":
        return f"{len(plan.cube)} trajectories of {plan.cube.shape[1]} points, seed {plan.seed}"
    kept = {judged.kept for judged in found.values() if isinstance(judged, Indices)}
    used = f"{min(kept)} of {plan.cube.shape[1]} base samples"
    return (
        f"{used} complete, {plan.design.size} points, seed {plan.seed}; intervals hold "
        f"{100 * LEVEL:.0f} % of bootstrap resamples"
    )


def global_record(plan: Plan, result: SweepResult, found: Judged) -> dict[str, Any]:
    """Indices or effects for `--json`."""
    return {
        "method": plan.method,
        "name": plan.design.name,
        "metabolic": plan.design.config.metabolic,
        "points": plan.design.size,
        "failures": result.failures,
        "seed": plan.seed,
        **({"confidence": LEVEL} if plan.method == "sobol" else {"trajectories": len(plan.cube)}),
        "outputs": {name: _judged(plan, judged, name) for name, judged in found.items()},
        "design_hash": plan.design.content_hash,
    }


def _judged(plan: Plan, judged: Indices | Effects, name: str) -> dict[str, Any]:
    whole = {key: value for key, value in judged._asdict().items() if not hasattr(value, "shape")}
    each = {key: value for key, value in judged._asdict().items() if hasattr(value, "shape")}
    parameters = {
        factor.path: {
            "from": factor.low,
            "to": factor.high,
            "scale": factor.scale,
            "unit": plan.design.units[factor.path],
            **{key: values[k] for key, values in each.items()},
        }
        for k, factor in enumerate(plan.factors)
    }
    return {**whole, "unit": quantity(name).unit, "parameters": parameters}


def write_csv(outputs: Mapping[str, Any], path: Path) -> None:
    """One line for each result and parameter."""
    rows = [
        {"output": name, "output_unit": judged["unit"], "parameter": parameter, **plain(entry)}
        for name, judged in outputs.items()
        for parameter, entry in judged["parameters"].items()
    ]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_output(path, text.getvalue().encode())
    click.echo(f"wrote {path}", err=True)
