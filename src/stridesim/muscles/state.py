"""What every muscle and tendon does over the stride: forces, fibre states, elastic energy.

Joint moments are shared among muscles, forces stretch tendons by the inverse tendon curve,
and the fibre is what remains of the musculotendon, divided by the cosine of pennation. Sharing
uses the static capacity F0 fL(l) cos(pennation), with fV as an upper bound only, and is repeated
until forces agree with the lengths and speeds of fibre that they cause; the activation that a
force needs at its fibre length *and velocity*, a = F / (F0 fL fV cos), is computed after it.
Slow muscle is on before it is needed and stays on after: realised activation is the least
envelope with first-order rise and decay, and that is what the muscle pays for. (Its force on the
antagonists is left out. Three ways of feeding the envelope back into sharing were tried: each
drove soleus and gastrocnemius, short fibres on a long tendon, into activations far above 1.)

"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.elementary import made_once
from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.activation import activation_envelope
from stridesim.muscles.agreement import agree
from stridesim.muscles.geometry import Geometry, geometry_of, lengthening_rate, rows_of
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.sharing import share_load, sharing_cost
from stridesim.muscles.sums import over_muscles
from stridesim.muscles.tendons import Strain, elastic_energy, hysteresis_of, tendon_strain
from stridesim.muscles.thelen2003 import passive_force_length
from stridesim.muscles.typical import typical
from stridesim.posture.linkage import Posture
from stridesim.posture.moments import Moments
from stridesim.posture.timeline import NODES, STANCE_NODES, Timeline, rate_of_change
from stridesim.programs import kept_result
from stridesim.runner import Runner

MINIMUM_ACTIVATION: Final = 0.01
"""Tone of a resting muscle (Millard 2012, doi:10.1115/1.4023390)."""

LARGEST_DEMAND: Final = 0.95
"""Activation up to which forces are shared, at the fibre's speed."""
SMALLEST_FORCE_LENGTH: Final = 0.05
WINDOW: Final = 8
"""Binomial averages of the strain before its rate is taken: a standard deviation of two nodes,
about 15 ms of stance, the time constant of activation."""


def _binomial(nodes: int) -> np.ndarray:
    """The window as a matrix (nodes, nodes) to multiply with, closed over the cycle."""
    matrix = np.eye(nodes)
    for _ in range(WINDOW):
        beside = np.roll(matrix, 1, axis=1) + np.roll(matrix, -1, axis=1)
        matrix = 0.25 * beside + 0.5 * matrix
    return matrix


_WINDOW: Final = _binomial(NODES)


@kept_result
class Muscles(NamedTuple):
    """Groups by nodes (M, N) unless said; SI, velocities lengthening positive.

    `activation` is realised, `demand` what the force alone needs. `stored` is the elastic
    energy in each tendon (J), `hysteresis` (M,) its loss per cycle. `reserve` (4, N) N m.
    """

    force: Any
    activation: Any
    demand: Any
    excitation: Any
    norm_fiber_length: Any
    fiber_velocity: Any
    norm_fiber_velocity: Any
    cos_pennation: Any
    active_force: Any
    passive_force: Any
    tendon_strain: Any
    tendon_velocity: Any
    mtu_velocity: Any
    stored: Any
    hysteresis: Any
    reserve: Any
    iteration_change: Any
    arms: Any


class _Fibre(NamedTuple):
    length: Any
    cosine: Any
    along_tendon: Any
    active: Any
    passive: Any


def _fibre(length: Any, strain: Any, groups: Groups) -> _Fibre:
    along = length - groups.slack_length[:, None] * (1 + strain)
    height = groups.fiber_height[:, None]
    # A musculotendon shorter than its slack tendon carries no force; keep the fibre real.
    shortest = 0.2 * groups.optimal_fiber_length[:, None]
    along = jnp.maximum(along, shortest)
    fibre = jnp.sqrt(along**2 + height**2)
    relative = fibre / groups.optimal_fiber_length[:, None]
    return _Fibre(
        relative,
        along / fibre,
        along,
        curves.active_force_length(relative),
        passive_force_length(
            relative,
            groups.passive_strain_at_zero_force[:, None],
            groups.passive_strain_at_peak_force[:, None],
        ),
    )


def _lower_bound(groups: Groups, posture: Posture) -> Any:
    """Tone everywhere, co-activation where the hip extends in stance. (M, N)"""
    extending = posture.joint_rates.hip_flexion < 0
    stance = jnp.arange(NODES) < STANCE_NODES
    wanted = groups.coactivation[:, None] * (extending & stance)[None]
    return jnp.maximum(wanted, MINIMUM_ACTIVATION)


class LoadCase(NamedTuple):
    """What load sharing is given: `required` moments (4, N) N m, `lower` bounds (M, N), tendon
    `loss` (M,) below yield."""

    required: Any
    lower: Any
    cost: Any
    loss: Any
    geometry: Geometry
    mtu_velocity: Any
    groups: Groups
    timeline: Timeline


class Balance(NamedTuple):
    """Multipliers and reserve moments (4, N) of the last sharing."""

    multiplier: Any
    reserve: Any


def share_once(case: LoadCase, relative: Any, before: Balance) -> tuple[Any, Balance]:
    """One pass: fibre lengths and speeds from the forces over F0 so far, then sharing."""
    groups, lower = case.groups, case.lower
    peak = groups.peak_isometric_force[:, None]
    needed = _needed(peak * relative, case, case.loss)
    # Full activation of a shortening fibre gives less than the static capacity.
    upper = jnp.clip(LARGEST_DEMAND * needed.force_velocity, lower, 1.0)
    fibre = needed.fibre
    strength = fibre.cosine * jnp.maximum(fibre.active, SMALLEST_FORCE_LENGTH)
    upper, strength, passive = made_once((upper, strength, fibre.cosine * fibre.passive))
    arms = rows_of(case.geometry.arms)
    capacity = [
        [None if arm is None else arm * force for arm in row]
        for row, force in zip(arms, peak * strength, strict=True)
    ]
    slack = jnp.stack(over_muscles(arms, peak * passive))
    shares = share_load(capacity, case.required - slack, case.cost, lower, upper, before.multiplier)
    along = shares.activation * strength + passive
    return along, Balance(shares.multiplier, shares.reserve)


def load_case(moments: Moments, posture: Posture, timeline: Timeline, runner: Runner) -> LoadCase:
    """What the muscles of one runner have to do over one stride, and with what."""
    groups = groups_of(runner)
    geometry = geometry_of(posture.joints, runner.body.height)
    return LoadCase(
        moments.coordinates,
        _lower_bound(groups, posture),
        sharing_cost(groups.sharing_weight),
        jnp.broadcast_to(runner.tendon.hysteresis, groups.slack_length.shape),
        geometry,
        lengthening_rate(geometry, posture.joint_rates),
        groups,
        timeline,
    )


def muscles_of(moments: Moments, posture: Posture, timeline: Timeline, runner: Runner) -> Muscles:
    """Share the moments and follow every fibre and tendon over one stride of one runner."""
    case = load_case(moments, posture, timeline, runner)
    groups = case.groups
    begin = typical()
    balance = Balance(jnp.asarray(begin.multiplier), jnp.zeros_like(case.required))
    agreed = agree(share_once, case, begin.forces_at(case.required), balance)
    force = groups.peak_isometric_force[:, None] * agreed.value
    strain = tendon_strain(force, groups, case.loss, timeline).whole
    loss = hysteresis_of(strain, runner.tendon)
    final = _needed(force, case, loss)
    realised = activation_envelope(
        jnp.maximum(final.activation, 0.0),
        timeline.time,
        timeline.period,
        runner.muscle.activation_time,
        runner.muscle.deactivation_time,
    )
    fibre, peak = final.fibre, groups.peak_isometric_force[:, None]
    return Muscles(
        force,
        realised,
        final.activation,
        _excitation(realised, timeline, runner),
        fibre.length,
        final.velocity,
        final.relative_velocity,
        fibre.cosine,
        jnp.maximum(force / fibre.cosine - peak * fibre.passive, 0.0),
        peak * fibre.passive,
        final.strain.whole,
        final.tendon_velocity,
        case.mtu_velocity,
        elastic_energy(final.strain, groups),
        loss,
        agreed.besides.reserve,
        agreed.change,
        case.geometry.arms,
    )


class _Needed(NamedTuple):
    activation: Any
    force_velocity: Any
    velocity: Any
    relative_velocity: Any
    fibre: _Fibre
    strain: Strain
    tendon_velocity: Any


def _needed(force: Any, case: LoadCase, loss: Any) -> _Needed:
    """Fibre state at a force and the activation that the force needs there."""
    groups, timeline = case.groups, case.timeline
    strain = tendon_strain(force, groups, loss, timeline)
    fibre = _fibre(case.geometry.length, strain.whole, groups)
    # Sharing switches muscles at once, activation dynamics would not: the rate of stretch is
    # that of the strain seen through a window of about one activation time.
    smoothed = strain.whole @ jnp.asarray(_WINDOW, strain.whole.dtype)
    tendon_velocity = groups.slack_length[:, None] * rate_of_change(smoothed, timeline)
    velocity = (case.mtu_velocity - tendon_velocity) * fibre.cosine
    relative = velocity / (groups.max_velocity * groups.optimal_fiber_length[:, None])
    multiplier = curves.force_velocity(jnp.clip(relative, -0.97, 1.0))
    peak = groups.peak_isometric_force[:, None]
    active = jnp.maximum(force / fibre.cosine - peak * fibre.passive, 0.0)
    capacity = peak * jnp.maximum(fibre.active, SMALLEST_FORCE_LENGTH) * multiplier
    return _Needed(
        active / capacity, multiplier, velocity, relative, fibre, strain, tendon_velocity
    )


def _excitation(activation: Any, timeline: Timeline, runner: Runner) -> Any:
    """Neural drive u = a + tau da/dt of first-order activation dynamics, within 0 and 1."""
    rate = rate_of_change(activation, timeline)
    tau = jnp.where(rate > 0, runner.muscle.activation_time, runner.muscle.deactivation_time)
    return jnp.clip(activation + tau * rate, 0.0, 1.0)
