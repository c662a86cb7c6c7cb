"""The periodic step as one system of equations: touchdown and stance at once.

Beside the nine unknowns at touchdown (`Unknowns`) stand the accelerations of the centre of mass
and of roll at Gauss-Legendre nodes of stance. Integrating the polynomial through them twice gives
velocities and positions at the nodes; what is asked is that the force there gives just these
accelerations (collocation; Hairer, Norsett & Wanner, "Solving Ordinary Differential Equations I",
II.7) and that the step is periodic. Two dozen force evaluations place the gait within 1e-8, which
takes the stepwise rule of `dynamics.stance` 170; none waits for another, and the system is far
less nonlinear than shooting, which multiplies every error by the gait's instability. Stance is
two polynomials, joined where the stabiliser comes on: its activation has a kink there and rises
within a few hundredths of a second, so the later piece has more nodes.

Arrays are (..., B), the batch innermost. Accelerations are in units of g (roll: g rad/m).
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.polynomial import legendre

from stridesim.constants import GRAVITY
from stridesim.dynamics.stance import State, acceleration
from stridesim.dynamics.template import Template
from stridesim.gait import residual as shooting
from stridesim.gait.residual import Unknowns

BEFORE: Final = 8
AFTER: Final = 16
NODES: Final = BEFORE + AFTER
"""Nodes before and after the stabiliser's onset; without one in stance, of the first and the
remaining two thirds."""

SIZE: Final = shooting.SIZE + 4 * NODES


class _Rule(NamedTuple):
    """Nodes and weights (n,) on [0, 1]; `integral` (n, n) takes values at the nodes to their
    integrals from 0 to each node."""

    nodes: np.ndarray
    weights: np.ndarray
    integral: np.ndarray


def _gauss_legendre(count: int) -> _Rule:
    nodes, weights = legendre.leggauss(count)
    to_series = np.linalg.inv(legendre.legvander(nodes, count - 1))
    integrals = [legendre.legint(basis, lbnd=-1) for basis in np.eye(count)]
    at_nodes = np.stack([legendre.legval(nodes, series) for series in integrals], axis=1)
    return _Rule((nodes + 1) / 2, weights / 2, at_nodes @ to_series / 2)


def _joined(first: _Rule, second: _Rule) -> _Rule:
    """Two pieces one after the other, each of width 1."""
    whole_first = np.tile(first.weights, (len(second.nodes), 1))
    none = np.zeros((len(first.nodes), len(second.nodes)))
    integral = np.block([[first.integral, none], [whole_first, second.integral]])
    nodes, weights = (np.concatenate(pair) for pair in list(zip(first, second, strict=True))[:2])
    return _Rule(nodes, weights, integral)


_RULE: Final = _joined(_gauss_legendre(BEFORE), _gauss_legendre(AFTER))
_LATER: Final = (np.arange(NODES) >= BEFORE)[:, None]
_TO_NODES_AND_END: Final = np.vstack([_RULE.integral, _RULE.weights])


def _grid(contact_time: Any, template: Template) -> tuple[Any, Any]:
    """Stance phase of the nodes, and the width of the piece that each stands in; (NODES, B)."""
    onset = template.hip_onset / contact_time
    joint = jnp.where((onset > 0) & (onset < 1), onset, BEFORE / NODES)[None]
    width = jnp.where(_LATER, 1 - joint, joint)
    return jnp.where(_LATER, joint, 0.0) + width * _RULE.nodes[:, None], width


def generic_guess(template: Template) -> Any:
    """A start for any runner: contact for six tenths of the step, a half-sine of force that
    points from the foot to the centre of mass. (SIZE, B)"""
    t = template
    contact = 0.6 * t.step_time
    zero = 0 * t.speed
    touchdown = jnp.stack(
        [
            t.speed,
            zero,
            -0.5 * GRAVITY * (t.step_time - contact),
            zero,
            zero,
            zero,
            t.hip_behind - 0.45 * t.speed * contact,
            zero + 0.03,
            zero + contact,
        ]
    )
    phase, _ = _grid(contact, t)
    force = 0.5 * jnp.pi * (t.step_time / contact)[None] * jnp.sin(jnp.pi * phase)
    forward = force * (phase - 0.5) * (t.speed * contact / t.leg_length)[None]
    still = 0 * force
    return jnp.concatenate([touchdown, forward, still, force - 1, still])


def touchdown_unknowns(x: Any) -> Unknowns:
    """The nine unknowns at touchdown of a solution (SIZE, B)."""
    return Unknowns(*x[: shooting.SIZE])


def residual(x: Any, template: Template) -> Any:
    """Scaled residuals (SIZE, B): those of the periodic step, then of the accelerations (g)."""
    start, contact = shooting.touchdown(touchdown_unknowns(x), template)
    nodes = x[shooting.SIZE :].reshape(4, NODES, -1)
    phase, width = _grid(contact.contact_time, template)
    duration = width * contact.contact_time[None]

    def integrated(rate: Any, from_start: Any) -> Any:
        """Integral at the nodes and, last, at take-off: (NODES + 1, B)."""
        return from_start[None] + _TO_NODES_AND_END @ (rate * duration)

    rates = [
        integrated(GRAVITY * a, v)
        for a, v in zip(nodes, (start.vx, start.vy, start.vz, start.roll_rate), strict=True)
    ]
    places = [
        integrated(v[:-1], q)
        for v, q in zip(rates, (start.x, start.y, start.z, start.roll), strict=True)
    ]
    path = State(*places, *rates)
    in_row = jax.tree.map(lambda leaf: leaf[None], (contact, template))
    found = acceleration(phase, State(*(q[:-1] for q in path)), *in_row)
    missed = [(a - f / GRAVITY) for a, f in zip(nodes, found, strict=True)]
    off = State(*(q[-1] for q in path))
    periodic = shooting.periodic(start, off, contact, template)
    return jnp.concatenate([jnp.stack(periodic), *missed])
