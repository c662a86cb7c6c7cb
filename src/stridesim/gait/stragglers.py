"""Runners whom the usual ways do not reach, and why some have no periodic step.

Roll resonates with the step. Where the hip stabiliser lets the pelvis swing an odd number of half
oscillations in a contact, every mirrored step drives just this motion, and the periodic roll grows
until the step turns over or is lost: of such runners nearly all would run with more damping at
the hip, and lose the step as it is taken away. Beside the gait with the pelvis level there are
others, in which it swings by a right angle; they solve the equations and are no running.

So a straggler is first held upright, roll and sideways motion fixed: what is left is the planar
runner, whom Newton finds from anywhere. From his step the runner is let go. If that leads nowhere,
and the step of the nearest runner neither, the reason is known by elimination: upright too there
is no step, or one without flight, or one that only the pelvis spoils.
"""

import dataclasses
from typing import Any, Final, NamedTuple

import jax
import numpy as np

from stridesim.gait.collocation import touchdown_unknowns
from stridesim.gait.follow import follow_all
from stridesim.gait.newton import ROUND, TOLERANCE, generic_guesses, newton_lanes
from stridesim.results import Status

LEVEL: Final = np.deg2rad(30.0)
"""Largest roll of a pelvis that is held; runners show 5 to 10 deg (Fukuchi 2017)."""

MANY: Final = 32
"""Stragglers that are worth a nominal runner."""

NEAR: Final = 1e-2
"""Residual after the first round of Newton steps below which a neighbour's step is worth more."""

_HEAVY: Final = 1e6
"""Factor on the roll inertia of a runner held upright."""


class Lanes(NamedTuple):
    """Runners side by side: parameters (P, B), solutions (SIZE, B), worst residuals, largest roll
    (rad) and residual evaluations (B,). All but the first are written to."""

    parameters: np.ndarray
    x: np.ndarray
    worst: np.ndarray
    roll: np.ndarray
    evaluations: np.ndarray

    @property
    def level(self) -> np.ndarray:
        """Have a periodic step that holds the pelvis."""
        return (self.worst <= TOLERANCE) & (self.roll <= LEVEL)

    def accept(
        self,
        index: np.ndarray,
        found: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    ) -> None:
        """Take solutions found for `index` where there was none or one that rolls further."""
        x, worst, roll, evaluations = found
        self.evaluations[index] += evaluations
        none_yet = ~(self.worst[index] <= TOLERANCE)
        better = (worst <= TOLERANCE) & (none_yet | (roll < self.roll[index]))
        chosen = index[better]
        self.x[:, chosen] = x[:, better]
        self.worst[chosen], self.roll[chosen] = worst[better], roll[better]


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
    """Steps of runners held upright, or their generic guess; worst residuals and evaluations."""
    x = generic_guesses(held, structure)
    count = held.shape[1]
    worst, evaluations = np.full(count, np.inf), np.zeros(count, int)
    if count >= MANY:
        found, worst, _, evaluations = follow_all(held, structure)
        followed = worst <= TOLERANCE
        x[:, followed] = found[:, followed]
    left = np.flatnonzero(~(worst <= TOLERANCE))
    if left.size:
        found, worst[left], _, more = newton_lanes(x[:, left], held[:, left], structure)
        runs = worst[left] <= TOLERANCE
        x[:, left[runs]] = found[:, runs]
        evaluations[left] += more
    return x, worst, evaluations


def _from_neighbours(lanes: Lanes, index: np.ndarray, structure: Any) -> None:
    """Try those of `index` without any step from the level runner nearest in parameters, which
    are measured by their spread in the batch: in a fine design he is next door."""
    from scipy.spatial import KDTree

    lost = index[~(lanes.worst[index] <= TOLERANCE)]
    level = np.flatnonzero(lanes.level)
    if lost.size == 0 or level.size == 0:
        return
    spread = np.std(lanes.parameters[:, level], axis=1)
    varied = spread > 0
    places = (lanes.parameters[varied] / spread[varied, None]).T
    x = lanes.x[:, level[KDTree(places[level]).query(places[lost])[1]]]
    x, worst, _, evaluations = newton_lanes(x, lanes.parameters[:, lost], structure, ROUND)
    lanes.evaluations[lost] += evaluations
    near = worst < NEAR
    lanes.accept(lost[near], newton_lanes(x[:, near], lanes.parameters[:, lost[near]], structure))


def find(lanes: Lanes, structure: Any) -> np.ndarray:
    """Solve the lanes without a level periodic step as far as it can be; `Status` codes (B,), `ok`
    where there is a periodic step now. Who has none is left with the step of the runner held
    upright, if he has that."""
    reason = np.where(lanes.worst <= TOLERANCE, Status.ok, Status.no_periodic_gait)
    index = np.flatnonzero(~lanes.level & np.all(np.isfinite(lanes.parameters), axis=0))
    if index.size == 0:
        return reason
    runners = lanes.parameters[:, index]
    held = held_upright(runners, structure)
    upright, worst, evaluations = _upright(held, structure)
    lanes.evaluations[index] += evaluations
    runs = worst <= TOLERANCE
    lanes.accept(index, newton_lanes(upright, runners, structure))
    _from_neighbours(lanes, index, structure)

    lost = runs & ~(lanes.worst[index] <= TOLERANCE)
    lanes.x[:, index[lost]] = upright[:, lost]
    flies = touchdown_unknowns(upright).contact_time < structure.unflatten(runners).step_time
    spoiled = np.where(flies, Status.pelvis_not_level, Status.no_flight)
    reason[index] = np.where(lost, spoiled, Status.no_periodic_gait)
    reason[lanes.worst <= TOLERANCE] = Status.ok
    return reason
