"""Solving periodic steps: one, or any number side by side.

One runner is solved by damped Newton on the collocated step (`gait.newton`). A batch solves one
nominal runner so and continues from it to all others (`gait.continuation`), in blocks of one size,
which fit the cache and need one compilation whatever the size of the batch. A block stops when most
of its lanes have converged; the others are gathered into new blocks. For the runners that
continuation does not find there is a fallback (`gait.fallback`): a step, or the reason for none.

Gradients never pass through iterations: one exact Newton correction at the solution, with the
Jacobian held fixed, has the derivative that the implicit function theorem gives.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.template import Template
from stridesim.gait import fallback
from stridesim.gait import residual as shooting
from stridesim.gait.collocation import SIZE, touchdown_unknowns
from stridesim.gait.continuation import continued
from stridesim.gait.fallback import Lanes
from stridesim.gait.newton import TOLERANCE as TOLERANCE
from stridesim.gait.newton import solve_one
from stridesim.gait.residual import Unknowns
from stridesim.results import Status
from stridesim.solvers import Result


class Solution(NamedTuple):
    """Periodic steps: collocated step (SIZE,) or (SIZE, B), largest residual, residual evaluations,
    and the `Status` code of what has none: as the solver knows it, `ok` where there is one."""

    step: Any
    residual: Any
    evaluations: Any
    reason: Any

    @property
    def unknowns(self) -> Unknowns:
        """Unknowns at touchdown."""
        return touchdown_unknowns(self.step)


def _alone(batch: np.ndarray, structure: Any) -> Result:
    found = solve_one(structure.unflatten(batch[:, 0]))
    return Result(*(np.array(part)[..., None] for part in found))


def solve(template: Template) -> Solution:
    """Periodic steps of a template whose leaves are all () or all (B,) arrays.

    Lanes without a periodic step come back with a `residual` above `TOLERANCE` and their `reason`.
    """
    leaves, structure = jax.tree.flatten(template)
    alone = np.ndim(template.speed) == 0
    # NumPy in and out: a JAX operation here would be compiled for every size of batch.
    batch = np.stack([np.atleast_1d(np.asarray(leaf, float)) for leaf in leaves])
    found = (_alone if alone else continued)(batch, structure)
    lanes = Lanes(batch, found)
    reason = np.full(batch.shape[1], int(Status.ok))
    if not lanes.level.all():
        reason = fallback.find(lanes, structure)
    shown = (found.value, found.residual, found.steps, reason)
    x, worst, evaluations, reason = (part[..., 0] if alone else part for part in shown)
    return Solution(x, worst, evaluations, reason)


def shapes(*lanes: int) -> tuple[Any, Any]:
    """Shapes of the step and the residual of so many `lanes`, or of one runner: what is needed to
    prepare programs that take a solution."""
    return (
        jax.ShapeDtypeStruct((SIZE, *lanes), np.dtype(float)),
        jax.ShapeDtypeStruct(lanes, np.dtype(float)),
    )


def differentiable(unknowns: Unknowns, template: Template) -> Unknowns:
    """The same solution of one runner, carrying exact first derivatives in the template."""

    def residual_of(x: Any, template: Template) -> Any:
        return jnp.stack(shooting.residual(Unknowns(*x), template))

    x = jax.lax.stop_gradient(jnp.stack(unknowns))
    frozen = jax.lax.stop_gradient(template)
    jacobian = jax.jacfwd(residual_of)(x, frozen)
    return Unknowns(*(x - jnp.linalg.solve(jacobian, residual_of(x, template))))
