"""From recordings of a runner to a runner: the leg spring that gives this runner's forces.

For each recording (a speed) the measured step frequency is taken as it is and the stiffness k and
the loss c of the leg spring are found so that the periodic step of the model has the recording's
contact and flight time, peak vertical force, drop of the centre of mass in stance and braking
impulse; the last is what shows how far the centre of pressure travels under the foot, which is
fitted too (one number for all speeds). Least squares on relative differences, each over its
stated tolerance. A leg that would have to be longer than straight at take-off is penalised: force
plates cannot see it, heel and knee would have to make up for it. Muscle strength is what the
recordings reveal: the least with which the runner can do what he did, and a fifth faster. What
they do not show (posture, hip, muscle lengths) keeps its declared default. What was fitted
carries its errors (`fit_uncertainty`); the least feasible strength is a bound, not an estimate,
and has none.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import equinox as eqx
import numpy as np

from stridesim.economy.batch import results_at
from stridesim.gait import solver
from stridesim.measured.fit_problem import START, TOLERANCES, Problem, problem_of
from stridesim.measured.fit_uncertainty import Estimates, covariance_of_means, estimate_errors
from stridesim.measured.recording import ForceRecording
from stridesim.measured.steps import StepMeasures
from stridesim.parameter import set_values
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, Uncertainty
from stridesim.runner.runner import Habits

STRENGTHS: Final = np.linspace(1.0, 2.0, 21)
"""Strengths tried, relative to the declared one."""

FITTED: Final = ("leg.stiffness", "leg.loss", "posture.cop_excursion", "gait.step_frequency")
"""What the recordings decide; with the speed, which is stated for each, it cannot be held."""

LARGEST_MISFIT: Final = 0.15
"""Relative difference beyond which the recording and what was said of it disagree. RBDS011 of
Fukuchi 2017 is met within 3 %; with two of his speeds swapped he is missed by 35 %."""

SPEED_RESERVE: Final = 1.2
"""Nobody is recorded at his limit: speeds up to this much beyond the fastest must be possible. A
choice: runners sprint at half as much again as they train, but half a metre a second beyond the
recordings the measured curves behind the model end; 1.15 gives the shipped runner 8 % less
strength and half a percent less cost for every twentieth of it."""


class Comparison(NamedTuple):
    """One measured number and what the fitted runner does."""

    recording: str
    speed: float
    name: str
    measured: float
    fitted: float

    @property
    def difference(self) -> float:
        """Relative difference, fitted against measured."""
        return self.fitted / self.measured - 1

    @property
    def doubtful(self) -> bool:
        """Whether this is no small misfit but a sign that speed or mass is wrong.

        The drop of the centre of mass does not count: the model has no impact peak and so sinks
        too far for every runner.
        """
        return self.name != "com_drop_in_stance" and abs(self.difference) > LARGEST_MISFIT


class Fit(NamedTuple):
    """A runner, how well it does, how well it is known, and where it came from."""

    runner: Runner
    comparisons: list[Comparison]
    estimates: Estimates
    provenance: dict[str, Any]


def fit_runner(
    recordings: Sequence[tuple[ForceRecording, StepMeasures]],
    *,
    name: str,
    overrides: dict[str, Any] | None = None,
) -> Fit:
    """Fit one runner to one or more measured recordings, each at its own speed.

    `overrides` are parameters (in declared units) to hold instead of their defaults. Raises
    `InputError` where speeds repeat, an override is a fitted parameter, or no periodic step fits.
    """
    _check_overrides(overrides or {})
    ordered = sorted(recordings, key=lambda pair: pair[1].runner.speed)
    measured = [measures for _, measures in ordered]
    base, problem = problem_of(measured, name=name, overrides=overrides)
    speeds = problem.speeds
    result = problem.solve(problem.everywhere(START))
    found, straight, residual = problem.mechanics(result.x)
    if not np.all(residual < solver.TOLERANCE):
        raise InputError("no periodic step fits the recordings (is the speed right?)")

    runner = _with_habits(base, speeds, result.x, problem.frequency)
    estimates = errors_of(problem, result, measured)
    runner = eqx.tree_at(
        lambda r: r.uncertainty,
        _strong_enough(runner, speeds),
        estimates.uncertainty(),
        is_leaf=lambda x: isinstance(x, Uncertainty),
    )
    comparisons = [
        Comparison(
            Path(rec.source).name,
            float(speeds[i]),
            n,
            float(problem.targets[n][i]),
            float(found[n][i]),
        )
        for i, (rec, _) in enumerate(ordered)
        for n in (*TOLERANCES,)
    ]
    return Fit(runner, comparisons, estimates, _provenance(ordered, result.cost, straight))


def errors_of(problem: Problem, result: Any, measured: Sequence[StepMeasures]) -> Estimates:
    """The fitted numbers with their covariance; `result` is what `Problem.solve` found.

    The penalty on straight legs is no datum and has no part in it: a leg that is too long shows
    as a runner who cannot run.
    """
    lanes = len(problem.speeds)
    of_data = slice(0, len(TOLERANCES) * lanes)
    spread = np.stack([covariance_of_means(m, ("step_frequency", *TOLERANCES)) for m in measured])
    fitted = {
        "leg.stiffness": result.x[:lanes],
        "leg.loss": result.x[lanes:-1],
        "posture.cop_excursion": result.x[-1:],
    }

    def linearised(jacobian: np.ndarray) -> Estimates:
        return estimate_errors(
            fitted,
            {"gait.step_frequency": problem.frequency},
            problem.speeds,
            residual=result.fun[of_data],
            jacobian=jacobian[of_data],
            by_data=problem.by_data(result.x, result.fun)[of_data],
            spread=spread,
        )

    # At a bound there is no slope to follow: held.
    local = np.where(result.active_mask == 0, result.jac, 0.0)
    reach = linearised(local).sds[: result.x.size]
    return linearised(problem.secants(result.x, reach, local))


def _check_overrides(overrides: dict[str, Any]) -> None:
    for path in overrides:
        if path in FITTED or path == "task.speed":
            why = (
                "stated for each recording" if path == "task.speed" else "fitted to the recordings"
            )
            raise InputError(
                f"{path} = {overrides[path]}: is {why} and cannot be held; permitted: any "
                f"parameter but {', '.join(FITTED)} and task.speed"
            )


def _strong_enough(runner: Runner, speeds: np.ndarray) -> Runner:
    """The least strength, not below the declared one, with which every recorded speed is possible.

    The runner ran at these speeds, and not at his limit, so he is at least that strong. Where no
    strength in reach helps, it is left as it is and the speeds keep their named reason.
    """
    given = float(runner.muscle.strength_scale)
    speeds = np.append(speeds, SPEED_RESERVE * speeds.max())
    scales = given * STRENGTHS
    grid_scale, grid_speed = (a.ravel() for a in np.meshgrid(scales, speeds, indexing="ij"))
    found = results_at(runner, {"muscle.strength_scale": grid_scale, "task.speed": grid_speed})
    possible = (found["status"] == "ok").reshape(scales.size, speeds.size).all(axis=1)
    if not possible.any():
        return runner
    return set_values(runner, {"muscle.strength_scale": float(scales[possible.argmax()])})


def _with_habits(
    base: Runner, speeds: np.ndarray, values: np.ndarray, frequency: np.ndarray
) -> Runner:
    lanes = len(speeds)
    stiffness, loss = values[:lanes], values[lanes:-1]
    middle = len(speeds) // 2
    leaves = {
        "leg.loss": float(loss[middle]),
        "posture.cop_excursion": float(values[-1]),
        "leg.stiffness": float(stiffness[middle]),
        "gait.step_frequency": float(frequency[middle]),
        "task.speed": float(np.clip(3.33, speeds.min(), speeds.max())),
    }
    runner = set_values(base, leaves)
    habits = Habits(
        ("leg.stiffness", "leg.loss", "gait.step_frequency"),
        tuple(float(v) for v in speeds),
        tuple(tuple(float(v) for v in row) for row in (stiffness, loss, frequency)),
    )
    if len(speeds) == 1:
        return runner
    return eqx.tree_at(lambda r: r.habits, runner, habits, is_leaf=lambda x: isinstance(x, Habits))


def _provenance(ordered: Any, cost: float, straight: np.ndarray) -> dict[str, Any]:
    settings = ordered[0][1].settings
    return {
        "method": "stridesim fit: leg.stiffness and leg.loss per speed and one cop_excursion "
        "to contact and flight time, peak vertical force, drop in stance and braking impulse",
        "force_threshold": f"{settings.threshold:g} N",
        "filter": f"{settings.cutoff:g} Hz",
        "misfit": float(f"{cost:.4g}"),
        "leg_straightness_at_take_off": [float(f"{v:.4f}") for v in straight],
        "recordings": [
            {
                "file": Path(recording.source).name,
                "sha256": hashlib.sha256(Path(recording.source).read_bytes()).hexdigest(),
                "speed": f"{measures.runner.speed:g} m/s",
                "steps": int(measures.n),
                "mass_from_mean_force": f"{measures.effective_mass:.1f} kg",
            }
            for recording, measures in ordered
        ],
    }


def unknown_to_recordings() -> list[str]:
    """Parameters that a fit leaves at their defaults."""
    fitted = {"body.mass", "body.height", "leg.stiffness", "leg.loss", "muscle.strength_scale"}
    fitted |= {"gait.step_frequency", "posture.cop_excursion"}
    return [path for path in PARAMETERS if path not in fitted]
