"""The muscle parameters of a runner as arrays over groups, in the order of `GROUPS`."""

from typing import Any, Final, NamedTuple

import jax.numpy as jnp

from stridesim.constants import MUSCLE_DENSITY, SPECIFIC_TENSION
from stridesim.muscles.geometry import SOURCE_HEIGHT
from stridesim.programs import kept_result
from stridesim.runner import GROUPS, Numbers
from stridesim.runner.muscle import ACHILLES

SMALL_MUSCLES: Final = ("gluteus_medius", "gluteus_minimus", "tensor_fasciae_latae")
"""The hip's stabilisers, which big-muscle dominance leaves under-recruited."""


@kept_result
class Groups(NamedTuple):
    """One number per group (M,), SI."""

    peak_isometric_force: Any
    optimal_fiber_length: Any
    fiber_height: Any
    slow_twitch_fraction: Any
    passive_strain_at_zero_force: Any
    passive_strain_at_peak_force: Any
    coactivation: Any
    fresh_share: Any
    slack_length: Any
    common_tendon_length: Any
    strain_at_peak_force: Any
    mass: Any
    sharing_weight: Any
    max_velocity: Any


def groups_of(runner: Numbers) -> Groups:
    """Stack the groups of one runner. Strength, mass and passive tissue are those of the fresh
    muscle; activation is that of the units which are not fatigued (`fresh_share`).

    A tendon that is `stiffness_scale` times stiffer strains that much less at peak isometric
    force. Muscle mass is F0 / specific tension x density x optimal fibre length.
    """
    muscle, tendon = runner.muscle, runner.tendon
    scale = runner.body.height / SOURCE_HEIGHT

    def of_muscle(name: str) -> Any:
        return jnp.stack([jnp.asarray(getattr(getattr(muscle, g), name), float) for g in GROUPS])

    def of_tendon(name: str) -> Any:
        return jnp.stack([jnp.asarray(getattr(getattr(tendon, g), name), float) for g in GROUPS])

    force = muscle.strength_scale * of_muscle("peak_isometric_force")
    length = scale * of_muscle("optimal_fiber_length")
    small = jnp.array([g in SMALL_MUSCLES for g in GROUPS], float)
    weight = 1 + muscle.dominance * small
    slack = scale * of_tendon("slack_length")
    achilles = jnp.array([g in ACHILLES for g in GROUPS])
    common = jnp.where(achilles, jnp.min(slack, where=achilles, initial=jnp.inf), 0.0)
    return Groups(
        force,
        length,
        length * jnp.sin(of_muscle("pennation")),
        of_muscle("slow_twitch_fraction"),
        of_muscle("passive_strain_at_zero_force"),
        of_muscle("passive_strain_at_peak_force"),
        of_muscle("coactivation"),
        1 - of_muscle("fatigued_share"),
        slack,
        tendon.achilles_in_common * common,
        of_tendon("strain_at_peak_force") / tendon.stiffness_scale,
        force / SPECIFIC_TENSION * MUSCLE_DENSITY * length,
        weight * force * length,
        muscle.maximal_shortening_velocity,
    )
