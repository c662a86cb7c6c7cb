"""The shipped runner as a template, and its solved step, for the tests of dynamics and gait."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template, template_of
from stridesim.gait.residual import Unknowns
from stridesim.gait.solver import differentiable, solve
from stridesim.parameter import set_values
from stridesim.runner import Runner, apply_overrides

SPEEDS = (2.5, 3.5, 4.5)


def shipped_template(speed: float = 3.5, **overrides: Any) -> Template:
    """Template of the shipped runner; `hip__onset_delay=0.02` sets hip.onset_delay (declared
    units). Every leaf is a float64 scalar."""
    changes = {name.replace("__", "."): value for name, value in overrides.items()}
    runner = apply_overrides(Runner.load(), {"task.speed": speed, **changes}).at_speed()
    return jax.tree.map(lambda leaf: jnp.asarray(leaf, float), template_of(runner))


@jax.jit
def polish(unknowns: Unknowns, template: Template) -> Unknowns:
    """One more Newton step: residuals of 1e-10 become rounding."""
    return differentiable(unknowns, template)


polish_batch = jax.jit(jax.vmap(differentiable))


def solved(template: Template) -> Unknowns:
    """The periodic step of one template, to rounding."""
    return polish(solve(template).unknowns, template)


def solved_batch(template: Template) -> Unknowns:
    """The periodic steps of templates side by side, to rounding."""
    return polish_batch(solve(template).unknowns, template)


def side_by_side(templates: list[Template]) -> Template:
    """Templates of single runners as one batch."""
    return jax.tree.map(lambda *leaves: jnp.stack(leaves), *templates)


@functools.cache
def random_runners(count: int, seed: int = 1) -> Template:
    """Runners scattered around the shipped one in stiffness, frequency, speed and strength."""
    draw = np.random.default_rng(seed).uniform
    changes = {
        "leg.stiffness": draw(15e3, 22e3, count),
        "gait.step_frequency": draw(2.6, 3.1, count),
        "task.speed": draw(2.8, 4.2, count),
        "hip.strength": draw(0.9, 1.2, count),
    }
    template = template_of(set_values(Runner.load(), changes))
    return jax.tree.map(lambda leaf: jnp.broadcast_to(jnp.asarray(leaf, float), count), template)
