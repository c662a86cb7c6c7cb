"""The nodes of a stride: their order, their weights, and the hip that moves through them."""

import numpy as np
import pytest
from economy.shipped import SPEEDS, shipped
from numpy.testing import assert_allclose

from stridesim.dynamics.impact import impact
from stridesim.posture.time_grid import node_weights
from stridesim.posture.timeline import (
    FLIGHT_NODES,
    NODES,
    STANCE_NODES,
    STANCE_PHASES,
    SWING_NODES,
    Timeline,
    of_other_leg,
)


def _timeline(speed: float) -> Timeline:
    return shipped(speed).stride.timeline


@pytest.mark.parametrize("speed", SPEEDS)
def test_weights_sum_to_the_period_of_two_steps(speed: float) -> None:
    line = _timeline(speed)
    weights = np.asarray(node_weights(line.grid))
    assert weights.shape == (NODES,)
    assert (weights > 0).all()
    assert weights.sum() == pytest.approx(float(line.period), rel=1e-14)
    assert float(line.period) == pytest.approx(2 / float(shipped(speed).results["step_frequency"]))


@pytest.mark.parametrize("speed", SPEEDS)
def test_a_stride_is_contact_flight_contact_flight(speed: float) -> None:
    line = _timeline(speed)
    contact, flight = float(line.contact_time), float(line.flight_time)
    assert contact + flight == pytest.approx(float(line.period) / 2, rel=1e-14)
    assert line.time[0] == 0.0
    assert (np.diff(line.time) > 0).all()
    assert line.time[-1] < line.period
    assert_allclose(line.time[:STANCE_NODES], np.linspace(0, contact, STANCE_NODES), atol=1e-15)
    flying = line.time[STANCE_NODES : STANCE_NODES + FLIGHT_NODES]
    assert ((flying > contact) & (flying < contact + flight)).all()
    other = line.time[STANCE_NODES + FLIGHT_NODES : NODES - FLIGHT_NODES]
    assert other[0] == pytest.approx(contact + flight, rel=1e-14)
    assert other[-1] == pytest.approx(2 * contact + flight, rel=1e-14)
    assert line.swing_phase.shape == (SWING_NODES,)
    assert 0.0 < line.swing_phase[0] < line.swing_phase[-1] < 1.0
    # Swing is symmetric: the other foot stands in its middle.
    assert_allclose(line.swing_phase, 1 - line.swing_phase[::-1], atol=1e-14)


def _hip(speed: float) -> tuple[np.ndarray, np.ndarray]:
    """Stance hip (2, STANCE_NODES) forward and up, and the other hip, from the states."""
    stride = shipped(speed).stride
    t, state = stride.template, stride.timeline.state
    sine, cosine = np.sin(state.roll), np.cos(state.roll)
    up = [state.z + s * t.hip_half_width * sine - t.hip_below * cosine for s in (1, -1)]
    return np.stack([state.x - t.hip_behind, up[0]]), np.stack([state.x, up[1]])


@pytest.mark.parametrize("speed", SPEEDS)
def test_hip_acceleration_is_the_second_difference_of_its_place(speed: float) -> None:
    """In both stances; the hip of the swing leg is at every second node of the other's. What the
    impact adds to the path stops shank and foot and does not come to the hip."""
    line = _timeline(speed)
    step = float(line.contact_time) / (STANCE_NODES - 1)
    struck = impact(STANCE_PHASES, line.contact_time, shipped(speed).stride.template).height
    besides = np.stack([np.zeros(STANCE_NODES), struck])
    own, other = (np.diff(hip - besides, 2, axis=1) / step**2 for hip in _hip(speed))
    size = np.abs(own).max(axis=1, keepdims=True)
    error = np.abs(line.hip_acceleration[:, 1 : STANCE_NODES - 1] - own) / size
    assert error.max() < 5e-3
    swinging = line.hip_acceleration[:, STANCE_NODES + FLIGHT_NODES : NODES - FLIGHT_NODES]
    error = np.abs(swinging[:, 1:-1] - other[:, 1::2]) / size
    assert error.max() < 5e-3


@pytest.mark.parametrize("speed", SPEEDS)
def test_in_flight_the_hip_falls(speed: float) -> None:
    """With the roll's centripetal part, from the roll rate at take-off."""
    stride = shipped(speed).stride
    line, t = stride.timeline, stride.template
    spin = float(line.state.roll_rate[-1]) ** 2 * float(t.hip_below)
    for start in (STANCE_NODES, NODES - FLIGHT_NODES):
        flying = line.hip_acceleration[:, start : start + FLIGHT_NODES]
        assert_allclose(flying[0], float(t.acceleration_x), atol=1e-12)
        assert_allclose(flying[1], float(t.acceleration_z) + spin, rtol=1e-12)


def test_velocity_is_the_rate_of_place() -> None:
    line = _timeline(3.5)
    step = float(line.contact_time) / (STANCE_NODES - 1)
    for place, velocity in (("x", "vx"), ("y", "vy"), ("z", "vz"), ("roll", "roll_rate")):
        slope = np.gradient(getattr(line.state, place), step)[1:-1]
        expected = getattr(line.state, velocity)[1:-1]
        size = np.ptp(getattr(line.state, velocity))
        assert np.abs(slope - expected).max() < 0.01 * size
        assert_allclose(getattr(line.acceleration, place), getattr(line.state, velocity))


def test_the_other_leg_is_half_a_stride_away() -> None:
    """Exact at nodes that both legs have; between nodes of its swing the mean of two neighbours."""
    line = _timeline(3.5)
    time, period = np.asarray(line.time), float(line.period)

    def wave(at: np.ndarray) -> np.ndarray:
        turn = 2 * np.pi * at / period
        return np.stack([np.sin(turn + 0.3), np.cos(3 * turn)])

    found, expected = np.asarray(of_other_leg(wave(time))), wave(time + period / 2)
    between = np.arange(1, STANCE_NODES, 2)
    shared = np.setdiff1d(np.arange(NODES), between)
    assert_allclose(found[:, shared], expected[:, shared], atol=1e-12)
    neighbours = 0.5 * (expected[:, between - 1] + expected[:, between + 1])
    assert_allclose(found[:, between], neighbours, atol=1e-12)
