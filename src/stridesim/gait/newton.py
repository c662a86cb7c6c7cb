"""Damped Newton on the collocated step: for one runner, and for runners side by side.

Runners side by side take a few steps together (`newton_block`), in rounds: those that are solved or
stuck leave after each round, and the others are gathered into new blocks (`newton_lanes`).
"""

import dataclasses
from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.elementary import largest, total
from stridesim.gait.collocation import generic_guess, jacobian, largest_roll, residual
from stridesim.programs import kept
from stridesim.solvers import Advance, Result, Settings, in_rounds, on_all_cores


@dataclasses.dataclass(frozen=True)
class NewtonSettings(Settings):
    """`tolerance` is the largest scaled residual of a step that counts as periodic; the Jacobians
    of a `block` fit the second-level cache of a core.

    shortest: smallest share of a Newton step that is tried;
    hasty: the same in the first `hasty_rounds` rounds of a block, in which all lanes wait for the
    one that tries;
    round: Newton steps of a round.
    """

    shortest: float = 1e-3
    hasty: float = 0.1
    hasty_rounds: int = 4
    round: int = 2


SETTINGS: Final = NewtonSettings(tolerance=1e-10, steps=30, block=16)

TOLERANCE: Final = SETTINGS.tolerance
"""Largest scaled residual of a step that counts as periodic."""


def worst_of(r: Any) -> Any:
    """Largest magnitude of residuals (SIZE, B); infinite where one is not a number."""
    # The sum tells of NaN: XLA's vectorised maximum on the CPU loses it.
    return jnp.where(jnp.isfinite(total(r)), largest(jnp.abs(r)), jnp.inf)


@jax.jit
def residual_of_one(x: Any, template: Template) -> Any:
    """Residuals (SIZE,) of one runner."""
    return residual(x[:, None], jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


@kept(2)
def newton(template: Template, guess: Any, settings: NewtonSettings) -> Result:
    """Damped Newton for one runner from `guess` (SIZE,): the solution, its largest residual, the
    Newton steps and, besides, the largest roll (rad)."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, count, stuck = carry
        return (worst > settings.tolerance) & (count < settings.steps) & ~stuck

    def improve(carry: Any) -> Any:
        x, r, worst, count, _ = carry
        step = jnp.linalg.solve(jax.jacfwd(residual_of_one)(x, template), r)

        def too_long(trial: Any) -> Any:
            share, _, found = trial
            return (found >= worst) & (share > settings.shortest)

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
    return Result(x, worst, count, roll[0])


@kept()
def _guess_for_one(template: Template) -> Any:
    return generic_guess(jax.tree.map(lambda leaf: leaf[None], template))[:, 0]


def solve_one(template: Template, settings: NewtonSettings = SETTINGS) -> Result:
    """`newton` from the generic guess."""
    return newton(template, _guess_for_one(template), settings)


guess_for_block = kept()(generic_guess)


@kept(3)
def newton_block(
    x: Any, template: Template, shortest: Any, settings: NewtonSettings
) -> tuple[Result, Any]:
    """One round of damped Newton steps of lanes (SIZE, B): where they are, as `newton` tells it,
    and which are stuck (B,)."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, stuck, _, taken = carry
        return jnp.any((worst > settings.tolerance) & ~stuck) & (taken < settings.round)

    def step_of_one(lane: Any) -> Any:
        wanted, matrix, r = lane
        return jax.lax.cond(wanted, jnp.linalg.solve, lambda _, r: jnp.zeros_like(r), matrix, r)

    def improve(carry: Any) -> Any:
        x, r, worst, stuck, count, taken = carry
        running = (worst > settings.tolerance) & ~stuck
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
    return Result(x, worst, count, largest_roll(x, template)), stuck


def newton_lanes(
    x: np.ndarray,
    batch: np.ndarray,
    structure: Any,
    settings: NewtonSettings = SETTINGS,
    rounds: int | None = None,
) -> Result:
    """Newton's method from (SIZE, n) for runners (P, n), for all rounds or so many `rounds`."""

    def take(number: int, x: np.ndarray, lanes: np.ndarray) -> Advance:
        patient = number >= settings.hasty_rounds
        shortest = settings.shortest if patient else settings.hasty
        template = structure.unflatten(batch[:, lanes])
        found = jax.tree.map(np.asarray, newton_block(x, template, shortest, settings))
        result, stuck = found
        hopeless = ~np.isfinite(result.residual) | (stuck & patient)
        return Advance(result, hopeless | settings.solved(result.residual))

    most = -(-settings.steps // settings.round)
    return in_rounds(take, x, most if rounds is None else rounds, settings.block)


def generic_guesses(batch: np.ndarray, structure: Any) -> np.ndarray:
    """The generic guess for runners (P, n): (SIZE, n)."""

    def together(block: np.ndarray) -> tuple[Any, ...]:
        return (guess_for_block(structure.unflatten(batch[:, block])),)

    return on_all_cores(together, np.arange(batch.shape[1]), SETTINGS.block)[0]
