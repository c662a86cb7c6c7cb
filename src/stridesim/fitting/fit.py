"""From recordings of a runner to a runner: the leg spring that gives this runner's forces.

For each recording (a speed) the measured step frequency is taken as it is and the stiffness k and
the loss c of the leg spring are found so that the periodic step of the model has the recording's
contact and flight time, peak vertical force, drop of the centre of mass in stance and braking
impulse; the last shows how far the centre of pressure travels under the foot, and the drop how much
mass stops on impact, which are fitted too (one number each for all speeds). Least squares on
relative differences, each over its stated tolerance. A leg that would have to be longer than
straight at take-off is penalised: force plates cannot see it, heel and knee would have to make up
for it. What the recordings do not show
(muscle strength, posture, hip, muscle lengths) keeps its declared default. What was fitted carries
its errors (`fitting.uncertainty`). Whether the runner can run at the speeds of the recordings with
that is asked last (`fitting.runs`), and told.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import equinox as eqx
import numpy as np

from stridesim.fitting.problem import START, TOLERANCES, Problem, problem_of
from stridesim.fitting.runs import Runs, runs_of
from stridesim.fitting.uncertainty import Estimates, covariance_of_means, estimate_errors
from stridesim.gait import solver
from stridesim.parameter import set_values
from stridesim.recordings.recording import ForceRecording
from stridesim.recordings.steps import StepMeasures
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, Uncertainty
from stridesim.runner.habits import Habits

FITTED: Final = (
    "leg.stiffness", "leg.loss", "posture.cop_excursion", "leg.impact_mass", "gait.step_frequency"
)  # fmt: skip
"""What the recordings decide; with the speed, which is stated for each, it cannot be held."""

LARGEST_MISFIT: Final = 0.15
"""Relative difference beyond which the recording and what was said of it disagree. RBDS011 of
Fukuchi 2017 is met within 3 %; with two of the speeds swapped the misfit is 35 %."""


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
        """Whether this is no small misfit but a sign that speed or mass is wrong."""
        return abs(self.difference) > LARGEST_MISFIT


class Fit(NamedTuple):
    """A runner, how well it does, how well it is known, where it came from and where it runs.

    `notes` are what measuring had to say of the recordings.
    """

    runner: Runner
    comparisons: list[Comparison]
    estimates: Estimates
    provenance: dict[str, Any]
    runs: Runs = Runs()
    notes: tuple[str, ...] = ()


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
        runner,
        estimates.uncertainty(),
        is_leaf=lambda x: isinstance(x, Uncertainty),
    )
    names = [Path(rec.source).name for rec, _ in ordered]
    comparisons = [
        Comparison(names[i], float(speeds[i]), n, float(problem.targets[n][i]), float(found[n][i]))
        for i in range(len(ordered))
        for n in TOLERANCES
    ]
    notes = [
        f"{name}: {note}"
        for name, (rec, measures) in zip(names, ordered, strict=True)
        for note in [*rec.notes, *measures.notes()]
    ]
    return Fit(
        runner,
        comparisons,
        estimates,
        _provenance(ordered, result.cost, straight),
        runs_of(runner, names, speeds),
        tuple(notes),
    )


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
        "leg.loss": result.x[lanes:-2],
        "posture.cop_excursion": result.x[-2:-1],
        "leg.impact_mass": result.x[-1:],
    }

    ends = problem.ends(result.x)

    def linearised(jacobian: np.ndarray) -> Estimates:
        return estimate_errors(
            fitted,
            {"gait.step_frequency": problem.frequency},
            problem.speeds,
            residual=result.fun[of_data],
            jacobian=jacobian[of_data],
            by_data=problem.by_data(result.x, result.fun)[of_data],
            spread=spread,
            ends=ends,
        )

    # At the end of its range there is no slope to follow: held.
    local = np.where([end is None for end in ends], result.jac, 0.0)
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


def _with_habits(
    base: Runner, speeds: np.ndarray, values: np.ndarray, frequency: np.ndarray
) -> Runner:
    lanes = len(speeds)
    stiffness, loss = values[:lanes], values[lanes:-2]
    middle = len(speeds) // 2
    leaves = {
        "leg.loss": float(loss[middle]),
        "posture.cop_excursion": float(values[-2]),
        "leg.impact_mass": float(values[-1]),
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
    filters = sorted({f"{measures.settings.cutoff:g} Hz" for _, measures in ordered})
    return {
        "method": "stridesim fit: leg.stiffness and leg.loss per speed, one cop_excursion and one "
        "impact_mass to contact and flight time, peak vertical force, drop in stance and braking "
        "impulse",
        "force_threshold": f"{settings.threshold:g} N",
        "filter": ", ".join(filters),
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
    known = {"body.mass", "body.height", *FITTED}
    return [path for path in PARAMETERS if path not in known]
