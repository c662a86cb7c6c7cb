"""What `stridesim fit` says: how close, how well known, what strength does, what to mistrust."""

import math
from collections.abc import Iterator
from typing import Any

import click

from stridesim.measured.fit import LARGEST_MISFIT, Comparison, Fit
from stridesim.measured.fit_runs import OTHER_SPEEDS, STRENGTH, Recorded, Runs, told_strengths
from stridesim.reports.output import print_json, print_table
from stridesim.results import REASONS, quantity
from stridesim.runner import PARAMETERS, dump_runner
from stridesim.units import from_si


def warnings_of(fitted: Fit) -> list[str]:
    """What makes the runner doubtful, worst first, a line each."""
    own = float(fitted.runner.muscle.strength_scale)
    return [
        *(_cannot(r, fitted.runs, own) for r in fitted.runs.failed),
        *(_doubt(c) for c in fitted.comparisons if c.doubtful),
        *_at_ends(fitted),
    ]


def runs_nowhere(fitted: Fit) -> str:
    """Why there is no runner to hand out: one line."""
    failed = ", ".join(f"{r.speed:g} m/s ({r.status.name})" for r in fitted.runs.failed)
    return (
        f"the fitted runner cannot run at any recorded speed, {failed}, nor at any other from "
        f"{OTHER_SPEEDS[0]:g} to {OTHER_SPEEDS[-1]:g} m/s; nothing is written. Are speed and mass "
        f"right?{_stronger_helps(fitted)}"
    )


def _stronger_helps(fitted: Fit) -> str:
    needed = [r.strength for r in fitted.runs.failed if r.strength is not None]
    return f" --set {STRENGTH}={max(needed):g} lets the runner run" if needed else ""


def _cannot(r: Recorded, runs: Runs, own: float) -> str:
    head = (
        f"{r.recording}: the fitted runner cannot run at {r.speed:.3g} m/s, a recorded speed: "
        f"{r.status.name}, {REASONS[r.status]}"
    )
    if r.strength is None:
        helps = f"no {STRENGTH} up to {PARAMETERS[STRENGTH].bounds[1]:g} (it is {own:g}) helps"
    else:
        helps = f"--set {STRENGTH}={r.strength:g} instead of {own:g} suffices{_price(r, runs, own)}"
    ranges = " and ".join(f"{a:g}" if a == b else f"{a:g} to {b:g}" for a, b in runs.ranges)
    return f"{head}; {helps}; as it is, the runner runs at {ranges} m/s" if ranges else (
        f"{head}; {helps}"
    )  # fmt: skip


def _price(r: Recorded, runs: Runs, own: float) -> str:
    """What the strength that is needed does to the cost where the runner runs with either."""
    assert r.strength is not None
    before, after = (runs.costs.get(round(s, 10), math.nan) for s in (own, r.strength))
    if not math.isfinite(before + after):
        return f" (cost {r.cost_then:.2f} J/kg/m)"
    return f" and costs {100 * (after / before - 1):+.0f} % at {runs.reference:g} m/s"


def _doubt(c: Comparison) -> str:
    return (
        f"{c.recording}: {c.name} of the fitted runner is {100 * c.difference:+.0f} % off at "
        f"{c.speed:.3g} m/s (more than {100 * LARGEST_MISFIT:.0f} %): is the speed of this file "
        "right, in the order of the files, and the mass?"
    )


def _at_ends(fitted: Fit) -> Iterator[str]:
    for e in estimates_of(fitted):
        if e["at_end_of_range"] is not None:
            yield (
                f"{_where(e)} = {e['at_end_of_range']:g} {e['unit']}".removesuffix(" 1")
                + " is at the end of its range: the recordings ask for a value beyond it; "
                "it has no SD, and the SDs of the other parameters hold for it there"
            )


def _where(estimate: dict[str, Any]) -> str:
    at = estimate["speed"]
    return estimate["parameter"] if at is None else f"{estimate['parameter']} at {at:g} m/s"


def print_report(fitted: Fit, *, err: bool) -> None:
    """Tables and a sentence for people."""
    rows = [
        [
            f"{c.speed:g}",
            c.name,
            quantity(c.name).unit,
            f"{c.measured:.3f}",
            f"{c.fitted:.3f}",
            f"{100 * c.difference:+.1f}",
        ]
        for c in fitted.comparisons
    ]
    runner = fitted.runner
    print_table(
        f"{runner.name}: centre of pressure travels {float(runner.posture.cop_excursion):.2f} of "
        f"the mean; stiffness {_stiffness(fitted)}",
        ["speed m/s", "quantity", "unit", "measured", "fitted", "difference %"],
        rows,
        err=err,
    )
    click.echo(_strength(fitted), err=err)
    _print_estimates(fitted, err=err)


def _strength(fitted: Fit) -> str:
    own, default = float(fitted.runner.muscle.strength_scale), PARAMETERS[STRENGTH].default
    whose = (
        "the declared default, the same for every runner whose file states none"
        if math.isclose(own, default)
        else f"what --set says (the declared default is {default:g})"
    )
    return (
        f"{STRENGTH} {own:.3g}, the muscles' strength relative to the source's, is {whose}: "
        "forces of the ground do not show it, and it sets the level of the metabolic cost"
        f"{_costs(fitted.runs, own)}."
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


def _print_estimates(fitted: Fit, *, err: bool) -> None:
    rows = [
        [
            _where(e),
            _figures(e["value"], e["value"], 4),
            *(
                ("end of range", "")
                if e["sd"] is None
                else (_figures(e[key], e["value"], 2) for key in ("sd", "sd_from_steps"))
            ),
            e["unit"],
        ]
        for e in estimates_of(fitted)
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


def estimates_of(fitted: Fit) -> list[dict[str, Any]]:
    """Every fitted number with its errors, in declared units; none for one that is held at
    `at_end_of_range`."""
    found = fitted.estimates
    from_steps = found.of_means.diagonal() ** 0.5
    ends = found.ends or (None,) * len(found.paths)
    rows = []
    for path, speed, value, sd, alone, end in zip(
        found.paths, found.speeds, found.values, found.sds, from_steps, ends, strict=True
    ):
        unit = PARAMETERS[path].unit
        rows.append(
            {
                "parameter": path,
                "speed": speed,
                "value": from_si(float(value), unit),
                "sd": from_si(float(sd), unit) if end is None else None,
                "sd_from_steps": from_si(float(alone), unit) if end is None else None,
                "at_end_of_range": None if end is None else from_si(end, unit),
                "unit": unit,
            }
        )
    return rows


def _stiffness(fitted: Fit) -> str:
    habits = fitted.runner.habits
    if not habits.paths:
        return f"{float(fitted.runner.leg.stiffness) / 1000:.1f} kN/m"
    values = habits.values[habits.paths.index("leg.stiffness")]
    return ", ".join(
        f"{v / 1000:.1f} kN/m at {s:g} m/s" for s, v in zip(habits.speeds, values, strict=True)
    )


def print_object(fitted: Fit, warnings: list[str]) -> None:
    """The object of `--json`."""
    runs = fitted.runs
    print_json(
        {
            "runner": dump_runner(fitted.runner, comments=warnings),
            "comparisons": [c._asdict() | {"difference": c.difference} for c in fitted.comparisons],
            "warnings": warnings,
            "notes": fitted.notes,
            "estimates": estimates_of(fitted),
            "recorded_speeds": [_recorded(r) for r in runs.recorded],
            "runs_between": {"unit": "m/s", "ranges": runs.ranges},
            "strength": {
                "parameter": STRENGTH,
                "value": float(fitted.runner.muscle.strength_scale),
                "default": PARAMETERS[STRENGTH].default,
                "speed": runs.reference,
                "cost_of_transport": [
                    {"strength_scale": scale, "value": cost, "unit": "J/kg/m"}
                    for scale, cost in runs.costs.items()
                ],
            },
            "provenance": fitted.provenance,
        }
    )


def _recorded(r: Recorded) -> dict[str, Any]:
    return {
        "recording": r.recording,
        "speed": r.speed,
        "status": r.status,
        "reason": REASONS[r.status],
        "cost_of_transport": r.cost,
        "strength_needed": r.strength,
        "cost_of_transport_then": r.cost_then,
    }
