"""Many runners from one: predicted by the implicit function theorem, corrected by Broyden's method.

At one solved runner dX/dp = -J^-1 dR/dp predicts the step of every other runner. Broyden's good
updates of that one inverse Jacobian correct each prediction until it is a solution. They are kept
as the steps taken, not as matrices (Kelley 1995, "Iterative Methods for Linear and Nonlinear
Equations", 7.3), so they cost little more than the force evaluations.
"""

import dataclasses
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.elementary import total
from stridesim.gait.collocation import SIZE, largest_roll, residual
from stridesim.gait.newton import TOLERANCE, residual_of_one, solve_one, worst_of
from stridesim.programs import kept, kept_result
from stridesim.solvers import Advance, Result, Settings, in_rounds


@dataclasses.dataclass(frozen=True)
class ContinuationSettings(Settings):
    """What a `block` needs at a time fits the second-level cache of a core.

    few: a block with no more unfinished lanes than these ends its first round;
    near: residual above which a lane does not take part in the second round.
    """

    few: int
    near: float


SETTINGS: Final = ContinuationSettings(tolerance=TOLERANCE, steps=20, block=128, few=16, near=1e-2)


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
        found = solve_one(template)
        x = found.value
        if SETTINGS.solved(found.residual):
            break
    return _linearised(x, template)


@kept()
def predicted(lanes: Any, nominal: Nominal) -> Any:
    """Start (SIZE, B) for runners (P, B)."""
    return nominal.x[:, None] + nominal.by_parameter @ (lanes - nominal.template[:, None])


@kept(4, 5)
def corrected(
    x: Any,
    lanes: Any,
    nominal: Nominal,
    few: Any,
    structure: Any,
    settings: ContinuationSettings,
) -> Result:
    """Broyden's method for lanes (P, B) from (SIZE, B), until no more than `few` are unfinished:
    solutions, largest residuals, evaluations and, besides, the largest roll (rad)."""
    template = structure.unflatten(lanes)

    def unfinished(carry: Any) -> Any:
        *_, worst, _, taken = carry
        return (jnp.sum(worst > settings.tolerance) > few) & (taken < settings.steps)

    def improve(carry: Any) -> Any:
        x, step, steps, norms, worst, evaluations, taken = carry
        running = worst > settings.tolerance
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
        jnp.zeros((settings.steps, SIZE, lanes_count)),
        jnp.ones((settings.steps, lanes_count)),
        worst_of(r),
        jnp.ones(lanes_count, int),
        jnp.zeros((), int),
    )
    x, *_, worst, evaluations, _ = jax.lax.while_loop(unfinished, improve, start)
    return Result(x, worst, evaluations, largest_roll(x, template))


def continued(
    batch: np.ndarray, structure: Any, settings: ContinuationSettings = SETTINGS
) -> Result:
    """Steps of all runners (P, B) by continuation from a nominal one; those with a residual above
    the tolerance are not found."""
    nominal = nominal_of(batch, structure)

    def take(number: int, x: np.ndarray, lanes: np.ndarray) -> Advance:
        runners = batch[:, lanes]
        start, few = (x, 0) if number else (predicted(runners, nominal), settings.few)
        found = corrected(start, runners, nominal, few, structure, settings)
        worst = np.asarray(found.residual)
        return Advance(found, settings.solved(worst) | (worst >= settings.near))

    return in_rounds(take, np.zeros((SIZE, batch.shape[1])), 2, settings.block)
