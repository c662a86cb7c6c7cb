"""For JAX users: the cost of a stride as a pure function of a runner's numbers.

    import jax
    import stridesim
    from stridesim.jax import result

    numbers = stridesim.Runner.load().at_speed().numbers   # a pytree of SI numbers
    result(numbers)                                            # J/kg/m
    jax.grad(result)(numbers).leg.stiffness                    # (J/kg/m) / (N/m)
    jax.vmap(result)(many)                                     # every leaf (n,)

The periodic step is found outside the trace, for a whole batch at once, and enters it with exact
first derivatives (implicit function theorem); `jit`, `vmap`, `grad`, `jacfwd` and `jacrev` compose.
Second derivatives are not available. Where the runner has no stride the result is NaN.

Nothing here changes JAX's configuration. The model needs float64: call
`jax.config.update("jax_enable_x64", True)` first, or let the first use of `stridesim` do it.
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.dynamics.template import template_of
from stridesim.economy.measures import named_results, status_of
from stridesim.economy.stride import check_metabolic_model, stride_of
from stridesim.gait import solver
from stridesim.gait.residual import SIZE, Unknowns
from stridesim.results import InputError, Status, quantity
from stridesim.runner import Runner

__all__ = ["result", "results"]


def results(numbers: Runner, metabolic: str = DEFAULT_METABOLIC_MODEL) -> dict[str, Any]:
    """Every named result of a stride, each in its declared unit, () each.

    `numbers` is `runner.at_speed().numbers`: leaves (), SI. Raises `InputError` without float64
    and for an unknown metabolic model. NaN where the runner has no stride.
    """
    if not jax.config.read("jax_enable_x64"):
        raise InputError("float64 is off; permitted: jax.config.update('jax_enable_x64', True)")
    check_metabolic_model(metabolic)
    template = template_of(numbers)
    found, residual, reason = _periodic_step(template)
    unknowns = solver.differentiable(Unknowns(*found), template)
    stride = stride_of(numbers, unknowns, metabolic)
    named = named_results(stride, numbers, residual)
    status = status_of(stride, numbers, residual, named)
    runs = (status == Status.ok) & (reason == Status.ok)
    return {name: jnp.where(runs, value, jnp.nan) for name, value in named.items()}


def result(
    numbers: Runner,
    name: str = "cost_of_transport",
    metabolic: str = DEFAULT_METABOLIC_MODEL,
) -> Any:
    """One named result of a stride, in its declared unit, (); otherwise as `results`."""
    quantity(name)
    named = results(numbers, metabolic)
    if name not in named:
        raise InputError(f"result {name!r}: a stride does not have it")
    return named[name]


def _periodic_step(template: Any) -> tuple[Any, Any, Any]:
    """Unknowns at touchdown (9,), largest residual and reason: found outside the trace."""
    leaves, structure = jax.tree.flatten(jax.tree.map(jax.lax.stop_gradient, template))
    leaves = jnp.broadcast_arrays(*(jnp.asarray(leaf, float) for leaf in leaves))
    shape = leaves[0].shape
    kinds = (
        jax.ShapeDtypeStruct((*shape, SIZE), np.dtype(float)),
        jax.ShapeDtypeStruct(shape, np.dtype(float)),
        jax.ShapeDtypeStruct(shape, np.dtype(int)),
    )

    def solve(*given: Any) -> tuple[np.ndarray, ...]:
        flat = [np.asarray(leaf, float).reshape(-1) for leaf in given]
        solution = solver.solve(structure.unflatten(flat))
        outer = np.shape(given[0])
        unknowns = np.stack([np.asarray(u) for u in solution.unknowns], axis=-1)
        return (
            unknowns.reshape(*outer, SIZE),
            np.asarray(solution.residual).reshape(outer),
            np.asarray(solution.reason, int).reshape(outer),
        )

    return jax.pure_callback(solve, kinds, *leaves, vmap_method="broadcast_all")
