"""The classic planar spring-mass runner, which stabilises itself if its leg is set right.

A point mass on a massless spring, landing with a fixed angle of attack (Seyfarth 2002,
doi:10.1016/S0021-9290(01)00245-7): no hip, no loss, no push-off, the foot a point. It is a
limit of the template, and the same forward step runs it. Over angle of attack and stiffness
the runners that do not fall form a J-shaped region: a narrow band in which a stiffer leg needs a
steeper angle.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.constants import GRAVITY
from stridesim.dynamics.swing_leg import Apex, Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.course import Perturbation, simulate

STEPS_TO_COUNT: Final = 24
"""Steps after which a runner counts as self-stable in a region."""


class SpringMass(NamedTuple):
    """A planar runner and its start: kg, m, m/s at apex, apex height m."""

    mass: float = 80.0
    leg: float = 1.0
    speed: float = 5.0
    apex: float = 1.0


def spring_mass_template(runner: SpringMass, stiffness: Any) -> Template:
    """The template with everything off that a textbook spring-mass runner has not."""
    none = jnp.zeros_like(jnp.asarray(stiffness, float))
    return Template(
        mass=none + runner.mass,
        roll_inertia=none + 1.0,
        hip_half_width=none,
        hip_below=none,
        hip_behind=none,
        leg_at_contact=none + runner.leg,
        stiffness=none + stiffness,
        loss=none,
        hip_strength=none,
        hip_stiffness=none,
        hip_damping=none,
        hip_neutral=none,
        hip_onset=none - 1.0,
        hip_activation_time=none + 1.0,
        thigh_tracking=none,
        step_width=none,
        step_time=none + 1.0,
        speed=none + runner.speed,
        acceleration_x=none,
        lateral_freedom=none + 1.0,
        acceleration_z=none - GRAVITY,
        cop_x=(none,),
        divergence=(none,),
        ankle_x=none,
        ankle_z=none,
        ankle_descent=none,
        impact_mass=none,
    )


def spring_mass_step(runner: SpringMass, angle_of_attack: Any, stiffness: Any) -> IntendedStep:
    """A fixed angle of attack (rad from the ground). The clock, which drives nothing here, only
    sets the width of the integration steps: half a period of the spring."""
    lean = 0.5 * jnp.pi - angle_of_attack
    none = jnp.zeros_like(lean)
    return IntendedStep(
        leg_angle=lean,
        foot_aside=none,
        fall_time=none,
        push_off=none,
        contact_time=jnp.pi * jnp.sqrt(runner.mass / stiffness),
        height=runner.leg * jnp.cos(lean),
        apex=Apex(none + runner.apex, none, none + runner.speed, none, none),
    )


def _steps(runner: SpringMass, angle: Any, stiffness: Any, count: int) -> tuple[Any, Any]:
    template = spring_mass_template(runner, stiffness)
    intended = spring_mass_step(runner, angle, stiffness)
    course = simulate(intended, Feedback(), template, Perturbation(), count)
    return course.completed, jnp.max(course.falls)


_steps_of_many = jax.jit(jax.vmap(_steps, in_axes=(None, 0, 0, None)), static_argnums=3)

_TOGETHER: Final = 256
"""Runners side by side: as many as keep the CPU's cache."""


def steps_to_fall(
    runner: SpringMass,
    angle_of_attack: Any,
    stiffness: Any,
    count: int = STEPS_TO_COUNT,
    advance: Callable[[int], None] = lambda _: None,
) -> tuple[np.ndarray, np.ndarray]:
    """Steps that each runner completes (n,), at most `count`, and why the runner fell (`Fall`).

    angle_of_attack (n,) rad from the ground, stiffness (n,) N/m. `advance` is told how many more
    runners are done.
    """
    total = len(angle_of_attack)
    done, falls = np.zeros(total, int), np.zeros(total, int)
    together = min(_TOGETHER, total)
    for start in range(0, total, together):
        # The last lot starts earlier rather than being smaller, which would compile again.
        lot = slice(min(start, total - together), min(start, total - together) + together)
        found = _steps_of_many(runner, angle_of_attack[lot], stiffness[lot], count)
        done[lot], falls[lot] = np.asarray(found[0]), np.asarray(found[1])
        advance(min(together, total - start))
    return done, falls


class Region(NamedTuple):
    """Steps completed (stiffness, angle) over angles of attack (rad) and stiffnesses (N/m)."""

    runner: SpringMass
    angles: np.ndarray
    stiffnesses: np.ndarray
    steps: np.ndarray


def region(
    runner: SpringMass,
    angles: np.ndarray,
    stiffnesses: np.ndarray,
    advance: Callable[[int], None] = lambda _: None,
) -> Region:
    """The region of self-stability on a grid; `advance` as in `steps_to_fall`."""
    angle, stiffness = (grid.ravel() for grid in np.meshgrid(angles, stiffnesses))
    done, _ = steps_to_fall(runner, angle, stiffness, STEPS_TO_COUNT, advance)
    return Region(runner, angles, stiffnesses, done.reshape(len(stiffnesses), len(angles)))
