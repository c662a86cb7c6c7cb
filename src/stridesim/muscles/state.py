"""What every muscle and tendon does in a motion: forces, fibre states, elastic energy.

Joint moments are shared among muscles, forces stretch tendons by the inverse tendon curve,
and the fibre is what remains of the musculotendon, divided by the cosine of pennation. Sharing
uses the static capacity F0 fL(l) cos(pennation), with fV as an upper bound only, and is repeated
until forces agree with the lengths and speeds of fibre that they cause; the activation that a
force needs at its fibre length *and velocity*, a = F / (F0 fL fV cos), is computed after it.
Slow muscle is on before it is needed and stays on after: realised activation is the least
envelope with first-order rise and decay, and that is what the muscle pays for. The force of this
activation on the antagonists is left out: fed back into sharing it drives soleus and gastrocnemius,
short fibres on a long tendon, into activations far above 1.
"""

import functools
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.elementary import made_once
from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.activation import activation_envelope
from stridesim.muscles.geometry import Geometry, geometry_of, lengthening_rate, rows_of
from stridesim.muscles.groups import Groups, groups_of
from stridesim.muscles.initial_forces import InitialForces
from stridesim.muscles.motion import JointMotion
from stridesim.muscles.sharing import share_load, sharing_cost
from stridesim.muscles.sums import over_muscles
from stridesim.muscles.tendons import Strain, elastic_energy, hysteresis_of, tendon_strain
from stridesim.muscles.thelen2003 import passive_force_length
from stridesim.posture.time_grid import TimeGrid, rate_of_change
from stridesim.programs import kept_result
from stridesim.runner import Numbers
from stridesim.solvers.fixed_point import FixedPointSettings, solve_fixed_point

FORCES: Final = FixedPointSettings(tolerance=1e-5, steps=40, block=8, rough=4, fine=2, damping=0.8)
"""How forces over F0 are found that agree with the fibres they act on: a residual of 1e-5 places
the cost within 1e-6. Most runners need six passes, a few three times as many; passes in single
precision leave changes of 1e-4, some hundreds of times its rounding."""

MINIMUM_ACTIVATION: Final = 0.01
"""Tone of a resting muscle (Millard 2012, doi:10.1115/1.4023390)."""

LARGEST_DEMAND: Final = 0.95
"""Activation up to which forces are shared, at the fibre's speed."""
SMALLEST_FORCE_LENGTH: Final = 0.05
WINDOW: Final = 8
"""Binomial averages of the strain before its rate is taken: a standard deviation of two nodes,
about 15 ms of stance, the time constant of activation."""


@functools.cache
def _binomial(nodes: int, is_cycle: bool) -> np.ndarray:
    """The window as a matrix (nodes, nodes) to multiply with: closed over a cycle; at the ends of
    a motion that does not repeat it continues in a straight line."""
    before, after = np.eye(nodes, k=1), np.eye(nodes, k=-1)
    before[-1, 0], after[0, -1] = (1, 1) if is_cycle else (0, 0)
    if not is_cycle:
        before[:2, 0], after[-2:, -1] = (2, -1), (-1, 2)
    matrix = np.eye(nodes)
    for _ in range(WINDOW):
        matrix = 0.25 * (matrix @ before + matrix @ after) + 0.5 * matrix
    return matrix


@kept_result
class MusculotendonStates(NamedTuple):
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


class Fibre(NamedTuple):
    """Fibres at a tendon strain (M, N): length over optimal length, cosine of pennation, length
    along the tendon (m), active and passive force over F0."""

    length: Any
    cosine: Any
    along_tendon: Any
    active: Any
    passive: Any


def fibre_at(length: Any, strain: Any, groups: Groups) -> Fibre:
    """What a musculotendon `length` (M, N) m leaves to its fibre at a tendon `strain` (M, N)."""
    along = length - groups.slack_length[:, None] * (1 + strain)
    height = groups.fiber_height[:, None]
    # A musculotendon shorter than its slack tendon carries no force; keep the fibre real.
    shortest = 0.2 * groups.optimal_fiber_length[:, None]
    along = jnp.maximum(along, shortest)
    fibre = jnp.sqrt(along**2 + height**2)
    relative = fibre / groups.optimal_fiber_length[:, None]
    return Fibre(
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


def _lower_bound(groups: Groups, coactivated: Any) -> Any:
    """Tone everywhere, and co-activation at the nodes that ask for it. (M, N)"""
    wanted = groups.coactivation[:, None] * coactivated[None]
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
    grid: TimeGrid


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
    strength = groups.fresh_share[:, None] * strength
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


def load_case(motion: JointMotion, runner: Numbers) -> LoadCase:
    """What the muscles of one runner have to do in a motion, and with what."""
    groups = groups_of(runner)
    geometry = geometry_of(motion.angles, runner.body.height)
    return LoadCase(
        motion.moments,
        _lower_bound(groups, motion.coactivated),
        sharing_cost(groups.sharing_weight),
        jnp.broadcast_to(runner.tendon.hysteresis, groups.slack_length.shape),
        geometry,
        lengthening_rate(geometry, motion.rates),
        groups,
        motion.grid,
    )


def muscles_of(
    motion: JointMotion,
    runner: Numbers,
    initial: InitialForces | None = None,
    settings: FixedPointSettings = FORCES,
) -> MusculotendonStates:
    """Share the moments of a motion among the muscles of one runner, and compute the state of every
    fibre and tendon. The search begins with `initial` forces at the same nodes, or with none: where
    it begins spares work and changes nothing else."""
    case = load_case(motion, runner)
    groups, grid = case.groups, case.grid
    nothing = jnp.zeros_like(case.required)
    if initial is None:
        start, balance = jnp.zeros_like(case.lower), Balance(nothing, nothing)
    else:
        start = initial.forces_at(case.required)
        balance = Balance(jnp.asarray(initial.multiplier), nothing)
    found = solve_fixed_point(share_once, case, start, balance, settings)
    force = groups.peak_isometric_force[:, None] * found.value
    strain = tendon_strain(force, groups, case.loss, grid).whole
    loss = hysteresis_of(strain, runner.tendon)
    final = _needed(force, case, loss)
    realised = activation_envelope(
        jnp.maximum(final.activation, 0.0),
        grid.time,
        grid.period,
        runner.muscle.activation_time,
        runner.muscle.deactivation_time,
    )
    fibre, peak = final.fibre, groups.peak_isometric_force[:, None]
    return MusculotendonStates(
        force,
        realised,
        final.activation,
        _excitation(realised, grid, runner),
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
        found.besides.reserve,
        found.residual,
        case.geometry.arms,
    )


class _Needed(NamedTuple):
    activation: Any
    force_velocity: Any
    velocity: Any
    relative_velocity: Any
    fibre: Fibre
    strain: Strain
    tendon_velocity: Any


def _needed(force: Any, case: LoadCase, loss: Any) -> _Needed:
    """Fibre state at a force and the activation that the force needs there."""
    groups, grid = case.groups, case.grid
    strain = tendon_strain(force, groups, loss, grid)
    fibre = fibre_at(case.geometry.length, strain.whole, groups)
    # Sharing switches muscles at once, activation dynamics would not: the rate of stretch is
    # that of the strain seen through a window of about one activation time.
    window = _binomial(force.shape[-1], grid.period is not None)
    smoothed = strain.whole @ jnp.asarray(window, strain.whole.dtype)
    tendon_velocity = groups.slack_length[:, None] * rate_of_change(smoothed, grid)
    velocity = (case.mtu_velocity - tendon_velocity) * fibre.cosine
    relative = velocity / (groups.max_velocity * groups.optimal_fiber_length[:, None])
    multiplier = curves.force_velocity(jnp.clip(relative, -0.97, 1.0))
    peak = groups.peak_isometric_force[:, None]
    active = jnp.maximum(force / fibre.cosine - peak * fibre.passive, 0.0)
    capacity = peak * jnp.maximum(fibre.active, SMALLEST_FORCE_LENGTH) * multiplier
    capacity = groups.fresh_share[:, None] * capacity
    return _Needed(
        active / capacity, multiplier, velocity, relative, fibre, strain, tendon_velocity
    )


def _excitation(activation: Any, grid: TimeGrid, runner: Numbers) -> Any:
    """Neural drive u = a + tau da/dt of first-order activation dynamics, within 0 and 1."""
    rate = rate_of_change(activation, grid)
    tau = jnp.where(rate > 0, runner.muscle.activation_time, runner.muscle.deactivation_time)
    return jnp.clip(activation + tau * rate, 0.0, 1.0)
