"""A runner, a perturbation and a policy: what happens, how stable, how far from falling.

The assembled answer of `stridesim perturb`, from the periodic step to the outcome.
"""

import enum
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.forward import Fall, Step
from stridesim.dynamics.swing_leg import Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.closing import CLOSURE, closed
from stridesim.gait.course import Course, Perturbation, apexes, deviation, intended_step, simulate
from stridesim.gait.newton import TOLERANCE
from stridesim.gait.residual import Unknowns, residual
from stridesim.gait.solver import differentiable, solve
from stridesim.gait.spring_mass import SpringMass
from stridesim.gait.stability import (
    BASIN_STAGES,
    Basin,
    Multipliers,
    basin,
    has_recovered,
    multipliers,
)
from stridesim.programs import kept
from stridesim.results import Status


class Outcome(enum.Enum):
    """How a run ended: deviation below half its peak, upright without that, or a fall."""

    recovered = "recovered"
    upright = "upright, not recovered"
    fell = "fell"


class PerturbedRun(NamedTuple):
    """A perturbed run. `gait` is the undisturbed step, `course` see there, `deviations` (n + 1,)
    those of its apexes, `basin` None where there is none because the gait is unstable."""

    template: Template
    intended: IntendedStep
    feedback: Feedback
    perturbation: Perturbation
    gait: Step
    course: Course
    deviations: np.ndarray
    multipliers: Multipliers
    basin: Basin | None
    outcome: Outcome
    fall: Fall

    @property
    def steps(self) -> int:
        """Number of contacts simulated, those before the perturbation included."""
        return len(self.course.falls)

    @property
    def results(self) -> dict[str, float]:
        """The named results, in the units of `QUANTITIES`."""
        known = self.deviations[np.isfinite(self.deviations)]
        upright = self.outcome != Outcome.fell
        return {
            "spectral_radius": self.multipliers.spectral_radius,
            "steps_completed": float(self.course.completed),
            "peak_deviation": float(known.max()),
            "final_deviation": float(known[-1]) if upright else float("nan"),
        }


RUN_STAGES: Final = 3 + BASIN_STAGES

_simulate = kept(4)(simulate)


@kept()
def _polish(unknowns: Unknowns, template: Template) -> tuple[Unknowns, Any]:
    """The step to rounding, and the largest residual it has had when integrated."""
    missed = jnp.stack(residual(unknowns, template))
    return differentiable(unknowns, template), jnp.max(jnp.abs(missed))


@kept()
def _deviations(course: Course, intended: IntendedStep, template: Template) -> Any:
    norms = jax.vmap(lambda apex: deviation(apex, intended, template))(apexes(course))
    return norms, has_recovered(course, intended, template)


def periodic(template: Template) -> tuple[Unknowns, Status]:
    """The periodic step of one template to rounding, and why it is no run if it is none."""
    solution = solve(template)
    unknowns = solution.unknowns
    if solution.reason != Status.ok:
        return unknowns, Status(int(solution.reason))
    if float(unknowns.contact_time) >= float(template.step_time):
        return unknowns, Status.no_flight
    # What remains of the solver's residual would grow as a deviation does.
    polished, missed = _polish(unknowns, template)
    if missed <= CLOSURE:
        return polished, Status.ok
    leaves, structure = jax.tree.flatten(template)
    batch = np.array([[float(leaf)] for leaf in leaves])
    found, worst = closed(np.array([[float(u)] for u in unknowns]), batch, structure)
    status = Status.ok if worst[0] <= TOLERANCE else Status.no_periodic_gait
    return Unknowns(*found[:, 0]), status


def run_perturbed(
    unknowns: Unknowns,
    template: Template,
    feedback: Feedback,
    perturbation: Perturbation,
    steps: int,
    advance: Callable[[int], None] = lambda _: None,
) -> PerturbedRun:
    """Run `steps` steps of a runner's periodic step (`periodic`) through a perturbation.

    `advance` is called as work is done, `RUN_STAGES` in all.
    """
    feedback, perturbation, template = jax.tree.map(
        lambda leaf: jnp.asarray(leaf, float), (feedback, perturbation, template)
    )
    intended = intended_step(unknowns, template)
    found = multipliers(intended, feedback, template)
    advance(1)
    course = _simulate(intended, feedback, template, perturbation, steps)
    none = Perturbation(at=perturbation.at)
    none = jax.tree.map(lambda leaf: jnp.asarray(leaf, float), none)
    undisturbed = _simulate(intended, feedback, template, none, steps)
    norms, recovered = _deviations(course, intended, template)
    advance(1)
    room = None
    if found.spectral_radius < 1:
        room = basin(intended, feedback, template, steps, advance)
    else:
        advance(BASIN_STAGES)
    fall = Fall(int(np.max(course.falls)))
    outcome = Outcome.recovered if bool(recovered) else Outcome.upright
    advance(1)
    return PerturbedRun(
        template,
        intended,
        feedback,
        perturbation,
        jax.tree.map(lambda leaf: np.asarray(leaf[0]), undisturbed.steps),
        jax.tree.map(np.asarray, course),
        np.asarray(norms),
        found,
        room,
        outcome if fall == Fall.none else Outcome.fell,
        fall,
    )


def planar_counterpart(run: PerturbedRun) -> tuple[SpringMass, float, float]:
    """The textbook runner that lands like this one, its angle of attack (rad from the ground) and
    stiffness (N/m): the mass sits at the hip, the foot is a point where the contact begins."""
    t, down = run.template, [float(leaf[0]) for leaf in run.course.steps.touchdown]
    ahead = float(t.cop_x[0] + t.hip_behind) - down[0]
    height = down[2] - float(t.hip_below)
    runner = SpringMass(
        mass=float(t.mass),
        leg=float(np.hypot(ahead, height)),
        speed=float(run.intended.apex.vx),
        apex=float(run.intended.apex.z - t.hip_below),
    )
    return runner, float(np.arctan2(height, ahead)), float(t.stiffness)
