"""The motion in stance of a solved step, at any instant.

The collocated step (`gait.collocation`) knows accelerations at its nodes, and the polynomials
through them the motion between. It is less exact there than at take-off, which the rule favours:
velocities by a millionth. The force along that path, integrated once more (Picard's iteration),
removes this error. Where the stabiliser comes on in stance this is nearer to the truth than 32
Runge-Kutta steps with cubics between them (1e-6 and 1e-5); elsewhere both are within 1e-6.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.polynomial import legendre

from stridesim.constants import GRAVITY
from stridesim.dynamics.impact import impact
from stridesim.dynamics.stance import Force, State, acceleration_besides_impact, ground_force
from stridesim.dynamics.template import Template
from stridesim.elementary import horner, total
from stridesim.gait.collocation import AFTER, BEFORE, NODES, joint_of, touchdown_unknowns
from stridesim.gait.residual import SIZE as UNKNOWNS
from stridesim.gait.residual import touchdown

FINE: Final = (12, 24)
"""Nodes of the pieces at which the force is taken once more along the path of a solved step."""


class _Integrals(NamedTuple):
    """From values at `nodes` Gauss-Legendre nodes of [-1, 1], by way of their Legendre `series`, to
    the coefficients, constant first, of their integrals from the first end, taken `once` and
    `twice`; the piece counts as one long."""

    nodes: np.ndarray
    series: np.ndarray
    once: np.ndarray
    twice: np.ndarray


def _integrals(count: int, degree: int) -> _Integrals:
    nodes, _ = legendre.leggauss(count)

    def taken(times: int) -> np.ndarray:
        series = [legendre.legint(basis, times, lbnd=-1) / 2**times for basis in np.eye(count)]
        powers = [legendre.leg2poly(column) for column in series]
        return np.stack([np.pad(c, (0, degree + 1 - len(c))) for c in powers], axis=1)

    series = np.linalg.inv(legendre.legvander(nodes, count - 1))
    return _Integrals(nodes, series, taken(1), taken(2))


_SOLVED: Final = [_integrals(n, AFTER + 1) for n in (BEFORE, AFTER)]
_AGAIN: Final = [_integrals(n, max(FINE) + 1) for n in FINE]
_POWERS: Final = [np.vander(rule.nodes, AFTER + 2, increasing=True) for rule in _AGAIN]
"""To the values of the solved step's polynomials at the nodes of the other rule."""


class _Piece(NamedTuple):
    """Polynomials on [-1, 1] for rate and place, coefficients (degree + 1, B), constant first."""

    rate: Any
    place: Any


def _pieces(accelerations: Any, rules: Any, durations: Any, rate: Any, place: Any) -> list[_Piece]:
    """One after the other, from accelerations (m/s2) at the nodes of all and the first values."""
    pieces, first = [], 0
    for rule, duration in zip(rules, durations, strict=True):
        series = rule.series @ accelerations[first : first + len(rule.nodes)]
        moved = 0.5 * duration * rate
        rates = (duration[None] * (rule.once @ series)).at[0].add(rate)
        places = (duration[None] ** 2 * (rule.twice @ series)).at[0].add(place + moved)
        pieces.append(_Piece(rates, places.at[1].add(moved)))
        # Every power is 1 at the end of the piece.
        rate, place = total(pieces[-1].rate), total(pieces[-1].place)
        first += len(rule.nodes)
    return pieces


def fine_phases(contact_time: Any, template: Template) -> Any:
    """Stance phases (sum of FINE, B) at which the force is taken once more."""
    first, second = (0.5 * (rule.nodes[:, None] + 1) for rule in _AGAIN)
    onset = joint_of(contact_time, template)[None]
    return jnp.concatenate([first * onset, onset + second * (1 - onset)])


def motion(x: Any, template: Template, phases: Any) -> State:
    """Of the collocated step (SIZE, B) at stance `phases` (K,): states (K, B)."""
    return motion_and_force(x, template, phases)[0]


def motion_and_force(x: Any, template: Template, phases: Any) -> tuple[State, Force]:
    """The same, and the ground force at the `fine_phases`."""
    start, contact = touchdown(touchdown_unknowns(x), template)
    joint = joint_of(contact.contact_time, template)
    durations = joint * contact.contact_time, (1 - joint) * contact.contact_time
    rates = (start.vx, start.vy, start.vz, start.roll_rate)
    places = (start.x, start.y, start.z, start.roll)

    def integrated(accelerations: Any, rules: Any) -> list[list[_Piece]]:
        given = zip(accelerations, rates, places, strict=True)
        return [_pieces(a, rules, durations, rate, place) for a, rate, place in given]

    solved = integrated(GRAVITY * x[UNKNOWNS:].reshape(4, NODES, -1), _SOLVED)
    onset = joint[None]
    phase = fine_phases(contact.contact_time, template)

    def at_nodes(pieces: list[_Piece], of: int) -> Any:
        return jnp.concatenate([p @ piece[of] for p, piece in zip(_POWERS, pieces, strict=True)])

    path = State(*(at_nodes(p, 1) for p in solved), *(at_nodes(p, 0) for p in solved))
    in_row = jax.tree.map(lambda leaf: leaf[None], (contact, template))

    def struck(state: State, at: Any) -> State:
        pulse = impact(at, in_row[0].contact_time, in_row[1])
        return state._replace(z=state.z + pulse.height, vz=state.vz + pulse.velocity)

    force = ground_force(phase, struck(path, phase), *in_row)
    again = integrated(acceleration_besides_impact(force, in_row[1]), _AGAIN)

    asked = phases[:, None]
    later = asked > onset
    at = 2 * jnp.where(later, (asked - onset) / (1 - onset), asked / onset) - 1

    def there(before: Any, after: Any) -> Any:
        pairs = zip(before, after, strict=True)
        return horner([jnp.where(later, b[None], a[None]) for a, b in pairs], at)

    found = [
        [there(before.place, after.place), there(before.rate, after.rate)]
        for before, after in again
    ]
    # XLA would compute it again for each of its uses.
    state = struck(State(*(place for place, _ in found), *(rate for _, rate in found)), asked)
    return jax.lax.optimization_barrier((state, force))
