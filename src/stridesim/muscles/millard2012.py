"""Millard 2012: muscle and tendon curves joined from quintic Bezier corners.

Millard, Uchida, Seth and Delp (2013, doi:10.1115/1.4023390; model of 2012) draw each curve from
C-shaped corners. A corner joins point 0 (slope s0) to point 1 (slope s1) through the crossing C
of the two tangents: a quintic Bezier curve with control points P0, Q0, Q0, Q1, Q1, P1, where
Qi = Pi + c (C - Pi) and the curviness c = 0.1 + 0.8 k. Neighbouring corners share tangent and
vanishing curvature, so the whole is twice differentiable; outside, the curve is a straight line.
To read y at x, u is found from x(u) = x, which grows monotonically, and put into y(u).

Same interface as `degroote2016`, as OpenSim 4.6 implements the curves with its default shapes
(its class names in the comments below). The tendon depends on strain over the strain at peak
force alone, and reads force zero below slack. Unlike De Groote's, force-velocity is flat beyond
+-1, so its inverse ends there.

Symbols (local): u curve parameter in [0, 1], p the four distinct control values of one
coordinate of one corner, l normalised fibre length, v normalised velocity, lengthening positive.
"""

import itertools
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array
from jax.typing import ArrayLike

_BISECTIONS: Final = 40
_NEWTON_STEPS: Final = 2
_GAUSS_NODES, _GAUSS_WEIGHTS = np.polynomial.legendre.leggauss(5)

_Points = Sequence[Any]  # four control values: floats, or arrays where a parameter shapes them
_Knot = tuple[Any, Any, Any]  # x, y, slope


class _Corner(NamedTuple):
    """Control values P0, Q0, Q1, P1 of one coordinate x and the other y."""

    x: _Points
    y: _Points


class _Curve(NamedTuple):
    """Corners from left to right, and the slopes of the straight lines outside."""

    corners: tuple[_Corner, ...]
    slope_before: float
    slope_after: ArrayLike

    def at(self, x: ArrayLike) -> Array:
        """y at x, any shape."""
        x = jnp.asarray(x)
        first, last = self.corners[0], self.corners[-1]
        inside, px, py = self._corner_at(x)
        y = _bezier(py, _solve(px, inside))
        y = jnp.where(x < first.x[0], first.y[0] + self.slope_before * (x - first.x[0]), y)
        return jnp.where(x > last.x[3], last.y[3] + self.slope_after * (x - last.x[3]), y)

    def slope_at(self, x: ArrayLike) -> Array:
        """dy/dx at x, any shape."""
        x = jnp.asarray(x)
        inside, px, py = self._corner_at(x)
        u = _solve(px, inside)
        slope = _bezier_slope(py, u) / _bezier_slope(px, u)
        slope = jnp.where(x < self.corners[0].x[0], self.slope_before, slope)
        return jnp.where(x > self.corners[-1].x[3], self.slope_after, slope)

    def integral_to(self, x: ArrayLike) -> Array:
        """Area under y from the first corner to x (zero before it), any shape."""
        x = jnp.asarray(x)
        inside, _, _ = self._corner_at(x)
        area = jnp.zeros_like(inside)
        for corner in self.corners:
            u = _solve(corner.x, jnp.clip(inside, corner.x[0], corner.x[3]))
            for node, weight in zip(_GAUSS_NODES, _GAUSS_WEIGHTS, strict=True):
                at = 0.5 * u * (1.0 + node)
                area = area + 0.5 * u * weight * _bezier(corner.y, at) * _bezier_slope(corner.x, at)
        last = self.corners[-1]
        beyond = jnp.maximum(x - last.x[3], 0.0)
        return area + beyond * (last.y[3] + 0.5 * self.slope_after * beyond)

    def inverse(self) -> "_Curve":
        """x and y exchanged; flat outside."""
        return _Curve(tuple(_Corner(corner.y, corner.x) for corner in self.corners), 0.0, 0.0)

    def _corner_at(self, x: Array) -> tuple[Array, _Points, _Points]:
        """x kept within the corners, and the control values of the corner it lies in."""
        inside = jnp.clip(x, self.corners[0].x[0], self.corners[-1].x[3])
        px, py = self.corners[0]
        for corner in self.corners[1:]:
            here = inside >= corner.x[0]
            px = tuple(jnp.where(here, new, old) for new, old in zip(corner.x, px, strict=True))
            py = tuple(jnp.where(here, new, old) for new, old in zip(corner.y, py, strict=True))
        return inside, px, py


def _corner(start: _Knot, end: _Knot, curviness: float) -> _Corner:
    """The C-shaped corner from one knot to the next."""
    (x0, y0, s0), (x1, y1, s1) = start, end
    c = 0.1 + 0.8 * curviness
    x_cross = (y1 - y0 - x1 * s1 + x0 * s0) / (s0 - s1)
    y_cross = (x_cross - x1) * s1 + y1
    return _Corner(
        (x0, x0 + c * (x_cross - x0), x1 + c * (x_cross - x1), x1),
        (y0, y0 + c * (y_cross - y0), y1 + c * (y_cross - y1), y1),
    )


def _bezier(p: _Points, u: Array) -> Array:
    """The quintic with control values p0, p1, p1, p2, p2, p3."""
    w = 1.0 - u
    near_start = 5.0 * u * w**3 * (1.0 + u)
    near_end = 5.0 * u**3 * w * (1.0 + w)
    return p[0] * w**5 + p[1] * near_start + p[2] * near_end + p[3] * u**5


def _bezier_slope(p: _Points, u: Array) -> Array:
    """Derivative of `_bezier` with respect to u."""
    w = 1.0 - u
    return 5.0 * ((p[1] - p[0]) * w**4 + 6.0 * (p[2] - p[1]) * (u * w) ** 2 + (p[3] - p[2]) * u**4)


def _solve(p: _Points, value: Array) -> Array:
    """u in [0, 1] with `_bezier(p, u)` = value, for growing p.

    Bisection always arrives, even where the curve starts flat; Newton polishes. Only the last
    Newton step is differentiated: there it has the derivative of the implicit function.
    """

    def halve(_, bounds: tuple[Array, Array]) -> tuple[Array, Array]:
        low, high = bounds
        middle = 0.5 * (low + high)
        too_low = _bezier(fixed, middle) < target
        return jnp.where(too_low, middle, low), jnp.where(too_low, high, middle)

    def newton(p: _Points, value: Array, u: Array) -> Array:
        slope = _bezier_slope(p, u)
        flat = slope <= 1e-12
        step = (_bezier(p, u) - value) / jnp.where(flat, 1.0, slope)
        return jnp.clip(jnp.where(flat, u, u - step), 0.0, 1.0)

    fixed, target = jax.lax.stop_gradient((p, value))
    start = (jnp.zeros_like(target), jnp.ones_like(target))
    low, high = jax.lax.fori_loop(0, _BISECTIONS, halve, start)
    u = 0.5 * (low + high)
    for _ in range(_NEWTON_STEPS):
        u = newton(fixed, target, u)
    return newton(p, value, jax.lax.stop_gradient(u))


def _active_curve() -> _Curve:
    """ActiveForceLengthCurve: lengths 0.4441, 0.73, 1, 1.8123, no force at the ends."""
    shortest, shoulder, longest, plateau_slope, half_plateau = (
        0.4441,
        0.73,
        1.8123,
        0.8616,
        0.05,
    )
    at_shoulder = 1.0 - plateau_slope * (1.0 - half_plateau - shoulder)
    steep = 1.25 * at_shoulder / (shoulder - shortest)
    rising = (0.5 * (shortest + shoulder), 0.5 * at_shoulder, steep)
    shallow = (
        0.5 * (shoulder + 1.0 - half_plateau),
        0.5 * (1.0 + at_shoulder),
        plateau_slope,
    )
    falling = (
        0.5 * (1.0 + half_plateau + longest),
        0.5,
        -1.0 / (longest - half_plateau - (1.0 + half_plateau)),
    )
    knots = (
        (shortest, 0.0, 0.0),
        rising,
        shallow,
        (1.0, 1.0, 0.0),
        falling,
        (longest, 0.0, 0.0),
    )
    return _chain(knots, 1.0, 0.0)


def _passive_curve(strain_at_one_norm_force: ArrayLike) -> _Curve:
    """FiberForceLengthCurve: slack at 1, low slope 0.2, slope 2/strain at one peak force."""
    e1 = strain_at_one_norm_force
    stiff, low_slope = 2.0 / e1, 0.2
    low = 1.0 + 0.1 / stiff
    knots = (
        (1.0, 0.0, 0.0),
        (low, low_slope * 0.5 * (low - 1.0), low_slope),
        (1.0 + e1, 1.0, stiff),
    )
    return _chain(knots, 0.75, stiff)


def _velocity_curve() -> _Curve:
    """ForceVelocityCurve: slopes 0, 0.25 (shortening), 5 (isometric), 0.15, 0, force 1.4."""
    near_shortening, near_lengthening, largest = 0.25, 0.15, 1.4
    shortening = (
        (-1.0, 0.0, 0.0),
        (-0.9, 0.05 * near_shortening, near_shortening),
        (0.0, 1.0, 5.0),
    )
    lengthening = (
        (0.0, 1.0, 5.0),
        (0.9, largest - 0.05 * near_lengthening, near_lengthening),
        (1.0, largest, 0.0),
    )
    corners = _chain(shortening, 0.6, 0.0).corners + _chain(lengthening, 0.9, 0.0).corners
    return _Curve(corners, 0.0, 0.0)


def _tendon_curve() -> _Curve:
    """TendonForceLengthCurve over strain / strain at peak force: linear above 2/3, slope 1.375."""
    stiff, toe_force, curviness = 1.375, 2.0 / 3.0, 0.5
    toe = (toe_force - 1.0) / stiff + 1.0
    foot = toe / 10.0
    middle_force = toe_force / 2.0
    middle = (middle_force - 1.0) / stiff + 1.0
    slope = middle_force / (middle - foot)
    knots = (
        (0.0, 0.0, 0.0),
        (0.5 * (foot + middle), slope * 0.5 * (middle - foot), slope),
        (toe, toe_force, stiff),
    )
    return _chain(knots, curviness, stiff)


def _chain(knots: Sequence[_Knot], curviness: float, slope_after: ArrayLike) -> _Curve:
    """The curve through the knots, flat before the first."""
    corners = tuple(_corner(a, b, curviness) for a, b in itertools.pairwise(knots))
    return _Curve(corners, 0.0, slope_after)


_ACTIVE: Final = _active_curve()
_VELOCITY: Final = _velocity_curve()
_TENDON: Final = _tendon_curve()


def active_force_length(norm_fiber_length: ArrayLike) -> Array:
    """Isometric active force over peak isometric force, any shape (doi:10.1115/1.4023390)."""
    return _ACTIVE.at(norm_fiber_length)


def passive_force_length(
    norm_fiber_length: ArrayLike, strain_at_one_norm_force: ArrayLike = 0.7
) -> Array:
    """Passive fibre force over peak isometric force, any shape (doi:10.1115/1.4023390)."""
    return _passive_curve(strain_at_one_norm_force).at(norm_fiber_length)


def force_velocity(norm_velocity: ArrayLike) -> Array:
    """Force over isometric force, any shape; velocity over maximal shortening velocity,
    lengthening positive (doi:10.1115/1.4023390)."""
    return _VELOCITY.at(norm_velocity)


def inverse_force_velocity(multiplier: ArrayLike) -> Array:
    """Normalised velocity in [-1, 1] at which `force_velocity` gives `multiplier`, any shape."""
    return _VELOCITY.inverse().at(multiplier)


def tendon_force(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Tendon force over peak isometric force, any shape, zero when slack
    (doi:10.1115/1.4023390)."""
    return _TENDON.at(jnp.asarray(strain) / strain_at_peak_force)


def tendon_strain(norm_force: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Strain at which `tendon_force` gives `norm_force`, any shape; zero for no force."""
    inverse = _TENDON.inverse()._replace(slope_after=1.0 / _TENDON.slope_after)
    return inverse.at(norm_force) * strain_at_peak_force


def tendon_stiffness(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Slope of `tendon_force` per unit strain, any shape."""
    return _TENDON.slope_at(jnp.asarray(strain) / strain_at_peak_force) / strain_at_peak_force


def tendon_energy(strain: ArrayLike, strain_at_peak_force: ArrayLike) -> Array:
    """Elastic energy over peak isometric force times slack length, any shape."""
    return _TENDON.integral_to(jnp.asarray(strain) / strain_at_peak_force) * strain_at_peak_force
