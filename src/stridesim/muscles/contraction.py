"""Muscles switched on: fibre and tendon as they contract, a step of time after another.

The force of a tendon is that of its fibre, at the fibre's length and velocity,

    f(e) = cos(pennation) (a fL(l) fV(v) + fP(l)),      e tendon strain,

where the fibre is what the tendon leaves of the musculotendon. Implicit Euler writes the velocity
as the change of length over a step; the force at the end of the step is then the root of one
equation for each muscle, with the Achilles tendon in common (`tendons.elastic_strain`). Newton's
method finds it: the derivative is a diagonal and, for the common tendon, one product of vectors,
which Sherman & Morrison invert (1950, doi:10.1214/aoms/1177729893).

An isometric contraction is the state after steps that grow without limit. So among several lengths
at which fibre and tendon balance it finds the one that a contraction from rest ends in.

Tendons lose nothing here: their hysteresis (5 % of a cycle) acts when they recoil.

Symbols (local): f force over F0, e strain, l and v fibre length and velocity over their optimum
and maximum, a activation.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.groups import Groups
from stridesim.muscles.state import Fibre, fibre_at
from stridesim.muscles.tendons import Strain, elastic_strain
from stridesim.programs import kept_result
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES

NEWTON_STEPS: Final = 8
LARGEST_CHANGE: Final = 0.3
"""Of force over F0 in one step of Newton's method."""
WEAKEST: Final = -0.15
"""Force over F0 of a slack tendon, which De Groote's curve lets push a little."""

SETTLING: Final = 1e-3 * 1.7 ** np.arange(32)
"""s; steps of time in which an isometric contraction settles."""

_IN_COMMON: Final = np.array([group in ACHILLES for group in GROUPS], float)[:, None]


@kept_result
class Contraction(NamedTuple):
    """Groups by lanes (M, N), SI. `along` is the fibre's length along its tendon, `velocity` that
    of the fibre (lengthening positive), `residual` what is left of the balance, over F0."""

    force: Any
    along: Any
    norm_fiber_length: Any
    velocity: Any
    fiber_force: Any
    active_force: Any
    strain: Any
    residual: Any

    @property
    def power(self) -> Any:
        """Power that fibres give, W, passive force included."""
        return -self.fiber_force * self.velocity


def contract(
    before: Contraction, mtu_length: Any, activation: Any, groups: Groups, step: Any
) -> Contraction:
    """The muscles a `step` (s) later, at musculotendon lengths (M, N) m and activations (M, N)."""
    weight = _IN_COMMON * groups.peak_isometric_force[:, None]
    weight = weight / jnp.sum(weight)
    share = (groups.common_tendon_length / groups.slack_length)[:, None]
    rate = jnp.log(6.0) / groups.strain_at_peak_force[:, None]

    def force_at(strain: Any) -> Any:
        fibre, v = _fibre(before, mtu_length, strain, groups, step)
        return fibre.cosine * (activation * fibre.active * curves.force_velocity(v) + fibre.passive)

    def newton(_: int, f: Any) -> Any:
        strain = elastic_strain(f, groups)
        value, slope = jax.jvp(force_at, (strain.whole,), (jnp.ones_like(f),))
        together = jnp.sum(weight * f, axis=0, keepdims=True)
        own_rate = 1 / (rate * (f + 0.2))
        common_rate = _IN_COMMON / (rate * (together + 0.2))
        diagonal = 1 - slope * (1 - share) * own_rate
        column = slope * share * common_rate / diagonal
        change = (f - value) / diagonal
        pulled = jnp.sum(weight * change, axis=0, keepdims=True)
        change += column * pulled / (1 - jnp.sum(weight * column, axis=0, keepdims=True))
        return jnp.maximum(f - jnp.clip(change, -LARGEST_CHANGE, LARGEST_CHANGE), WEAKEST)

    f = before.force / groups.peak_isometric_force[:, None]
    f = jax.lax.fori_loop(0, NEWTON_STEPS, newton, f)
    strain = elastic_strain(f, groups)
    return _contraction(before, mtu_length, activation, groups, step, f, strain)


def _fibre(
    before: Contraction, mtu_length: Any, strain: Any, groups: Groups, step: Any
) -> tuple[Fibre, Any]:
    """Fibres at a strain, and their velocity over the maximal one."""
    fibre = fibre_at(mtu_length, strain, groups)
    speed = (fibre.along_tendon - before.along) / step * fibre.cosine
    return fibre, speed / (groups.max_velocity * groups.optimal_fiber_length[:, None])


def _contraction(
    before: Contraction,
    mtu_length: Any,
    activation: Any,
    groups: Groups,
    step: Any,
    f: Any,
    strain: Strain,
) -> Contraction:
    peak = groups.peak_isometric_force[:, None]
    fibre, v = _fibre(before, mtu_length, strain.whole, groups, step)
    active = activation * fibre.active * curves.force_velocity(v)
    along = active + fibre.passive
    return Contraction(
        peak * f,
        fibre.along_tendon,
        fibre.length,
        v * groups.max_velocity * groups.optimal_fiber_length[:, None],
        peak * along,
        peak * active,
        strain.whole,
        jnp.abs(f - fibre.cosine * along),
    )


def slack(mtu_length: Any, groups: Groups) -> Contraction:
    """Muscles whose tendons are slack, at musculotendon lengths (M, N) m."""
    none = jnp.zeros_like(mtu_length)
    fibre = fibre_at(mtu_length, none, groups)
    return Contraction(none, fibre.along_tendon, fibre.length, none, none, none, none, none)


def isometric(mtu_length: Any, activation: Any, groups: Groups) -> Contraction:
    """The state in which a contraction at fixed musculotendon lengths (M, N) m settles."""

    def settle(state: Contraction, step: Any) -> tuple[Contraction, None]:
        return contract(state, mtu_length, activation, groups, step), None

    begin = slack(mtu_length, groups)
    return jax.lax.scan(settle, begin, jnp.asarray(SETTLING))[0]
