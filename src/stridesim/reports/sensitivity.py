"""Which parameters matter, as text: elasticities of one runner, indices and effects over ranges."""

import math

import click

from stridesim.analysis import Effects, Elasticity, Indices
from stridesim.analysis.sobol import LEVEL
from stridesim.reports.output import print_table, written
from stridesim.results import quantity
from stridesim.runner.changeable import KINDS, kind_of, said_step
from stridesim.studies.global_sensitivity import GlobalSensitivityAnswer, Judged
from stridesim.studies.sampling import Plan
from stridesim.studies.sensitivity import TOP, SensitivityAnswer
from stridesim.units import to_si
from stridesim.words.habit_words import strategy_words
from stridesim.words.wording import number, outcome, quantity_words


def print_sensitivity(answer: SensitivityAnswer, top: int = TOP) -> None:
    """The strongest parameters of every result, how many do not act, and what is held."""
    runner = answer.asked
    for name, effects in answer.effects.items():
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
        click.echo(f"\n{answer.sentences[name]}\n")
    click.echo("+1 %: the elasticity; other steps where 1 % of the parameter means nothing")
    click.echo(f"strategy {strategy_words(runner.strategy, runner.habits)}")
    click.echo(f"note: {answer.held}")
    for note in answer.notes:
        click.echo(f"note: {note}")


def _step_words(effect: Elasticity) -> str:
    """As the step is; of a slope, which is a share of one, as people say it."""
    said = said_step(effect.parameter.path)
    if said is None or effect.step.relative:
        return effect.step.words
    if math.isclose(to_si(said.size, said.unit), effect.step.si):
        return f"+{said.words}"
    return effect.step.words


def print_global_sensitivity(answer: GlobalSensitivityAnswer) -> None:
    """A table for each result, the strongest axis first."""
    plan = answer.plan
    for name, judged in answer.judged.items():
        words, unit = quantity_words(name), quantity(name).unit
        if isinstance(judged, Indices):
            _print_indices(plan, judged, words, unit)
        else:
            _print_effects(plan, judged, words, unit)
        click.echo()
    click.echo(_drawn(plan, answer.judged))


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
