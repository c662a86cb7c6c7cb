"""The periodic step as one system of equations: touchdown and stance at once.

Beside the nine unknowns at touchdown (`Unknowns`) stand the accelerations of the centre of mass
and of roll at Gauss-Legendre nodes of stance. Integrating the polynomial through them twice gives
velocities and positions at the nodes; what is asked is that the force there gives just these
accelerations (collocation; Hairer, Norsett & Wanner, "Solving Ordinary Differential Equations I",
II.7) and that the step is periodic. Two dozen force evaluations place the gait within 1e-8, which
takes the stepwise rule of `dynamics.stance` 170; none waits for another, and the system is far
less nonlinear than shooting, which multiplies every error by the gait's instability. Stance is
two polynomials, joined where the stabiliser comes on: its activation has a kink there and rises
within a few hundredths of a second, so the later piece has more nodes. The accelerations are those
besides the impact, whose part of the path is a closed form (`dynamics.impact`).

Arrays are (..., B), the batch innermost. Accelerations are in units of g (roll: g rad/m).
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.polynomial import legendre

from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import END, impact
from stridesim.dynamics.stance import Contact, State, acceleration_besides_impact, ground_force
from stridesim.dynamics.template import Template
from stridesim.gait import residual as shooting
from stridesim.gait.residual import Unknowns

BEFORE: Final = 8
AFTER: Final = 16
NODES: Final = BEFORE + AFTER
"""Nodes before and after the stabiliser's onset; without one in stance, until the end of the impact
and after it."""

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
_TWICE_BEFORE: Final = _TO_NODES_AND_END[:, :BEFORE] @ _RULE.integral[:BEFORE]
_TWICE_AFTER: Final = _TO_NODES_AND_END[:, BEFORE:] @ _RULE.integral[BEFORE:]
"""Integrated twice: what passes through the nodes of the first piece, and of the second."""


def joint_of(contact_time: Any, template: Template) -> Any:
    """Stance phase at which the second piece begins, (B,)."""
    onset = template.hip_onset / contact_time
    return jnp.where((onset > 0) & (onset < 1), onset, END)


def _grid(contact_time: Any, template: Template) -> tuple[Any, Any]:
    """Stance phase of the nodes, and the width of the piece that each stands in; (NODES, B)."""
    joint = joint_of(contact_time, template)[None]
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


class _Step(NamedTuple):
    """A step as x (SIZE, B) tells it: the path (NODES + 1, B) at the nodes and, last, take-off."""

    start: State
    contact: Contact
    nodes: Any
    phase: Any
    duration: Any
    path: State


def _step(x: Any, template: Template) -> _Step:
    start, contact = shooting.touchdown(touchdown_unknowns(x), template)
    nodes = x[shooting.SIZE :].reshape(4, NODES, -1)
    phase, width = _grid(contact.contact_time, template)
    duration = width * contact.contact_time[None]

    def integrated(rate: Any, from_start: Any) -> Any:
        return from_start[None] + _TO_NODES_AND_END @ (rate * duration)

    rates = [
        integrated(GRAVITY * a, v)
        for a, v in zip(nodes, (start.vx, start.vy, start.vz, start.roll_rate), strict=True)
    ]
    places = [
        integrated(v[:-1], q)
        for v, q in zip(rates, (start.x, start.y, start.z, start.roll), strict=True)
    ]
    # The impact is known, so what it adds to the path is exact and asks for no node.
    ends = jnp.concatenate([phase, jnp.ones_like(phase[:1])])
    pulse = impact(ends, contact.contact_time[None], jax.tree.map(lambda q: q[None], template))
    path = State(*places, *rates)
    path = path._replace(z=path.z + pulse.height, vz=path.vz + pulse.velocity)
    return _Step(start, contact, nodes, phase, duration, path)


def _missed(step: _Step, path: State, template: Template) -> list[Any]:
    """Acceleration at the nodes less what the force gives there, 4 of (NODES, B)."""
    in_row = jax.tree.map(lambda leaf: leaf[None], (step.contact, template))
    force = ground_force(step.phase, path, *in_row)
    found = acceleration_besides_impact(force, in_row[1])
    return [a - f / GRAVITY for a, f in zip(step.nodes, found, strict=True)]


def residual(x: Any, template: Template) -> Any:
    """Scaled residuals (SIZE, B): those of the periodic step, then of the accelerations (g)."""
    step = _step(x, template)
    missed = _missed(step, State(*(q[:-1] for q in step.path)), template)
    off = State(*(q[-1] for q in step.path))
    periodic = shooting.periodic(step.start, off, step.contact, template)
    return jnp.concatenate([jnp.stack(periodic), *missed])


def largest_roll(x: Any, template: Template) -> Any:
    """Largest magnitude of roll in the step (B,), rad; in flight it only passes between those of
    take-off and touchdown."""
    step = _step(x, template)
    return jnp.maximum(jnp.abs(step.start.roll), jnp.max(jnp.abs(step.path.roll), axis=0))


def _along_each(function: Callable[[State], Any], at: State) -> Any:
    """Derivatives of `function` in each of the eight coordinates: a new leading axis (8,)."""
    none = jnp.zeros_like(at.x)
    one = jnp.ones_like(at.x)

    def along(number: Any) -> Any:
        tangent = State(*(jnp.where(number == k, one, none) for k in range(len(at))))
        return jax.jvp(function, (at,), (tangent,))[1]

    return jax.vmap(along)(jnp.arange(len(at)))


def jacobian(x: Any, template: Template) -> Any:
    """Derivatives of `residual`, (B, SIZE, SIZE).

    The force at a node depends on the path at that node alone, and the path is linear in the
    accelerations: eight derivatives of the force and nine of the residual make all 105 columns.
    """
    step = _step(x, template)
    lanes = x.shape[1]
    path = State(*(q[:-1] for q in step.path))
    off = State(*(q[-1] for q in step.path))

    # What an acceleration (g) at node j adds to rate and place at node i and, last, at take-off:
    # (B, NODES + 1, NODES). The batch is outermost from here on, as LAPACK wants it.
    duration = step.duration.T[:, None]
    to_rate = GRAVITY * _TO_NODES_AND_END[None] * duration
    first, second = duration[:, :, :1], duration[:, :, -1:]
    to_place = GRAVITY * (first * _TWICE_BEFORE[None] + second * _TWICE_AFTER[None]) * duration

    def of_force(at: State) -> Any:
        return jnp.stack(_missed(step, at, template))

    def of_end(at: State) -> Any:
        return jnp.stack(shooting.periodic(step.start, at, step.contact, template))

    def along(direction: Any) -> Any:
        tangent = jnp.broadcast_to(direction[:, None], x.shape)
        return jax.jvp(lambda y: residual(y, template), (x,), (tangent,))[1]

    by_state = jnp.transpose(_along_each(of_force, path), (3, 1, 2, 0))  # (B, 4, NODES, 8)
    by_end = jnp.transpose(_along_each(of_end, off), (2, 1, 0))[:, :, None]  # (B, 9, 1, 8)
    by_first = jnp.transpose(jax.vmap(along)(jnp.eye(SIZE)[: shooting.SIZE]), (2, 1, 0))
    # XLA would compute these again for each of the elements that they go into.
    by_state, by_end, by_first, to_place, to_rate = jax.lax.optimization_barrier(
        (by_state, by_end, by_first, to_place, to_rate)
    )

    def spread(by_coordinate: Any, to: Any) -> Any:
        """(B, c, i, d) times (B, i, j): (B, c, i, d, j)."""
        return by_coordinate[..., None] * to[:, None, :, None, :]

    size = 4 * NODES
    inner = spread(by_state[..., :4], to_place[:, :-1])
    inner += spread(by_state[..., 4:], to_rate[:, :-1])
    inner = inner.reshape(lanes, size, size) + jnp.eye(size)[None]
    outer = spread(by_end[..., :4], to_place[:, -1:]) + spread(by_end[..., 4:], to_rate[:, -1:])
    outer = outer.reshape(lanes, shooting.SIZE, size)
    return jnp.concatenate([by_first, jnp.concatenate([outer, inner], axis=1)], axis=2)
