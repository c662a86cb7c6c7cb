"""What a contact adds up to: impulses and work of the template, integrals of its force over stance.

The force is known at Gauss-Legendre nodes of two pieces that join where the stabiliser comes on
(`gait.motion.fine_phases`), and the sum with their weights is exact for polynomials of twice their
number: the vertical impulse of a periodic step on level ground is g / f to the miss of its closure.
A trapezoid over even nodes misses by 0.06 %, as a contact's force begins and ends with a slope.
Braking, propulsion and leakage integrate a magnitude, which has a kink wherever the force changes
sign: the polynomial through the nodes is integrated between points close to each other, and of the
one interval with a change of sign the smaller side, a triangle, is counted anew.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np
from numpy.polynomial import legendre

from stridesim.dynamics.impact import impulse
from stridesim.dynamics.stance import Contact, Force
from stridesim.dynamics.template import Template
from stridesim.gait.collocation import joint_of
from stridesim.gait.motion import FINE, fine_phases
from stridesim.programs import kept_result

INTERVALS: Final = tuple(3 * nodes for nodes in FINE)
"""Of each piece, in which at most one change of sign is looked for."""


@kept_result
class Sums(NamedTuple):
    """Of one contact: impulses (N s) of the vertical force, of the backward and the forward force
    (magnitudes), of the magnitude of the lateral force beside the centre of mass and of the leg's
    force; energy (J) that leg and stabiliser dissipate and that push-off adds."""

    vertical: Any
    braking: Any
    propulsive: Any
    lateral_miss: Any
    leg: Any
    leg_dissipation: Any
    stabiliser_dissipation: Any
    push_off_work: Any


class _Rule(NamedTuple):
    """On [0, 1]: `weights` (n,) of the nodes; from values at the nodes to those at the ends of the
    intervals, `ends` (m + 1, n), and to the integral over each interval, `between` (m, n)."""

    weights: np.ndarray
    ends: np.ndarray
    between: np.ndarray


def _rule(count: int, intervals: int) -> _Rule:
    nodes, weights = legendre.leggauss(count)
    series = np.linalg.inv(legendre.legvander(nodes, count - 1))
    at = np.linspace(-1, 1, intervals + 1)
    integrals = [legendre.legint(basis, lbnd=-1) / 2 for basis in np.eye(count)]
    upto = np.stack([legendre.legval(at, one) for one in integrals], axis=1) @ series
    return _Rule(weights / 2, legendre.legvander(at, count - 1) @ series, np.diff(upto, axis=0))


_RULES: Final = [_rule(*counts) for counts in zip(FINE, INTERVALS, strict=True)]


class _Pieces(NamedTuple):
    """Before and after the joint: durations (B,)."""

    durations: tuple[Any, Any]

    def split(self, values: Any) -> tuple[Any, Any]:
        """Values (sum of FINE, B) at the nodes of each."""
        return values[: FINE[0]], values[FINE[0] :]

    def integral(self, values: Any) -> Any:
        """Over the contact, (B,)."""
        parts = zip(self.durations, _RULES, self.split(values), strict=True)
        return sum(duration * (rule.weights @ part) for duration, rule, part in parts)

    def integral_of_magnitude(self, values: Any) -> Any:
        """Of |values| over the contact, (B,)."""
        parts = zip(self.durations, _RULES, self.split(values), strict=True)
        return sum(duration * _magnitude(rule, part) for duration, rule, part in parts)


def _magnitude(rule: _Rule, values: Any) -> Any:
    """Integral over [0, 1] of the magnitude of the polynomial with `values` (n, B) at the nodes."""
    at_ends, between = rule.ends @ values, jnp.abs(rule.between @ values)
    first, last = jnp.abs(at_ends[:-1]), jnp.abs(at_ends[1:])
    turns = at_ends[:-1] * at_ends[1:] < 0
    across = jnp.where(turns, first + last, 1.0)
    # A straight line through zero: the side with the smaller end is a triangle.
    triangle = 0.5 * jnp.minimum(first, last) ** 2 / across / len(first)
    return jnp.sum(between + jnp.where(turns, 2 * triangle, 0.0), axis=0)


def sums_of(force: Force, contact: Contact, template: Template) -> Sums:
    """From the force at the fine phases (sum of FINE, B); contact and template (B,)."""
    t, duration = template, contact.contact_time
    joint = joint_of(duration, t)
    pieces = _Pieces((joint * duration, (1 - joint) * duration))
    forward, magnitude = pieces.integral(force.x), pieces.integral_of_magnitude(force.x)
    since = fine_phases(duration, t) * duration[None] - t.hip_onset[None]
    active = -jnp.expm1(-jnp.maximum(since, 0.0) / t.hip_activation_time[None])
    damped = force.leg * active * force.hip_adduction_rate**2
    return Sums(
        vertical=pieces.integral(force.spring_z) + impulse(duration, t),
        braking=0.5 * (magnitude - forward),
        propulsive=0.5 * (magnitude + forward),
        lateral_miss=pieces.integral_of_magnitude(force.lateral_miss),
        leg=pieces.integral(force.leg),
        leg_dissipation=t.loss * pieces.integral(force.elastic * force.length_rate**2),
        stabiliser_dissipation=t.hip_half_width * t.hip_damping * pieces.integral(damped),
        push_off_work=pieces.integral(force.elastic * force.push_off_rate),
    )
