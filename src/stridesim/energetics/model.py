"""What every metabolic model takes and returns.

A metabolic model prices one instant of one muscle: from its `MuscleState` it gives the
`HeatRates`, the rates at which the muscle turns chemical energy into heat and work,

    total = activation + maintenance + shortening + work + floor heat,   all in W.

Each published model is one function `model(state, **options) -> HeatRates` in a file of its
own, elementwise over any shape, and safe to differentiate. Names are looked up in
`stridesim.energetics.METABOLIC_MODELS`.
"""

from typing import Final, NamedTuple, Protocol

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.elementary import sin_cos
from stridesim.programs import kept_result

AEROBIC_FACTOR: Final = 1.5
"""What heat is multiplied by where recovery is aerobic: S of Umberger 2003
(doi:10.1080/1025584031000091678)."""


class MuscleState(NamedTuple):
    """One instant of a muscle; every field broadcasts against the others.

    Lengthening velocity is positive. `active_force` is what the contractile element makes along
    the fibre at its length and velocity, `active_force_length` the isometric multiplier fL of
    its length.
    """

    activation: ArrayLike  # 1
    excitation: ArrayLike  # 1
    norm_fiber_length: ArrayLike  # fibre length / optimal fibre length
    norm_fiber_velocity: ArrayLike  # fibre velocity / (max_velocity * optimal fibre length)
    fiber_velocity: ArrayLike  # m/s
    active_force: ArrayLike  # N
    active_force_length: ArrayLike  # 1
    mass: ArrayLike  # kg
    slow_twitch_fraction: ArrayLike  # 1
    peak_isometric_force: ArrayLike  # N
    max_velocity: ArrayLike  # optimal fibre lengths / s
    optimal_fiber_length: ArrayLike  # m
    passive_force: ArrayLike = 0.0  # N; only OpenSim's reading of Bhargava 2004 asks for it
    force_curvature: ArrayLike = 0.0  # N/s2; second time derivative of active_force


@kept_result
class HeatRates(NamedTuple):
    """Where the energy goes, W, positive out of the muscle.

    `shortening` is heat of shortening or of lengthening, `positive_work` and `negative_work`
    (never positive) the two signs of the work the contractile element does, `floor` what a
    model's lower bounds add so that `total` is the plain sum; zero where no bound acts.
    """

    activation: Array
    maintenance: Array
    shortening: Array
    positive_work: Array
    negative_work: Array
    floor: Array

    @property
    def work(self) -> Array:
        """Mechanical work rate of the contractile element that the model counts, W."""
        return self.positive_work + self.negative_work

    @property
    def heat(self) -> Array:
        """Everything but work, W."""
        return self.activation + self.maintenance + self.shortening + self.floor

    @property
    def total(self) -> Array:
        """Metabolic rate, W."""
        return self.heat + self.work


class MetabolicModel(Protocol):
    """The signature that all models share."""

    def __call__(self, state: MuscleState, /) -> HeatRates:
        """Rates of one instant."""
        ...


def work_rates(state: MuscleState, *, count_negative_work: bool) -> tuple[Array, Array]:
    """Positive and negative work rate -F v of the contractile element, W, any shape."""
    power = -jnp.asarray(state.active_force) * jnp.asarray(state.fiber_velocity)
    negative = jnp.minimum(power, 0.0)
    return jnp.maximum(power, 0.0), negative if count_negative_work else jnp.zeros_like(power)


def orderly_slow_fraction(excitation: ArrayLike, slow_twitch_fraction: ArrayLike) -> Array:
    """Share of the recruited fibre mass that is slow, any shape.

    Slow units are recruited first (Henneman's size principle): with r the slow fraction of the
    muscle, r sin(pi u/2) of slow and (1 - r)(1 - cos(pi u/2)) of fast fibres are active
    (Bhargava 2004, doi:10.1016/S0021-9290(03)00239-2). The limit at u = 0 is all slow.
    """
    slow, fast = recruitment(excitation, slow_twitch_fraction)
    whole = slow + fast
    silent = whole <= 0.0
    return jnp.where(silent, 1.0, slow / jnp.where(silent, 1.0, whole))


def recruitment(excitation: ArrayLike, slow_twitch_fraction: ArrayLike) -> tuple[Array, Array]:
    """Active slow and fast fibres as fractions of the muscle (Bhargava 2004), any shape."""
    angle = 0.5 * jnp.pi * jnp.asarray(excitation)
    r = jnp.asarray(slow_twitch_fraction)
    sine, cosine = sin_cos(angle)
    return r * sine, (1.0 - r) * (1.0 - cosine)


def floor_heat(
    rate: Array,
    work: Array,
    mass: ArrayLike,
    *,
    minimum_heat: float,
    forbid_negative_total: bool,
) -> Array:
    """Heat that two lower bounds add to a heat rate `rate`, W, any shape.

    A muscle gives off at least `minimum_heat` W/kg (Umberger 2003, page 104,
    doi:10.1080/1025584031000091678), and, where `forbid_negative_total`, heat plus work is not
    below zero: a muscle can't turn the work done on it back into fuel (Uchida 2016,
    doi:10.1371/journal.pone.0150378).
    """
    least = minimum_heat * jnp.asarray(mass) if minimum_heat > 0.0 else -jnp.inf
    if forbid_negative_total:
        least = jnp.maximum(least, -work)
    return jnp.maximum(least - rate, 0.0)
