"""Activation kinetics against OpenSim; the envelope against brute force."""

import itertools

import jax
import numpy as np
import pytest
from muscles.activation_rates import degroote_activation_rate, millard_activation_rate
from numpy.testing import assert_allclose
from opensim_tables import table

from stridesim.muscles.activation import (
    activation_envelope,
)

PERIOD = 0.7


@pytest.mark.parametrize(("model", "smoothing"), [("dgf", 0.1), ("dgf_smooth10", 10.0)])
def test_degroote_equals_opensim(model: str, smoothing: float):
    t = table("activation_dynamics", model=model)
    got = degroote_activation_rate(t["excitation"], t["activation"], smoothing=smoothing)
    assert_allclose(got, t["activation_rate"], rtol=1e-12, atol=1e-12)


def test_millard_equals_opensim():
    t = table("activation_dynamics", model="millard")
    got = millard_activation_rate(t["excitation"], t["activation"])
    assert_allclose(got, t["activation_rate"], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rate", [degroote_activation_rate, millard_activation_rate])
def test_activation_moves_towards_excitation(rate):
    u, a = np.meshgrid(np.linspace(0.02, 1.0, 8), np.linspace(0.02, 1.0, 8))
    assert (np.sign(np.asarray(rate(u, a))) == np.sign(u - a)).all()


def test_sharp_switch_rises_faster_than_it_falls():
    rise = degroote_activation_rate(1.0, 0.3, smoothing=100.0)
    assert_allclose(rise, 0.7 / (0.015 * 0.95), rtol=1e-9)
    fall = degroote_activation_rate(0.3, 1.0, smoothing=100.0)
    assert_allclose(fall, -0.7 * 2.0 / 0.060, rtol=1e-9)


def brute_force(demand, time, tau_act, tau_deact):
    """The least envelope by raising every node until nothing moves."""
    e = demand.copy()
    step = np.diff(np.append(time, time[0] + PERIOD))
    for _ in range(10 * len(e)):
        before = e.copy()
        for i in range(len(e)):
            j = (i + 1) % len(e)
            e[j] = max(e[j], e[i] * np.exp(-step[i] / tau_deact))
            e[i] = max(e[i], 1.0 - (1.0 - e[j]) * np.exp(step[i] / tau_act))
        if np.array_equal(before, e):
            return e
    raise AssertionError("no fixed point")


def stride(seed: int, nodes: int):
    """A demand with bursts, on nodes that are not evenly spaced."""
    rng = np.random.default_rng(seed)
    time = np.sort(rng.uniform(0.0, PERIOD, nodes))
    demand = np.clip(rng.normal(0.1, 0.4, nodes), 0.0, 0.99)
    return demand, time


CASES = [
    (seed, nodes, tau_act, tau_deact)
    for (seed, nodes), (tau_act, tau_deact) in itertools.product(
        [(0, 2), (1, 7), (2, 33), (3, 33)], [(0.015, 0.06), (0.03, 0.1), (0.2, 0.02), (0.5, 2.0)]
    )
]


@pytest.mark.parametrize(("seed", "nodes", "tau_act", "tau_deact"), CASES)
def test_envelope_is_the_least(seed: int, nodes: int, tau_act: float, tau_deact: float):
    demand, time = stride(seed, nodes)
    got = np.asarray(activation_envelope(demand, time, PERIOD, tau_act, tau_deact))
    assert (got >= demand).all()
    assert_allclose(got, brute_force(demand, time, tau_act, tau_deact), rtol=1e-12, atol=1e-12)
    again = activation_envelope(got, time, PERIOD, tau_act, tau_deact)
    assert_allclose(again, got, rtol=1e-12)


@pytest.mark.parametrize(("seed", "nodes", "tau_act", "tau_deact"), CASES)
def test_envelope_is_possible_and_no_node_can_be_lowered(seed, nodes, tau_act, tau_deact):
    demand, time = stride(seed, nodes)
    e = np.asarray(activation_envelope(demand, time, PERIOD, tau_act, tau_deact))
    step = np.diff(np.append(time, time[0] + PERIOD))
    fall = np.roll(e * np.exp(-step / tau_deact), 1)
    rise = 1.0 - (1.0 - np.roll(e, -1)) * np.exp(step / tau_act)
    assert (e >= fall - 1e-12).all()
    assert (e >= rise - 1e-12).all()
    lower_bound = np.maximum(demand, np.maximum(fall, rise))
    assert_allclose(e, lower_bound, rtol=1e-12, atol=1e-12)


def test_one_burst_by_hand():
    time = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6])
    demand = np.array([0.0, 0.0, 0.0, 0.8, 0.0, 0.0, 0.0])
    e = activation_envelope(demand, time, PERIOD, 0.1, 0.1)
    before = 1.0 - 0.2 * np.e
    after = 0.8 * np.exp(-np.arange(7.0))
    expected = [after[4], after[5], before, 0.8, after[1], after[2], after[3]]
    assert_allclose(e, expected, rtol=1e-14)


def test_a_constant_demand_needs_nothing_more():
    time = np.linspace(0.0, PERIOD, 16, endpoint=False)
    e = activation_envelope(np.full(16, 0.3), time, PERIOD, 0.05, 0.2)
    assert_allclose(e, 0.3, rtol=1e-15)


def test_infinitely_fast_muscle_follows_the_demand():
    demand, time = stride(4, 33)
    for tau in (0.0, 1e-7):
        e = activation_envelope(demand, time, PERIOD, tau, tau)
        assert_allclose(e, demand, rtol=1e-12, atol=1e-20)


def test_slower_muscle_is_on_for_longer():
    demand, time = stride(5, 33)
    tau = np.array([0.01, 0.03, 0.1, 0.3])
    for rise, fall in [(tau, np.full(4, 0.05)), (np.full(4, 0.02), tau)]:
        e = activation_envelope(np.tile(demand, (4, 1)), time, PERIOD, rise, fall)
        assert (np.diff(np.asarray(e), axis=0) >= 0.0).all()
        assert (np.diff(np.asarray(e).mean(axis=-1)) > 0.0).all()


def test_shifting_the_demand_shifts_the_envelope():
    demand, _ = stride(6, 24)
    time = np.linspace(0.0, PERIOD, 24, endpoint=False)
    e = activation_envelope(demand, time, PERIOD, 0.02, 0.06)
    shifted = activation_envelope(np.roll(demand, 5), time, PERIOD, 0.02, 0.06)
    assert_allclose(shifted, np.roll(np.asarray(e), 5), rtol=1e-12)


def test_demand_of_one_or_more_is_covered_without_full_activation_for_ever():
    time = np.linspace(0.0, PERIOD, 20, endpoint=False)
    demand = np.zeros(20)
    demand[8] = 1.3
    e = np.asarray(activation_envelope(demand, time, PERIOD, 0.01, 0.04))
    assert_allclose(e[8], 1.3, rtol=1e-14)
    assert e.min() < 0.1


def test_batched_equals_one_at_a_time():
    rows = np.stack([stride(seed, 30)[0] for seed in range(6)]).reshape(2, 3, 30)
    _, time = stride(7, 30)
    rise, fall = np.linspace(0.01, 0.05, 6).reshape(2, 3), np.linspace(0.05, 0.2, 6).reshape(2, 3)
    batch = np.asarray(activation_envelope(rows, time, PERIOD, rise, fall))
    for i, j in np.ndindex(2, 3):
        one = activation_envelope(rows[i, j], time, PERIOD, rise[i, j], fall[i, j])
        assert_allclose(batch[i, j], one, rtol=1e-14)
    mapped = jax.vmap(activation_envelope, (0, None, None, 0, 0))(
        rows[0], time, PERIOD, rise[0], fall[0]
    )
    assert_allclose(mapped, batch[0], rtol=1e-14)


@pytest.mark.parametrize("argument", [0, 1, 2, 3, 4])
def test_gradient(argument: int):
    demand, time = stride(8, 33)
    arguments = [demand, time, np.asarray(PERIOD), np.asarray(0.03), np.asarray(0.1)]
    rng = np.random.default_rng(9)
    weights, direction = rng.normal(size=33), rng.normal(size=np.shape(arguments[argument]))

    def along(step):
        moved = list(arguments)
        moved[argument] = moved[argument] + step * direction
        return activation_envelope(*moved) @ weights

    step = 1e-7
    difference = (along(step) - along(-step)) / (2.0 * step)
    assert_allclose(jax.jvp(along, (0.0,), (1.0,))[1], difference, rtol=1e-6)
    reverse = jax.grad(lambda *a: activation_envelope(*a) @ weights, argument)(*arguments)
    assert_allclose(np.sum(reverse * direction), difference, rtol=1e-6)


def test_gradient_is_finite_for_instant_muscle():
    demand, time = stride(10, 7)
    slope = jax.grad(lambda tau: activation_envelope(demand, time, PERIOD, tau, tau).sum())(0.0)
    assert np.isfinite(slope)
