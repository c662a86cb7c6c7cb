"""What `stridesim fit` says: how close, how well known, and what strength does."""

import math

import click

from stridesim.fitting.runs import STRENGTH, Runs, told_strengths
from stridesim.reports.output import print_table
from stridesim.runner import PARAMETERS
from stridesim.studies.fit import FitAnswer
from stridesim.studies.fit_doubts import where
from stridesim.words.everyday import everyday, everyday_number


def print_fit(answer: FitAnswer, *, err: bool) -> None:
    """Tables and a sentence for people; `err`: on stderr."""
    rows = []
    for c in answer.comparisons:
        said = everyday(c.name)
        pair = (everyday_number(c.name, value) for value in (c.measured, c.fitted))
        rows.append([f"{c.speed:g}", said.words, said.unit, *pair, f"{100 * c.difference:+.1f}"])
    runner = answer.runner
    print_table(
        f"{runner.name}: centre of pressure travels {float(runner.posture.cop_excursion):.2f} of "
        f"the mean; stiffness {_stiffness(answer)}",
        ["speed m/s", "quantity", "unit", "measured", "fitted", "difference %"],
        rows,
        err=err,
    )
    click.echo(_strength(answer), err=err)
    _print_estimates(answer, err=err)


def _strength(answer: FitAnswer) -> str:
    own, default = float(answer.runner.muscle.strength_scale), PARAMETERS[STRENGTH].default
    whose = (
        "the declared default, the same for every runner whose file states none"
        if math.isclose(own, default)
        else f"what --set says (the declared default is {default:g})"
    )
    return (
        f"{STRENGTH} {own:.3g}, the muscles' strength relative to the source's, is {whose}: "
        "forces of the ground do not show it, and it sets the level of the metabolic cost"
        f"{_costs(answer.fit.runs, own)}."
    )


def _costs(runs: Runs, own: float) -> str:
    """The cost with the runner's strength, and by how much it changes with others."""
    costs = runs.costs
    usual = costs.get(round(own, 10), math.nan)
    if not math.isfinite(usual):
        return ""
    others = [
        f"{100 * (costs[s] / usual - 1):+.0f} % with {s:.3g}"
        if math.isfinite(costs[s])
        else f"none with {s:.3g}, which is too little"
        for s in told_strengths(own)
        if s != round(own, 10)
    ]
    return f", {usual:.2f} J/kg/m at {runs.reference:g} m/s ({', '.join(others)})"


def _print_estimates(answer: FitAnswer, *, err: bool) -> None:
    rows = [
        [
            where(e),
            _figures(e["value"], e["value"], 4),
            *(
                ("end of range", "")
                if e["sd"] is None
                else (_figures(e[key], e["value"], 2) for key in ("sd", "sd_from_steps"))
            ),
            e["unit"],
        ]
        for e in answer.estimates
    ]
    click.echo(err=err)
    print_table(
        "How well they are known (SD; the steps' spread alone, the rest is what the model cannot "
        "reach)",
        ["parameter", "value", "SD", "from steps", "unit"],
        rows,
        err=err,
    )


def _figures(number: float, beside: float, digits: int) -> str:
    """No exponents: a stiffness has four or five digits before the point."""
    return f"{number:.0f}" if abs(beside) >= 1000 else f"{number:.{digits}g}"


def _stiffness(answer: FitAnswer) -> str:
    habits = answer.runner.habits
    if not habits.paths:
        return f"{float(answer.runner.leg.stiffness) / 1000:.1f} kN/m"
    values = habits.values[habits.paths.index("leg.stiffness")]
    return ", ".join(
        f"{v / 1000:.1f} kN/m at {s:g} m/s" for s, v in zip(habits.speeds, values, strict=True)
    )
