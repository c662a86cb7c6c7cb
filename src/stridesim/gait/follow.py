"""Many runners from one: what the implicit function theorem predicts, and Broyden corrects.

At one solved runner dX/dp = -J^-1 dR/dp predicts every other, and Broyden's good updates of that
one inverse Jacobian follow each until it has converged: kept as the steps taken, not as matrices
(Kelley 1995, "Iterative Methods for Linear and Nonlinear Equations", 7.3), they cost little more
than the force evaluations.
"""

from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.elementary import total
from stridesim.gait.blocks import on_all_cores
from stridesim.gait.collocation import SIZE, largest_roll, residual
from stridesim.gait.newton import TOLERANCE, residual_of_one, solve_one, worst_of
from stridesim.programs import kept, kept_result

LIMIT: Final = 20

BLOCK: Final = 128
"""Lanes that follow together; what they need at a time fits a core's second-level cache."""

NEAR: Final = 1e-2
"""Residual above which a lane that a block hands over is not followed any further."""

FEW: Final = 16
"""A block whose unfinished lanes are no more than these hands them over."""


@kept_result
class Nominal(NamedTuple):
    """A solved runner, what it does when a parameter moves, and its inverse Jacobian."""

    template: Any
    x: Any
    by_parameter: Any
    inverse: Any


@kept()
def _linearised(x: Any, template: Template) -> Nominal:
    jacobian = jax.jacfwd(residual_of_one)(x, template)
    slopes = jax.tree.leaves(jax.jacfwd(residual_of_one, 1)(x, template))
    inverse = jnp.linalg.inv(jacobian)
    parameters = jnp.stack(jax.tree.leaves(template))
    return Nominal(parameters, x, -inverse @ jnp.stack(slopes, axis=1), inverse)


def nominal_of(batch: Any, structure: Any) -> Nominal:
    """The mean of a batch (P, B), or, as that of a scattered one need not run, a lane that does."""
    some = np.linspace(0, batch.shape[1] - 1, 16).astype(int)
    template, x = None, None
    for parameters in (batch.mean(axis=1), *batch[:, some].T):
        template = structure.unflatten(parameters)
        x, worst, *_ = solve_one(template)
        if worst <= TOLERANCE:
            break
    return _linearised(x, template)


@kept()
def predicted(lanes: Any, nominal: Nominal) -> Any:
    """Start (SIZE, BLOCK) for runners (P, BLOCK)."""
    return nominal.x[:, None] + nominal.by_parameter @ (lanes - nominal.template[:, None])


@kept(4)
def follow(
    x: Any, lanes: Any, nominal: Nominal, few: Any, structure: Any
) -> tuple[Any, Any, Any, Any]:
    """Broyden's method for (P, BLOCK) lanes from (SIZE, BLOCK), until no more than `few` are left:
    solutions, worst residuals, largest roll (rad), evaluations."""
    template = structure.unflatten(lanes)

    def unfinished(carry: Any) -> Any:
        *_, worst, _, taken = carry
        return (jnp.sum(worst > TOLERANCE) > few) & (taken < LIMIT)

    def improve(carry: Any) -> Any:
        x, step, steps, norms, worst, evaluations, taken = carry
        running = worst > TOLERANCE
        step = jnp.where(running[None], step, 0.0)
        x = x + step
        r = residual(x, template)
        steps = steps.at[taken].set(step)
        norms = norms.at[taken].set(jnp.maximum(total(step**2), 1e-300))

        def update(i: Any, following: Any) -> Any:
            share = total(steps[i] * following) / norms[i]
            return following + share[None] * steps[i + 1]

        following = jax.lax.fori_loop(0, taken, update, -nominal.inverse @ r)
        share = total(step * following) / norms[taken]
        following = following / (1 - share)[None]
        return x, following, steps, norms, worst_of(r), evaluations + running, taken + 1

    lanes_count = x.shape[1]
    r = residual(x, template)
    start = (
        x,
        -nominal.inverse @ r,
        jnp.zeros((LIMIT, SIZE, lanes_count)),
        jnp.ones((LIMIT, lanes_count)),
        worst_of(r),
        jnp.ones(lanes_count, int),
        jnp.zeros((), int),
    )
    x, *_, worst, evaluations, _ = jax.lax.while_loop(unfinished, improve, start)
    return x, worst, largest_roll(x, template), evaluations


def follow_all(batch: np.ndarray, structure: Any) -> tuple[np.ndarray, ...]:
    """Follow all runners (P, B) from a nominal one: as `follow`, for any number of lanes."""
    nominal = nominal_of(batch, structure)

    def first(block: np.ndarray) -> tuple[Any, ...]:
        lanes = batch[:, block]
        return follow(predicted(lanes, nominal), lanes, nominal, FEW, structure)

    x, worst, roll, evaluations = on_all_cores(first, np.arange(batch.shape[1]), BLOCK)
    left = np.flatnonzero((worst > TOLERANCE) & (worst < NEAR))
    if left.size:

        def again(block: np.ndarray) -> tuple[Any, ...]:
            return follow(x[:, block], batch[:, block], nominal, 0, structure)

        x[:, left], worst[left], roll[left], more = on_all_cores(again, left, BLOCK)
        evaluations[left] += more
    return x, worst, roll, evaluations
