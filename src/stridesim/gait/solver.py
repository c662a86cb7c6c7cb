"""Solving periodic steps: one, or thousands side by side.

A batch costs little more than its force evaluations: the start is predicted from one nominal
solution by the implicit function theorem (dX/dp = -J^-1 dR/dp), then Broyden's good updates of
that one inverse Jacobian follow each lane until it has converged. Every array keeps the batch
innermost, so the nine-by-nine algebra is elementwise; batched LAPACK would be slower than the
physics. Lanes that do not converge are gathered and taken by damped Newton, then by
continuation from the nominal runner; what is left has no periodic step that we could find.

Gradients never pass through iterations: one exact Newton correction at the solution, with the
Jacobian held fixed, has the derivative that the implicit function theorem gives.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.constants import GRAVITY
from stridesim.dynamics.template import Template
from stridesim.gait.residual import SIZE, Unknowns, residual

TOLERANCE: Final = 1e-10
"""Largest scaled residual of a step that counts as periodic."""

BROYDEN_LIMIT: Final = 14
NEWTON_LIMIT: Final = 40
CONTINUATION_STEPS: Final = 12


class Solution(NamedTuple):
    """Periodic steps: unknowns at touchdown, largest residual, residual evaluations."""

    unknowns: Unknowns
    residual: Any
    evaluations: Any


def _vector(unknowns: Unknowns) -> Any:
    return jnp.stack(unknowns)


@jax.jit
def _residual(x: Any, template: Template) -> Any:
    return _vector(residual(Unknowns(*x), template))


def _worst(r: Any) -> Any:
    worst = jnp.max(jnp.abs(r), axis=0)
    return jnp.where(jnp.isnan(worst), jnp.inf, worst)


def generic_guess(template: Template) -> Any:
    """A start for any runner: symmetric, contact for six tenths of the step. (9, ...)"""
    t = template
    contact = 0.6 * t.step_time
    zero = 0 * t.speed
    return jnp.stack(
        [
            t.speed,
            zero,
            -0.5 * GRAVITY * (t.step_time - contact),
            zero,
            zero,
            zero,
            t.hip_behind - 0.45 * t.speed * contact,
            zero + 0.03,
            zero + contact,
        ]
    )


def _newton(template: Template, guess: Any, limit: int = NEWTON_LIMIT) -> tuple[Any, Any]:
    """Damped Newton for one runner; (9,) solution and the number of residual evaluations."""

    def unfinished(carry: Any) -> Any:
        _, _, worst, count, stuck = carry
        return (worst > TOLERANCE) & (count < limit) & ~stuck

    def improve(carry: Any) -> Any:
        x, r, worst, count, _ = carry
        jacobian = jax.jacfwd(_residual)(x, template)
        step = jnp.linalg.solve(jacobian, r)

        def too_long(trial: Any) -> Any:
            share, _, found = trial
            return (found >= worst) & (share > 1e-3)

        def shorten(trial: Any) -> Any:
            share = 0.5 * trial[0]
            tried = _residual(x - share * step, template)
            return share, tried, _worst(tried)

        full = _residual(x - step, template)
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

    r = _residual(guess, template)
    start = (guess, r, _worst(r), jnp.zeros((), int), jnp.zeros((), bool))
    x, _, _, count, _ = jax.lax.while_loop(unfinished, improve, start)
    return x, count


def _towards(nominal: Template, template: Template, share: Any) -> Template:
    return jax.tree.map(lambda a, b: a + share * (b - a), nominal, template)


def _continue_from(nominal: Template, x: Any, template: Template) -> Any:
    """Walk from a solved runner to another in equal steps; stop where one has no solution."""

    def unfinished(carry: Any) -> Any:
        _, taken, solved = carry
        return (taken < CONTINUATION_STEPS) & solved

    def walk(carry: Any) -> Any:
        x, taken, _ = carry
        there = _towards(nominal, template, (taken + 1) / CONTINUATION_STEPS)
        found, _ = _newton(there, x, 12)
        return found, taken + 1, _worst(_residual(found, there)) <= TOLERANCE

    start = (x, jnp.zeros((), int), jnp.ones((), bool))
    return jax.lax.while_loop(unfinished, walk, start)[0]


@jax.jit
def _solve_one(template: Template) -> tuple[Any, Any, Any]:
    x, count = _newton(template, generic_guess(template))
    return x, _worst(_residual(x, template)), count


@jax.jit
def _solve_lanes(nominal: Template, x_nominal: Any, template: Template, guess: Any) -> Any:
    """Damped Newton, then continuation, for gathered lanes (batch first)."""

    def one(lane: Template, start: Any) -> Any:
        direct, _ = _newton(lane, start)
        generic, _ = _newton(lane, generic_guess(lane))
        walked = _continue_from(nominal, x_nominal, lane)
        found = jnp.stack([direct, generic, walked])
        worst = jax.vmap(lambda x: _worst(_residual(x, lane)))(found)
        best = jnp.argmin(worst)
        return found[best], worst[best]

    return jax.vmap(one)(template, guess)


@jax.jit
def _solve_batch(nominal: Template, x_nominal: Any, template: Template) -> Solution:
    """Predicted start and Broyden updates; leaves of `template` are (B,)."""
    jacobian = jax.jacfwd(_residual)(x_nominal, nominal)
    inverse = jnp.linalg.inv(jacobian)
    by_parameter = jax.jacfwd(lambda p: _residual(x_nominal, p))(nominal)
    shift = jax.tree.map(
        lambda d, p, p0: d[:, None] * (p - p0)[None, :], by_parameter, template, nominal
    )
    change = jax.tree.reduce(jnp.add, shift)
    x = x_nominal[:, None] - inverse @ change

    def unfinished(carry: Any) -> Any:
        _, _, _, worst, _, count = carry
        return jnp.any(worst > TOLERANCE) & (count < BROYDEN_LIMIT)

    def improve(carry: Any) -> Any:
        x, r, inverse, worst, evaluations, count = carry
        running = worst > TOLERANCE
        step = -jnp.sum(inverse * r[None], axis=1)
        following = jnp.where(running, x + step, x)
        found = _residual(following, template)
        # Good Broyden update: inverse += (s - inverse y) (s' inverse) / (s' inverse y).
        product = jnp.sum(inverse * (found - r)[None], axis=1)
        row = jnp.sum(step[:, None] * inverse, axis=0)
        scale = jnp.sum(step * product, axis=0)
        gain = jnp.where(running & (jnp.abs(scale) > 0), 1 / scale, 0.0)
        inverse = inverse + ((step - product) * gain[None])[:, None] * row[None]
        return (
            x_or(running, following, x),
            x_or(running, found, r),
            inverse,
            _worst(x_or(running, found, r)),
            evaluations + running,
            count + 1,
        )

    def x_or(running: Any, new: Any, old: Any) -> Any:
        return jnp.where(running, new, old)

    r = _residual(x, template)
    lanes = x.shape[1]
    start = (
        x,
        r,
        jnp.broadcast_to(inverse[:, :, None], (SIZE, SIZE, lanes)),
        _worst(r),
        jnp.ones(lanes, int),
        jnp.zeros((), int),
    )
    x, _, _, worst, evaluations, _ = jax.lax.while_loop(unfinished, improve, start)
    return Solution(Unknowns(*x), worst, evaluations)


def _lane(template: Template, index: Any) -> Template:
    return jax.tree.map(lambda leaf: leaf[index], template)


def solve(template: Template) -> Solution:
    """Periodic steps of a template whose leaves are all () or all (B,) arrays.

    Lanes without a periodic step come back with a `residual` above `TOLERANCE`.
    """
    template = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), template)
    if jnp.ndim(template.speed) == 0:
        x, worst, count = _solve_one(template)
        return Solution(Unknowns(*x), worst, count)
    nominal = jax.tree.map(jnp.mean, template)
    x_nominal, worst, _ = _solve_one(nominal)
    if not worst <= TOLERANCE:
        # The mean of a scattered batch need not run; any lane that does can stand in.
        for index in np.linspace(0, template.speed.shape[0] - 1, 16).astype(int):
            nominal = _lane(template, int(index))
            x_nominal, worst, _ = _solve_one(nominal)
            if worst <= TOLERANCE:
                break
    solution = _solve_batch(nominal, x_nominal, template)
    left = np.flatnonzero(~(np.asarray(solution.residual) <= TOLERANCE))
    if left.size == 0:
        return solution
    padded = np.resize(left, 1 << int(left.size - 1).bit_length())
    x = _vector(solution.unknowns)
    found, found_worst = _solve_lanes(nominal, x_nominal, _lane(template, padded), x.T[padded])
    keep = left.size
    x = x.at[:, left].set(found[:keep].T)
    return Solution(
        Unknowns(*x),
        solution.residual.at[left].set(found_worst[:keep]),
        solution.evaluations.at[left].add(NEWTON_LIMIT),
    )


def differentiable(unknowns: Unknowns, template: Template) -> Unknowns:
    """The same solution of one runner, carrying exact first derivatives in the template."""
    x = jax.lax.stop_gradient(_vector(unknowns))
    frozen = jax.lax.stop_gradient(template)
    jacobian = jax.jacfwd(_residual)(x, frozen)
    return Unknowns(*(x - jnp.linalg.solve(jacobian, _residual(x, template))))
