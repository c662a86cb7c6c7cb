"""The whole chain for one runner at a time: SciPy finds the gait and shares the load.

The two places where the chain iterates are SciPy's here: the periodic step (`root` around
DOP853, cold) and load sharing (`lsq_linear`, bounded least squares, at every instant of every
pass).
The algebra between them (posture, moments, curves, metabolic model) is stridesim's own, compiled
for one runner: written out in NumPy it would be slower, so this favours the rival, and what is
compared is batching and the solvers, not the formulas.
"""

from collections.abc import Callable
from typing import Any
from unittest import mock

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import lsq_linear
from template_rivals import scipy_loop

from stridesim.dynamics.template import template_of
from stridesim.economy.measures import named_results
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL, stride_of
from stridesim.gait.residual import Unknowns
from stridesim.muscles import state
from stridesim.muscles.sharing import RESERVE, Shares
from stridesim.runner import Runner


def _share_at_every_node(
    arms: np.ndarray, moments: np.ndarray, cost: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> np.ndarray:
    """min c a^2/2 + R^2/(2 rho) with R = M - B a, as bounded least squares at each instant."""
    arms, moments, cost, lower, upper = map(np.asarray, (arms, moments, cost, lower, upper))
    activation = np.empty(lower.shape)
    for n in range(lower.shape[1]):
        rows = np.vstack([np.diag(np.sqrt(cost)), arms[:, :, n].T / np.sqrt(RESERVE)])
        known = np.concatenate([np.zeros(len(cost)), moments[:, n] / np.sqrt(RESERVE)])
        bounds = (lower[:, n], np.maximum(upper[:, n], lower[:, n] + 1e-12))
        activation[:, n] = lsq_linear(rows, known, bounds, method="bvls", tol=1e-12).x
    return activation


def _share_load(
    arms: Any, moments: Any, cost: Any, lower: Any, upper: Any, start: Any = None
) -> Shares:
    del start
    shape = jax.ShapeDtypeStruct(lower.shape, float)
    activation = jax.pure_callback(
        _share_at_every_node,
        shape,
        arms,
        moments,
        cost,
        lower,
        jnp.broadcast_to(upper, lower.shape),
    )
    reserve = moments - jnp.sum(arms * activation[:, None], axis=0)
    return Shares(activation, reserve, reserve / RESERVE)


def chain() -> Callable[[Runner], float]:
    """A function from a runner (habits resolved) to its cost of transport, J/kg/m."""

    @eqx.filter_jit
    def price(runner: Runner, unknowns: Unknowns) -> Any:
        with mock.patch.object(state, "share_load", _share_load):
            stride = stride_of(runner, unknowns, DEFAULT_METABOLIC_MODEL)
        return named_results(stride, runner, jnp.zeros(()))["cost_of_transport"]

    def cost(runner: Runner) -> float:
        leaves = np.array([[float(v) for v in jax.tree.leaves(template_of(runner))]])
        unknowns = Unknowns(*(jnp.asarray(v) for v in scipy_loop(leaves, 1e-10)[0]))
        return float(price(runner, unknowns))

    return cost
