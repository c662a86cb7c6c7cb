"""Elementary functions and sums, written for what XLA's CPU compiler makes of them.

XLA calls the C library once for every sine, arctangent and logarithm in float64 on the CPU, and
what is fused with such a call is not vectorised either: four to eight times the time. Polynomials
are; each function says where it holds. A sum over the first axis of an array it hands to a kernel
that takes twice the time of the same sum written out. And what it could read it likes to work out
again: `made_once`.

Symbols (local): a number is 2^e m with m between 1/sqrt 2 and sqrt 2; s = (m - 1)/(m + 1).
"""

import functools
import math
import operator
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp


class _Format(NamedTuple):
    """A floating point format as its logarithm sees it: integers of its size, bits of the mantissa,
    the bits of 1/sqrt 2, ln 2 in two parts, the first with trailing zeros so that a multiple of it
    is exact, and how many terms of the series it needs."""

    integer: Any
    mantissa: int
    half_root: int
    ln2: tuple[float, float]
    terms: int


_DOUBLE: Final = _Format(
    jnp.int64, 52, 0x3FE6A09E667F3BCD, (6.93147180369123816490e-01, 1.90821492927058770002e-10), 11
)
_SINGLE: Final = _Format(jnp.int32, 23, 0x3F3504F3, (0.693145751953125, 1.42860682030941723e-06), 5)

_HALF_TURN: Final = (3.1415926534682512, 1.2154201013012384e-10)
"""Pi in two parts, the first with 21 trailing zeros: a million times it is exact."""


def total(rows: Iterable[Any]) -> Any:
    """Sum over the first axis, or of a list."""
    return functools.reduce(operator.add, rows)


def largest(rows: Iterable[Any]) -> Any:
    """Largest value over the first axis, or of a list; NaN where one is."""
    return functools.reduce(jnp.maximum, rows)


def horner(coefficients: Any, x: Any) -> Any:
    """Polynomial with `coefficients` from the constant up, at x (any shape)."""
    value = jnp.zeros_like(x)
    for coefficient in reversed(list(coefficients)):
        value = value * x + coefficient
    return value


def sin_cos(angle: Any) -> tuple[Any, Any]:
    """Taylor series, within 4e-15 in a right angle and 4e-9 in half a turn: further a pelvis does
    not roll."""
    square = angle * angle
    terms = [(-1) ** n / math.factorial(2 * n) for n in range(10)]
    odd = [(-1) ** n / math.factorial(2 * n + 1) for n in range(10)]
    return angle * horner(odd, square), horner(terms, square)


def sin_cos_of_any(angle: Any) -> tuple[Any, Any]:
    """As `sin_cos`, for up to a million half turns: those are taken off first."""
    turns = jnp.round(angle / math.pi)
    high, low = _HALF_TURN
    sign = 1 - 2 * jnp.abs(turns - 2 * jnp.round(0.5 * turns))
    sine, cosine = sin_cos((angle - turns * high) - turns * low)
    return sign * sine, sign * cosine


def arctan(ratio: Any) -> Any:
    """Halve the angle twice, then the series: to rounding for the angles of a leg that stands."""
    for _ in range(2):
        ratio = ratio / (1 + jnp.sqrt(1 + ratio * ratio))
    return 4 * ratio * horner([(-1) ** n / (2 * n + 1) for n in range(12)], ratio * ratio)


@jax.custom_jvp
def log(x: Any) -> Any:
    """Natural logarithm (any shape; float64, or float32 of float32) to two roundings, where x is
    positive, finite and not subnormal; elsewhere NaN.

    ln x = e ln 2 + 2 artanh s, and artanh by its series, as |s| < 0.172.
    """
    x = jnp.asarray(x)
    if x.dtype != jnp.float32:
        x = x.astype(jnp.float64)
    kind = _SINGLE if x.dtype == jnp.float32 else _DOUBLE
    bits = jax.lax.bitcast_convert_type(x, kind.integer)
    exponent = (bits - kind.half_root) >> kind.mantissa
    mantissa = jax.lax.bitcast_convert_type(bits - (exponent << kind.mantissa), x.dtype)
    s = (mantissa - 1) / (mantissa + 1)
    series = horner([2 / (2 * n + 1) for n in range(kind.terms)], s * s)
    e = exponent.astype(x.dtype)
    high, low = kind.ln2
    within = (x >= jnp.finfo(x.dtype).tiny) & (x < jnp.inf)
    return jnp.where(within, e * high + (e * low + s * series), jnp.nan)


@log.defjvp
def _log_moves(given: tuple[Any], changes: tuple[Any]) -> tuple[Any, Any]:
    return log(given[0]), changes[0] / given[0]


@jax.custom_jvp
def made_once(values: Any) -> Any:
    """The same arrays, which XLA's CPU compiler then keeps in memory instead of working them out
    anew for each of their uses: without, half of all that pricing a stride does. Its own barrier is
    taken away before that; a loop is not, as it can't see that this one is never entered."""

    def never(carry: tuple[Any, Any]) -> tuple[Any, Any]:
        return jnp.zeros((), bool), jax.tree.map(jnp.negative, carry[1])

    some = jax.tree.leaves(values)[0]
    enters = jnp.isnan(jnp.ravel(some)[0]) & (jnp.ravel(some)[0] == 0)
    return jax.lax.while_loop(lambda carry: carry[0], never, (enters, values))[1]


@made_once.defjvp
def _as_they_change(given: tuple[Any], changes: tuple[Any]) -> tuple[Any, Any]:
    return made_once(*given), changes[0]
