"""Is the periodic step stable? Floquet multipliers, and the size of the basin.

The step-to-step map takes an apex, seen by the foot that lands next, to the following apex, seen
by the other foot: a fixed point is a left-right symmetric gait. Its derivative there has five
eigenvalues, the Floquet multipliers: a small deviation along an eigenvector is multiplied by
its multiplier every step, and the gait is stable if all magnitudes, the largest being the
spectral radius, are below 1.

Eight states less three: where the runner is along and across the track changes nothing (those
two multipliers are 1 and, because the map mirrors, -1, whatever the gait; they are left out) and
vertical velocity is zero at apex. A negative multiplier of a sideways mode is a drift to one
side of the track, because every step is mirrored.

The derivative is exact, by forward differentiation through the events (implicit function
theorem); a test compares it with central differences. Basin: the largest change of one apex
coordinate from which the runner recovers.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from stridesim.dynamics.forward import Fall, step
from stridesim.dynamics.swing_leg import Apex, Feedback, IntendedStep
from stridesim.dynamics.template import Template
from stridesim.gait.course import Course, Perturbation, apexes, deviation, scales, simulate
from stridesim.programs import kept

MOTIONS: Final = {
    "height and speed": ("z", "vx"),
    "sideways": ("vy",),
    "roll": ("roll", "roll_rate"),
}
"""Apex coordinates that belong together."""

RECOVERED: Final = 0.5
"""A runner has recovered when the norm of the deviation is below this share of its peak."""

LARGEST: Final = 1.0
"""Scaled deviation (see `course.scales`) beyond which a basin is not followed."""

HALVINGS: Final = 10
BISECTIONS: Final = 8


class Multipliers(NamedTuple):
    """Floquet multipliers, largest magnitude first: `values` (5,) complex; `participation`
    (5, 5), one row each: share of every apex coordinate in the mode (Perez-Arriaga 1982,
    doi:10.1109/TPAS.1982.317524; free of units, a row adds up to 1); `matrix` (5, 5)."""

    values: np.ndarray
    participation: np.ndarray
    matrix: np.ndarray

    @property
    def spectral_radius(self) -> float:
        """Largest magnitude; below 1 is stable."""
        return float(np.abs(self.values[0]))

    def mode(self, index: int) -> str:
        """The motion that has the largest share in a mode: a key of `MOTIONS`."""
        shares = dict(zip(Apex._fields, self.participation[index], strict=True))
        total = {name: sum(shares[c] for c in part) for name, part in MOTIONS.items()}
        return max(total, key=lambda name: total[name])


def _mapped(vector: Any, intended: IntendedStep, feedback: Feedback, template: Template) -> Any:
    return jnp.stack(step(Apex(*vector), intended, feedback, template).apex)


@kept()
def _derivative(vector: Any, intended: IntendedStep, feedback: Feedback, template: Template) -> Any:
    return jax.jacfwd(_mapped)(vector, intended, feedback, template)


def multipliers(intended: IntendedStep, feedback: Feedback, template: Template) -> Multipliers:
    """Floquet multipliers of one runner's periodic step."""
    matrix = np.asarray(_derivative(jnp.stack(intended.apex), intended, feedback, template))
    values, vectors = np.linalg.eig(matrix)
    order = np.argsort(-np.abs(values), kind="stable")
    shares = np.abs(vectors.T * np.linalg.inv(vectors))[order]
    return Multipliers(values[order], shares / shares.sum(axis=1, keepdims=True), matrix)


def has_recovered(course: Course, intended: IntendedStep, template: Template) -> Any:
    """Whether the runner is upright at the end, and the deviation below half its peak."""
    norms = jax.vmap(lambda apex: deviation(apex, intended, template))(apexes(course))
    upright = jnp.all(course.falls == Fall.none)
    return upright & (norms[-1] <= RECOVERED * jnp.max(norms))


_DIRECTIONS: Final = dict(
    zip(Apex._fields, ("ground_drop", "roll", "push", "lateral_push", "roll_rate"), strict=True)
)
"""Apex coordinate -> the perturbation that changes it."""


@kept(4)
def _recovers(
    changes: Any, intended: IntendedStep, feedback: Feedback, template: Template, steps: int
) -> Any:
    """Whether the runner recovers from changes (n, 5) of the apex."""

    def one(change: Any) -> Any:
        moved = Perturbation(**dict(zip(_DIRECTIONS.values(), change, strict=True)))
        course = simulate(intended, feedback, template, moved, steps)
        return has_recovered(course, intended, template)

    return jax.vmap(one)(changes)


class Basin(NamedTuple):
    """Largest change of each apex coordinate (5,) downward and upward, SI, signed."""

    down: Apex
    up: Apex


BASIN_STAGES: Final = 1 + BISECTIONS


def basin(
    intended: IntendedStep,
    feedback: Feedback,
    template: Template,
    steps: int,
    advance: Callable[[int], None] = lambda _: None,
) -> Basin:
    """How far each apex coordinate alone may be changed so that the runner recovers in `steps`.

    By doubling from small changes until the runner does not recover, then bisected; up to
    `LARGEST`. `advance` is called with 1 after each of `BASIN_STAGES` stages.
    """
    unit = np.array([float(s) for s in scales(template)])
    directions = np.concatenate([-np.diag(unit), np.diag(unit)])
    sizes = LARGEST * 2.0 ** np.arange(-HALVINGS, 1)

    def recovers(amounts: np.ndarray) -> np.ndarray:
        changes = amounts[:, None] * directions
        return np.asarray(_recovers(changes, intended, feedback, template, steps))

    good = np.stack([recovers(np.full(len(directions), size)) for size in sizes])
    advance(1)
    passed = np.cumprod(good, axis=0).sum(axis=0)
    edges = np.concatenate([[0.0], sizes, sizes[-1:]])
    low, high = edges[passed], edges[passed + 1]
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        inside = recovers(middle)
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
        advance(1)
    low = np.where(passed == len(sizes), LARGEST, low)
    found = (low[:, None] * directions).sum(axis=1)
    return Basin(Apex(*found[:5]), Apex(*found[5:]))
