"""Bhargava 2004: four heats and work, fibre types recruited in order.

Bhargava, Pandy and Anderson (2004, doi:10.1016/S0021-9290(03)00239-2) price a muscle by

    activation   m phi (40 r sin(pi u/2) + 133 (1 - r)(1 - cos(pi u/2)))
    maintenance  m L(l) (74 r sin(pi u/2) + 111 (1 - r)(1 - cos(pi u/2)))
    shortening   -alpha v, alpha = 0.16 F_iso + 0.18 F_CE for v <= 0, 0.157 F_CE for v > 0
    work         -F_CE v

so lengthening gives back both heat and work. phi, a decay of the activation heat with time
since the muscle was switched on, is taken as 1 as Anderson & Pandy (1999) and OpenSim do: it
needs a history that a cyclic state does not have.

Symbols (local): u excitation, r slow-twitch fraction, m muscle mass, l fibre length over
optimal, v fibre velocity (lengthening positive), F_CE active fibre force, F_iso the active
force at the same activation and length without motion, L length dependence of maintenance.
"""

from typing import Final

import jax.numpy as jnp
from jax import Array
from jax.typing import ArrayLike

from stridesim.energetics.model import (
    HeatRates,
    MuscleState,
    floor_heat,
    recruitment,
    work_rates,
)

_ACTIVATION_SLOW: Final = 40.0  # W/kg
_ACTIVATION_FAST: Final = 133.0  # W/kg
_MAINTENANCE_SLOW: Final = 74.0  # W/kg
_MAINTENANCE_FAST: Final = 111.0  # W/kg


def bhargava2004(
    state: MuscleState,
    /,
    *,
    force_dependent_shortening: bool = True,
    passive_force_shortens: bool = False,
    count_negative_work: bool = True,
    minimum_heat: float = 0.0,
    forbid_negative_total: bool = False,
    aerobic_factor: float = 1.0,
) -> HeatRates:
    """Heat and work rates of a muscle, W, any shape (doi:10.1016/S0021-9290(03)00239-2).

    The defaults are the paper's. OpenSim's probe differs: its fibre force in alpha includes the
    passive force (`passive_force_shortens`), alpha is 0.25 F for shortening and 0 for lengthening
    unless `force_dependent_shortening`, heat is at least `minimum_heat` = 1 W/kg, and
    `forbid_negative_total` is on. `aerobic_factor` multiplies the three heats, as
    `AEROBIC_FACTOR` does in Umberger 2003: the paper's heats are those of contraction, and the
    heat of recovery comes after it.
    """
    m = jnp.asarray(state.mass)
    v = jnp.asarray(state.fiber_velocity)
    slow, fast = recruitment(state.excitation, state.slow_twitch_fraction)
    activation = m * (_ACTIVATION_SLOW * slow + _ACTIVATION_FAST * fast)
    maintenance = (
        m
        * maintenance_length_dependence(state.norm_fiber_length)
        * (_MAINTENANCE_SLOW * slow + _MAINTENANCE_FAST * fast)
    )

    force = jnp.asarray(state.active_force)
    if passive_force_shortens:
        force = force + state.passive_force
    if force_dependent_shortening:
        isometric = (
            jnp.asarray(state.activation) * state.active_force_length * state.peak_isometric_force
        )
        alpha = jnp.where(v <= 0.0, 0.16 * isometric + 0.18 * force, 0.157 * force)
    else:
        alpha = jnp.where(v <= 0.0, 0.25 * force, 0.0)
    shortening = -alpha * v
    activation, maintenance, shortening = (
        aerobic_factor * heat for heat in (activation, maintenance, shortening)
    )

    positive_work, negative_work = work_rates(state, count_negative_work=count_negative_work)
    floor = floor_heat(
        activation + maintenance + shortening,
        positive_work + negative_work,
        m,
        minimum_heat=minimum_heat,
        forbid_negative_total=forbid_negative_total,
    )
    return HeatRates(activation, maintenance, shortening, positive_work, negative_work, floor)


def maintenance_length_dependence(norm_fiber_length: ArrayLike) -> Array:
    """L(l), any shape: straight lines through (0, 0.5), (0.5, 0.5), (1, 1), (1.5, 0), (2, 0)."""
    l = jnp.asarray(norm_fiber_length)
    return 0.5 + jnp.clip(l - 0.5, 0.0, 0.5) - 2.0 * jnp.clip(l - 1.0, 0.0, 0.5)
