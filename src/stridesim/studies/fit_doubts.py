"""What makes a fitted runner doubtful, in sentences, and how well each fitted number is known."""

import math
from collections.abc import Iterator
from typing import Any

from stridesim.fitting.fit import LARGEST_MISFIT, Comparison, Fit
from stridesim.fitting.runs import OTHER_SPEEDS, STRENGTH, Recorded, Runs
from stridesim.results import REASONS
from stridesim.runner import PARAMETERS
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
        f"{OTHER_SPEEDS[0]:g} to {OTHER_SPEEDS[-1]:g} m/s: are speed and mass right?"
        f"{_stronger_helps(fitted)}"
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
                f"{where(e)} = {e['at_end_of_range']:g} {e['unit']}".removesuffix(" 1")
                + " is at the end of its range: the recordings ask for a value beyond it; "
                "it has no SD, and the SDs of the other parameters hold for it there"
            )


def where(estimate: dict[str, Any]) -> str:
    """`leg.stiffness at 3.5 m/s`, or the parameter alone where it holds at every speed."""
    at = estimate["speed"]
    return estimate["parameter"] if at is None else f"{estimate['parameter']} at {at:g} m/s"


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
