"""The impact: the vertical force that stops the foot and the shank when they meet the ground.

The leg of the template has no mass, and its spring is unloaded at touchdown. In a runner shank and
foot come down with the ankle's velocity v and stop within a few hundredths of a second. Two masses
in place of one (Clark, Ryan & Weyand 2017, doi:10.1242/jeb.138057) give the vertical force

    F(tau) = m (v / (h T) + g) [1 - cos(pi tau / h)]    for tau < 2 h, then none

beside that of the spring: m is the mass that stops, T contact time, tau stance phase, h the share
of contact in which it stops, v = -dz_ankle/dtau at touchdown over T. The force acts on the motion
of the centre of mass. It goes into the mass that it stops and not through the joints, so it turns
neither trunk nor hip.

As the force depends on phase alone, the velocity and the height that it gives are closed forms.
Symbols (local): h, tau as above.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.constants import GRAVITY
from stridesim.dynamics.template import Template
from stridesim.elementary import sin_cos

STOPPED: Final = 0.13
"""Share of contact after which the mass has stopped: 0.031 s of 0.235 s at 3 to 4 m/s (Clark 2017).
The force lasts twice as long."""

END: Final = 2 * STOPPED
"""Stance phase at which the force ends."""


class Impact(NamedTuple):
    """At one stance phase: `force` (N), and the vertical velocity (m/s) and height (m) that it has
    given the centre of mass since touchdown."""

    force: Any
    velocity: Any
    height: Any


def impact(phase: Any, contact_time: Any, template: Template) -> Impact:
    """The impact at a stance phase (any shape, beyond 1 too)."""
    h, t = STOPPED, template
    mean = mean_force(contact_time, t)
    within = jnp.minimum(phase, END)
    # 1 - cos(2 a) = 2 sin^2 a, from an angle within a right one.
    sine, cosine = sin_cos(0.5 * jnp.pi * (within / h - 1))
    course = 2 * cosine**2
    once = within + (2 * h / jnp.pi) * sine * cosine
    twice = 0.5 * within**2 - (h / jnp.pi) ** 2 * course + END * (phase - within)
    pace = mean * contact_time / t.mass
    return Impact(mean * course, pace * once, pace * contact_time * twice)


def mean_force(contact_time: Any, template: Template) -> Any:
    """Mean of the force (N) while it lasts."""
    stopping = template.ankle_descent / (STOPPED * contact_time**2)
    return template.impact_mass * (stopping + GRAVITY)


def impulse(contact_time: Any, template: Template) -> Any:
    """Of the force over one contact, N s."""
    return END * contact_time * mean_force(contact_time, template)
