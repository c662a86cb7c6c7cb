"""The muscle parameters of a runner as columns (`stridesim.muscles.groups`)."""

from typing import NamedTuple

import numpy as np

from stridesim.constants import MUSCLE_DENSITY, SPECIFIC_TENSION
from stridesim.muscles.geometry import SOURCE_HEIGHT
from stridesim.muscles.groups import SMALL_MUSCLES
from stridesim.runner import GROUPS, Runner
from stridesim.runner.muscle import ACHILLES

OF_ACHILLES = [GROUPS.index(name) for name in ACHILLES]


class Groups(NamedTuple):
    """One number for each muscle, as columns (M, 1); SI."""

    peak_force: np.ndarray
    optimal_length: np.ndarray
    height: np.ndarray
    slow_twitch: np.ndarray
    passive_from: np.ndarray
    passive_to: np.ndarray
    coactivation: np.ndarray
    slack_length: np.ndarray
    common_length: np.ndarray
    strain_at_peak: np.ndarray
    mass: np.ndarray
    cost: np.ndarray


def groups(runner: Runner) -> Groups:
    """Stack the parameters of a runner's muscles."""
    scale = runner.body.height / SOURCE_HEIGHT

    def column(part: object, name: str) -> np.ndarray:
        return np.array([[getattr(getattr(part, group), name)] for group in GROUPS])

    muscle, tendon = runner.muscle, runner.tendon
    force = muscle.strength_scale * column(muscle, "peak_isometric_force")
    length = scale * column(muscle, "optimal_fiber_length")
    slack = scale * column(tendon, "slack_length")
    common = np.zeros_like(slack)
    common[OF_ACHILLES] = tendon.achilles_in_common * slack[OF_ACHILLES].min()
    small = np.array([[group in SMALL_MUSCLES] for group in GROUPS])
    weight = (1 + muscle.dominance * small) * force * length
    return Groups(
        force,
        length,
        length * np.sin(column(muscle, "pennation")),
        column(muscle, "slow_twitch_fraction"),
        column(muscle, "passive_strain_at_zero_force"),
        column(muscle, "passive_strain_at_peak_force"),
        column(muscle, "coactivation"),
        slack,
        common,
        column(tendon, "strain_at_peak_force") / tendon.stiffness_scale,
        force / SPECIFIC_TENSION * MUSCLE_DENSITY * length,
        weight / weight.mean(),
    )
