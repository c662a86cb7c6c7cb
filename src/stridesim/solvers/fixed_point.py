"""A fixed point x = f(x) with x >= 0, for every lane of a batch.

Repeating f overshoots where its slope is steep, and takes ever more passes near a bound. So each
pass starts from the combination of the last passes with the least residual (Anderson 1965,
doi:10.1145/321296.321305; Walker & Ni 2011, doi:10.1137/10078356X), two passes back.

The first passes are in single precision, which takes little more than half the time. Mapped over
lanes, all lanes take passes side by side until half of them agree; those left are then gathered,
some at a time, the furthest first, so that a lane that needs one more pass does not wait for one
that needs thirty. What a lane gets does not depend on the other lanes of the batch.
"""

import dataclasses
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.elementary import largest, made_once, total
from stridesim.solvers.lanes import gather_unfinished
from stridesim.solvers.result import Result, Settings

_RANK: Final = 1e-10
"""Passes that differ less than this from each other, over how much they changed, count as one."""
_NOTHING: Final = 1e-60
"""Keeps the quotient finite where nothing changed."""


@dataclasses.dataclass(frozen=True)
class FixedPointSettings(Settings):
    """`tolerance` is the largest change of any row in the last pass.

    rough: passes in single precision, which begin every search;
    fine: passes in double precision that every lane takes after them. A lane that begins close to
    its fixed point changes little from the first pass on; with fewer passes its answer to a change
    of the problem would be a part of the true one, and differences of results would show it;
    damping: share of the residual that is added to the combination. Changes alternate in sign, so
    it is less than 1.
    """

    rough: int
    fine: int
    damping: float


Pass = Callable[[Any, Any, Any], tuple[Any, Any]]
"""(problem, rows (M, N), what else the pass before gave) to new rows and what else it gives, all in
the precision of the rows that it is given."""


class _Lane(NamedTuple):
    """The last three passes of a lane began at `places` (M, N) and left `residuals` (M, N), the
    latest first. Where the next pass begins is computed when it is taken: XLA reads what a loop
    carries, and computes again for every row what is made in the same turn."""

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


def _unfinished(lane: _Lane, settings: FixedPointSettings) -> Any:
    # What is not a number stays so: more passes do not help.
    enough = lane.count >= settings.rough + settings.fine
    agrees = ~(_change(lane) > settings.tolerance) & enough
    return ~agrees & (lane.count < settings.steps)


def _place(lane: _Lane, damping: float) -> Any:
    """Where the next pass begins: the first at the start, the second without a combination."""
    moved, answered = (
        [jnp.where(lane.count > after, v[after - 1] - v[after], 0.0) for after in (1, 2)]
        for v in (lane.places, lane.residuals)
    )
    at = lane.places[0] + damping * lane.residuals[0]
    shares = _least_residual(answered, lane.residuals[0])
    for share, m, a in zip(shares, moved, answered, strict=True):
        at = at - share * (m + damping * a)
    return jnp.maximum(at, 0.0)


def _next(one_pass: Pass, settings: FixedPointSettings, problem: Any, lane: _Lane) -> _Lane:
    at = made_once(_place(lane, settings.damping))
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


@dataclasses.dataclass(frozen=True)
class _Search:
    """A pass and the settings of its repetition."""

    one_pass: Pass
    settings: FixedPointSettings

    def next(self, problem: Any, lane: _Lane) -> _Lane:
        """The lane after one more pass."""
        return _next(self.one_pass, self.settings, problem, lane)

    def unfinished(self, lane: _Lane) -> Any:
        """Whether a lane needs another pass."""
        return _unfinished(lane, self.settings)

    def roughly(self, problem: Any, start: Any, besides: Any) -> _Lane:
        """Where the first passes lead in single precision, or the start if that is no number."""
        beginning = _begin(start, besides)
        problem, lane = _converted((problem, beginning), jnp.float32)
        rough = self.settings.rough
        lane = jax.lax.fori_loop(0, rough, lambda _, lane: self.next(problem, lane), lane)
        found = _converted(lane, start.dtype)
        are_numbers = jnp.all(jnp.isfinite(_place(found, self.settings.damping)))
        return jax.tree.map(lambda f, b: jnp.where(are_numbers, f, b), found, beginning)

    def alone(self, problem: Any, start: Any, besides: Any) -> Result:
        """One lane to its end."""
        lane = jax.lax.while_loop(
            self.unfinished,
            lambda lane: self.next(problem, lane),
            self.roughly(problem, start, besides),
        )
        return _result(lane)

    def side_by_side(self, problem: Any, lanes: _Lane, few: int = 0) -> _Lane:
        """All unfinished lanes take passes until no more than `few` are unfinished."""
        unfinished = jax.vmap(self.unfinished)

        def take(lanes: _Lane) -> _Lane:
            left = unfinished(lanes)
            found = jax.vmap(self.next)(problem, lanes)
            return jax.tree.map(
                lambda f, v: jnp.where(left.reshape(-1, *[1] * (f.ndim - 1)), f, v), found, lanes
            )

        return jax.lax.while_loop(lambda lanes: jnp.sum(unfinished(lanes)) > few, take, lanes)

    def together(self, problem: Any, start: Any, besides: Any) -> Result:
        """Many lanes (leading axis) to their ends."""
        lanes = jax.vmap(self.roughly)(problem, start, besides)
        size = start.shape[0]
        lanes = self.side_by_side(problem, lanes, size // 2)

        def furthest(lanes: _Lane, left: Any) -> Any:
            distance = jnp.nan_to_num(jax.vmap(_change)(lanes), nan=jnp.inf, posinf=jnp.inf)
            distance = jnp.where(left, distance, -1.0)
            found, places = jax.lax.top_k(distance, min(size, self.settings.block))
            return jnp.where(found >= 0, places, size)

        left = jax.vmap(self.unfinished)(lanes)
        lanes = gather_unfinished(self.side_by_side, furthest, problem, lanes, left)
        return jax.vmap(_result)(lanes)


def _result(lane: _Lane) -> Result:
    change = jnp.max(jnp.abs(lane.residuals[0]), axis=1)
    return Result(lane.places[0] + lane.residuals[0], change, lane.count, lane.besides)


def _solve(search: _Search, problem: Any, start: Any, besides: Any) -> Result:
    alone = jax.custom_batching.custom_vmap(search.alone)

    @alone.def_vmap
    def _together(size: int, mapped: Any, *given: Any) -> tuple[Result, Any]:
        def each(values: Any, is_mapped: bool) -> Any:
            return values if is_mapped else jnp.broadcast_to(values, (size, *values.shape))

        found = search.together(*jax.tree.map(each, given, tuple(mapped)))
        return found, jax.tree.map(lambda _: True, found)

    return alone(problem, start, besides)


def _krylov(matrix: Callable[[Any], Any], right: Any) -> Any:
    # Its own rule for the transpose takes the start for a second right-hand side (JAX 0.10).
    return jax.scipy.sparse.linalg.bicgstab(matrix, right, tol=1e-10, maxiter=100)[0]


def solve_fixed_point(
    one_pass: Pass, problem: Any, start: Any, besides: Any, settings: FixedPointSettings
) -> Result:
    """Rows x >= 0 with `one_pass(problem, x, ...) = x`, from `start` (M, N).

    `besides` stands for what a pass before the first would have given. Start and `besides` may
    spare work; neither changes what is found. The `residual` (M,) is the largest change of each row
    in the last pass. Differentiable in `problem`: the derivative is that of the fixed point,
    (I - f_x)^-1 f_p, not of the passes that lead to it.
    """
    # Every use of the pass shares one trace.
    search = _Search(jax.jit(one_pass), settings)

    @jax.custom_jvp
    def fixed(problem: Any, start: Any, besides: Any) -> Result:
        return _solve(search, problem, start, besides)

    @fixed.defjvp
    def _implicit(given: Any, changes: Any) -> tuple[Result, Result]:
        problem, change = given[0], changes[0]
        found = fixed(*given)

        def result(problem: Any, value: Any) -> tuple[Any, Any]:
            return search.one_pass(problem, value, found.besides)

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
        none = np.zeros(jnp.shape(found.steps), jax.dtypes.float0)
        return found, Result(value, jnp.zeros_like(found.residual), none, besides)

    return fixed(problem, start, besides)
