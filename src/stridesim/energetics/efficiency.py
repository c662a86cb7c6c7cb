"""How much of its energy does a muscle turn into work when it shortens?

A fully active muscle at its optimal length shortens at a constant speed x (over its maximum) and
pulls with F0 fV(-x) (De Groote 2016, doi:10.1007/s10439-016-1591-9). Its efficiency is work over
metabolic energy; the greatest over all speeds is what experiments on whole muscles give.
"""

from typing import Final

import jax.numpy as jnp
import numpy as np

from stridesim.constants import (
    MAXIMAL_SHORTENING_VELOCITY,
    MUSCLE_DENSITY,
    SPECIFIC_TENSION,
)
from stridesim.energetics.model import MetabolicModel, MuscleState
from stridesim.muscles.degroote2016 import force_velocity

_SPEEDS: Final = np.linspace(0.01, 0.99, 99)
_FORCE: Final = 1000.0
_LENGTH: Final = 0.1
"""N and m of the muscle; its efficiency depends on neither."""


def concentric_efficiency(
    model: MetabolicModel, slow_twitch_fraction: float
) -> tuple[np.ndarray, np.ndarray]:
    """Shortening speeds (N,) over the maximum, and the efficiencies (N,) there."""
    force = _FORCE * force_velocity(-jnp.asarray(_SPEEDS))
    speed = _SPEEDS * MAXIMAL_SHORTENING_VELOCITY * _LENGTH
    rates = model(
        MuscleState(
            activation=1.0,
            excitation=1.0,
            norm_fiber_length=1.0,
            norm_fiber_velocity=-_SPEEDS,
            fiber_velocity=-speed,
            active_force=force,
            active_force_length=1.0,
            mass=_FORCE / SPECIFIC_TENSION * MUSCLE_DENSITY * _LENGTH,
            slow_twitch_fraction=slow_twitch_fraction,
            peak_isometric_force=_FORCE,
            max_velocity=MAXIMAL_SHORTENING_VELOCITY,
            optimal_fiber_length=_LENGTH,
        )
    )
    return _SPEEDS, np.asarray(force * speed / rates.total)
