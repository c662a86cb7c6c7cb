"""The periodic step as others would solve it: SciPy loops, naive JAX, and diffrax.

All take a template's numbers as rows (B, P) in the order of its leaves and give the nine unknowns
at touchdown (B, 9). One SciPy loop is plain: its right-hand side is Python (`numpy_chain.gait`).
The other integrates the numba rival's, compiled. The JAX rivals share stridesim's force law.
"""

import functools
import itertools
from typing import Any, Final

import diffrax
import jax
import jax.numpy as jnp
import numba_rival
import numba_step
import numpy as np
from numpy_chain.gait import TOLERANCE, periodic_step
from scipy.integrate import solve_ivp
from scipy.optimize import root

from stridesim.constants import GRAVITY
from stridesim.dynamics.stance import State, derivative
from stridesim.gait import residual as shooting
from stridesim.gait.residual import Unknowns

NEWTON_STEPS: Final = 7
"""Fixed, as a plain `vmap` has it: what the slowest of a scattered batch needs from cold."""


def scipy_loop(leaves: np.ndarray, structure: Any) -> np.ndarray:
    """`root` (MINPACK hybrd) around `solve_ivp(DOP853)`, each gait from cold."""
    return np.stack([periodic_step(structure.unflatten(p)) for p in leaves.tolist()])


def scipy_loop_compiled(leaves: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """The same around a right-hand side that numba compiled."""
    return np.stack([_scipy_one(p, tolerance) for p in numba_rival.numbers(leaves)])


def _scipy_one(numbers: np.ndarray, tolerance: float) -> np.ndarray:
    lanes = numba_step.LANES
    p, onset = numba_rival.block_of(numbers), numbers[12]

    def residual(u: np.ndarray) -> np.ndarray:
        state, r = np.zeros(8 * lanes), np.full(9, 1e3)
        if not numba_step.touchdown(u, p, 0, state):
            return r
        one, duration = state[::lanes].copy(), u[8]
        height = one[2]

        # The stabiliser's onset, a kink, ends one piece of the integration.
        joints = [0.0, *([onset / duration] if 0 < onset < duration else []), 1.0]
        for span in itertools.pairwise(joints):
            stance = solve_ivp(
                rates, span, one, method="DOP853", rtol=tolerance, atol=0.1 * tolerance
            )
            one = np.ascontiguousarray(stance.y[:, -1])
        state[::lanes] = one
        numba_step.misses(u, p, 0, height, state, r)
        return r

    def rates(phase: float, q: np.ndarray) -> np.ndarray:
        return numba_step.rates_of_one(phase, q, p)

    return root(residual, numba_rival.generic_guess(numbers), tol=tolerance).x


def _cold_start(t: Any) -> Any:
    contact = 0.6 * t.step_time
    zero = 0 * t.speed
    behind = t.hip_behind - 0.45 * t.speed * contact
    down = -0.5 * GRAVITY * (t.step_time - contact)
    return jnp.stack([t.speed, zero, down, zero, zero, zero, behind, zero + 0.03, contact])


@functools.partial(jax.jit, static_argnames=("structure", "residual"))
def _newton_for_all(leaves: Any, structure: Any, residual: Any) -> Any:
    def one(row: Any) -> Any:
        t = structure.unflatten(row)

        def improve(u: Any, _: Any) -> tuple[Any, None]:
            jacobian = jax.jacfwd(residual)(u, t)
            return u - jnp.linalg.solve(jacobian, residual(u, t)), None

        return jax.lax.scan(improve, _cold_start(t), None, NEWTON_STEPS)[0]

    return jax.vmap(one)(leaves)


def _naive(u: Any, t: Any) -> Any:
    return jnp.stack(shooting.residual(Unknowns(*u), t))


def _with_diffrax(u: Any, t: Any) -> Any:
    start, contact = shooting.touchdown(Unknowns(*u), t)
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(lambda phase, state, _: derivative(phase, state, contact, t)),
        diffrax.Dopri8(),
        0.0,
        1.0,
        0.05,
        start,
        stepsize_controller=diffrax.PIDController(rtol=1e-8, atol=1e-9),
        adjoint=diffrax.ForwardMode(),
        max_steps=200,
    )
    assert solution.ys is not None
    off = State(*(leaf[-1] for leaf in solution.ys))
    return jnp.stack(shooting.periodic(start, off, contact, t))


def naive_jax(leaves: np.ndarray, structure: Any) -> np.ndarray:
    """`vmap` of Newton with `jacfwd` through the scanned Runge-Kutta rule."""
    return np.asarray(_newton_for_all(leaves, structure, _naive))


def with_diffrax(leaves: np.ndarray, structure: Any) -> np.ndarray:
    """The same with `diffeqsolve` (Dopri8, adaptive) for stance."""
    return np.asarray(_newton_for_all(leaves, structure, _with_diffrax))
