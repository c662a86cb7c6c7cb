"""The derivative of one named result by every number of a runner, at once.

A result y depends on the runner p directly and through the periodic step u(p), which solves
R(u, p) = 0. By the implicit function theorem, going backwards from the result (the adjoint of the
step; reverse mode of automatic differentiation),

    dy/dp = y_p - lambda^T R_p    with    R_u^T lambda = y_u,

so one pass serves all parameters, whatever their number, and no iteration is differentiated.
"""

import functools
from typing import Any, Final

import jax
import jax.numpy as jnp

from stridesim.dynamics.template import template_of
from stridesim.economy.evaluate import Evaluation
from stridesim.economy.measures import named_results
from stridesim.economy.stride import stride_of
from stridesim.gait.residual import Unknowns, residual
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.template import Gait

_RUN_ONCE: Final = {"xla_backend_optimization_level": 0}
"""A program that runs once need not be fast: optimised, it takes three times as long to compile."""


@functools.partial(jax.jit, static_argnames=("metabolic", "name"), compiler_options=_RUN_ONCE)
def _by_runner_and_step(
    runner: Runner, unknowns: Unknowns, worst: Any, metabolic: str, name: str
) -> tuple[Runner, Unknowns]:
    def result(runner: Runner, unknowns: Unknowns) -> Any:
        return named_results(stride_of(runner, unknowns, metabolic), runner, worst)[name]

    return jax.grad(result, argnums=(0, 1))(runner, unknowns)


@functools.partial(jax.jit, compiler_options=_RUN_ONCE)
def _through_the_step(runner: Runner, unknowns: Unknowns, by_unknowns: Unknowns) -> Runner:
    def unmet(x: Any, runner: Runner) -> Any:
        return jnp.stack(residual(Unknowns(*x), template_of(runner)))

    x = jnp.stack(unknowns)
    adjoint = jnp.linalg.solve(jax.jacfwd(unmet)(x, runner).T, jnp.stack(by_unknowns))
    _, pull = jax.vjp(lambda runner: unmet(x, runner), runner)
    return pull(-adjoint)[0]


def _numbers(runner: Runner) -> Runner:
    """The numbers alone: a program compiled for them serves every runner, whoever it is."""
    gait = Gait(runner.gait.step_frequency, runner.gait.step_width)
    return Runner(
        runner.body,
        runner.leg,
        runner.hip,
        runner.posture,
        gait,
        runner.muscle,
        runner.tendon,
        runner.task,
    )


def gradient(evaluation: Evaluation, metabolic: str, name: str) -> dict[str, float]:
    """Derivative of the result `name` (its unit) by every parameter (SI), by dotted path.

    The habits of `evaluation.runner` are resolved: the gait that follows the speed is held.
    Raises `InputError` for a result that a stride does not have.
    """
    if name not in evaluation.results:
        raise InputError(f"output = {name!r}: not a result of a stride ('stridesim run --json')")
    runner, unknowns = _numbers(evaluation.runner), evaluation.stride.unknowns
    worst = evaluation.results["periodic_residual"]
    direct, by_unknowns = _by_runner_and_step(runner, unknowns, worst, metabolic, name)
    through = _through_the_step(runner, unknowns, by_unknowns)
    return {path: float(get_value(direct, path) + get_value(through, path)) for path in PARAMETERS}
