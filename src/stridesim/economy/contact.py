"""From a solved step to the contact that is priced: its motion, and what its forces add up to.

The solver's step tells the motion in stance (`gait.motion`). Where that motion does not end where
the next step has to begin, the step is found anew by integration (`gait.closing`), and the motion
is that of the integration.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.stance import State, ground_force, trajectory
from stridesim.dynamics.template import Template
from stridesim.gait.closing import BLOCK, CLOSURE, closed
from stridesim.gait.collocation import touchdown_unknowns
from stridesim.gait.motion import fine_phases, motion_and_force
from stridesim.gait.newton import TOLERANCE
from stridesim.gait.residual import SIZE as UNKNOWNS
from stridesim.gait.residual import Unknowns, periodic, touchdown
from stridesim.gait.sums import Sums, sums_of
from stridesim.posture.timeline import STANCE_NODES, STANCE_PHASES, STANCE_STEPS
from stridesim.programs import kept, kept_result

STEPS: Final = 4 * STANCE_STEPS
"""Runge-Kutta steps of a contact that is integrated: cubics between them are within 1e-7."""


@kept_result
class Contact(NamedTuple):
    """Of one contact: `state` at `STANCE_PHASES` (leading axis) and `sums`."""

    state: State
    sums: Sums


class Contacts(NamedTuple):
    """Many, lanes last: unknowns at touchdown (9, B), contacts, and the largest scaled residual
    (B,) of the steps that they belong to."""

    unknowns: Any
    contact: Contact
    residual: Any


def integrated(unknowns: Unknowns, template: Template, steps: int = STANCE_STEPS) -> Contact:
    """The contact of one runner, integrated from touchdown."""
    start, contact = touchdown(unknowns, template)
    one = jax.tree.map(lambda leaf: jnp.asarray(leaf)[None], (contact, template))
    fine = fine_phases(one[0].contact_time, one[1])[:, 0]
    phases = jnp.concatenate([jnp.asarray(STANCE_PHASES), fine])
    _, state = trajectory(start, contact, template, steps, phases)
    inner = State(*(q[STANCE_NODES:] for q in state))
    force = jax.vmap(lambda p, s: ground_force(p, s, contact, template))(fine, inner)
    sums = sums_of(jax.tree.map(lambda f: f[:, None], force), *one)
    return Contact(
        State(*(q[:STANCE_NODES] for q in state)), jax.tree.map(lambda total: total[0], sums)
    )


@kept()
def of_solved(x: Any, template: Template) -> tuple[Contact, Any]:
    """Contacts of collocated steps (SIZE, B), and how far (scaled) each ends from the next."""
    state, force = motion_and_force(x, template, STANCE_PHASES)
    start, contact = touchdown(touchdown_unknowns(x), template)
    off = State(*(q[-1] for q in state))
    missed = jnp.stack(periodic(start, off, contact, template))
    return Contact(state, sums_of(force, contact, template)), jnp.max(jnp.abs(missed), axis=0)


@kept()
def _of_unknowns(unknowns: Any, template: Template) -> Contact:
    """Contacts of steps (9, BLOCK), integrated."""

    def one(lane: Any, template: Template) -> Contact:
        return integrated(Unknowns(*lane), template, STEPS)

    found = jax.vmap(one, (1, 0))(unknowns, template)
    return jax.tree.map(lambda leaf: jnp.moveaxis(leaf, 0, -1), found)


def contacts_of(step: np.ndarray, residual: np.ndarray, template: Template) -> Contacts:
    """Contacts of solved steps (SIZE, B), integrated where the solver's do not close."""
    contact, missed = of_solved(step, template)
    unknowns = np.array(step[:UNKNOWNS])
    flies = touchdown_unknowns(unknowns).contact_time < np.asarray(template.step_time)
    open_ended = np.flatnonzero((residual <= TOLERANCE) & ~(missed <= CLOSURE) & flies)
    if not open_ended.size:
        return Contacts(unknowns, contact, residual)
    leaves, structure = jax.tree.flatten(template)
    batch = np.stack([np.asarray(leaf) for leaf in leaves])[:, open_ended]
    found, worst = closed(unknowns[:, open_ended], batch, structure)
    there = np.flatnonzero(worst <= TOLERANCE)
    contact, residual = jax.tree.map(np.array, (contact, residual))
    for first in range(0, there.size, BLOCK):
        some = there[first : first + BLOCK]
        filled = np.resize(some, BLOCK)
        anew = _of_unknowns(found[:, filled], structure.unflatten(batch[:, filled]))
        lanes = open_ended[some]
        for leaf, value in zip(*map(jax.tree.leaves, (contact, anew)), strict=True):
            leaf[..., lanes] = np.asarray(value)[..., : some.size]
    unknowns[:, open_ended[there]] = found[:, there]
    residual[open_ended[there]] = worst[there]
    return Contacts(unknowns, contact, residual)


def shapes(*lanes: int) -> tuple[Any, Contact, Any]:
    """Shapes of unknowns, contact and residual of so many `lanes`, or of one runner: what is needed
    to prepare programs that take them."""

    def of(*shape: int) -> Any:
        return jax.ShapeDtypeStruct((*shape, *lanes), np.dtype(float))

    state = State(*(of(STANCE_NODES) for _ in State._fields))
    return of(UNKNOWNS), Contact(state, Sums(*(of() for _ in Sums._fields))), of()


def of_lane(contacts: Contacts, lane: int) -> Contacts:
    """One of many."""
    return jax.tree.map(lambda leaf: np.asarray(leaf)[..., lane], contacts)
