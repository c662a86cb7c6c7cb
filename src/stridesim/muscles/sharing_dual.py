"""The dual of load sharing, for any number of instants side by side.

    gap(m) = B a(m) + rho m - M,    a(m) = clip(B^T m / c, lower, upper)

is the gradient of a convex, piecewise quadratic function of the four multipliers m: Newton with a
line search finds its zero in finitely many steps. Most instants need one or two, and full,
steps, a few need many: all of them take full steps while that closes gaps, then those left are
gathered, some at a time, and only they are followed to the end. An instant costs what it needs
itself, not what the hardest of its batch needs.

Arrays are (..., P), instants innermost; mapped over runners, all their instants stand side by side.
"""

from typing import Any, Final

import jax
import jax.numpy as jnp

from stridesim.muscles.sums import over_joints, over_muscles, total

RESERVE: Final = 10.0
"""rho, (N m)^2 on the scale of `sharing_cost`: the moment a joint's reserve gives for a unit
multiplier. Multipliers stay near 0.01, so reserves stay near 0.1 N m where muscles can do it."""

TOLERANCE: Final = 1e-9
"""N m; largest unmet moment at which the dual counts as solved."""

WORTHWHILE: Final = 0.8
"""All instants take another step together if the last left no more than this share of them open."""

GATHERED: Final = 16
"""A sixteenth of the instants, at least `FEWEST`, is gathered at a time."""
FEWEST: Final = 64

ITERATIONS: Final = 60
LINE_ITERATIONS: Final = 20
LINE_TOLERANCE: Final = 0.3
"""Slope that a line search may leave, over the slope it began with."""

Problem = tuple[Any, Any, Any, Any, Any]
"""Arms (M, 4, P), cost (M, P), lower and upper (M, P), moments (4, P)."""


def activations(multiplier: Any, arms: Any, cost: Any, lower: Any, upper: Any) -> tuple[Any, Any]:
    """Activations (M, P) that multipliers (4, P) ask for, within bounds and without."""
    drive = over_joints(arms, multiplier) / cost
    return jnp.clip(drive, lower, upper), drive


def gap(multiplier: Any, problem: Problem) -> Any:
    """Gradient of the dual (4, P): moment supplied less moment required."""
    arms, _, _, _, moments = problem
    a, _ = activations(multiplier, *problem[:4])
    return over_muscles(arms, a) + RESERVE * multiplier - moments


def newton_step(multiplier: Any, unmet: Any, problem: Problem) -> Any:
    """The step (4, P) that closes the gap if no muscle meets or leaves a bound on the way."""
    arms, cost, lower, upper, _ = problem
    _, drive = activations(multiplier, *problem[:4])
    free = ((drive > lower) & (drive < upper)) / cost
    return -_solve_cholesky(_gram(free, arms), unmet)


def unbounded(problem: Problem) -> Any:
    """Multipliers (4, P) if no muscle had bounds: where a search may begin."""
    arms, cost, *_, moments = problem
    return _solve_cholesky(_gram(1 / cost, arms), moments)


def _gram(weight: Any, arms: Any) -> list[list[Any]]:
    return [
        [
            total(weight * arms[:, i] * arms[:, j]) + (RESERVE if i == j else 0.0)
            for j in range(i + 1)
        ]
        for i in range(4)
    ]


def _solve_cholesky(h: list[list[Any]], b: Any) -> Any:
    """x with H x = b for symmetric positive definite 4x4, elementwise over instants."""
    n = 4
    low: list[list[Any]] = [[None] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rest = h[i][j] - sum(low[i][k] * low[j][k] for k in range(j))
            low[i][j] = jnp.sqrt(rest) if i == j else rest / low[j][j]
    y: list[Any] = []
    for i in range(n):
        y.append((b[i] - sum(low[i][k] * y[k] for k in range(i))) / low[i][i])
    x: list[Any] = [None] * n
    for i in reversed(range(n)):
        x[i] = (y[i] - sum(low[k][i] * x[k] for k in range(i + 1, n))) / low[i][i]
    return jnp.stack(x)


def _step_length(multiplier: Any, step: Any, problem: Problem) -> Any:
    """Share (P,) of `step` near the least of the dual along it, where its increasing, piecewise
    linear slope is small: found by Newton inside a bracket."""
    arms, cost, lower, upper, moments = problem
    drive = over_joints(arms, multiplier) / cost
    change = over_joints(arms, step) / cost
    marginal = cost * change
    fixed = total((RESERVE * multiplier - moments) * step)
    squared = RESERVE * total(step**2)

    def slope(share: Any) -> tuple[Any, Any]:
        moved = drive + share[None] * change
        a = jnp.clip(moved, lower, upper)
        free = (moved > lower) & (moved < upper)
        value = total(marginal * a) + fixed + squared * share
        return value, total(marginal * change * free) + squared

    scale = jnp.abs(slope(jnp.zeros_like(fixed))[0]) + 1e-300

    def unfinished(carry: Any) -> Any:
        _, _, _, value, _, count = carry
        return jnp.any(jnp.abs(value) > LINE_TOLERANCE * scale) & (count < LINE_ITERATIONS)

    def improve(carry: Any) -> Any:
        share, low, high, value, curvature, count = carry
        low, high = jnp.where(value < 0, share, low), jnp.where(value > 0, share, high)
        newton = share - value / curvature
        middle = jnp.where(jnp.isinf(high), 2 * low + 1, 0.5 * (low + high))
        inside = (newton > low) & (newton < high)
        share = jnp.where(
            jnp.abs(value) > LINE_TOLERANCE * scale, jnp.where(inside, newton, middle), share
        )
        return share, low, high, *slope(share), count + 1

    one = jnp.ones_like(fixed)
    start = (one, 0 * one, jnp.inf * one, *slope(one), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, start)[0]


def _solved(unmet: Any) -> Any:
    # What is not a number stays so: nothing is left to be done for it.
    return ~(jnp.max(jnp.abs(unmet), axis=0) > TOLERANCE)


def _by_line_search(problem: Problem, start: Any) -> Any:
    """Newton with line search from (4, P)."""

    def unfinished(carry: Any) -> Any:
        _, unmet, count = carry
        return ~jnp.all(_solved(unmet)) & (count < ITERATIONS)

    def improve(carry: Any) -> Any:
        multiplier, unmet, count = carry
        step = newton_step(multiplier, unmet, problem)
        share = _step_length(multiplier, step, problem)
        multiplier = jnp.where(_solved(unmet)[None], multiplier, multiplier + share[None] * step)
        return multiplier, gap(multiplier, problem), count + 1

    begin = (start, gap(start, problem), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, begin)[0]


def _by_full_steps(problem: Problem, start: Any, few: int) -> tuple[Any, Any]:
    """Full Newton steps where they close the gap, while more than `few` are open; multipliers and
    which of them are solutions."""

    def unfinished(carry: Any) -> Any:
        _, _, before, left = carry
        return (left > few) & (left < WORTHWHILE * before)

    def improve(carry: Any) -> Any:
        multiplier, unmet, _, before = carry
        tried = multiplier + newton_step(multiplier, unmet, problem)
        found = gap(tried, problem)
        better = jnp.max(jnp.abs(found), axis=0) < jnp.max(jnp.abs(unmet), axis=0)
        kept = jnp.where(better[None], tried, multiplier)
        unmet = jnp.where(better[None], found, unmet)
        return kept, unmet, before, jnp.sum(~_solved(unmet))

    unmet = gap(start, problem)
    begin = (start, unmet, jnp.asarray(2 * start.shape[-1]), jnp.sum(~_solved(unmet)))
    multiplier, unmet, *_ = jax.lax.while_loop(unfinished, improve, begin)
    return multiplier, _solved(unmet)


@jax.custom_batching.custom_vmap
def solve_dual(arms: Any, cost: Any, lower: Any, upper: Any, moments: Any, start: Any) -> Any:
    """Multipliers (4, P) at which the gap is closed, from (4, P). Not differentiable."""
    problem = (arms, cost, lower, upper, moments)
    count = moments.shape[-1]
    some = min(count, max(FEWEST, count // GATHERED))
    multiplier, done = _by_full_steps(problem, start, some // 2)

    def take(carry: Any) -> Any:
        multiplier, done = carry
        # Places beyond the end fill the last gathering: read as the last instant, never written.
        places = jnp.nonzero(~done, size=some, fill_value=count)[0]
        gathered, begin = jax.tree.map(
            lambda values: values.at[..., places].get(mode="clip"), (problem, multiplier)
        )
        found = _by_line_search(gathered, begin)
        return (
            multiplier.at[:, places].set(found, mode="drop"),
            done.at[places].set(True, mode="drop"),
        )

    return jax.lax.while_loop(lambda carry: ~jnp.all(carry[1]), take, (multiplier, done))[0]


@solve_dual.def_vmap
def _side_by_side(size: int, mapped: list[bool], *given: Any) -> tuple[Any, bool]:
    def flat(values: Any, is_mapped: bool) -> Any:
        whole = values if is_mapped else jnp.broadcast_to(values, (size, *values.shape))
        innermost = jnp.moveaxis(whole, 0, -2)
        return innermost.reshape(*innermost.shape[:-2], -1)

    *problem, start = (flat(*pair) for pair in zip(given, mapped, strict=True))
    start = _nearer(tuple(problem), start, jnp.tile(_of_one(size, mapped, given), size))
    solved = solve_dual(*problem, start)
    return jnp.moveaxis(solved.reshape(4, size, -1), 1, 0), True


def _of_one(size: int, mapped: list[bool], given: tuple[Any, ...]) -> Any:
    """Multipliers (4, P) of the runner in the middle of a batch."""
    middle = size // 2
    one = (v[middle] if is_mapped else v for v, is_mapped in zip(given, mapped, strict=True))
    return solve_dual(*one)


def _nearer(problem: Problem, start: Any, other: Any) -> Any:
    """Of two places to begin from, instant by instant the one with the smaller gap: runners of a
    batch are alike, and without a start of their own one is as good as the next."""
    # A sum tells of NaN, which XLA's maximum on the CPU may lose.
    by_start, by_other = (total(jnp.abs(gap(m, problem))) for m in (start, other))
    return jnp.where((by_other < by_start)[None], other, start)
