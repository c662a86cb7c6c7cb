"""Load sharing against SciPy's SLSQP, its optimality conditions, and its derivative."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize

from stridesim.muscles import sharing, sharing_dual
from stridesim.muscles.sharing import RESERVE, sharing_cost

share_load = jax.jit(sharing.share_load)
_side_by_side = jax.jit(jax.vmap(sharing.share_load))

MUSCLES, JOINTS = 14, 4
NODES = 50


class Problem(NamedTuple):
    """One instant a column: arms (M, 4, N), moments (4, N), cost (M,), bounds (M, N)."""

    arms: Any
    moments: Any
    cost: Any
    lower: Any
    upper: Any


def _problem(seed: int, nodes: int, load: float) -> Problem:
    """Random muscles, most about one or two joints; moments that `load` x random activations
    would give (feasible up to 1)."""
    rng = np.random.default_rng(seed)
    arms = rng.normal(0.0, 150.0, (MUSCLES, JOINTS, nodes))
    arms *= rng.random((MUSCLES, JOINTS, 1)) < 0.5
    cost = np.asarray(sharing_cost(rng.uniform(0.05, 1.0, MUSCLES)))
    lower = np.where(rng.random((MUSCLES, nodes)) < 0.2, 0.3, 0.01)
    upper = np.where(rng.random((MUSCLES, nodes)) < 0.2, 0.6, 1.0)
    given = lower + (upper - lower) * rng.random((MUSCLES, nodes))
    moments = load * np.einsum("mjn,mn->jn", arms, given)
    return Problem(arms, moments, cost, lower, upper)


def _slsqp(p: Problem, node: int) -> np.ndarray:
    """The primal problem itself, with the reserves as four more unknowns."""
    arms, moments = p.arms[:, :, node], p.moments[:, node]
    # Moments in units of 100 N m are of the size of activations.
    unit = 100.0

    def objective(x: np.ndarray) -> float:
        a, reserve = x[:MUSCLES], unit * x[MUSCLES:]
        return 0.5 * p.cost @ a**2 + reserve @ reserve / (2 * RESERVE)

    def slope(x: np.ndarray) -> np.ndarray:
        return np.concatenate([p.cost * x[:MUSCLES], unit**2 * x[MUSCLES:] / RESERVE])

    balance = np.concatenate([arms.T / unit, np.eye(JOINTS)], axis=1)
    bounds = [*zip(p.lower[:, node], p.upper[:, node], strict=True), *[(None, None)] * JOINTS]
    start = np.concatenate([0.5 * (p.lower + p.upper)[:, node], np.zeros(JOINTS)])
    found = minimize(
        objective,
        start,
        jac=slope,
        bounds=bounds,
        constraints={
            "type": "eq",
            "fun": lambda x: balance @ x - moments / unit,
            "jac": lambda _: balance,
        },
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    assert found.success, found.message
    return np.concatenate([found.x[:MUSCLES], unit * found.x[MUSCLES:]])


def test_equals_slsqp() -> None:
    p = _problem(seed=0, nodes=NODES, load=1.0)
    shares = share_load(*p)
    for node in range(24):
        expected = _slsqp(p, node)
        assert_allclose(shares.activation[:, node], expected[:MUSCLES], rtol=0, atol=1e-6)
        assert_allclose(shares.reserve[:, node], expected[MUSCLES:], rtol=0, atol=1e-5)


@pytest.mark.parametrize("load", [0.3, 1.0, 3.0])
def test_meets_the_optimality_conditions(load: float) -> None:
    """Feasible or not: moments balance, bounds hold, and every muscle inside its bounds pays the
    same marginal cost for moment; where it would rather leave them it sits on them."""
    p = _problem(seed=1, nodes=700, load=load)
    a, reserve, multiplier = (np.asarray(x) for x in share_load(*p))
    gap = np.einsum("mjn,mn->jn", p.arms, a) + reserve - p.moments
    assert np.abs(gap).max() < 1e-8
    assert (a >= p.lower).all()
    assert (a <= p.upper).all()
    assert_allclose(reserve, RESERVE * multiplier, rtol=1e-14)
    slack = p.cost[:, None] * a - np.einsum("mjn,jn->mn", p.arms, multiplier)
    at_lower, at_upper = a == p.lower, a == p.upper
    assert np.abs(slack[~at_lower & ~at_upper]).max() < 1e-9
    assert (slack[at_lower] > -1e-9).all()
    assert (slack[at_upper] < 1e-9).all()
    assert at_upper.any()
    assert at_lower.any()
    # Infeasible moments fall to the reserves, and are among those checked here.
    assert load < 3.0 or (np.abs(reserve).max(axis=0) > 20.0).any()


def test_start_does_not_matter() -> None:
    p = _problem(seed=2, nodes=NODES, load=1.5)
    rng = np.random.default_rng(3)
    usual = share_load(*p)
    other = share_load(*p, jnp.asarray(rng.normal(0.0, 0.02, (JOINTS, NODES))))
    assert_allclose(other.activation, usual.activation, rtol=0, atol=1e-10)


@pytest.mark.parametrize("argument", range(5), ids=Problem._fields)
def test_derivative_equals_central_differences(argument: int) -> None:
    p = Problem(*(jnp.asarray(x) for x in _problem(seed=4, nodes=NODES, load=1.0)))
    direction = jnp.asarray(np.random.default_rng(5).normal(size=p[argument].shape))
    scale = float(jnp.max(jnp.abs(p[argument])))

    def along(step: Any) -> Any:
        moved = list(p)
        moved[argument] = p[argument] + step * scale * direction
        return share_load(*moved).activation

    exact = np.asarray(jax.jvp(along, (0.0,), (1.0,))[1])
    step = 1e-7
    difference = np.asarray(along(step) - along(-step)) / (2 * step)
    # Piecewise linear: a node that changes pieces within the step has no derivative there.
    pieces = [np.asarray(x) for x in (along(-step), along(step))]
    bound = [(x == p.lower) | (x == p.upper) for x in pieces]
    smooth = (bound[0] == bound[1]).all(axis=0) if argument < 3 else np.full(NODES, True)
    assert smooth.sum() > 40
    assert_allclose(exact[:, smooth], difference[:, smooth], rtol=2e-6, atol=2e-6)


def test_reverse_mode_agrees_with_forward_mode() -> None:
    p = Problem(*(jnp.asarray(x) for x in _problem(seed=6, nodes=NODES, load=1.0)))
    rng = np.random.default_rng(7)
    weight = jnp.asarray(rng.normal(size=(MUSCLES, NODES)))
    directions = tuple(jnp.asarray(rng.normal(size=x.shape)) for x in p)

    def summed(*arguments: Any) -> Any:
        return jnp.sum(weight * share_load(*arguments).activation)

    slopes = jax.grad(summed, argnums=tuple(range(5)))(*p)
    forward = jax.jvp(summed, tuple(p), directions)[1]
    reverse = sum(jnp.sum(g * d) for g, d in zip(slopes, directions, strict=True))
    assert_allclose(reverse, forward, rtol=1e-10)


def test_shares_do_not_depend_on_the_unit_of_cost() -> None:
    raw = np.random.default_rng(8).uniform(1.0, 9.0, MUSCLES)
    assert_allclose(sharing_cost(1e-6 * raw), sharing_cost(raw), rtol=1e-14)
    assert np.mean(np.asarray(sharing_cost(raw))) == pytest.approx(1.0, rel=1e-14)


def test_stronger_muscles_for_a_larger_task_work_equally_hard() -> None:
    """Arms and moments twice as large with reserves twice as large too: same activations."""
    p = _problem(seed=9, nodes=NODES, load=0.8)
    usual = share_load(*p)
    # The reserve is a module constant: rho grows fourfold when cost shrinks fourfold.
    doubled = p._replace(arms=2 * p.arms, moments=2 * p.moments, cost=4 * p.cost)
    larger = share_load(*doubled)
    assert_allclose(larger.activation, usual.activation, rtol=0, atol=1e-10)
    assert_allclose(larger.reserve, 2 * usual.reserve, rtol=0, atol=1e-7)


def test_order_of_muscles_and_sign_of_joints_do_not_matter() -> None:
    p = _problem(seed=10, nodes=NODES, load=1.2)
    usual = np.asarray(share_load(*p).activation)
    order = np.random.default_rng(11).permutation(MUSCLES)
    shuffled = Problem(p.arms[order], p.moments, p.cost[order], p.lower[order], p.upper[order])
    assert_allclose(share_load(*shuffled).activation, usual[order], rtol=0, atol=1e-10)
    sign = np.array([1.0, -1.0, -1.0, 1.0])
    mirrored = p._replace(arms=p.arms * sign[None, :, None], moments=p.moments * sign[:, None])
    assert_allclose(share_load(*mirrored).activation, usual, rtol=0, atol=1e-10)


def test_muscles_of_one_joint_share_by_arm_over_cost() -> None:
    """By hand: two synergists, interior, a_i in proportion to B_i / c_i."""
    arms = np.zeros((2, 4, 1))
    arms[:, 2, 0] = 60.0, 20.0
    cost = np.array([1.5, 0.5])
    moments = np.zeros((4, 1))
    moments[2] = 30.0
    shares = share_load(arms, moments, cost, np.zeros((2, 1)), np.ones((2, 1)))
    multiplier = 30.0 / (60.0**2 / 1.5 + 20.0**2 / 0.5 + RESERVE)
    assert_allclose(shares.activation[:, 0], [40.0 * multiplier, 40.0 * multiplier], rtol=1e-12)
    assert_allclose(shares.reserve[:, 0], [0.0, 0.0, RESERVE * multiplier, 0.0], atol=1e-12)


@pytest.mark.parametrize("broken", range(3))
def test_runners_side_by_side_do_not_disturb_each_other(broken: int) -> None:
    """Each as if alone, up to rounding, beside one whose posture is not a number."""
    problems = [_problem(seed, nodes=NODES, load=1.0) for seed in range(3)]
    problems[broken].arms[...] = np.nan
    together = _side_by_side(
        *(jnp.stack(field) for field in zip(*problems, strict=True))
    ).activation
    for lane, problem in enumerate(problems):
        alone = share_load(*problem).activation
        assert_allclose(together[lane], alone, rtol=0, atol=1e-10)
        assert np.isfinite(alone).all() == (lane != broken)


def test_line_search_is_for_those_who_are_open_only() -> None:
    """Far beyond the minimum along a step who is wanted goes back, and who is done costs nothing:
    with none wanted the search ends at the full step it begins with."""
    p = _problem(6, NODES, 0.8)
    root = np.sqrt(p.cost)[:, None]
    arms = [[jnp.asarray(arm) for arm in row] for row in p.arms / root[:, :, None]]
    lower, upper = (list(jnp.asarray(root * bound)) for bound in (p.lower, p.upper))
    problem = sharing_dual.SharingProblem(arms, lower, upper, list(jnp.asarray(p.moments)))
    start = jnp.zeros((JOINTS, NODES))
    step = 5 * sharing_dual.newton_step(start, sharing_dual.gap(start, problem), problem)

    def searched(wanted: bool) -> np.ndarray:
        everybody = jnp.full(NODES, wanted)
        return np.asarray(sharing_dual._step_length(start, step, everybody, problem))

    assert_allclose(searched(False), 1.0, rtol=0)
    assert np.mean(searched(True) < 0.9) > 0.5
