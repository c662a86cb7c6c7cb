"""Damped Newton on the collocated step: for one runner, and for a block of them.

The block is for stragglers of a batch. Its lanes take a few steps together (`newton_block`), then
those that are done or stuck leave and the others close ranks (`newton_lanes`): no lane waits for
a hopeless neighbour.
"""

from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.elementary import largest, total
from stridesim.gait.blocks import on_all_cores
from stridesim.gait.collocation import generic_guess, jacobian, largest_roll, residual
from stridesim.programs import kept

TOLERANCE: Final = 1e-10
"""Largest scaled residual of a step that counts as periodic."""

LIMIT: Final = 30
SHORTEST: Final = 1e-3
"""Share of a Newton step that is still tried."""

HASTY: Final = 0.1
"""The same in the first rounds of a block, where everybody waits for who tries."""

HASTY_ROUNDS: Final = 4

BLOCK: Final = 16
"""Lanes that take Newton steps together: their Jacobians fit a core's second-level cache."""

ROUND: Final = 2
"""Newton steps between closing ranks."""


def worst_of(r: Any) -> Any:
    """Largest magnitude of residuals (SIZE, B); infinite where one is not a number."""
    # The sum tells of NaN: XLA's vectorised maximum on the CPU loses it.
    return jnp.where(jnp.isfinite(total(r)), largest(jnp.abs(r)), jnp.inf)


@jax.jit
def residual_of_one(x: Any, template: Template) -> Any:
    """Residuals (SIZE,) of one runner."""
    return residual(x[:, None], jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


@kept()
def newton(template: Template, guess: Any) -> tuple[Any, Any, Any, Any]:
    """Damped Newton for one runner: (SIZE,) solution, its worst residual, largest roll (rad) and
    Newton steps."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, count, stuck = carry
        return (worst > TOLERANCE) & (count < LIMIT) & ~stuck

    def improve(carry: Any) -> Any:
        x, r, worst, count, _ = carry
        step = jnp.linalg.solve(jax.jacfwd(residual_of_one)(x, template), r)

        def too_long(trial: Any) -> Any:
            share, _, found = trial
            return (found >= worst) & (share > SHORTEST)

        def shorten(trial: Any) -> Any:
            share = 0.5 * trial[0]
            tried = residual_of_one(x - share * step, template)
            return share, tried, worst_of(tried)

        full = residual_of_one(x - step, template)
        share, found, found_worst = jax.lax.while_loop(
            too_long, shorten, (jnp.ones(()), full, worst_of(full))
        )
        better = found_worst < worst
        return (
            jnp.where(better, x - share * step, x),
            jnp.where(better, found, r),
            jnp.where(better, found_worst, worst),
            count + 1,
            ~better,
        )

    r = residual_of_one(guess, template)
    start = (guess, r, worst_of(r), jnp.zeros((), int), jnp.zeros((), bool))
    x, _, worst, count, _ = jax.lax.while_loop(unfinished, improve, start)
    roll = largest_roll(x[:, None], jax.tree.map(lambda leaf: leaf[None], template))
    return x, worst, roll[0], count


@kept()
def _guess_for_one(template: Template) -> Any:
    return generic_guess(jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


def solve_one(template: Template) -> tuple[Any, Any, Any, Any]:
    """`newton` from the generic guess."""
    return newton(template, _guess_for_one(template))


guess_for_block = kept()(generic_guess)


@kept()
def newton_block(x: Any, template: Template, shortest: Any) -> tuple[Any, Any, Any, Any, Any]:
    """`ROUND` damped Newton steps of (SIZE, BLOCK) lanes: where they are, worst residuals, which
    are stuck, largest roll (rad) and Newton steps."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, stuck, _, taken = carry
        return jnp.any((worst > TOLERANCE) & ~stuck) & (taken < ROUND)

    def step_of_one(lane: Any) -> Any:
        wanted, matrix, r = lane
        return jax.lax.cond(wanted, jnp.linalg.solve, lambda _, r: jnp.zeros_like(r), matrix, r)

    def improve(carry: Any) -> Any:
        x, r, worst, stuck, count, taken = carry
        running = (worst > TOLERANCE) & ~stuck
        # One lane at a time: LAPACK in batches asks for XLA's pool of threads, which callers from
        # several threads at once lock up.
        step = jax.lax.map(step_of_one, (running, jacobian(x, template), r.T)).T

        def too_long(trial: Any) -> Any:
            share, _, found = trial
            return jnp.any(running & (found >= worst) & (share > shortest))

        def shorten(trial: Any) -> Any:
            share, found, found_worst = trial
            again = found_worst >= worst
            share = jnp.where(again, 0.5 * share, share)
            tried = residual(x - share[None] * step, template)
            found = jnp.where(again[None], tried, found)
            return share, found, jnp.where(again, worst_of(tried), found_worst)

        full = residual(x - step, template)
        share, found, found_worst = jax.lax.while_loop(
            too_long, shorten, (jnp.ones_like(worst), full, worst_of(full))
        )
        better = running & (found_worst < worst)
        return (
            jnp.where(better[None], x - share[None] * step, x),
            jnp.where(better[None], found, r),
            jnp.where(better, found_worst, worst),
            stuck | (running & ~better),
            count + running,
            taken + 1,
        )

    r = residual(x, template)
    worst = worst_of(r)
    none = jnp.zeros_like(worst, int)
    start = (x, r, worst, ~jnp.isfinite(worst), none, jnp.zeros((), int))
    x, _, worst, stuck, count, _ = jax.lax.while_loop(unfinished, improve, start)
    return x, worst, stuck, largest_roll(x, template), count


def newton_lanes(
    x: np.ndarray, batch: np.ndarray, structure: Any, limit: int = LIMIT
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Newton from (SIZE, n) for runners (P, n): solutions, worst residuals, largest roll (rad)
    and Newton steps."""
    count = batch.shape[1]
    x, worst, roll = x.copy(), np.full(count, np.inf), np.full(count, np.nan)
    taken, left = np.zeros(count, int), np.arange(count)

    if count == 0:
        return x, worst, roll, taken
    for done in range(0, limit, ROUND):
        if left.size == 0:
            break
        patient = done >= HASTY_ROUNDS * ROUND
        shortest = SHORTEST if patient else HASTY

        def together(block: np.ndarray, shortest: float = shortest) -> tuple[Any, ...]:
            return newton_block(x[:, block], structure.unflatten(batch[:, block]), shortest)

        x[:, left], worst[left], stuck, roll[left], more = on_all_cores(together, left, BLOCK)
        taken[left] += more
        hopeless = ~np.isfinite(worst[left]) | (stuck & patient)
        left = left[~hopeless & (worst[left] > TOLERANCE)]
    return x, worst, roll, taken


def generic_guesses(batch: np.ndarray, structure: Any) -> np.ndarray:
    """The generic guess for runners (P, n): (SIZE, n)."""

    def together(block: np.ndarray) -> tuple[Any, ...]:
        return (guess_for_block(structure.unflatten(batch[:, block])),)

    return on_all_cores(together, np.arange(batch.shape[1]), BLOCK)[0]
