"""Derivatives of the periodic step against central differences of steps solved anew."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from gait.shipped import shipped_template, solved, solved_batch
from jax.flatten_util import ravel_pytree

from stridesim.dynamics.template import Template
from stridesim.gait.residual import Unknowns
from stridesim.gait.solver import differentiable

CASES: dict[str, dict[str, Any]] = {
    "shipped": {},
    "onset in stance": {"hip__onset_delay": 0.02, "hip__thigh_tracking": 2.0},
    "uphill": {"speed": 2.5, "task__slope": 0.05},
}

STEP = 1e-3
"""Of each leaf's size; the four-point formula is then good to 1e-10."""


@jax.jit
def forward(unknowns: Unknowns, template: Template) -> Template:
    return jax.jacfwd(lambda t: jnp.stack(differentiable(unknowns, t)))(template)


@jax.jit
def backward(unknowns: Unknowns, template: Template) -> Template:
    return jax.jacrev(lambda t: jnp.stack(differentiable(unknowns, t)))(template)


def _names(template: Template) -> list[str]:
    paths = jax.tree_util.tree_flatten_with_path(template)[0]
    return [jax.tree_util.keystr(path) for path, _ in paths]


def _scale(name: str, value: float) -> float:
    """How far a leaf may be moved: its own size, but no less than what matters for it."""
    least = 0.1 if name in (".acceleration_x", ".thigh_tracking", ".hip_damping") else 0.02
    if name == ".hip_onset":
        return 0.2 * abs(value)
    return max(abs(value), least)


def _differences(template: Template) -> np.ndarray:
    """d unknowns / d leaf (9, leaves) by the four-point central difference of solved steps."""
    flat, rebuild = ravel_pytree(template)
    names = _names(template)
    steps = np.array([STEP * _scale(n, float(v)) for n, v in zip(names, flat, strict=True)])
    moves = [k * np.diag(steps) for k in (-2, -1, 1, 2)]
    rows = jnp.asarray(np.concatenate(moves)) + flat[None]
    found = np.array(solved_batch(jax.vmap(rebuild)(rows)))
    far_back, back, ahead, far_ahead = np.split(found, 4, axis=1)
    return (8 * (ahead - back) - (far_ahead - far_back)) / (12 * steps)


@pytest.mark.parametrize("case", CASES)
def test_implicit_gradients_equal_central_differences(case: str) -> None:
    template = shipped_template(**CASES[case])
    unknowns = solved(template)
    found = np.array(jax.tree.leaves(forward(unknowns, template))).T
    wanted = _differences(template)
    # Relative to the largest sensitivity of the same unknown to a relative change of a leaf.
    sizes = [_scale(n, float(v)) for n, v in zip(_names(template), _flat(template), strict=True)]
    allowed = 1e-7 * np.abs(wanted * sizes).max(axis=1, keepdims=True) / sizes
    np.testing.assert_array_less(np.abs(found - wanted), 1e-5 * np.abs(wanted) + allowed)


def _flat(template: Template) -> np.ndarray:
    return np.array(jax.tree.leaves(template))


@pytest.mark.parametrize("case", CASES)
def test_forward_and_reverse_mode_agree(case: str) -> None:
    template = shipped_template(**CASES[case])
    unknowns = solved(template)
    ahead = np.array(jax.tree.leaves(forward(unknowns, template)))
    behind = np.array(jax.tree.leaves(backward(unknowns, template)))
    np.testing.assert_allclose(behind, ahead, rtol=1e-8, atol=1e-12 * np.abs(ahead).max())


def test_every_leaf_matters_and_mass_only_by_ratio() -> None:
    """No leaf is dead; scaling masses, inertia and stiffness together changes nothing (Euler)."""
    template = shipped_template(hip__onset_delay=0.02)
    jacobian = forward(solved(template), template)
    for name, column in zip(_names(template), jax.tree.leaves(jacobian), strict=True):
        assert np.abs(np.array(column)).max() > 0, name
    t, j = template, jacobian
    together = t.mass * j.mass + t.roll_inertia * j.roll_inertia + t.stiffness * j.stiffness
    together += t.impact_mass * j.impact_mass
    np.testing.assert_allclose(together, 0, atol=1e-9)


def test_signs_that_a_runner_would_expect() -> None:
    """A stiffer leg shortens contact; a lossier leg needs more push-off; uphill needs more."""
    template = shipped_template()
    j = forward(solved(template), template)
    by_stiffness, by_loss, by_pull = (
        Unknowns(*leaf) for leaf in (j.stiffness, j.loss, j.acceleration_x)
    )
    assert by_stiffness.contact_time < 0
    assert by_loss.push_off > 0
    assert by_pull.push_off < 0
