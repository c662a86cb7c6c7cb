"""The numbers of a runner and the task: what the model is a function of.

A frozen pytree. Every leaf is a declared parameter in SI, a float or an array of one shape in a
batch; nothing else is in it. So a program that is compiled for these numbers serves every runner,
and JAX differentiates and maps over them. A `Runner` is these numbers and the record of who it is.
"""

from typing import Final

import equinox as eqx

from stridesim.parameter import Parameter, parameters_of
from stridesim.runner.body import Body
from stridesim.runner.muscle import Muscles, Tendons
from stridesim.runner.template import Gait, Hip, Leg, Posture, Task


class Numbers(eqx.Module):
    """Body, leg, hip, posture, gait, muscles, tendons and task; leaves are SI numbers."""

    body: Body = eqx.field(default_factory=Body)
    leg: Leg = eqx.field(default_factory=Leg)
    hip: Hip = eqx.field(default_factory=Hip)
    posture: Posture = eqx.field(default_factory=Posture)
    gait: Gait = eqx.field(default_factory=Gait)
    muscle: Muscles = eqx.field(default_factory=Muscles)
    tendon: Tendons = eqx.field(default_factory=Tendons)
    task: Task = eqx.field(default_factory=Task)


PARAMETERS: Final[dict[str, Parameter]] = parameters_of(Numbers())
"""Every parameter of the model by dotted path."""
