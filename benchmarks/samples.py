"""The runners that every benchmark solves: scattered around the shipped one."""

import jax
import numpy as np

from stridesim.dynamics.template import Template, template_of
from stridesim.parameter import set_values
from stridesim.runner import Runner


def points(count: int) -> dict[str, np.ndarray]:
    """Parameter path -> SI values (count,)."""
    draw = np.random.default_rng(1).uniform
    return {
        "leg.stiffness": draw(15e3, 22e3, count),
        "gait.step_frequency": draw(2.6, 3.1, count),
        "task.speed": draw(2.8, 4.2, count),
        "hip.strength": draw(0.9, 1.2, count),
    }


def templates(count: int) -> Template:
    """Their templates, every leaf (count,)."""
    template = template_of(set_values(Runner.load(), points(count)))
    return jax.tree.map(lambda leaf: np.broadcast_to(np.asarray(leaf, float), (count,)), template)
