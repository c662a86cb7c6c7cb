"""Tendons: how far a force stretches them, what they store, what they lose.

A tendon is a rubber band: it returns less than it took. Loading and unloading run on curves
half the hysteresis above and below the elastic one; beyond its yield strain the hysteresis
grows with the share of the strain that lies beyond yield.

Soleus and gastrocnemius pull on one Achilles tendon. The longer gastrocnemius tendon is its own
above the soleus and common below: the common part strains with the sum of both forces. That is
the usual simplification, not a measurement: Farris 2013 (doi:10.1242/jeb.077131) names it and
finds that free and proximal Achilles strain differently. Were each given a tendon of its own, as
lumped muscle sets do, the two would take turns at unloading it, and each would pay for stretching
what the other has let go.
"""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.muscles import degroote2016 as curves
from stridesim.muscles.groups import Groups
from stridesim.posture.time_grid import TimeGrid, rate_of_change
from stridesim.runner import GROUPS
from stridesim.runner.muscle import ACHILLES, Tendons

HYSTERESIS_RATE: Final = 2.0
"""Loading turns into unloading smoothly over this many peak isometric forces a second."""

_ACHILLES: Final = [GROUPS.index(group) for group in ACHILLES]


class Strain(NamedTuple):
    """Strains (M, N): of a muscle's own part of its tendon, of the part that it has in common
    with another muscle, and of both together."""

    own: Any
    common: Any
    whole: Any


def tendon_strain(force: Any, groups: Groups, hysteresis: Any, grid: TimeGrid) -> Strain:
    """Strain at forces (M, N) N: more than elastic while unloading, less while loading.

    `hysteresis` (M,) is the share of the elastic energy lost in a cycle.
    """
    relative = force / groups.peak_isometric_force[:, None]
    loss, at_peak = hysteresis[:, None], groups.strain_at_peak_force[:, None]
    own = _strain(relative, loss, at_peak, grid)
    together = [_together(values, groups) for values in (relative, loss, at_peak)]
    achilles = _strain(together[0], together[1], together[2], grid)
    common = own.at[jnp.array(_ACHILLES)].set(achilles)
    share = (groups.common_tendon_length / groups.slack_length)[:, None]
    return Strain(own, common, share * common + (1 - share) * own)


def elastic_strain(relative: Any, groups: Groups) -> Strain:
    """Strain at forces over F0 (M, N) of tendons that lose nothing."""
    at_peak = groups.strain_at_peak_force[:, None]
    own = curves.tendon_strain(relative, at_peak)
    together = (_together(values, groups) for values in (relative, at_peak))
    common = own.at[jnp.array(_ACHILLES)].set(curves.tendon_strain(*together))
    share = (groups.common_tendon_length / groups.slack_length)[:, None]
    return Strain(own, common, share * common + (1 - share) * own)


def _strain(relative: Any, hysteresis: Any, at_peak: Any, grid: TimeGrid) -> Any:
    loading = jnp.tanh(rate_of_change(relative, grid) / HYSTERESIS_RATE)
    return curves.tendon_strain(relative / (1 + 0.5 * hysteresis * loading), at_peak)


def _together(values: Any, groups: Groups) -> Any:
    """Mean over the muscles of the Achilles, weighted by strength: parts of one cross-section."""
    index = jnp.array(_ACHILLES)
    weight = groups.peak_isometric_force[index]
    return jnp.sum(weight[:, None] * values[index], axis=0) / jnp.sum(weight)


def elastic_energy(strain: Strain, groups: Groups) -> Any:
    """Elastic energy (M, N) J; of a common part every muscle has its share of the cross-section."""
    common = groups.common_tendon_length[:, None]
    at_peak = groups.strain_at_peak_force[:, None]
    together = at_peak.at[jnp.array(_ACHILLES)].set(_together(at_peak, groups))
    own_energy = curves.tendon_energy(strain.own, at_peak)
    common_energy = curves.tendon_energy(strain.common, together)
    own = groups.slack_length[:, None] - common
    return groups.peak_isometric_force[:, None] * (own * own_energy + common * common_energy)


def hysteresis_of(strain: Any, tendon: Tendons) -> Any:
    """Loss per cycle (M,) at strains (M, N): constant below yield, growing towards 1 beyond."""
    peak = jnp.max(strain, axis=1)
    beyond = jnp.maximum(peak - tendon.yield_strain, 0.0) / jnp.maximum(peak, 1e-9)
    return tendon.hysteresis + (1 - tendon.hysteresis) * beyond
