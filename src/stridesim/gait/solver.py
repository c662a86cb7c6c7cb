"""Solving periodic steps: one, or any number side by side.

One runner is solved by damped Newton on the collocated step (`gait.collocation`). A batch solves
one nominal runner so; the implicit function theorem (dX/dp = -J^-1 dR/dp) predicts every other
from it, and Broyden's good updates of that one inverse Jacobian follow each until it has
converged: kept as the steps taken, not as matrices (Kelley 1995, "Iterative Methods for Linear
and Nonlinear Equations", 7.3), they cost little more than the force evaluations. Work is cut into
blocks of one size, which fit the cache and need one compilation whatever the size of the batch,
and shared by all cores, because a compiled CPU program uses one. A block stops when most of its
lanes have converged; the others are gathered into new blocks, and what those leave is taken by
Newton, then by continuation from the nominal runner. What remains has no periodic step that we
could find.

Gradients never pass through iterations: one exact Newton correction at the solution, with the
Jacobian held fixed, has the derivative that the implicit function theorem gives.
"""

import concurrent.futures
import functools
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.gait import residual as shooting
from stridesim.gait.collocation import SIZE, generic_guess, residual, touchdown_unknowns
from stridesim.gait.residual import Unknowns
from stridesim.runtime import threads

TOLERANCE: Final = 1e-10
"""Largest scaled residual of a step that counts as periodic."""

BLOCK: Final = 128
"""Lanes in one compiled call; what they need at a time fits a core's second-level cache."""

FEW: Final = 16
"""A block whose unfinished lanes are no more than these hands them over."""

BROYDEN_LIMIT: Final = 20
NEWTON_LIMIT: Final = 30
CONTINUATION_STEPS: Final = 12


class Solution(NamedTuple):
    """Periodic steps: unknowns at touchdown, largest residual, residual evaluations."""

    unknowns: Unknowns
    residual: Any
    evaluations: Any


class _Nominal(NamedTuple):
    """A solved runner, what it does when a parameter moves, and its inverse Jacobian."""

    template: Any
    x: Any
    by_parameter: Any
    inverse: Any


def _worst(r: Any) -> Any:
    # The sum tells of NaN: XLA's vectorised maximum on the CPU loses it.
    finite = jnp.isfinite(jnp.sum(r, axis=0))
    return jnp.where(finite, jnp.max(jnp.abs(r), axis=0), jnp.inf)


@jax.jit
def _residual_of_one(x: Any, template: Template) -> Any:
    return residual(x[:, None], jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


@jax.jit
def _newton(template: Template, guess: Any) -> tuple[Any, Any, Any]:
    """Damped Newton for one runner: (SIZE,) solution, its worst residual, Newton steps."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, count, stuck = carry
        return (worst > TOLERANCE) & (count < NEWTON_LIMIT) & ~stuck

    def improve(carry: Any) -> Any:
        x, r, worst, count, _ = carry
        jacobian = jax.jacfwd(_residual_of_one)(x, template)
        step = jnp.linalg.solve(jacobian, r)

        def too_long(trial: Any) -> Any:
            share, _, found = trial
            return (found >= worst) & (share > 1e-3)

        def shorten(trial: Any) -> Any:
            share = 0.5 * trial[0]
            tried = _residual_of_one(x - share * step, template)
            return share, tried, _worst(tried)

        full = _residual_of_one(x - step, template)
        share, found, found_worst = jax.lax.while_loop(
            too_long, shorten, (jnp.ones(()), full, _worst(full))
        )
        better = found_worst < worst
        return (
            jnp.where(better, x - share * step, x),
            jnp.where(better, found, r),
            jnp.where(better, found_worst, worst),
            count + 1,
            ~better,
        )

    r = _residual_of_one(guess, template)
    start = (guess, r, _worst(r), jnp.zeros((), int), jnp.zeros((), bool))
    x, _, worst, count, _ = jax.lax.while_loop(unfinished, improve, start)
    return x, worst, count


@jax.jit
def _guess_for_one(template: Template) -> Any:
    return generic_guess(jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


def _solve_one(template: Template) -> tuple[Any, Any, Any]:
    return _newton(template, _guess_for_one(template))


def _continue_from(nominal: Any, x: Any, parameters: Any, structure: Any) -> tuple[Any, Any, Any]:
    """Walk from a solved runner to another in equal steps; stop where one has no solution."""
    worst, count = np.inf, 0
    for share in np.arange(1, CONTINUATION_STEPS + 1) / CONTINUATION_STEPS:
        there = structure.unflatten(nominal + share * (parameters - nominal))
        x, worst, more = _newton(there, x)
        count += int(more)
        if not worst <= TOLERANCE:
            return x, np.inf, count
    return x, worst, count


@jax.jit
def _linearised(x: Any, template: Template) -> _Nominal:
    jacobian = jax.jacfwd(_residual_of_one)(x, template)
    slopes = jax.tree.leaves(jax.jacfwd(_residual_of_one, 1)(x, template))
    inverse = jnp.linalg.inv(jacobian)
    parameters = jnp.stack(jax.tree.leaves(template))
    return _Nominal(parameters, x, -inverse @ jnp.stack(slopes, axis=1), inverse)


@jax.jit
def _predicted(lanes: Any, nominal: _Nominal) -> Any:
    return nominal.x[:, None] + nominal.by_parameter @ (lanes - nominal.template[:, None])


@functools.partial(jax.jit, static_argnames="structure")
def _follow(
    x: Any, lanes: Any, nominal: _Nominal, few: Any, structure: Any
) -> tuple[Any, Any, Any]:
    """Broyden's method for (P, BLOCK) lanes from (SIZE, BLOCK), until no more than `few` are left:
    solutions, worst residuals, evaluations."""
    template = structure.unflatten(lanes)

    def unfinished(carry: Any) -> Any:
        *_, worst, _, taken = carry
        return (jnp.sum(worst > TOLERANCE) > few) & (taken < BROYDEN_LIMIT)

    def improve(carry: Any) -> Any:
        x, step, steps, norms, worst, evaluations, taken = carry
        running = worst > TOLERANCE
        step = jnp.where(running[None], step, 0.0)
        x = x + step
        r = residual(x, template)
        steps = steps.at[taken].set(step)
        norms = norms.at[taken].set(jnp.maximum(jnp.sum(step**2, axis=0), 1e-300))

        def update(i: Any, following: Any) -> Any:
            share = jnp.sum(steps[i] * following, axis=0) / norms[i]
            return following + share[None] * steps[i + 1]

        following = jax.lax.fori_loop(0, taken, update, -nominal.inverse @ r)
        share = jnp.sum(step * following, axis=0) / norms[taken]
        following = following / (1 - share)[None]
        return x, following, steps, norms, _worst(r), evaluations + running, taken + 1

    lanes_count = x.shape[1]
    r = residual(x, template)
    start = (
        x,
        -nominal.inverse @ r,
        jnp.zeros((BROYDEN_LIMIT, SIZE, lanes_count)),
        jnp.ones((BROYDEN_LIMIT, lanes_count)),
        _worst(r),
        jnp.ones(lanes_count, int),
        jnp.zeros((), int),
    )
    x, *_, worst, evaluations, _ = jax.lax.while_loop(unfinished, improve, start)
    return x, worst, evaluations


def _nominal_of(batch: Any, structure: Any) -> _Nominal:
    """The mean of a batch (P, B), or, as that of a scattered one need not run, a lane that does."""
    some = np.linspace(0, batch.shape[1] - 1, 16).astype(int)
    template, x = None, None
    for parameters in (batch.mean(axis=1), *batch.T[some]):
        template = structure.unflatten(parameters)
        x, worst, _ = _solve_one(template)
        if worst <= TOLERANCE:
            break
    return _linearised(x, template)


def _on_all_cores(call: Callable[[Any], Any], pieces: Sequence[Any]) -> tuple[np.ndarray, ...]:
    """Results of `call` for every piece of work, side by side along the last axis."""
    if len(pieces) == 1:
        found = [call(pieces[0])]
    else:
        with concurrent.futures.ThreadPoolExecutor(threads()) as pool:
            found = list(pool.map(call, pieces))
    return tuple(np.concatenate(parts, axis=-1) for parts in zip(*found, strict=True))


def _solve_batch(batch: np.ndarray, structure: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    nominal = _nominal_of(batch, structure)
    parameters = np.asarray(nominal.template)

    def blocks(index: np.ndarray) -> list[np.ndarray]:
        return [index[start : start + BLOCK] for start in range(0, len(index), BLOCK)]

    def follow(block: np.ndarray, x: np.ndarray | None, few: int) -> list[np.ndarray]:
        filled = np.resize(block, BLOCK)
        lanes = batch[:, filled]
        start = _predicted(lanes, nominal) if x is None else x[:, filled]
        found = _follow(start, lanes, nominal, few, structure)
        return [np.asarray(f)[..., : len(block)] for f in found]

    def directly(lane: int) -> list[np.ndarray]:
        return _as_columns(_solve_one(structure.unflatten(batch[:, lane])))

    def by_continuation(lane: int) -> list[np.ndarray]:
        return _as_columns(_continue_from(parameters, nominal.x, batch[:, lane], structure))

    everyone = np.arange(batch.shape[1])
    x, worst, evaluations = _on_all_cores(lambda b: follow(b, None, FEW), blocks(everyone))
    for method, cut in (
        (lambda b: follow(b, x, 0), blocks),
        (directly, list),
        (by_continuation, list),
    ):
        left = np.flatnonzero(~(worst <= TOLERANCE))
        if left.size == 0:
            break
        found, found_worst, more = _on_all_cores(method, cut(left))
        better = found_worst < worst[left]
        x[:, left[better]] = found[:, better]
        worst[left[better]] = found_worst[better]
        evaluations[left] += more
    return x, worst, evaluations


def _as_columns(found: tuple[Any, Any, Any]) -> list[np.ndarray]:
    return [np.asarray(part)[..., None] for part in found]


def solve(template: Template) -> Solution:
    """Periodic steps of a template whose leaves are all () or all (B,) arrays.

    Lanes without a periodic step come back with a `residual` above `TOLERANCE`.
    """
    leaves, structure = jax.tree.flatten(template)
    if np.ndim(template.speed) == 0:
        x, worst, evaluations = _solve_one(
            structure.unflatten(jnp.asarray(leaf, float) for leaf in leaves)
        )
    else:
        # NumPy in and out: a JAX operation here would be compiled for every size of batch.
        batch = np.stack([np.asarray(leaf, float) for leaf in leaves])
        x, worst, evaluations = _solve_batch(batch, structure)
    return Solution(touchdown_unknowns(x), worst, evaluations)


def differentiable(unknowns: Unknowns, template: Template) -> Unknowns:
    """The same solution of one runner, carrying exact first derivatives in the template."""

    def residual_of(x: Any, template: Template) -> Any:
        return jnp.stack(shooting.residual(Unknowns(*x), template))

    x = jax.lax.stop_gradient(jnp.stack(unknowns))
    frozen = jax.lax.stop_gradient(template)
    jacobian = jax.jacfwd(residual_of)(x, frozen)
    return Unknowns(*(x - jnp.linalg.solve(jacobian, residual_of(x, template))))
