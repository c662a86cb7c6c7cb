"""Forces, fibres and tendons of every muscle over a stride; arrays (muscles, nodes).

Equations, passes and sources: `stridesim.muscles.state` and what it names.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.polynomial import polynomial as poly

from numpy_chain.gait import Stride, rate_of_change
from numpy_chain.groups import OF_ACHILLES, Groups, groups
from numpy_chain.posture import Posture
from numpy_chain.sharing import Sharing, share_load
from stridesim.muscles import geometry
from stridesim.muscles.degroote2016 import _BELLS, _D1, _D2, _D3, _D4
from stridesim.muscles.initial_forces import initial_forces
from stridesim.muscles.state import (
    FORCES,
    LARGEST_DEMAND,
    MINIMUM_ACTIVATION,
    SMALLEST_FORCE_LENGTH,
    WINDOW,
)
from stridesim.muscles.tendons import HYSTERESIS_RATE
from stridesim.posture.timeline import STANCE_NODES
from stridesim.runner import Runner

_CEILING = 0.999
"""Demand above this is prepared for as if it were this (`stridesim.muscles.activation`)."""


class Muscles(NamedTuple):
    """What a metabolic model asks for; velocities lengthening positive, SI."""

    activation: np.ndarray
    excitation: np.ndarray
    norm_length: np.ndarray
    velocity: np.ndarray
    norm_velocity: np.ndarray
    active_force: np.ndarray


class _State(NamedTuple):
    """Fibres and tendons at the forces of a pass."""

    norm_length: np.ndarray
    cosine: np.ndarray
    force_length: np.ndarray
    passive: np.ndarray
    velocity: np.ndarray
    norm_velocity: np.ndarray
    force_velocity: np.ndarray
    strain: np.ndarray


def paths(joints: np.ndarray, height: float) -> tuple[np.ndarray, np.ndarray]:
    """Musculotendon lengths (M, N) m, and moment arms (4, M, N) m: minus their gradient."""
    table, scale = geometry._coefficients(), height / geometry.SOURCE_HEIGHT
    off = joints[1] - geometry._REFERENCE[1]
    cross = table.abduction_over_flexion.T
    own = [poly.polyval(q, c.T) for q, c in zip(joints, table.own, strict=True)]
    arms = np.array(
        [poly.polyval(q, poly.polyder(c.T)) for q, c in zip(joints, table.own, strict=True)]
    )
    abduction = poly.polyval(joints[0], cross)
    length = table.lengths[:, None] - sum(own) - off * abduction
    arms[0] += off * poly.polyval(joints[0], poly.polyder(cross))
    arms[1] += abduction
    return scale * length, scale * arms


def force_length(norm_length: np.ndarray) -> np.ndarray:
    """Active force over peak isometric force (De Groote 2016)."""
    bells = (
        height * np.exp(-0.5 * ((norm_length - centre) / (width + growth * norm_length)) ** 2)
        for height, centre, width, growth in _BELLS
    )
    return np.sum(list(bells), axis=0)


def _tendon_strain(
    force: np.ndarray, loss: np.ndarray, g: Groups, time: np.ndarray, period: float
) -> np.ndarray:
    """Exponential tendons whose loading and unloading differ; one Achilles for two muscles."""

    def strain(relative: np.ndarray, loss: np.ndarray, at_peak: np.ndarray) -> np.ndarray:
        loading = np.tanh(rate_of_change(relative, time, period) / HYSTERESIS_RATE)
        return at_peak * np.log1p(relative / (1 + 0.5 * loss * loading) / 0.2) / np.log(6)

    def together(values: np.ndarray) -> np.ndarray:
        return np.average(values[OF_ACHILLES], axis=0, weights=g.peak_force[OF_ACHILLES, 0])

    relative = force / g.peak_force
    own = strain(relative, loss, g.strain_at_peak)
    both = strain(together(relative), together(loss), together(g.strain_at_peak))
    share = g.common_length[OF_ACHILLES] / g.slack_length[OF_ACHILLES]
    own[OF_ACHILLES] += share * (both - own[OF_ACHILLES])
    return own


def _seen_through_window(values: np.ndarray) -> np.ndarray:
    for _ in range(WINDOW):
        beside = np.roll(values, 1, axis=1) + np.roll(values, -1, axis=1)
        values = 0.5 * values + 0.25 * beside
    return values


def _state(
    force: np.ndarray,
    loss: np.ndarray,
    length: np.ndarray,
    lengthening: np.ndarray,
    g: Groups,
    max_velocity: float,
    line: Stride,
) -> _State:
    strain = _tendon_strain(force, loss, g, line.time, line.period)
    along = np.maximum(length - g.slack_length * (1 + strain), 0.2 * g.optimal_length)
    fiber = np.hypot(along, g.height)
    relative, cosine = fiber / g.optimal_length, along / fiber
    stretch = np.maximum((relative - 1 - g.passive_from) / (g.passive_to - g.passive_from), 0)
    stretching = rate_of_change(_seen_through_window(strain), line.time, line.period)
    velocity = (lengthening - g.slack_length * stretching) * cosine
    norm_velocity = velocity / (max_velocity * g.optimal_length)
    clipped = np.clip(norm_velocity, -0.97, 1.0)
    return _State(
        relative,
        cosine,
        force_length(relative),
        np.expm1(4 * stretch) / np.expm1(4.0),
        velocity,
        norm_velocity,
        _D1 * np.arcsinh(_D2 * clipped + _D3) + _D4,
        strain,
    )


def _envelope(
    demand: np.ndarray, time: np.ndarray, period: float, rise: float, fall: float
) -> np.ndarray:
    """Least activation that covers the demand and obeys first-order rise and decay: twice round
    the cycle forwards for the decay, then backwards for the rise."""
    reached = np.minimum(demand, _CEILING).T
    excess = demand.T - reached
    gap = np.diff(time, append=time[0] + period)
    kept, grown = np.exp(-gap / fall), np.exp(gap / rise)
    order = list(range(len(gap))) * 2
    for i in order:
        reached[i] = np.maximum(reached[i], kept[i - 1] * reached[i - 1])
    for i in reversed(order):
        after = reached[(i + 1) % len(gap)]
        reached[i] = np.maximum(reached[i], 1 - (1 - after) * grown[i])
    return (reached + excess).T


def _agreed(shared: Callable[[np.ndarray], np.ndarray], start: np.ndarray) -> np.ndarray:
    """What `shared` returns unchanged (Anderson's acceleration with two differences)."""
    at = value = start
    places: list[np.ndarray] = []
    residuals: list[np.ndarray] = []
    for count in range(1, FORCES.steps + 1):
        value = shared(at)
        places, residuals = [at, *places[:2]], [value - at, *residuals[:2]]
        if count >= FORCES.rough + FORCES.fine and np.abs(residuals[0]).max() <= FORCES.tolerance:
            break
        at = at + FORCES.damping * residuals[0]
        if len(places) > 1:
            moved, answered = -np.diff(places, axis=0), -np.diff(residuals, axis=0)
            columns = answered.reshape(len(answered), -1).T
            shares = np.linalg.lstsq(columns, residuals[0].ravel(), rcond=None)[0]
            at = at - np.tensordot(shares, moved + FORCES.damping * answered, axes=1)
        at = np.maximum(at, 0.0)
    return value


def muscles(
    required: np.ndarray, leg: Posture, line: Stride, runner: Runner, sharing: Sharing
) -> Muscles:
    """Share joint moments (4, N) and follow fibres, tendons and activation."""
    g, tendon, vmax = groups(runner), runner.tendon, runner.muscle.maximal_shortening_velocity
    length, arms = paths(leg.joints, runner.body.height)
    lengthening = -np.einsum("jmn,jn->mn", arms, leg.joint_rates)
    extending = (leg.joint_rates[0] < 0) & (np.arange(line.time.size) < STANCE_NODES)
    lower = np.maximum(g.coactivation * extending, MINIMUM_ACTIVATION)
    loss = np.full_like(g.mass, tendon.hysteresis)

    def shared(relative: np.ndarray) -> np.ndarray:
        now = _state(g.peak_force * relative, loss, length, lengthening, g, vmax, line)
        upper = np.clip(LARGEST_DEMAND * now.force_velocity, lower, 1.0)
        active = np.maximum(now.force_length, SMALLEST_FORCE_LENGTH)
        peak = g.peak_force * now.cosine
        left = required - np.einsum("jmn,mn->jn", arms, peak * now.passive)
        activation = share_load(arms * (peak * active), left, g.cost, (lower, upper), sharing)
        return now.cosine * (activation * active + now.passive)

    force = g.peak_force * _agreed(shared, initial_forces().forces_at(required))
    strain = _tendon_strain(force, loss, g, line.time, line.period).max(axis=1, keepdims=True)
    beyond = np.maximum(strain - tendon.yield_strain, 0) / np.maximum(strain, 1e-9)
    loss = loss + (1 - loss) * beyond
    now = _state(force, loss, length, lengthening, g, vmax, line)
    active_force = np.maximum(force / now.cosine - g.peak_force * now.passive, 0)
    able = g.peak_force * np.maximum(now.force_length, SMALLEST_FORCE_LENGTH) * now.force_velocity
    rise, fall = runner.muscle.activation_time, runner.muscle.deactivation_time
    realised = _envelope(active_force / able, line.time, line.period, rise, fall)
    changing = rate_of_change(realised, line.time, line.period)
    drive = realised + np.where(changing > 0, rise, fall) * changing
    return Muscles(
        np.minimum(realised, 1.0),
        np.clip(drive, 0.0, 1.0),
        now.norm_length,
        now.velocity,
        now.norm_velocity,
        active_force,
    )
