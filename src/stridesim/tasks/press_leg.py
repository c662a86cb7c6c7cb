"""The leg on a press: one knee angle says where everything is.

The hip is held by the back rest, the foot stays flat on a plate that slides along a rail through
the hip. With knee flexion k, thigh a and shank b, the ankle is r = sqrt(a^2 + b^2 + 2 a b cos k)
from the hip, the thigh stands at alpha over the rail and the shank at beta, alpha + beta = k:

    sin alpha = b sin k / r,    sin beta = a sin k / r,
    hip flexion = recline + alpha,    dorsiflexion = beta - plate.

The leg has one degree of freedom, so virtual work alone gives the force on the plate: muscles
pull with -F dL/dk against N dr/dk. Its inertia is that of thigh, shank and foot (de Leva 1996);
their weight is left out.

Symbols (local): L musculotendon length, c centre of pressure from the hip, T force along the plate.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp

from stridesim.muscles.geometry import COORDINATES, geometry_of
from stridesim.posture.linkage import Joints
from stridesim.runner import Numbers
from stridesim.runner.body import FOOT, SHANK, THIGH

BALL_RATIO: Final = 0.06943
ANKLE_HEIGHT_RATIO: Final = 0.06336
"""Ankle to the ball of the foot along the sole, and ankle over the sole, over body height: 13
runners standing (Fukuchi 2017, doi:10.7717/peerj.3298)."""


class Seat(NamedTuple):
    """How the press holds the person, rad: hip flexion of the straight leg, and how far the plate
    leans away from the foot, which spares dorsiflexion."""

    recline: Any
    plate: Any


class LegAt(NamedTuple):
    """The leg at knee angles (N,): distance of hip and ankle (m) and its slope dr/dk (m/rad),
    musculotendon lengths (M, N) m, their slopes dL/dk (M, N), moment arms (M, 4, N), inertia of the
    knee angle without the sled (N,) kg m2 and its slope."""

    distance: Any
    slope: Any
    lengths: Any
    length_slopes: Any
    arms: Any
    inertia: Any
    inertia_slope: Any


def joints_at(knee: Any, seat: Seat, runner: Numbers) -> Joints:
    """Joint angles (N,) rad at knee flexion `knee` (N,) rad."""
    alpha, beta, _ = _triangle(knee, runner)
    return Joints(seat.recline + alpha, jnp.zeros_like(knee), knee, beta - seat.plate)


def _triangle(knee: Any, runner: Numbers) -> tuple[Any, Any, Any]:
    a, b = runner.body.thigh_length, runner.body.shank_length
    alpha = jnp.arctan2(b * jnp.sin(knee), a + b * jnp.cos(knee))
    distance = jnp.sqrt(a**2 + b**2 + 2 * a * b * jnp.cos(knee))
    return alpha, knee - alpha, distance


def leg_at(knee: Any, seat: Seat, runner: Numbers) -> LegAt:
    """The leg at knee flexion `knee` (N,) rad, each lane by itself."""
    one = jnp.ones_like(knee)

    def placed(k: Any) -> tuple[Any, Any]:
        found = geometry_of(joints_at(k, seat, runner), runner.body.height)
        return _triangle(k, runner)[2], found.length

    def inertia(k: Any) -> Any:
        return _inertia(k, runner)

    (distance, lengths), (slope, slopes) = jax.jvp(placed, (knee,), (one,))
    own, own_slope = jax.jvp(inertia, (knee,), (one,))
    arms = geometry_of(joints_at(knee, seat, runner), runner.body.height).arms
    return LegAt(distance, slope, lengths, slopes, arms, own, own_slope)


def _inertia(knee: Any, runner: Numbers) -> Any:
    """Of one leg about its knee angle: twice its kinetic energy over the squared rate."""
    a, b = runner.body.thigh_length, runner.body.shank_length
    mass = runner.body.mass

    def places(k: Any) -> tuple[Any, Any, Any, Any, Any]:
        alpha, beta, distance = _triangle(k, runner)
        x = a * jnp.cos(alpha) + SHANK.centre * b * jnp.cos(beta)
        y = a * jnp.sin(alpha) - SHANK.centre * b * jnp.sin(beta)
        return alpha, beta, x, y, distance

    _, rates = jax.jvp(places, (knee,), (jnp.ones_like(knee),))
    alpha, beta, x, y, foot = rates
    thigh = THIGH.mass_fraction * (THIGH.centre**2 + THIGH.gyration**2) * a**2 * alpha**2
    shank = SHANK.mass_fraction * (x**2 + y**2 + SHANK.gyration**2 * b**2 * beta**2)
    return mass * (thigh + shank + FOOT.mass_fraction * foot**2)


def pressure(force: Any, leg: LegAt, knee: Any, runner: Numbers) -> Any:
    """Centre of pressure (N,) m from the ankle along the plate, towards the toes positive, that
    muscle forces (M, N) N ask for while the leg is at rest."""
    torque = jnp.sum(leg.arms * force[:, None], axis=0)
    hip, bent, ankle = (
        torque[COORDINATES.index(n)] for n in ("hip_flexion", "knee_flexion", "ankle_dorsiflexion")
    )
    alpha, _, distance = _triangle(knee, runner)
    a = runner.body.thigh_length
    # Counter-clockwise on what is beyond each joint: hip flexion, knee extension, dorsiflexion.
    along = (hip - ankle) / distance
    normal = (a * jnp.cos(alpha) * along - hip - bent) / (a * jnp.sin(alpha))
    return (ANKLE_HEIGHT_RATIO * runner.body.height * along - ankle) / normal
