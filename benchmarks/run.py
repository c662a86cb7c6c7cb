"""Stridesim against its rivals: the same work, equal accuracy, one run.

    python benchmarks/run.py [--quick] [--only JOB] [--json FILE]        or ./dev bench

Two jobs: the periodic step of the template (apex state within 1e-8) and the whole chain to the
cost of transport (1e-6). Answers to the first are compared with SciPy's at tolerances of 1e-12,
to the second with each other, and a rival that disagrees ends the run with exit code 1. Rivals
take turns, and a ratio is the median over the rounds, so that a machine whose pace wanders
wanders for all. A Markdown table is printed; then how cost grows with the number of points and of
cores, what compilation takes and what memory stridesim holds, measured in a process of its own.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from stridesim.runtime import commit, configure_jax

configure_jax()

import jax
import jax.numpy as jnp
import machine
import numba
import numba_rival
import numpy as np
import samples
import template_rivals
from numpy_chain import by_lsq_linear, by_nnls, cost_of_transport

from stridesim.dynamics.flight import flight
from stridesim.dynamics.template import Template
from stridesim.economy.batch import resolve, results_at
from stridesim.economy.evaluate import as_arrays
from stridesim.gait import collocation, continuation, residual, solver
from stridesim.gait.residual import Unknowns
from stridesim.runner import Runner

APEX_TOLERANCE: Final = 1e-8
COST_TOLERANCE: Final = 1e-6
CHAIN_TOLERANCE: Final = 1e-6
"""Of the NumPy chain's gait: enough for a cost within 1e-7."""
REFERENCES: Final = 4
"""Gaits that every rival's answers are checked on."""


class Job(NamedTuple):
    """Points (quick, full) in a call of stridesim beside its rivals, and in calls of it alone."""

    points: tuple[int, int]
    growth: tuple[list[int], list[int]]


JOBS: Final = {
    "template": Job((4096, 16384), ([10**2, 10**3, 10**4], [10**e for e in range(2, 7)])),
    "economy": Job((512, 4096), ([10**2, 10**3], [10**2, 10**3, 10**4])),
}

Calls = dict[str, tuple[int, Callable[[], Any]]]
"""Rival -> points of a call, and the call; stridesim first."""


class Measured(NamedTuple):
    """One rival: points in a call, median seconds of wall clock and CPU a point, and the ratio
    of its wall clock to stridesim's."""

    points: int
    wall: float
    cpu: float
    ratio: float


def _taken(template: Template, count: int) -> Template:
    return jax.tree.map(lambda leaf: leaf[:count], template)


def _in_turns(calls: Calls, rounds: int) -> dict[str, Measured]:
    """Time each rival once a round; each has been called before, so nothing compiles."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for number in range(rounds):
        for name, (count, call) in calls.items():
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            spent = time.perf_counter() - wall, time.process_time() - cpu
            taken[name].append((spent[0] / count, spent[1] / count))
        print(f"  round {number + 1} of {rounds}", file=sys.stderr)
    first = taken[next(iter(calls))]
    median = statistics.median
    return {
        name: Measured(
            calls[name][0],
            median(wall for wall, _ in times),
            median(cpu for _, cpu in times),
            median(t[0] / f[0] for t, f in zip(times, first, strict=True)),
        )
        for name, times in taken.items()
    }


def _first_answers(calls: Calls) -> dict[str, Any]:
    found = {}
    for name, (_, call) in calls.items():
        found[name] = call()
        print(f"  {name}: compiled", file=sys.stderr)
    return found


def _apex(unknowns: np.ndarray, template: Template) -> np.ndarray:
    """State at the apex before touchdown, (8, B), from unknowns (B, 9)."""
    start, _ = residual.touchdown(Unknowns(*jnp.asarray(unknowns.T)), template)
    return np.array(flight(start, -start.vz / template.acceleration_z, template))


def template_job(quick: bool) -> tuple[dict[str, Measured], dict[str, float]]:
    """Times of the template's rivals, and their largest errors in apex state."""
    many = samples.templates(JOBS["template"].points[not quick])
    leaves, structure = jax.tree.flatten(many)
    rows = np.ascontiguousarray(np.stack(leaves, axis=1))
    few = 8 if quick else 24
    batch = 64 if quick else 256
    calls: Calls = {
        "stridesim": (len(rows), lambda: np.array(solver.solve(many).unknowns).T),
        "numba (DOP853, Broyden, vectorised)": (
            len(rows),
            lambda: numba_rival.solve(rows)[0],
        ),
        "naive JAX (vmap of jacfwd Newton)": (
            batch,
            lambda: template_rivals.naive_jax(rows[:batch], structure),
        ),
        "diffrax (Dopri8, Newton)": (
            batch,
            lambda: template_rivals.with_diffrax(rows[:batch], structure),
        ),
        "SciPy loop (root, solve_ivp)": (
            few,
            lambda: template_rivals.scipy_loop(rows[:few], structure),
        ),
        "SciPy loop, compiled right-hand side": (
            few,
            lambda: template_rivals.scipy_loop_compiled(rows[:few]),
        ),
    }
    some = _taken(many, REFERENCES)
    truth = _apex(template_rivals.scipy_loop_compiled(rows[:REFERENCES], 1e-12), some)
    errors = {
        name: float(np.abs(_apex(answer[:REFERENCES], some) - truth).max())
        for name, answer in _first_answers(calls).items()
    }
    return _in_turns(calls, 3 if quick else 5), errors


def economy_job(quick: bool) -> tuple[dict[str, Measured], dict[str, float]]:
    """Times of the whole chain, and the rivals' largest relative differences in cost."""
    count = JOBS["economy"].points[not quick]
    few = 2 if quick else 8
    points = samples.points(count)
    runner = Runner.load()
    resolved = resolve(as_arrays(runner), {k: jnp.asarray(v) for k, v in points.items()})
    # The rivals get their parameters ready-made: plain floats, habits resolved.
    alone = [jax.tree.map(lambda leaf, i=i: float(leaf[i]), resolved) for i in range(few)]

    def one_at_a_time(sharing: Any) -> Any:
        return lambda: np.array(
            [cost_of_transport(one, t, sharing, CHAIN_TOLERANCE) for one, t in alone]
        )

    calls: Calls = {
        "stridesim": (count, lambda: results_at(runner, points)["cost_of_transport"]),
        "NumPy and SciPy (load sharing by lsq_linear)": (few, one_at_a_time(by_lsq_linear)),
        "NumPy and SciPy (by nnls where it serves)": (few, one_at_a_time(by_nnls)),
    }
    ours, *theirs = _first_answers(calls).values()
    errors = [float(np.abs(cost / ours[:few] - 1).max()) for cost in theirs]
    return _in_turns(calls, 3), dict(zip(list(calls)[1:], errors, strict=True))


def floating_point(template: Template) -> tuple[float, float]:
    """Floating-point operations a gait (XLA's count of a residual, the rest by hand) and residual
    evaluations; a sine or an exponential counts as one."""
    lanes = _taken(template, continuation.SETTINGS.block)
    x = jax.ShapeDtypeStruct((collocation.SIZE, continuation.SETTINGS.block), float)
    counted: Any = jax.jit(collocation.residual).lower(x, lanes).compile().cost_analysis()
    per_residual = (
        counted["flops"] + counted.get("transcendentals", 0)
    ) / continuation.SETTINGS.block
    evaluations = np.asarray(solver.solve(template).evaluations)
    size = collocation.SIZE
    # Beside each residual: one product with the inverse, and 4 n for every step taken before.
    steps = per_residual + 2 * size**2 + 2 * size * (evaluations - 1)
    return float(np.mean(evaluations * steps)), float(evaluations.mean())


def all_cores_over_one(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """How many times as fast each call is on all cores as on one."""
    everywhere = os.sched_getaffinity(0)

    def seconds(call: Callable[[], Any]) -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    gains: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(3):
        for name, call in calls.items():
            whole = seconds(call)
            os.sched_setaffinity(0, {min(everywhere)})
            numba.set_num_threads(1)
            alone = seconds(call)
            os.sched_setaffinity(0, everywhere)
            numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)  # pyright: ignore
            gains[name].append(alone / whole)
    return {name: statistics.median(values) for name, values in gains.items()}


def stridesim_alone(job: str, counts: list[int], cold: bool) -> dict[str, Any]:
    """What `alone.py` finds; `cold`: with what the first call takes when nothing is compiled."""

    def measured(counts: list[int], env: dict[str, str]) -> dict[str, Any]:
        command = [sys.executable, Path(__file__).with_name("alone.py"), job, *map(str, counts)]
        done = subprocess.run(
            command, env=os.environ | env, stdout=subprocess.PIPE, text=True, check=True
        )
        found = json.loads(done.stdout)
        for name in ("microseconds", "memory"):
            found[name] = {int(count): value for count, value in found[name].items()}
        return found

    if not cold:
        return measured(counts, {})
    with tempfile.TemporaryDirectory() as folder:
        env = {"JAX_COMPILATION_CACHE_DIR": folder}
        first = measured([], env)["first_call"]
        return {"first_call_cold": first, **measured(counts, env)}


def _figures(value: float, digits: int = 2) -> str:
    """Rounded to significant digits and written out: 12,000, 720, 0.95."""
    return f"{float(f'{value:.{digits}g}'):,.10g}"


def _table(title: str, found: dict[str, Measured], errors: dict[str, float]) -> str:
    lines = [
        f"| {title} | points/s | points per CPU-s | times slower | error |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, m in found.items():
        error = f"{errors[name]:.0e}" if name in errors else ""
        lines.append(
            f"| {name} | {_figures(1 / m.wall)} | {_figures(1 / m.cpu)} "
            f"| {_figures(m.ratio)} | {error} |"
        )
    return "\n".join(lines)


def _disagreeing(errors: dict[str, float], tolerance: float) -> list[str]:
    wrong = [name for name, error in errors.items() if not error <= tolerance]
    for name in wrong:
        print(f"run.py: {name} disagrees by {errors[name]:.1e}", file=sys.stderr)
    return wrong


def _report_alone(found: dict[str, Any]) -> None:
    cost = ", ".join(f"{_figures(t)} in {n:,}" for n, t in found["microseconds"].items())
    held = ", ".join(f"{_figures(m)} after {n:,}" for n, m in found["memory"].items())
    cold = f"{found['first_call_cold']:.0f} s cold, " if "first_call_cold" in found else ""
    print(f"- microseconds a point by points in one call: {cost}")
    print(f"- first call of a process: {cold}{found['first_call']:.1f} s cached")
    print(f"- peak memory, MiB: {_figures(found['memory_before'])} before the first call, {held}")


def report_template(quick: bool) -> tuple[dict[str, Any], list[str]]:
    """Print what the periodic step costs; every number, and the rivals that disagree."""
    peak = machine.peak_gflops()
    found, errors = template_job(quick)
    print(_table("periodic step", found, errors), end="\n\n", flush=True)
    many = samples.templates(4096)
    flops, evaluations = floating_point(many)
    reached = flops / found["stridesim"].wall / 1e9
    print(
        f"- {flops / 1e3:.0f} kflop a gait in {evaluations:.1f} residuals: {reached:.1f} Gflop/s, "
        f"{100 * reached / peak:.0f} % of a matrix product's {peak:.0f}"
    )
    rows = np.stack(jax.tree.leaves(many), axis=1)
    gains = all_cores_over_one(
        {"stridesim": lambda: solver.solve(many), "numba": lambda: numba_rival.solve(rows)}
    )
    print("- all cores over one: " + ", ".join(f"{n} {g:.2f}" for n, g in gains.items()))
    numbers = {
        "rivals": {name: m._asdict() for name, m in found.items()},
        "errors": errors,
        "peak_gflops": peak,
        "flops_per_gait": flops,
        "evaluations": evaluations,
        "all_cores_over_one": gains,
    }
    return numbers, _disagreeing(errors, APEX_TOLERANCE)


def report_economy(quick: bool) -> tuple[dict[str, Any], list[str]]:
    """The same for the whole chain."""
    found, errors = economy_job(quick)
    print(_table("metabolic cost", found, errors), end="\n\n", flush=True)
    runner, points = Runner.load(), samples.points(JOBS["economy"].points[not quick])
    gains = all_cores_over_one({"stridesim": lambda: results_at(runner, points)})
    print(f"- all cores over one: stridesim {gains['stridesim']:.2f}")
    numbers = {
        "rivals": {name: m._asdict() for name, m in found.items()},
        "errors": errors,
        "all_cores_over_one": gains,
    }
    return numbers, _disagreeing(errors, COST_TOLERANCE)


def main() -> int:
    """Measure, print, and say by the exit code whether all agree."""
    parser = argparse.ArgumentParser(description="stridesim against its rivals, in one run")
    parser.add_argument("--quick", action="store_true", help="smaller samples, nothing cold")
    parser.add_argument("--only", choices=list(JOBS), help="one of the two jobs")
    parser.add_argument("--json", type=Path, help="also write every number to this file")
    given = parser.parse_args()
    device = jax.devices()[0]
    numbers: dict[str, Any] = {"machine": machine.name(), "commit": commit()}
    print(f"{machine.name()}; {device.platform} {device.device_kind}; commit {commit()}\n")
    wrong: list[str] = []
    for job, report in (("template", report_template), ("economy", report_economy)):
        if given.only in (None, job):
            numbers[job], disagreeing = report(given.quick)
            wrong += disagreeing
            alone = stridesim_alone(job, JOBS[job].growth[not given.quick], not given.quick)
            _report_alone(alone)
            numbers[job]["alone"] = alone
            print(flush=True)
    if given.json:
        given.json.write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
