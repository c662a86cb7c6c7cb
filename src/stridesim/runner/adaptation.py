"""What a runner changes because the task asks for it.

A slope, a pull or a support tilts and scales the mean force that the ground has to return. The
runner leans towards it, meets the ground with another knee, and changes step frequency and leg
stiffness; without that most tasks have no gait at all. With strategy `measured` or `optimal` these
rules act on the numbers of level running:

    t = atan2(-a_x, -a_z)                     tilt of the mean force against the ground's normal
    lean      += c max(t, 0) - c max(-t, 0)
    knee      += c max(t, 0)
    frequency *= (1 + c max(t, 0)) (1 - support)^c
    stiffness *= (1 - c t) (frequency / usual frequency)^c (1 - support)^c

with a gain c each. On the level without a pull or support nothing changes. What is set by hand is
never adapted; the stiffness follows a frequency that is set by hand, as runners' does.
"""

from collections.abc import Collection
from typing import Any, Final

import jax.numpy as jnp

from stridesim.constants import AIR_DENSITY, GRAVITY
from stridesim.runner.numbers import Numbers

TRUNK_LEAN: Final = "posture.trunk_lean"
KNEE_FLEXION: Final = "posture.knee_flexion_at_contact"
STEP_FREQUENCY: Final = "gait.step_frequency"
STIFFNESS: Final = "leg.stiffness"

ADAPTED: Final = (TRUNK_LEAN, KNEE_FLEXION, STEP_FREQUENCY, STIFFNESS)
"""Parameters that a task changes."""

TASKS: Final = ("task.slope", "task.horizontal_force", "task.weight_support", "task.air_drag")
"""Parameters of the task that change them."""

DRAG_AREA_RATIO: Final = 0.266 * 0.9
"""Drag area over body surface area: frontal share 0.266 times drag coefficient 0.9 (Pugh 1971,
doi:10.1113/jphysiol.1971.sp009320); the surface is DuBois 1916."""


def external_acceleration(runner: Numbers) -> tuple[Any, Any]:
    """Forward and upward acceleration (m/s2) that everything but the leg gives the runner.

    Gravity tilted by the slope (x runs along the ground), the horizontal force, body-weight
    support (both in weights of the body without its load), and air drag taken at the mean speed
    (the speed varies by a few percent within a step), so that flight stays closed form.
    """
    task, body = runner.task, runner.body
    moved = body.mass + task.load
    weight = GRAVITY * body.mass
    along = jnp.sqrt(1 + task.slope**2)
    surface = 0.007184 * body.mass**0.425 * (100 * body.height) ** 0.725
    drag = 0.5 * AIR_DENSITY * DRAG_AREA_RATIO * surface * task.speed**2 * task.air_drag
    forward = -GRAVITY * task.slope / along - (weight * task.horizontal_force + drag) / moved
    upward = -GRAVITY / along + weight * task.weight_support / moved
    return forward, upward


def adapted(runner: Numbers, usual_frequency: Any, imposed: Collection[str] = ()) -> dict[str, Any]:
    """Values (SI) that the task changes, of a runner who has the numbers of level running.

    `usual_frequency` (Hz) is the step frequency on the level; what is `imposed` (paths) stays.
    """
    gain = runner.adaptation
    forward, upward = external_acceleration(runner)
    tilt = jnp.arctan2(-forward, -upward)
    uphill, downhill = jnp.maximum(tilt, 0.0), jnp.maximum(-tilt, 0.0)
    carried = 1 - runner.task.weight_support
    step_frequency = runner.gait.step_frequency
    if STEP_FREQUENCY not in imposed:
        step_frequency *= 1 + gain.frequency_uphill * uphill
        step_frequency *= carried**gain.frequency_with_support
    stiffness = runner.leg.stiffness * (1 - gain.stiffness_uphill * tilt)
    stiffness *= carried**gain.stiffness_with_support
    stiffness *= (step_frequency / usual_frequency) ** gain.stiffness_with_frequency
    values = {
        TRUNK_LEAN: runner.posture.trunk_lean
        + gain.lean_uphill * uphill
        - gain.lean_downhill * downhill,
        KNEE_FLEXION: runner.posture.knee_flexion_at_contact + gain.knee_uphill * uphill,
        STEP_FREQUENCY: step_frequency,
        STIFFNESS: stiffness,
    }
    return {path: value for path, value in values.items() if path not in imposed}
