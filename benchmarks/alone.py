"""Stridesim in a process of its own: what the first call costs, how cost grows, what it holds.

    python benchmarks/alone.py template|economy [COUNT ...]

prints one JSON object: seconds of the first call, which compiles or finds what is compiled in the
cache; MiB of memory before it; then for every COUNT, in rising order, the microseconds a point in
one call of so many, and the most memory until then.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from stridesim.runtime import configure_jax

configure_jax()

import machine
import samples

from stridesim.economy.batch import results_at
from stridesim.gait import solver
from stridesim.runner import Runner

REPEATED: Final = 10.0
"""s; a call is repeated, three times in all, while it has taken less."""


def _template(count: int) -> Callable[[], Any]:
    many = samples.templates(count)
    return lambda: solver.solve(many)


def _economy(count: int) -> Callable[[], Any]:
    runner, points = Runner.load(), samples.points(count)
    return lambda: results_at(runner, points)


JOBS: Final = {"template": _template, "economy": _economy}


def _seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _typical(call: Callable[[], Any]) -> float:
    times = [_seconds(call)]
    while len(times) < 3 and sum(times) < REPEATED:
        times.append(_seconds(call))
    return statistics.median(times)


def main(job: str, counts: list[int]) -> None:
    """Measure one job and print."""
    few = JOBS[job](128)
    before = machine.peak_memory()
    found: dict[str, Any] = {"first_call": _seconds(few), "memory_before": before}
    found["microseconds"], found["memory"] = {}, {}
    for count in counts:
        found["microseconds"][count] = 1e6 * _typical(JOBS[job](count)) / count
        found["memory"][count] = machine.peak_memory()
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], [int(argument) for argument in sys.argv[2:]])
