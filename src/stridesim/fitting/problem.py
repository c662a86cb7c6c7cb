"""What a fit minimises: the runner's periodic steps against the recordings, and its slopes.

Unknowns are the stiffness and the loss of the leg at each of S speeds, one excursion of the centre
of pressure and one mass that stops on impact; data are the five named measures at each speed, as
relative differences over their tolerance, and the penalty on a leg that would be longer than
straight, which force plates do not see.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from stridesim.dynamics.pelvis import stance_hip
from stridesim.dynamics.template import template_of
from stridesim.economy.contact import integrated
from stridesim.economy.evaluate import as_arrays
from stridesim.economy.measures import mechanics
from stridesim.elementary import horner
from stridesim.gait import solver
from stridesim.parameter import set_values
from stridesim.posture.timeline import timeline_of
from stridesim.recordings.steps import StepMeasures
from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.curves import stance_polynomial

TOLERANCES: Final = {
    "contact_time": 0.02,
    "flight_time": 0.04,
    "peak_vertical_force": 0.02,
    "com_drop_in_stance": 0.10,
    "braking_impulse": 0.03,
}
"""Relative difference that counts as one unit of misfit."""

STRAIGHTEST: Final = 0.993
"""Hip to ankle at take-off over thigh plus shank; beyond it the fit is penalised."""

START: Final = (18e3, 0.10, 0.9, 0.04)
_LOW: Final = (8e3, 0.0, 0.1, 0.0)
_HIGH: Final = (45e3, 0.50, 1.5, 0.12)
_END: Final = 1e-3
"""Share of its range within which a fitted number is at the end of it: least squares approach a
bound from inside and stop short of it."""
_FAILED: Final = 50.0
"""Misfit where there is no periodic step."""
_NUDGE: Final = 1e-5
"""Relative change of step frequency for a central difference."""


class _Template(NamedTuple):
    template: Any
    unknowns: Any
    timeline: Any
    sums: Any


def _mechanics(runner: Runner) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Mechanics, straightness at take-off and residual of a batch of runners."""
    template = _templates(runner)
    solution = solver.solve(template)
    found, straight = _measure(runner, template, solution.unknowns)
    return (
        {name: np.asarray(value) for name, value in found.items()},
        np.asarray(straight),
        np.asarray(solution.residual),
    )


@eqx.filter_jit
def _templates(runner: Runner) -> Any:
    template = template_of(runner)
    lanes = jnp.shape(template.speed)
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, lanes), template)


@eqx.filter_jit
def _measure(runner: Runner, template: Any, unknowns: Any) -> Any:
    def one(lane: Any, step: Any, body: Any) -> Any:
        contact = integrated(step, lane)
        stride = _Template(lane, step, timeline_of(step, lane, contact.state), contact.sums)
        numbers = mechanics(stride, body)  # type: ignore[arg-type]
        return numbers, _straightness(stride, body)

    return jax.vmap(one)(template, unknowns, runner)


def _straightness(stride: _Template, runner: Runner) -> Any:
    t, state = stride.template, stride.timeline.state
    scale = runner.body.scale
    ankle_x = horner(stance_polynomial("ankle_x", t.speed, scale), 1.0)
    ankle_z = horner(stance_polynomial("ankle_y", t.speed, scale), 1.0)
    x, y, z = stance_hip(state.x[-1], state.y[-1], state.z[-1], state.roll[-1], t)
    reach = jnp.sqrt((x - ankle_x) ** 2 + y**2 + (z - ankle_z) ** 2)
    return reach / (runner.body.thigh_length + runner.body.shank_length)


def _spread(runner: Runner, lanes: int) -> Runner:
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (lanes,)), as_arrays(runner))


class Problem(NamedTuple):
    """What is fitted: `runner` with `lanes` of speed, `targets` name -> (S,), frequency (S,).

    The unknowns are the stiffnesses (S,), the losses (S,), the travel of the centre of pressure
    and the mass that stops on impact, one after the other (2 S + 2,).
    """

    runner: Runner
    speeds: np.ndarray
    frequency: np.ndarray
    targets: dict[str, np.ndarray]

    def mechanics(self, unknowns: np.ndarray) -> tuple[dict[str, np.ndarray], Any, np.ndarray]:
        """Mechanics, straightness at take-off and residual of the periodic step, (S,) each."""
        lanes = len(self.speeds)
        values = {
            "task.speed": jnp.asarray(self.speeds),
            "gait.step_frequency": jnp.asarray(self.frequency),
            "leg.stiffness": jnp.asarray(unknowns[:lanes]),
            "leg.loss": jnp.asarray(unknowns[lanes:-2]),
            "posture.cop_excursion": jnp.full(lanes, unknowns[-2]),
            "leg.impact_mass": jnp.full(lanes, unknowns[-1]),
        }
        return _mechanics(set_values(self.runner, values))

    def misfit(self, unknowns: np.ndarray) -> np.ndarray:
        """Differences over their tolerances, then the penalty; (6 S,), speed innermost."""
        found, straight, residual = self.mechanics(unknowns)
        parts = [(found[n] / self.targets[n] - 1) / tol for n, tol in TOLERANCES.items()]
        parts.append(np.maximum(straight - STRAIGHTEST, 0.0) / 5e-4)
        whole = np.stack(parts)
        return np.where(residual < solver.TOLERANCE, whole, _FAILED).ravel()

    def secants(self, unknowns: np.ndarray, reach: np.ndarray, local: np.ndarray) -> np.ndarray:
        """Slopes of the misfit across `reach` (2 S + 2,) to either side, else the `local` ones.

        Two humps of vertical force compete for the peak, and a fit likes to end where they are
        equal: the slope there is that of one hump, the slope across the error is that of both.
        """
        slopes = local.copy()
        for i in np.flatnonzero(np.any(local != 0, axis=0) & (reach > 0)):
            step = np.where(np.arange(unknowns.size) == i, reach[i], 0.0)
            more, less = self.misfit(unknowns + step), self.misfit(unknowns - step)
            if np.all(more != _FAILED) and np.all(less != _FAILED):
                slopes[:, i] = (more - less) / (2 * reach[i])
        return slopes

    def by_data(self, unknowns: np.ndarray, misfit: np.ndarray) -> np.ndarray:
        """Slopes of `misfit` by frequency and targets at `unknowns`, (6 S, 6 S), speed last."""
        lanes = len(self.speeds)
        slopes = np.zeros((misfit.size, len(TOLERANCES) + 1, lanes))
        for row, (name, tol) in enumerate(TOLERANCES.items()):
            for lane, target in enumerate(self.targets[name]):
                at = row * lanes + lane
                slopes[at, row + 1, lane] = -(misfit[at] + 1 / tol) / target
        # A lane's frequency moves that lane alone, so all of them can move at once.
        more, less = (
            self._replace(frequency=self.frequency * (1 + h)).misfit(unknowns)
            for h in (_NUDGE, -_NUDGE)
        )
        slope = ((more - less).reshape(-1, lanes) / (2 * _NUDGE * self.frequency)).ravel()
        at = np.arange(misfit.size)
        slopes[at, 0, at % lanes] = slope
        return slopes.reshape(misfit.size, -1)

    def solve(self, start: np.ndarray) -> Any:
        """The least squares from `start` (2 S + 2,), within bounds."""
        return least_squares(
            self.misfit,
            start,
            bounds=(self.everywhere(_LOW), self.everywhere(_HIGH)),
            x_scale=self.everywhere(START),
            diff_step=1e-4,
        )

    def ends(self, unknowns: np.ndarray) -> list[float | None]:
        """For each of `unknowns` (2 S + 2,) the end of its range at which it is, else None."""
        low, high = self.everywhere(_LOW), self.everywhere(_HIGH)
        near = _END * (high - low)
        return [
            float(least) if value <= least + by else float(most) if value >= most - by else None
            for value, least, most, by in zip(unknowns, low, high, near, strict=True)
        ]

    def everywhere(self, values: tuple[float, float, float, float]) -> np.ndarray:
        """Unknowns (2 S + 2,) that are the same at every speed."""
        lanes = len(self.speeds)
        return np.array([*np.full(lanes, values[0]), *np.full(lanes, values[1]), *values[2:]])


def problem_of(
    measured: Sequence[StepMeasures], *, name: str, overrides: dict[str, Any] | None = None
) -> tuple[Runner, Problem]:
    """The runner with what is taken as measured, and what remains to be fitted.

    Raises `InputError` where speeds repeat.
    """
    speeds = np.array([m.runner.speed for m in measured])
    if np.any(np.diff(speeds) < 0.05):
        raise InputError("speed: two recordings at the same speed; permitted: one per speed")
    mass = float(np.mean([m.effective_mass for m in measured]))
    base = apply_overrides(
        Runner(name=name),
        {"body.mass": mass, "body.height": measured[0].runner.height} | (overrides or {}),
    )
    frequency = np.array([m.mean("step_frequency") for m in measured])
    targets = {n: np.array([m.mean(n) for m in measured]) for n in TOLERANCES}
    return base, Problem(_spread(base, len(speeds)), speeds, frequency, targets)
