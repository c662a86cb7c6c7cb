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
from typing import TYPE_CHECKING, Any, Final

import equinox as eqx
import jax.numpy as jnp

from stridesim.constants import AIR_DENSITY, GRAVITY
from stridesim.parameter import parameter

if TYPE_CHECKING:
    from stridesim.runner.runner import Runner

TRUNK_LEAN: Final = "posture.trunk_lean"
KNEE_FLEXION: Final = "posture.knee_flexion_at_contact"
STEP_FREQUENCY: Final = "gait.step_frequency"
STIFFNESS: Final = "leg.stiffness"

ADAPTED: Final = (TRUNK_LEAN, KNEE_FLEXION, STEP_FREQUENCY, STIFFNESS)
"""Parameters that a task changes."""

DRAG_AREA_RATIO: Final = 0.266 * 0.9
"""Drag area over body surface area: frontal share 0.266 times drag coefficient 0.9 (Pugh 1971,
doi:10.1113/jphysiol.1971.sp009320); the surface is DuBois 1916."""

_FEASIBLE: Final = (
    "assumption: makes slopes of -20 to +20 %, pulls of -15 to +10 % of body weight and support of "
    "75 % possible for the shipped runner without a search; no cost was fitted"
)


class Adaptation(eqx.Module):
    """Gains of the adaptation to a task; 0 is a runner who does not adapt."""

    lean_forward: Any = parameter(
        3.0,
        unit="1",
        doc="forward lean per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 5.0),
        source=_FEASIBLE,
    )
    lean_backward: Any = parameter(
        2.5,
        unit="1",
        doc="backward lean per backward tilt of the mean force (downhill, with a pull)",
        bounds=(0.0, 5.0),
        source=_FEASIBLE,
    )
    knee_flexion: Any = parameter(
        1.6,
        unit="1",
        doc="knee flexion at contact per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 4.0),
        source=_FEASIBLE,
    )
    step_frequency: Any = parameter(
        0.5,
        unit="1/rad",
        doc="relative step frequency per forward tilt of the mean force (uphill, against a pull)",
        bounds=(0.0, 2.0),
        source="18 runners step 4 % more often on a slope of +7 %, "
        "doi:10.1371/journal.pone.0069006",
    )
    stiffness: Any = parameter(
        0.5,
        unit="1/rad",
        doc="relative leg stiffness lost per tilt of the mean force; downhill it is gained",
        bounds=(-2.0, 2.0),
        source=_FEASIBLE,
    )
    stiffness_to_frequency: Any = parameter(
        1.2,
        unit="1",
        doc="power with which leg stiffness follows step frequency at a given speed",
        bounds=(0.0, 3.0),
        source="leg stiffness (classic definition) rises 2.3-fold from -26 to +36 % frequency: "
        "Farley & Gonzalez 1996, doi:10.1016/0021-9290(95)00029-1",
    )
    frequency_to_support: Any = parameter(
        0.1,
        unit="1",
        doc="power with which step frequency follows the weight that is not supported",
        bounds=(0.0, 1.0),
        source=_FEASIBLE,
    )
    stiffness_to_support: Any = parameter(
        0.25,
        unit="1",
        doc="power with which leg stiffness follows the weight that is not supported",
        bounds=(0.0, 1.0),
        source=_FEASIBLE,
    )


def external_acceleration(runner: "Runner") -> tuple[Any, Any]:
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


def adapted(
    runner: "Runner", usual_frequency: Any, imposed: Collection[str] = ()
) -> dict[str, Any]:
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
        step_frequency *= 1 + gain.step_frequency * uphill
        step_frequency *= carried**gain.frequency_to_support
    stiffness = runner.leg.stiffness * (1 - gain.stiffness * tilt)
    stiffness *= carried**gain.stiffness_to_support
    stiffness *= (step_frequency / usual_frequency) ** gain.stiffness_to_frequency
    values = {
        TRUNK_LEAN: runner.posture.trunk_lean
        + gain.lean_forward * uphill
        - gain.lean_backward * downhill,
        KNEE_FLEXION: runner.posture.knee_flexion_at_contact + gain.knee_flexion * uphill,
        STEP_FREQUENCY: step_frequency,
        STIFFNESS: stiffness,
    }
    return {path: value for path, value in values.items() if path not in imposed}
