"""Runners whose step continuation does not find, and why some have no periodic step.

Roll resonates with the step. Where the hip stabiliser lets the pelvis swing an odd number of half
oscillations in a contact, every mirrored step drives just this motion, and the periodic roll grows
until the runner turns over or the step ceases to exist: nearly all such runners would run with more
damping at the hip. Beside the gait with the pelvis level there are others, in which the pelvis
swings by a right angle; they solve the equations and are no running.

So a runner whose step is not found is first held upright, with roll and sideways motion fixed: what
is left is the planar runner, whose step Newton's method finds from the generic guess. From there it
goes on to the step of the free runner, and if it finds none, from the step of the nearest runner.
What remains has its reason by elimination: the runner held upright has no step
either, or one without flight, or one that only the pelvis spoils.
"""

import dataclasses
from typing import Any, Final, NamedTuple

import jax
import numpy as np

from stridesim.gait.collocation import touchdown_unknowns
from stridesim.gait.continuation import continued
from stridesim.gait.newton import TOLERANCE, generic_guesses, newton_lanes
from stridesim.results import Status
from stridesim.solvers import Result

LEVEL: Final = np.deg2rad(30.0)
"""Largest roll of a pelvis that is held; runners show 5 to 10 deg (Fukuchi 2017)."""

MANY: Final = 32
"""Number of runners that are worth a nominal runner."""

NEAR: Final = 1e-2
"""Residual after one round of Newton steps from a neighbour's step below which more are taken."""

_HEAVY: Final = 1e6
"""Factor on the roll inertia of a runner held upright."""


class Lanes(NamedTuple):
    """Runners side by side: parameters (P, B), and the steps found so far, with the largest roll
    (rad) besides. What is found is written to."""

    parameters: np.ndarray
    found: Result

    @property
    def solved(self) -> np.ndarray:
        """Lanes (B,) with a periodic step."""
        return self.found.residual <= TOLERANCE

    @property
    def level(self) -> np.ndarray:
        """Lanes (B,) with a periodic step that holds the pelvis level."""
        return self.solved & (self.found.besides <= LEVEL)

    def accept(self, index: np.ndarray, other: Result) -> None:
        """Take solutions found for `index` where there was none or one that rolls further."""
        own = self.found
        own.steps[index] += other.steps
        none_yet = ~(own.residual[index] <= TOLERANCE)
        better = (other.residual <= TOLERANCE) & (none_yet | (other.besides < own.besides[index]))
        chosen = index[better]
        own.value[:, chosen] = other.value[:, better]
        own.residual[chosen] = other.residual[better]
        own.besides[chosen] = other.besides[better]


def held_upright(parameters: np.ndarray, structure: Any) -> np.ndarray:
    """The same runners (P, n) with roll and sideways motion fixed."""
    template = structure.unflatten(parameters)
    held = dataclasses.replace(
        template,
        roll_inertia=_HEAVY * template.roll_inertia,
        lateral_freedom=0 * template.lateral_freedom,
    )
    return np.stack(jax.tree.leaves(held))


def _upright(held: np.ndarray, structure: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps of runners held upright, or their generic guess; largest residuals and evaluations."""
    x = generic_guesses(held, structure)
    count = held.shape[1]
    worst, evaluations = np.full(count, np.inf), np.zeros(count, int)
    if count >= MANY:
        found = continued(held, structure)
        worst, evaluations = found.residual, found.steps
        solved = worst <= TOLERANCE
        x[:, solved] = found.value[:, solved]
    left = np.flatnonzero(~(worst <= TOLERANCE))
    if left.size:
        found = newton_lanes(x[:, left], held[:, left], structure)
        worst[left] = found.residual
        runs = worst[left] <= TOLERANCE
        x[:, left[runs]] = found.value[:, runs]
        evaluations[left] += found.steps
    return x, worst, evaluations


def _from_neighbours(lanes: Lanes, index: np.ndarray, structure: Any) -> None:
    """Try those of `index` without any step from the step of the level runner whose parameters are
    nearest, measured by their spread in the batch."""
    from scipy.spatial import KDTree

    lost = index[~lanes.solved[index]]
    level = np.flatnonzero(lanes.level)
    if lost.size == 0 or level.size == 0:
        return
    spread = np.std(lanes.parameters[:, level], axis=1)
    varied = spread > 0
    nearest = np.full(lost.size, level[0])
    if varied.any():
        places = (lanes.parameters[varied] / spread[varied, None]).T
        nearest = level[KDTree(places[level]).query(places[lost])[1]]
    x = lanes.found.value[:, nearest]
    first = newton_lanes(x, lanes.parameters[:, lost], structure, rounds=1)
    lanes.found.steps[lost] += first.steps
    near = first.residual < NEAR
    runners = lanes.parameters[:, lost[near]]
    lanes.accept(lost[near], newton_lanes(first.value[:, near], runners, structure))


def find(lanes: Lanes, structure: Any) -> np.ndarray:
    """Solve the lanes without a level periodic step; `Status` codes (B,), `ok` where there is a
    periodic step now. A runner without one keeps the step of the same runner held upright, if that
    exists."""
    reason = np.where(lanes.solved, Status.ok, Status.no_periodic_gait)
    index = np.flatnonzero(~lanes.level & np.all(np.isfinite(lanes.parameters), axis=0))
    if index.size == 0:
        return reason
    runners = lanes.parameters[:, index]
    held = held_upright(runners, structure)
    upright, worst, evaluations = _upright(held, structure)
    lanes.found.steps[index] += evaluations
    runs = worst <= TOLERANCE
    lanes.accept(index, newton_lanes(upright, runners, structure))
    _from_neighbours(lanes, index, structure)

    lost = runs & ~lanes.solved[index]
    lanes.found.value[:, index[lost]] = upright[:, lost]
    flies = touchdown_unknowns(upright).contact_time < structure.unflatten(runners).step_time
    spoiled = np.where(flies, Status.pelvis_not_level, Status.no_flight)
    reason[index] = np.where(lost, spoiled, Status.no_periodic_gait)
    reason[lanes.solved] = Status.ok
    return reason
