"""Many runners that differ from one in some parameters: the named numbers of each.

Points are taken in chunks of one size (the last is filled up), so that one compilation serves
any number of them; chunks run on as many threads as there are cores, because a compiled CPU
program uses only one.
"""

from collections.abc import Mapping
from typing import Any, Final

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template, template_of
from stridesim.economy.contact import Contact, contacts_of, of_solved, shapes
from stridesim.economy.evaluate import as_arrays, priced
from stridesim.economy.measures import explained
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL, check_metabolic_model
from stridesim.gait import solver
from stridesim.parameter import lookup, set_values
from stridesim.programs import kept, kept_result
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.habits import Habits
from stridesim.runtime import configure_jax, on_threads

CHUNK: Final = 64
"""Runners in one compiled call. What it needs at a time must stay below 32 MiB: larger blocks glibc
returns to the system after every call, and a seventh of the time goes into getting them again."""

KEPT_ON_FAILURE: Final = ("speed", "periodic_residual")


@kept_result
class _Rows(eqx.Module):
    """A tree of (B,) leaves as one array (leaves, B): passing hundreds of arrays to a compiled
    program, and getting as many back, takes longer than their numbers are worth."""

    rows: Any
    structure: Any = eqx.field(static=True)

    @property
    def tree(self) -> Any:
        """The tree itself."""
        return self.structure.unflatten(self.rows)


def _in_rows(tree: Any, stack: Any = jnp.stack) -> _Rows:
    leaves, structure = jax.tree.flatten(tree)
    return _Rows(stack(leaves), structure)


@jax.jit
def _resolve(base: _Rows, values: dict[str, Any]) -> tuple[_Rows, _Rows]:
    """Runners at their speeds, numbers alone, and templates."""
    lanes = next(iter(values.values())).shape
    runner = base.tree

    def spread(tree: Any) -> Any:
        return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, lanes), tree)

    left = eqx.tree_at(
        lambda r: r.habits,
        runner,
        runner.habits.without(values),
        is_leaf=lambda x: isinstance(x, Habits),
    )
    resolved = set_values(spread(left), values).at_speed().numbers
    return _in_rows(resolved), _in_rows(spread(template_of(resolved)))


def resolve(runner: Runner, values: Mapping[str, Any]) -> tuple[Runner, Template]:
    """Runners (habits resolved) and templates, every leaf (B,), at SI `values` (B,) by path."""
    rows = _resolve(_in_rows(as_arrays(runner), np.array), dict(values))
    runners, templates = jax.tree.map(np.asarray, rows)
    return runners.tree, templates.tree


@kept(4)
def _price(runners: _Rows, unknowns: Any, contact: Contact, residual: Any, metabolic: str) -> Any:
    def one(runner: Runner, unknowns: Any, contact: Contact, worst: Any) -> Any:
        return priced(runner, unknowns, contact, worst, metabolic)[1:]

    lanes_last = (1, Contact(1, 0), 0)
    results, codes = jax.vmap(one, (0, *lanes_last))(runners.tree, unknowns, contact, residual)
    return _in_rows(results), codes


def prepare(metabolic: str = DEFAULT_METABOLIC_MODEL) -> None:
    """Begin to get ready for `results_at`: in a new process this takes two seconds, half a
    minute where nothing was compiled before."""
    configure_jax()
    leaves, structure = jax.tree.flatten(Runner().numbers)
    rows = jax.ShapeDtypeStruct((len(leaves), CHUNK), np.dtype(float))
    _price.prepare(_Rows(rows, structure), *shapes(CHUNK), metabolic)


def _price_chunk(
    lanes: tuple[_Rows, Template], solution: solver.Solution, chunk: slice, metabolic: str
) -> tuple[_Rows, np.ndarray]:
    """Results of a chunk of runners and templates, NaN where there is none, and status codes."""
    size = chunk.stop - chunk.start
    runners, templates = lanes
    index = np.resize(np.arange(chunk.start, chunk.stop), CHUNK)
    solved = contacts_of(solution.step[:, index], solution.residual[index], templates)
    results, codes = _price(runners, *solved, metabolic)
    status = explained(np.asarray(codes)[:size], solution.reason[chunk])
    results = _Rows(np.array(results.rows)[:, :size], results.structure)
    for name, column in results.tree.items():
        if name not in KEPT_ON_FAILURE:
            column[status != Status.ok] = np.nan
    return results, status


def results_at(
    runner: Runner,
    points: Mapping[str, np.ndarray],
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
) -> dict[str, np.ndarray]:
    """Named results (n,) in their units, and `status` (n,) as names, at n points.

    `points` maps parameter paths to SI values (n,), taken as they are; what they do not name is
    `runner`'s, whose choices are made. A row that fails has NaN results and its reason in `status`.
    """
    check_metabolic_model(metabolic)
    for path in points:
        lookup(PARAMETERS, path)
    prepare(metabolic)
    values = {path: np.asarray(v, float) for path, v in points.items()}
    if not values:
        values = {"task.speed": np.array([float(runner.task.speed)])}
    count = len(next(iter(values.values())))
    base = _in_rows(as_arrays(runner), np.array)
    chunks = [slice(i, min(i + CHUNK, count)) for i in range(0, count, CHUNK)]
    resolved = [
        _resolve(base, {path: np.resize(v[chunk], CHUNK) for path, v in values.items()})
        for chunk in chunks
    ]
    # Gaits are solved for all points at once: one nominal runner, few of the others at a time.
    structure = resolved[0][1].structure
    templates = np.concatenate([template.rows for _, template in resolved], axis=1)
    of_solved.prepare(solver.shapes(CHUNK)[0], structure.unflatten(templates[:, :CHUNK]))
    solution = solver.solve(structure.unflatten(templates[:, :count]))

    def price(i: int) -> tuple[_Rows, np.ndarray]:
        lanes = structure.unflatten(templates[:, i * CHUNK : (i + 1) * CHUNK])
        return _price_chunk((resolved[i][0], lanes), solution, chunks[i], metabolic)

    found = on_threads(price, range(len(chunks)))
    results = found[0][0].structure.unflatten(np.concatenate([f.rows for f, _ in found], axis=1))
    codes = np.concatenate([codes for _, codes in found])
    return results | {"status": np.array([status.name for status in Status])[codes]}
