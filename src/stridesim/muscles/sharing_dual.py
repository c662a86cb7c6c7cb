"""The dual of load sharing, for any number of instants side by side.

    gap(m) = B a(m) + rho m - M,    a(m) = clip(B^T m, lower, upper)

in units of activation in which every muscle costs the same, is the gradient of a convex, piecewise
quadratic function of the four multipliers m: Newton's method with a line search finds its zero in
finitely many steps. Most instants need one or two full steps, a few need many: all instants take
full steps while that closes gaps, then those left are gathered (`solvers.gather_unfinished`). Only
the multipliers are the result: their residual is `gap`, and their derivative one Newton step.

Rows are (P,), one instant each; mapped over runners, all their instants stand side by side.
"""

import dataclasses
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

from stridesim.elementary import largest, total
from stridesim.muscles.sums import Arms, Rows, gram, over_joints, over_muscles
from stridesim.solvers import Settings, gather_unfinished

RESERVE: Final = 10.0
"""rho, (N m)^2 on the scale of `sharing_cost`: the moment a joint's reserve gives for a unit
multiplier. Multipliers stay near 0.01, so reserves stay near 0.1 N m where muscles can do it."""


@dataclasses.dataclass(frozen=True)
class SharingSettings(Settings):
    """`tolerance` is the largest unmet moment, N m, in double precision; `block` the fewest
    instants that are gathered at a time.

    rough_tolerance: the same in single precision, which rounds moments of 200 N m to some 1e-5. A
    larger one would leave forces that hardly change from pass to pass, and costs off by 1e-8;
    worthwhile: all instants take another step together if the last one left no more than this
    share of them open;
    gathered: share of the instants that is gathered at a time;
    line_steps: the most steps of a line search;
    line_tolerance: slope that a line search may leave, over the slope at its start.
    """

    rough_tolerance: float = 1e-4
    worthwhile: float = 0.8
    gathered: float = 1 / 16
    line_steps: int = 20
    line_tolerance: float = 0.3


SETTINGS: Final = SharingSettings(tolerance=1e-9, steps=60, block=64)


class SharingProblem(NamedTuple):
    """Load sharing at P instants: `arms` N m per unit activation and the bounds of activation, a
    row (P,) for each muscle; `moments` a row for each joint, N m."""

    arms: Arms
    lower: Rows
    upper: Rows
    moments: Rows


def _within(drive: Rows, problem: SharingProblem) -> Rows:
    bounds = zip(drive, problem.lower, problem.upper, strict=True)
    return [jnp.clip(d, low, high) for d, low, high in bounds]


def activations(multiplier: Any, problem: SharingProblem) -> Rows:
    """Activations that multipliers (4, P) ask for, within bounds."""
    return _within(over_joints(problem.arms, multiplier), problem)


def gap(multiplier: Any, problem: SharingProblem) -> Any:
    """Gradient of the dual (4, P): moment supplied less moment required."""
    supplied = over_muscles(problem.arms, activations(multiplier, problem))
    rows = zip(supplied, multiplier, problem.moments, strict=True)
    return jnp.stack([s + RESERVE * m - required for s, m, required in rows])


def newton_step(multiplier: Any, unmet: Any, problem: SharingProblem) -> Any:
    """The step (4, P) that closes the gap if no muscle meets or leaves a bound on the way."""
    drive = over_joints(problem.arms, multiplier)
    bounds = zip(drive, problem.lower, problem.upper, strict=True)
    free = [jnp.where((d > low) & (d < high), 1.0, 0.0) for d, low, high in bounds]
    return -_solve_cholesky(gram(problem.arms, free), unmet)


def unbounded(problem: SharingProblem) -> Any:
    """Multipliers (4, P) if no muscle had bounds: where a search may begin."""
    everywhere = [jnp.ones_like(row) for row in problem.lower]
    return _solve_cholesky(gram(problem.arms, everywhere), problem.moments)


def _solve_cholesky(h: list[list[Any]], b: Any) -> Any:
    """x with (H + rho) x = b for the lower triangle of a symmetric, positive semidefinite H,
    elementwise over instants; None is zero."""
    size = len(h)
    low: list[list[Any]] = [[None] * size for _ in range(size)]
    inverse: list[Any] = []

    def less(value: Any, products: list[tuple[Any, Any]]) -> Any:
        there = [x * y for x, y in products if x is not None and y is not None]
        if not there:
            return value
        return -total(there) if value is None else value - total(there)

    for i in range(size):
        for j in range(i):
            rest = less(h[i][j], list(zip(low[i][:j], low[j][:j], strict=True)))
            low[i][j] = None if rest is None else rest * inverse[j]
        diagonal = RESERVE if h[i][i] is None else h[i][i] + RESERVE
        inverse.append(1 / jnp.sqrt(less(diagonal, list(zip(low[i][:i], low[i][:i], strict=True)))))
    y: list[Any] = []
    for i in range(size):
        y.append(less(b[i], list(zip(low[i][:i], y, strict=True))) * inverse[i])
    x: list[Any] = [None] * size
    for i in reversed(range(size)):
        below = [(low[k][i], x[k]) for k in range(i + 1, size)]
        x[i] = less(y[i], below) * inverse[i]
    return jnp.stack(x)


def _step_length(multiplier: Any, step: Any, wanted: Any, problem: SharingProblem) -> Any:
    """Share (P,) of `step` near the least of the dual along it, where its increasing, piecewise
    linear slope is small: found by Newton's method inside a bracket, for those `wanted`. At the
    least itself the slope is rounding, which no search makes small."""
    drive, change = (over_joints(problem.arms, values) for values in (multiplier, step))
    fixed = total((RESERVE * multiplier - jnp.stack(problem.moments)) * step)
    squared = RESERVE * total(step**2)

    def slope(share: Any) -> tuple[Any, Any]:
        moved = [d + share * c for d, c in zip(drive, change, strict=True)]
        rows = zip(change, moved, problem.lower, problem.upper, strict=True)
        bent = [jnp.where((m > low) & (m < high), c**2, 0.0) for c, m, low, high in rows]
        supplied = total(c * a for c, a in zip(change, _within(moved, problem), strict=True))
        return supplied + fixed + squared * share, total(bent) + squared

    scale = jnp.abs(slope(jnp.zeros_like(fixed))[0])

    def unfinished(carry: Any) -> Any:
        _, _, _, value, _, count = carry
        steep = wanted & (jnp.abs(value) > SETTINGS.line_tolerance * scale)
        return jnp.any(steep) & (count < SETTINGS.line_steps)

    def improve(carry: Any) -> Any:
        share, low, high, value, curvature, count = carry
        low, high = jnp.where(value < 0, share, low), jnp.where(value > 0, share, high)
        newton = share - value / curvature
        middle = jnp.where(jnp.isinf(high), 2 * low + 1, 0.5 * (low + high))
        inside = (newton > low) & (newton < high)
        share = jnp.where(
            jnp.abs(value) > SETTINGS.line_tolerance * scale,
            jnp.where(inside, newton, middle),
            share,
        )
        return share, low, high, *slope(share), count + 1

    one = jnp.ones_like(fixed)
    start = (one, 0 * one, jnp.inf * one, *slope(one), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, start)[0]


def _solved(unmet: Any) -> Any:
    single = unmet.dtype == jnp.float32
    tolerance = SETTINGS.rough_tolerance if single else SETTINGS.tolerance
    # What is not a number stays so: more steps do not help.
    return ~(largest(jnp.abs(unmet)) > tolerance)


def _by_line_search(problem: SharingProblem, start: Any) -> Any:
    """Newton with line search from (4, P)."""

    def unfinished(carry: Any) -> Any:
        _, unmet, count = carry
        return ~jnp.all(_solved(unmet)) & (count < SETTINGS.steps)

    def improve(carry: Any) -> Any:
        multiplier, unmet, count = carry
        step = newton_step(multiplier, unmet, problem)
        open_ = ~_solved(unmet)
        share = _step_length(multiplier, step, open_, problem)
        multiplier = jnp.where(open_[None], multiplier + share[None] * step, multiplier)
        return multiplier, gap(multiplier, problem), count + 1

    begin = (start, gap(start, problem), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, begin)[0]


def _by_full_steps(problem: SharingProblem, start: Any, few: int) -> tuple[Any, Any]:
    """Full Newton steps where they close the gap, while more than `few` are open; multipliers and
    which of them are solutions."""

    def unfinished(carry: Any) -> Any:
        _, _, before, left = carry
        return (left > few) & (left < SETTINGS.worthwhile * before)

    def improve(carry: Any) -> Any:
        multiplier, unmet, _, before = carry
        tried = multiplier + newton_step(multiplier, unmet, problem)
        found = gap(tried, problem)
        better = largest(jnp.abs(found)) < largest(jnp.abs(unmet))
        kept = jnp.where(better[None], tried, multiplier)
        unmet = jnp.where(better[None], found, unmet)
        return kept, unmet, before, jnp.sum(~_solved(unmet))

    unmet = gap(start, problem)
    begin = (start, unmet, jnp.asarray(2 * start.shape[-1]), jnp.sum(~_solved(unmet)))
    multiplier, unmet, *_ = jax.lax.while_loop(unfinished, improve, begin)
    return multiplier, _solved(unmet)


@jax.custom_batching.custom_vmap
def _solve(problem: SharingProblem, start: Any) -> Any:
    count = start.shape[-1]
    some = min(count, max(SETTINGS.block, int(count * SETTINGS.gathered)))
    multiplier, done = _by_full_steps(problem, start, some // 2)

    def first(_: Any, left: Any) -> Any:
        return jnp.nonzero(left, size=some, fill_value=count)[0]

    return gather_unfinished(_by_line_search, first, problem, multiplier, ~done, lanes_last=True)


@_solve.def_vmap
def _side_by_side(size: int, mapped: Any, problem: SharingProblem, start: Any) -> tuple[Any, bool]:
    def each(values: Any, is_mapped: bool) -> Any:
        return values if is_mapped else jnp.broadcast_to(values, (size, *values.shape))

    def flat(values: Any) -> Any:
        innermost = jnp.moveaxis(values, 0, -2)
        return innermost.reshape(*innermost.shape[:-2], -1)

    given = jax.tree.map(each, (problem, start), tuple(mapped))
    together, begin = jax.tree.map(flat, given)
    return jnp.moveaxis(_solve(together, begin).reshape(4, size, -1), 1, 0), True


@jax.custom_jvp
def solve_dual(problem: SharingProblem, start: Any) -> Any:
    """Multipliers (4, P) at which the gap is closed, from (4, P). Their derivative is the Newton
    step that answers a change of the gap, never that of the iterations."""
    return _solve(problem, start)


@solve_dual.defjvp
def _moved(
    given: tuple[SharingProblem, Any], changes: tuple[SharingProblem, Any]
) -> tuple[Any, Any]:
    problem, start = given
    multiplier = solve_dual(problem, start)
    opened = jax.jvp(lambda changed: gap(multiplier, changed), (problem,), (changes[0],))[1]
    return multiplier, newton_step(multiplier, opened, problem)
