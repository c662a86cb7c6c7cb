"""Stridesim against its rivals: the same work, equal accuracy, one run.

    python benchmarks/run.py [--quick] [--full] [--json FILE]        or ./dev bench

Two jobs: the periodic step of the template (apex state within 1e-8) and the whole chain to the
cost of transport (1e-6). Answers to the first are compared with SciPy's at tolerances of 1e-12,
to the second with each other, and a rival that disagrees ends the run with exit code 1. Rivals
take turns, and a ratio is the median over the rounds, so that a machine whose pace wanders
wanders for all. A Markdown table is printed.
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
import template_rivals
from economy_rival import chain

from stridesim.dynamics.flight import flight
from stridesim.dynamics.template import Template, template_of
from stridesim.economy import evaluate_points
from stridesim.economy.batch import resolve
from stridesim.economy.evaluate import as_arrays
from stridesim.gait import collocation, residual, solver
from stridesim.gait.residual import Unknowns
from stridesim.parameter import set_values
from stridesim.runner import shipped_runner

APEX_TOLERANCE: Final = 1e-8
COST_TOLERANCE: Final = 1e-6
REFERENCES: Final = 4
"""Gaits that every rival's answers are checked on."""


class Measured(NamedTuple):
    """One rival: points in a call, median seconds of wall clock and CPU a point, and the ratio
    of its wall clock to stridesim's."""

    points: int
    wall: float
    cpu: float
    ratio: float


def _points(count: int) -> dict[str, np.ndarray]:
    """Runners scattered around the shipped one."""
    draw = np.random.default_rng(1).uniform
    return {
        "leg.stiffness": draw(15e3, 22e3, count),
        "gait.step_frequency": draw(2.6, 3.1, count),
        "task.speed": draw(2.8, 4.2, count),
        "hip.strength": draw(0.9, 1.2, count),
    }


def _templates(count: int) -> Template:
    template = template_of(set_values(shipped_runner(), _points(count)))
    return jax.tree.map(lambda leaf: np.broadcast_to(np.asarray(leaf, float), count), template)


def _taken(template: Template, count: int) -> Template:
    return jax.tree.map(lambda leaf: leaf[:count], template)


def _in_turns(calls: dict[str, tuple[int, Callable[[], Any]]], rounds: int) -> dict[str, Measured]:
    """Time each rival once a round; the first call of each, which compiles, is not counted."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for name, (_, call) in calls.items():
        call()
        print(f"  {name}: compiled", file=sys.stderr)
    for _ in range(rounds):
        for name, (count, call) in calls.items():
            wall, cpu = time.perf_counter(), time.process_time()
            call()
            spent = time.perf_counter() - wall, time.process_time() - cpu
            taken[name].append((spent[0] / count, spent[1] / count))
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


def _apex(unknowns: np.ndarray, template: Template) -> np.ndarray:
    """State at the apex before touchdown, (8, B), from unknowns (B, 9)."""
    start, _ = residual.touchdown(Unknowns(*jnp.asarray(unknowns.T)), template)
    return np.array(flight(start, -start.vz / template.acceleration_z, template))


def template_job(quick: bool) -> tuple[dict[str, Measured], dict[str, float]]:
    """Times of the template's rivals, and their largest errors in apex state."""
    many = _templates(4096 if quick else 16384)
    leaves, structure = jax.tree.flatten(many)
    rows = np.ascontiguousarray(np.stack(leaves, axis=1))
    few = 8 if quick else 24
    batch = 64 if quick else 256
    calls: dict[str, tuple[int, Callable[[], Any]]] = {
        "stridesim": (len(rows), lambda: np.array(solver.solve(many).unknowns).T),
        "numba (DOP853, Broyden, early exit)": (len(rows), lambda: numba_rival.solve(rows)[0]),
        "SciPy loop (root, DOP853)": (few, lambda: template_rivals.scipy_loop(rows[:few])),
        "naive JAX (vmap of jacfwd Newton)": (
            batch,
            lambda: template_rivals.naive_jax(rows[:batch], structure),
        ),
        "diffrax (Dopri8, Newton)": (
            batch,
            lambda: template_rivals.with_diffrax(rows[:batch], structure),
        ),
    }
    some = _taken(many, REFERENCES)
    truth = _apex(template_rivals.scipy_loop(rows[:REFERENCES], 1e-12), some)
    errors = {
        name: float(np.abs(_apex(call()[:REFERENCES], some) - truth).max())
        for name, (_, call) in calls.items()
    }
    return _in_turns(calls, 3 if quick else 5), errors


def economy_job(quick: bool) -> tuple[dict[str, Measured], dict[str, float]]:
    """Times of the whole chain, and the rival's largest relative difference in cost."""
    count, few = (256, 1) if quick else (1024, 3)
    points = _points(count)
    runner, cost_of = shipped_runner(), chain()
    resolved, _ = resolve(as_arrays(runner), {k: jnp.asarray(v) for k, v in points.items()})
    alone = [jax.tree.map(lambda leaf, i=i: leaf[i], resolved) for i in range(few)]
    calls: dict[str, tuple[int, Callable[[], Any]]] = {
        "stridesim": (count, lambda: evaluate_points(runner, points)["cost_of_transport"]),
        "SciPy, one runner at a time": (few, lambda: np.array([cost_of(r) for r in alone])),
    }
    ours, theirs = (call()[:few] for _, call in calls.values())
    errors = {name: float(np.abs(theirs / ours - 1).max()) for name in list(calls)[1:]}
    return _in_turns(calls, 2 if quick else 3), errors


def floating_point(template: Template) -> tuple[float, float]:
    """Floating-point operations a gait (XLA's count of a residual, the rest by hand) and residual
    evaluations; a sine or an exponential counts as one."""
    lanes = _taken(template, solver.BLOCK)
    x = jax.ShapeDtypeStruct((collocation.SIZE, solver.BLOCK), float)
    counted: Any = jax.jit(collocation.residual).lower(x, lanes).compile().cost_analysis()
    per_residual = (counted["flops"] + counted.get("transcendentals", 0)) / solver.BLOCK
    evaluations = np.asarray(solver.solve(template).evaluations)
    size = collocation.SIZE
    # Beside each residual: one product with the inverse, and 4 n for every step taken before.
    steps = per_residual + 2 * size**2 + 2 * size * (evaluations - 1)
    return float(np.mean(evaluations * steps)), float(evaluations.mean())


def growth(largest: int) -> dict[int, float]:
    """Microseconds a gait in batches of growing size."""
    found = {}
    for count in (10**e for e in range(2, 7) if 10**e <= largest):
        template = _templates(count)
        times = []
        for _ in range(3):
            start = time.perf_counter()
            solver.solve(template)
            times.append(time.perf_counter() - start)
        found[count] = 1e6 * statistics.median(times) / count
    return found


def on_one_core(count: int) -> dict[str, float]:
    """Gain of all cores over one: stridesim's and numba's."""
    template = _templates(count)
    rows = np.stack(jax.tree.leaves(template), axis=1)
    everywhere = os.sched_getaffinity(0)

    def seconds(call: Callable[[], Any]) -> float:
        start = time.perf_counter()
        call()
        return time.perf_counter() - start

    gains: dict[str, list[float]] = {"stridesim": [], "numba": []}
    for _ in range(3):
        for name, call in (
            ("stridesim", lambda: solver.solve(template)),
            ("numba", lambda: numba_rival.solve(rows)),
        ):
            whole = seconds(call)
            os.sched_setaffinity(0, {min(everywhere)})
            numba.set_num_threads(1)
            alone = seconds(call)
            os.sched_setaffinity(0, everywhere)
            numba.set_num_threads(numba.config.NUMBA_NUM_THREADS)  # pyright: ignore
            gains[name].append(alone / whole)
    return {name: statistics.median(values) for name, values in gains.items()}


def first_calls() -> dict[str, list[float]]:
    """Seconds of a new process's first call, [cold, cached], with a fresh cache folder."""
    found: dict[str, list[float]] = {"template": [], "economy": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):
            for job, times in found.items():
                command = [sys.executable, __file__, "--first-call", job]
                env = os.environ | {"JAX_COMPILATION_CACHE_DIR": folder}
                done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
                times.append(float(done.stdout))
    return found


def _first_call(job: str) -> float:
    start = time.perf_counter()
    if job == "template":
        solver.solve(_templates(solver.BLOCK))
    else:
        evaluate_points(shipped_runner(), _points(128))
    return time.perf_counter() - start


def _table(title: str, found: dict[str, Measured], errors: dict[str, float]) -> str:
    lines = [
        f"| {title} | points/s | points per CPU-s | times slower | error |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, m in found.items():
        error = f"{errors[name]:.0e}" if name in errors else ""
        lines.append(
            f"| {name} | {1 / m.wall:,.3g} | {1 / m.cpu:,.3g} | {m.ratio:,.3g} | {error} |"
        )
    return "\n".join(lines)


def _disagreeing(errors: dict[str, float], tolerance: float) -> list[str]:
    wrong = [name for name, error in errors.items() if not error <= tolerance]
    for name in wrong:
        print(f"run.py: {name} disagrees by {errors[name]:.1e}", file=sys.stderr)
    return wrong


def report_template(quick: bool, largest: int) -> tuple[dict[str, Any], list[str]]:
    """Print what the periodic step costs; every number, and the rivals that disagree."""
    peak = machine.peak_gflops()
    found, errors = template_job(quick)
    print(_table("periodic step", found, errors), end="\n\n", flush=True)
    flops, evaluations = floating_point(_templates(4096))
    reached = flops / found["stridesim"].wall / 1e9
    print(
        f"- {flops / 1e3:.0f} kflop a gait in {evaluations:.1f} residuals: {reached:.1f} Gflop/s, "
        f"{100 * reached / peak:.0f} % of a matrix product's {peak:.0f}"
    )
    sizes = growth(largest)
    print("- us a gait by batch: " + ", ".join(f"{n:.0e}: {t:.1f}" for n, t in sizes.items()))
    gains = on_one_core(4096)
    print("- all cores over one: " + ", ".join(f"{n} {g:.2f}" for n, g in gains.items()))
    numbers = {
        "rivals": {name: m._asdict() for name, m in found.items()},
        "errors": errors,
        "peak_gflops": peak,
        "flops_per_gait": flops,
        "evaluations": evaluations,
        "microseconds_by_batch": sizes,
        "all_cores_over_one": gains,
    }
    return numbers, _disagreeing(errors, APEX_TOLERANCE)


def report_economy(quick: bool) -> tuple[dict[str, Any], list[str]]:
    """The same for the whole chain."""
    found, errors = economy_job(quick)
    print(_table("metabolic cost", found, errors), end="\n\n", flush=True)
    numbers = {"rivals": {name: m._asdict() for name, m in found.items()}, "errors": errors}
    return numbers, _disagreeing(errors, COST_TOLERANCE)


def main() -> int:
    """Measure, print, and say by the exit code whether all agree."""
    parser = argparse.ArgumentParser(description="stridesim against its rivals, in one run")
    parser.add_argument("--quick", action="store_true", help="smaller samples, no first calls")
    parser.add_argument("--full", action="store_true", help="growth up to 1e6 points")
    parser.add_argument("--only", choices=["template", "economy"], help="one of the two jobs")
    parser.add_argument("--json", type=Path, help="also write every number to this file")
    parser.add_argument("--first-call", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.first_call:
        print(_first_call(given.first_call))
        return 0
    device = jax.devices()[0]
    numbers: dict[str, Any] = {"machine": machine.name(), "commit": commit()}
    print(f"{machine.name()}; {device.platform} {device.device_kind}; commit {commit()}\n")
    wrong: list[str] = []
    if given.only != "economy":
        large = given.full or jax.default_backend() == "gpu"
        numbers["template"], wrong = report_template(given.quick, 10**6 if large else 10**5)
    if given.only != "template":
        numbers["economy"], more = report_economy(given.quick)
        wrong += more
    if not given.quick:
        numbers["first_call_seconds"] = first_calls()
        for job, (cold, cached) in numbers["first_call_seconds"].items():
            print(f"- first {job} call of a process: {cold:.1f} s cold, {cached:.1f} s cached")
    numbers["peak_memory_mib"] = machine.peak_memory()
    print(f"- peak memory {numbers['peak_memory_mib']:.0f} MiB (all rivals in this process)")
    if given.json:
        given.json.write_text(json.dumps(numbers, indent=1), encoding="utf-8")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
