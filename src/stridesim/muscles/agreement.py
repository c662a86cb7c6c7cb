"""Forces that agree with the fibres they act on: a fixed point x = f(x) for every runner.

Forces stretch tendons, tendons set the length and the speed of fibres, and these decide what
forces are shared next. Repeated as it stands this overshoots (a muscle that is asked for more
finds its fibres shortening faster), and slows to a crawl where muscles are near their limit. So
each pass starts from the combination of the last passes with the least residual (Anderson 1965,
doi:10.1145/321296.321305; Walker & Ni 2011, doi:10.1137/10078356X), two passes back.

Most runners agree after six passes, a few after three times as many. The first `ROUGH` are in
single precision, which takes little more than half the time and is far more exact than what is
known of the forces by then. Mapped over runners, all take passes side by side until half of them
agree; those left are then gathered, some at a time, and followed to the end: the furthest first,
so that who needs one more pass does not wait for who needs thirty. What a runner gets does not
depend on who else is in the batch.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

from stridesim.elementary import largest, made_once, total

TOLERANCE: Final = 1e-5
"""Largest change of any row in a pass with which the passes agree: cost is then within 1e-6."""

PASSES: Final = 40
ROUGH: Final = 4
"""Passes in single precision: they leave changes of 1e-4, some hundreds of times its rounding."""
FINE: Final = 2
"""Passes in double precision that everybody takes after them. Who begins close to where he ends
changes little from the first pass on; with fewer, his forces would answer a change of his
parameters only in part, as differences of costs tell."""
GATHERED: Final = 8
"""Runners followed to the end at a time, once half of a batch agree."""

DAMPING: Final = 0.8
"""Share of the residual that is added to the combination: changes alternate in sign, so less."""
_RANK: Final = 1e-10
"""Passes that differ less than this from each other, over how much they changed, count as one."""
_NOTHING: Final = 1e-60
"""Keeps the quotient finite where nothing changed."""


class Agreed(NamedTuple):
    """Rows `value` (M, N), what else the last pass gave, and the change it made (M,)."""

    value: Any
    besides: Any
    change: Any


Pass = Callable[[Any, Any, Any], tuple[Any, Any]]
"""(problem, rows (M, N), what else the pass before gave) to new rows and what else it gives, all in
the precision of the rows that it is given."""


class _Lane(NamedTuple):
    """A runner on his way: the last three passes began at `places` (M, N) and left `residuals`
    (M, N), the latest first. Where the next begins is found when it is taken: sums over what a
    loop carries read it, sums over what is made in the same turn make it anew for every row."""

    places: tuple[Any, Any, Any]
    residuals: tuple[Any, Any, Any]
    besides: Any
    count: Any


def _converted(values: Any, kind: Any) -> Any:
    """The same, every floating point number of this `kind`."""

    def of(value: Any) -> Any:
        return value.astype(kind) if jnp.issubdtype(value.dtype, jnp.floating) else value

    return jax.tree.map(of, values)


def _begin(start: Any, besides: Any) -> _Lane:
    none = jnp.zeros_like(start)
    return _Lane((start, start, start), (none, none, none), besides, jnp.zeros((), int))


def _change(lane: _Lane) -> Any:
    """Largest change in the last pass."""
    return jnp.max(largest(jnp.abs(lane.residuals[0])))


def _unfinished(lane: _Lane) -> Any:
    # What is not a number stays so: nothing is left to be done for it.
    agrees = ~(_change(lane) > TOLERANCE) & (lane.count >= ROUGH + FINE)
    return ~agrees & (lane.count < PASSES)


def _place(lane: _Lane) -> Any:
    """Where the next pass begins: at first where it was told to, without a guess after one pass."""
    moved, answered = (
        [jnp.where(lane.count > after, v[after - 1] - v[after], 0.0) for after in (1, 2)]
        for v in (lane.places, lane.residuals)
    )
    at = lane.places[0] + DAMPING * lane.residuals[0]
    shares = _least_residual(answered, lane.residuals[0])
    for share, m, a in zip(shares, moved, answered, strict=True):
        at = at - share * (m + DAMPING * a)
    return jnp.maximum(at, 0.0)


def _next(one_pass: Pass, problem: Any, lane: _Lane) -> _Lane:
    at = made_once(_place(lane))
    value, besides = _converted(one_pass(problem, at, lane.besides), at.dtype)
    places, residuals = (at, *lane.places[:2]), (value - at, *lane.residuals[:2])
    return _Lane(places, residuals, besides, lane.count + 1)


def _least_residual(answered: Any, residual: Any) -> tuple[Any, Any]:
    """Shares of the two differences that leave least of `residual`, in the mean square."""

    def product(one: Any, other: Any) -> Any:
        summed = jnp.sum(total(x * y for x, y in zip(one, other, strict=True)))
        return summed.astype(float)  # the determinant is a small difference of large products

    a, b = answered
    aa, ab, bb = product(a, a), product(a, b), product(b, b)
    ar, br = product(a, residual), product(b, residual)
    ridge = _RANK * (aa + bb) + _NOTHING
    aa, bb = aa + ridge, bb + ridge
    determinant = aa * bb - ab**2
    shares = (bb * ar - ab * br) / determinant, (aa * br - ab * ar) / determinant
    return _converted(shares, residual.dtype)


def _side_by_side(one_pass: Pass, problem: Any, lanes: _Lane, few: int) -> _Lane:
    """All take passes, who has finished stands still, until no more than `few` are unfinished."""
    unfinished = jax.vmap(_unfinished)

    def take(lanes: _Lane) -> _Lane:
        left = unfinished(lanes)
        found = jax.vmap(lambda p, lane: _next(one_pass, p, lane))(problem, lanes)
        return jax.tree.map(
            lambda f, v: jnp.where(left.reshape(-1, *[1] * (f.ndim - 1)), f, v), found, lanes
        )

    return jax.lax.while_loop(lambda lanes: jnp.sum(unfinished(lanes)) > few, take, lanes)


def _agreed(lane: _Lane) -> Agreed:
    change = jnp.max(jnp.abs(lane.residuals[0]), axis=1)
    return Agreed(lane.places[0] + lane.residuals[0], lane.besides, change)


def _roughly(one_pass: Pass, problem: Any, start: Any, besides: Any) -> _Lane:
    """Where the first passes lead in single precision, or the beginning if that is no number."""
    beginning = _begin(start, besides)
    problem, lane = _converted((problem, beginning), jnp.float32)
    lane = jax.lax.fori_loop(0, ROUGH, lambda _, lane: _next(one_pass, problem, lane), lane)
    found = _converted(lane, start.dtype)
    are_numbers = jnp.all(jnp.isfinite(_place(found)))
    return jax.tree.map(lambda f, b: jnp.where(are_numbers, f, b), found, beginning)


def _solve(one_pass: Pass, problem: Any, start: Any, besides: Any) -> Agreed:
    @jax.custom_batching.custom_vmap
    def alone(problem: Any, start: Any, besides: Any) -> Agreed:
        lane = jax.lax.while_loop(
            _unfinished,
            lambda lane: _next(one_pass, problem, lane),
            _roughly(one_pass, problem, start, besides),
        )
        return _agreed(lane)

    @alone.def_vmap
    def _together(size: int, mapped: Any, *given: Any) -> tuple[Agreed, Any]:
        def each(values: Any, is_mapped: bool) -> Any:
            return values if is_mapped else jnp.broadcast_to(values, (size, *values.shape))

        problem, start, besides = jax.tree.map(each, given, tuple(mapped))
        lanes = jax.vmap(lambda *given: _roughly(one_pass, *given))(problem, start, besides)
        lanes = _side_by_side(one_pass, problem, lanes, size // 2)

        def take(carry: tuple[_Lane, Any]) -> tuple[_Lane, Any]:
            lanes, left = carry
            distance = jnp.nan_to_num(jax.vmap(_change)(lanes), nan=jnp.inf, posinf=jnp.inf)
            distance = jnp.where(left, distance, -1.0)
            furthest, places = jax.lax.top_k(distance, min(size, GATHERED))
            # Who has finished fills the last gathering: read, never written.
            places = jnp.where(furthest >= 0, places, size)
            asked, some = jax.tree.map(lambda v: v.at[places].get(mode="clip"), (problem, lanes))
            found = _side_by_side(one_pass, asked, some, 0)
            written = jax.tree.map(lambda v, f: v.at[places].set(f, mode="drop"), lanes, found)
            return written, left.at[places].set(False, mode="drop")

        left = jax.vmap(_unfinished)(lanes)
        lanes, _ = jax.lax.while_loop(lambda carry: jnp.any(carry[1]), take, (lanes, left))
        agreed = jax.vmap(_agreed)(lanes)
        return agreed, jax.tree.map(lambda _: True, agreed)

    return alone(problem, start, besides)


def _krylov(matrix: Callable[[Any], Any], right: Any) -> Any:
    # Its own rule for the transpose takes the start for a second right-hand side (JAX 0.10).
    return jax.scipy.sparse.linalg.bicgstab(matrix, right, tol=1e-10, maxiter=100)[0]


def agree(one_pass: Pass, problem: Any, start: Any, besides: Any) -> Agreed:
    """Rows x >= 0 with `one_pass(problem, x, ...) = x` to `TOLERANCE`, from `start` (M, N).

    `besides` is what the first pass finds in place of what a pass before gave. Both may spare
    work; neither changes what is found. Differentiable in `problem`: the derivative is that of
    the fixed point, (I - f_x)^-1 f_p, not of the passes that led to it.
    """
    one_pass = jax.jit(one_pass)  # is traced once for all the places where it is taken

    @jax.custom_jvp
    def fixed(problem: Any, start: Any, besides: Any) -> Agreed:
        return _solve(one_pass, problem, start, besides)

    @fixed.defjvp
    def _implicit(given: Any, changes: Any) -> tuple[Agreed, Agreed]:
        problem, change = given[0], changes[0]
        found = fixed(*given)

        def result(problem: Any, value: Any) -> tuple[Any, Any]:
            return one_pass(problem, value, found.besides)

        # One linearisation serves every use: compiling a pass takes longer than anything else.
        _, moves = jax.linearize(result, problem, found.value)
        still = jnp.zeros_like(found.value), jax.tree.map(jnp.zeros_like, change)
        opened, _ = moves(change, still[0])
        moved = jax.lax.custom_linear_solve(
            lambda value: value - moves(still[1], value)[0],
            opened,
            _krylov,
            transpose_solve=_krylov,
        )
        value, besides = moves(change, moved)
        return found, Agreed(value, besides, jnp.zeros_like(found.change))

    return fixed(problem, start, besides)
