"""Many runners that differ from one in some parameters: the named numbers of each.

Points are taken in chunks of one size (the last is filled up), so that one compilation serves
any number of them; chunks run on as many threads as there are cores, because a compiled CPU
program uses only one.
"""

import concurrent.futures
import functools
from collections.abc import Mapping
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import template_of
from stridesim.economy.evaluate import as_arrays
from stridesim.economy.measures import explained, named_results, status_of
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL, check_metabolic_model, stride_of
from stridesim.gait import solver
from stridesim.gait.residual import Unknowns
from stridesim.parameter import lookup, set_values
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import threads

CHUNK: Final = 64
"""Runners in one compiled call. What it needs at a time must stay below 32 MiB: larger blocks glibc
returns to the system after every call, and a seventh of the time goes into getting them again."""

_COMPILED: Final[set[str]] = set()
"""Metabolic models whose program this process has ready."""

KEPT_ON_FAILURE: Final = ("speed", "periodic_residual")


@eqx.filter_jit
def resolve(runner: Runner, values: dict[str, Any]) -> Any:
    """Runners and templates whose every leaf is (B,).

    The habits are used up: what is compiled for resolved runners serves any set of them.
    """
    lanes = next(iter(values.values())).shape
    habits = runner.habits.without(values)
    whole = eqx.tree_at(
        lambda r: r.habits, runner, habits, is_leaf=lambda x: isinstance(x, type(habits))
    )
    spread = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, lanes), whole)
    resolved = set_values(spread, values).at_speed()
    resolved = eqx.tree_at(
        lambda r: r.habits, resolved, type(habits)(), is_leaf=lambda x: isinstance(x, type(habits))
    )
    template = template_of(resolved)
    return resolved, jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, lanes), template)


@functools.partial(jax.jit, static_argnames="metabolic")
def _price(runners: Runner, unknowns: Unknowns, residual: Any, metabolic: str) -> Any:
    def one(runner: Runner, step: Unknowns, worst: Any) -> Any:
        stride = stride_of(runner, step, metabolic)
        results = named_results(stride, runner, worst)
        return results, status_of(stride, runner, worst, results)

    return jax.vmap(one)(runners, unknowns, residual)


def _price_chunk(
    runners: Runner, solution: solver.Solution, chunk: slice, metabolic: str
) -> dict[str, np.ndarray]:
    size = chunk.stop - chunk.start

    def filled(values: Any) -> Any:
        return np.resize(np.asarray(values)[chunk], CHUNK)

    unknowns = jax.tree.map(filled, solution.unknowns)
    results, codes = _price(runners, unknowns, filled(solution.residual), metabolic)
    status = explained(np.asarray(codes)[:size], np.asarray(solution.reason)[chunk])
    columns = {name: np.array(value)[:size] for name, value in results.items()}
    for name, column in columns.items():
        if name not in KEPT_ON_FAILURE:
            column[status != Status.ok] = np.nan
    columns["status"] = np.array([Status(code).name for code in status])
    return columns


def evaluate_points(
    runner: Runner,
    points: Mapping[str, np.ndarray],
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
) -> dict[str, np.ndarray]:
    """Named results (n,) in their units, and `status` (n,) as names, at n points.

    `points` maps parameter paths to SI values (n,); what they do not name is `runner`'s. A row
    that fails has NaN results and its reason in `status`.
    """
    check_metabolic_model(metabolic)
    for path in points:
        lookup(PARAMETERS, path)
    values = {path: np.asarray(v, float) for path, v in points.items()}
    if not values:
        values = {"task.speed": np.array([float(runner.task.speed)])}
    count = len(next(iter(values.values())))
    base = as_arrays(runner)
    chunks = [slice(i, min(i + CHUNK, count)) for i in range(0, count, CHUNK)]
    resolved = [
        resolve(base, {path: jnp.asarray(np.resize(v[chunk], CHUNK)) for path, v in values.items()})
        for chunk in chunks
    ]
    # Gaits are solved for all points at once: one nominal runner, few stragglers at a time.
    templates = [template for _, template in resolved]
    solution = solver.solve(
        jax.tree.map(lambda *leaves: np.concatenate(leaves)[:count], *templates)
    )

    def price(i: int) -> dict[str, np.ndarray]:
        return _price_chunk(resolved[i][0], solution, chunks[i], metabolic)

    # The first of all compiles; the others then find the program ready.
    alone = 0 if metabolic in _COMPILED else 1
    found = [price(i) for i in range(alone)]
    _COMPILED.add(metabolic)
    with concurrent.futures.ThreadPoolExecutor(threads()) as pool:
        found += pool.map(price, range(alone, len(chunks)))
    return {name: np.concatenate([f[name] for f in found]) for name in found[0]}
