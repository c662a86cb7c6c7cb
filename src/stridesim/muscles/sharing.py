"""Load sharing: which muscle carries how much of the joint moments, at every instant.

The nervous system's choice is taken as the least volume-weighted squared activation
(Happee & van der Helm 1995, doi:10.1016/0021-9290(95)00020-8; Crowninshield & Brand 1981,
doi:10.1016/0021-9290(81)90035-X for the principle):

    minimise   sum_i c_i a_i^2 / 2  +  sum_j R_j^2 / (2 rho)
    subject to sum_i B_ji a_i + R_j = M_j,   lower_i <= a_i <= upper_i

with c = weight x volume, B = moment arm x force capacity and small reserve moments R. It is
strictly convex, so its dual has one multiplier per joint and a_i = clip((B^T lambda)_i / c_i):
four unknowns instead of fourteen, solved by a damped Newton for all instants at once. The
solution is piecewise linear in the data; its derivative comes from one exact Newton step at
the solution, never from the iterations.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

RESERVE: Final = 10.0
"""rho, (N m)^2 on the scale of `sharing_cost`: the moment a joint's reserve gives for a unit
multiplier. Multipliers stay near 0.01, so reserves stay near 0.1 N m where muscles can do it."""

ITERATIONS: Final = 60
LINE_ITERATIONS: Final = 20
TOLERANCE: Final = 1e-9
"""N m; largest unmet moment at which the dual counts as solved."""


class Shares(NamedTuple):
    """Activations (M, N), reserve moments (4, N) N m, multipliers (4, N)."""

    activation: Any
    reserve: Any
    multiplier: Any


def sharing_cost(weight_times_volume: Any) -> Any:
    """Cost c_i: weighted volumes relative to their mean, so that multipliers have one scale."""
    return weight_times_volume / jnp.mean(weight_times_volume)


def _activation(multiplier: Any, arms: Any, cost: Any, lower: Any, upper: Any) -> Any:
    drive = jnp.sum(arms * multiplier[None], axis=1) / cost[:, None]
    return jnp.clip(drive, lower, upper), drive


def _dual_gap(multiplier: Any, arms: Any, cost: Any, lower: Any, upper: Any, moments: Any) -> Any:
    """Gradient of the dual (4, N): moment supplied less moment required."""
    a, _ = _activation(multiplier, arms, cost, lower, upper)
    return jnp.sum(arms * a[:, None], axis=0) + RESERVE * multiplier - moments


def _hessian(multiplier: Any, arms: Any, cost: Any, lower: Any, upper: Any) -> list[list[Any]]:
    """Generalised Hessian of the dual: lower triangle of elementwise (N,) entries."""
    _, drive = _activation(multiplier, arms, cost, lower, upper)
    free = ((drive > lower) & (drive < upper)) / cost[:, None]
    return _gram(free, arms)


def _gram(weight: Any, arms: Any) -> list[list[Any]]:
    return [
        [
            jnp.sum(weight * arms[:, i] * arms[:, j], axis=0) + (RESERVE if i == j else 0.0)
            for j in range(i + 1)
        ]
        for i in range(4)
    ]


def _solve_cholesky(h: list[list[Any]], b: Any) -> Any:
    """x with H x = b for symmetric positive definite 4x4, elementwise over nodes."""
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


def _step_length(multiplier: Any, step: Any, problem: tuple[Any, ...]) -> Any:
    """Exact minimiser (N,) of the dual along `step`: the zero of an increasing, piecewise
    linear slope, found by Newton inside a bracket."""
    arms, cost, lower, upper, moments = problem
    c = cost[:, None]
    drive = jnp.sum(arms * multiplier[None], axis=1) / c
    change = jnp.sum(arms * step[None], axis=1) / c
    fixed = jnp.sum((RESERVE * multiplier - moments) * step, axis=0)
    squared = RESERVE * jnp.sum(step**2, axis=0)

    def slope(share: Any) -> tuple[Any, Any]:
        moved = drive + share[None] * change
        a = jnp.clip(moved, lower, upper)
        free = (moved > lower) & (moved < upper)
        value = jnp.sum(c * a * change, axis=0) + fixed + squared * share
        return value, jnp.sum(c * change**2 * free, axis=0) + squared

    scale = jnp.abs(slope(jnp.zeros_like(fixed))[0]) + 1e-300

    def unfinished(carry: Any) -> Any:
        _, _, _, value, _, count = carry
        return jnp.any(jnp.abs(value) > 1e-3 * scale) & (count < LINE_ITERATIONS)

    def improve(carry: Any) -> Any:
        share, low, high, value, curvature, count = carry
        low, high = jnp.where(value < 0, share, low), jnp.where(value > 0, share, high)
        newton = share - value / curvature
        middle = jnp.where(jnp.isinf(high), 2 * low + 1, 0.5 * (low + high))
        inside = (newton > low) & (newton < high)
        share = jnp.where(jnp.abs(value) > 1e-3 * scale, jnp.where(inside, newton, middle), share)
        return share, low, high, *slope(share), count + 1

    one = jnp.ones_like(fixed)
    start = (one, 0 * one, jnp.inf * one, *slope(one), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, start)[0]


def _solve_dual(problem: tuple[Any, ...], start: Any) -> Any:
    """Newton with exact line search on the piecewise quadratic, convex dual from (4, N)."""
    arms, cost, lower, upper, moments = problem

    def gap_at(multiplier: Any) -> Any:
        return _dual_gap(multiplier, arms, cost, lower, upper, moments)

    def unfinished(carry: Any) -> Any:
        _, gap, count = carry
        return (jnp.max(jnp.abs(gap)) > TOLERANCE) & (count < ITERATIONS)

    def improve(carry: Any) -> Any:
        multiplier, gap, count = carry
        step = -_solve_cholesky(_hessian(multiplier, arms, cost, lower, upper), gap)
        share = _step_length(multiplier, step, problem)
        solved = jnp.max(jnp.abs(gap), axis=0) <= TOLERANCE
        multiplier = jnp.where(solved[None], multiplier, multiplier + share[None] * step)
        return multiplier, gap_at(multiplier), count + 1

    begin = (start, gap_at(start), jnp.zeros((), int))
    return jax.lax.while_loop(unfinished, improve, begin)[0]


def share_load(
    arms: Any, moments: Any, cost: Any, lower: Any, upper: Any, start: Any | None = None
) -> Shares:
    """Share `moments` among muscles at every node.

    `arms` (M, 4, N) N m per unit activation, `moments` (4, N) N m, `cost` (M,), `lower` and
    `upper` (M, N) activations, `start` (4, N) multipliers to begin from. Differentiable.
    """
    problem = (arms, cost, lower, upper, moments)
    fixed = jax.lax.stop_gradient(problem)
    if start is None:
        start = _solve_cholesky(_gram(1 / cost[:, None], arms), moments)
    first = jax.lax.stop_gradient(start)
    solved = jax.lax.stop_gradient(_solve_dual(fixed, first))
    hessian = _hessian(solved, *fixed[:4])
    multiplier = solved - _solve_cholesky(hessian, _dual_gap(solved, *problem[:4], moments))
    activation, _ = _activation(multiplier, arms, cost, lower, upper)
    return Shares(activation, RESERVE * multiplier, multiplier)
