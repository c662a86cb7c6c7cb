"""The derivative of one named result by every number of a runner, at once.

A result y depends on the runner p directly and through the periodic step u(p), which solves
R(u, p) = 0. By the implicit function theorem, going backwards from the result (the adjoint of the
step; reverse mode of automatic differentiation),

    dy/dp = y_p - lambda^T R_p    with    R_u^T lambda = y_u,

so one pass serves all parameters, whatever their number, and no iteration is differentiated.
"""

from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import template_of
from stridesim.economy.evaluate import Evaluation
from stridesim.economy.measures import named_results
from stridesim.economy.stride import stride_of
from stridesim.gait.residual import Unknowns, residual
from stridesim.parameter import get_value
from stridesim.programs import kept
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner

_RUN_ONCE: Final = {"xla_backend_optimization_level": 0}
"""A program that runs once need not be fast: optimised, it takes three times as long to compile."""


@kept(3, 4, options=_RUN_ONCE)
def _by_runner_and_step(
    runner: Runner, unknowns: Unknowns, worst: Any, metabolic: str, name: str
) -> tuple[tuple[Any, ...], Unknowns]:
    def result(runner: Runner, unknowns: Unknowns) -> Any:
        return named_results(stride_of(runner, unknowns, metabolic), runner, worst)[name]

    by_runner, by_unknowns = jax.grad(result, argnums=(0, 1))(runner, unknowns)
    return tuple(jax.tree.leaves(by_runner)), by_unknowns


@kept(options=_RUN_ONCE)
def _through_the_step(runner: Runner, unknowns: Unknowns, by_unknowns: Unknowns) -> tuple[Any, ...]:
    def unmet(x: Any, runner: Runner) -> Any:
        return jnp.stack(residual(Unknowns(*x), template_of(runner)))

    x = jnp.stack(unknowns)
    adjoint = jnp.linalg.solve(jax.jacfwd(unmet)(x, runner).T, jnp.stack(by_unknowns))
    _, pull = jax.vjp(lambda runner: unmet(x, runner), runner)
    return tuple(jax.tree.leaves(pull(-adjoint)[0]))


def gradient(evaluation: Evaluation, metabolic: str, name: str) -> dict[str, float]:
    """Derivative of the result `name` (its unit) by every parameter (SI), by dotted path.

    The habits of `evaluation.runner` are resolved: the gait that follows the speed is held.
    Raises `InputError` for a result that a stride does not have.
    """
    if name not in evaluation.results:
        raise InputError(f"output = {name!r}: not a result of a stride ('stridesim run --json')")
    runner, unknowns = evaluation.runner.numbers, evaluation.stride.unknowns
    worst = evaluation.results["periodic_residual"]
    direct, by_unknowns = _by_runner_and_step(runner, unknowns, worst, metabolic, name)
    through = _through_the_step(runner, unknowns, by_unknowns)
    slopes = jax.tree.unflatten(
        jax.tree.structure(runner), [np.add(*both) for both in zip(direct, through, strict=True)]
    )
    return {path: float(get_value(slopes, path)) for path in PARAMETERS}
