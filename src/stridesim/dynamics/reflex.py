"""The reflex of the stance hip: what the abductors add when the hip moves otherwise than usual.

The stabiliser's damping in `stance` acts on the whole motion and so shapes the periodic gait. The
reflex acts on the difference between this contact and the usual one at the same share of the clock,

    M += F d A(t) c (dtheta/dt - dtheta/dt of the usual contact)

with its gain c: where nothing differs, it adds nothing. The usual contact is integrated beside the
one that happens. The reflex has no delay; runners' stretch reflexes have about 0.05 s.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp

from stridesim.dynamics.stance import Contact, State, derivative, ground_force
from stridesim.dynamics.template import Template


class Beside(NamedTuple):
    """Two of a kind side by side: of the contact that happens and of the usual one."""

    now: Any
    usual: Any


Rates = Callable[[Any, Beside], Beside]
"""From phase and two states to their d/d(phase)."""


def side_by_side(contacts: Beside, templates: Beside, gain: Any, over: Any) -> Rates:
    """d(state)/d(phase) of two contacts (`Contact`, `Template` each), the first with the reflex.

    gain: c in s/rad. over: whether the clock of the usual contact has run out; it then stands
    still.
    """

    def rates(phase: Any, states: Beside) -> Beside:
        usual = derivative(phase, states.usual, contacts.usual, templates.usual)
        answering = _answering(phase, states.usual, contacts.usual, templates, gain)
        return Beside(
            derivative(phase, states.now, contacts.now, answering),
            jax.tree.map(lambda rate: jnp.where(over, 0.0, rate), usual),
        )

    return rates


def _answering(
    phase: Any, usual: State, contact: Contact, templates: Beside, gain: Any
) -> Template:
    """The template whose stabiliser also damps what differs from the usual motion."""
    rate = ground_force(phase, usual, contact, templates.usual).hip_adduction_rate
    now = templates.now
    return eqx.tree_at(
        lambda t: (t.hip_damping, t.hip_strength),
        now,
        (now.hip_damping + gain, now.hip_strength - gain * rate),
    )
