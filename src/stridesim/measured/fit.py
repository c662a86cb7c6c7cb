"""From recordings of a runner to a runner: the leg spring that gives this runner's forces.

For each recording (a speed) the measured step frequency is taken as it is and the stiffness k and
the loss c of the leg spring are found so that the periodic step of the model has the recording's
contact and flight time, peak vertical force, drop of the centre of mass in stance and braking
impulse; the last is what shows how far the centre of pressure travels under the foot, which is
fitted too (one number for all speeds). Least squares on relative differences, each over its
stated tolerance. A leg that would have to be longer than straight at take-off is penalised: force
plates cannot see it, the linkage would fail on it. Muscle strength is what the recordings reveal:
the least with which the runner can do what he did, and 15 % faster. What they do not show
(posture, hip, muscle lengths) keeps its declared default.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from scipy.optimize import least_squares

from stridesim.dynamics.template import template_of
from stridesim.economy.batch import evaluate_points
from stridesim.economy.evaluate import as_arrays
from stridesim.economy.measures import mechanics
from stridesim.gait import solver
from stridesim.measured.recording import ForceRecording
from stridesim.measured.steps import StepMeasures
from stridesim.parameter import set_values
from stridesim.posture.timeline import timeline_of
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.runner.runner import Habits

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

STRENGTHS: Final = np.linspace(1.0, 2.0, 21)
"""Strengths tried, relative to the declared one."""

FITTED: Final = ("leg.stiffness", "leg.loss", "posture.cop_excursion", "gait.step_frequency")
"""What the recordings decide; with the speed, which is stated for each, it cannot be held."""

LARGEST_MISFIT: Final = 0.15
"""Relative difference beyond which the recording and what was said of it disagree. RBDS011 of
Fukuchi 2017 is met within 3 %; with two of his speeds swapped he is missed by 35 %."""

SPEED_RESERVE: Final = 1.15
"""Nobody is recorded at his limit: speeds up to this much beyond the fastest must be possible."""

_START: Final = (18e3, 0.10, 0.9)
_LOW: Final = (8e3, 0.0, 0.1)
_HIGH: Final = (45e3, 0.50, 1.5)


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
    """A runner, how well it does, and where it came from."""

    runner: Runner
    comparisons: list[Comparison]
    provenance: dict[str, Any]


class _Template(NamedTuple):
    template: Any
    unknowns: Any
    timeline: Any


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
        stride = _Template(lane, step, timeline_of(step, lane))
        numbers = mechanics(stride, body)  # type: ignore[arg-type]
        return numbers, _straightness(stride, body)

    return jax.vmap(one)(template, unknowns, runner)


def _straightness(stride: _Template, runner: Runner) -> Any:
    from stridesim.runner.curves import stance_polynomial
    from stridesim.runner.over_speed import horner

    t, state = stride.template, stride.timeline.state
    scale = runner.body.scale
    ankle_x = horner(stance_polynomial("ankle_x", t.speed, scale), 1.0)
    ankle_z = horner(stance_polynomial("ankle_y", t.speed, scale), 1.0)
    sine, cosine = jnp.sin(state.roll[-1]), jnp.cos(state.roll[-1])
    forward = state.x[-1] - t.hip_behind - ankle_x
    aside = state.y[-1] + t.hip_half_width * cosine + t.hip_below * sine - 0.5 * t.step_width
    up = state.z[-1] + t.hip_half_width * sine - t.hip_below * cosine - ankle_z
    reach = jnp.sqrt(forward**2 + aside**2 + up**2)
    return reach / (runner.body.thigh_length + runner.body.shank_length)


def _spread(runner: Runner, lanes: int) -> Runner:
    return jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (lanes,)), as_arrays(runner))


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
    speeds = np.array([m.runner.speed for _, m in ordered])
    if np.any(np.diff(speeds) < 0.05):
        raise InputError("speed: two recordings at the same speed; permitted: one per speed")
    targets = {n: np.array([m.mean(n) for _, m in ordered]) for n in TOLERANCES}
    frequency = np.array([m.mean("step_frequency") for _, m in ordered])
    mass = float(np.mean([m.effective_mass for _, m in ordered]))
    base = apply_overrides(
        Runner(name=name),
        {"body.mass": mass, "body.height": ordered[0][1].runner.height} | (overrides or {}),
    )
    lanes = len(speeds)
    wide = _spread(base, lanes)

    def runner_at(values: np.ndarray) -> Runner:
        return set_values(
            wide,
            {
                "task.speed": jnp.asarray(speeds),
                "gait.step_frequency": jnp.asarray(frequency),
                "leg.stiffness": jnp.asarray(values[:lanes]),
                "leg.loss": jnp.asarray(values[lanes:-1]),
                "posture.cop_excursion": jnp.full(lanes, values[-1]),
            },
        )

    def misfit(values: np.ndarray) -> np.ndarray:
        found, straight, residual = _mechanics(runner_at(values))
        parts = [(found[n] / targets[n] - 1) / tol for n, tol in TOLERANCES.items()]
        parts.append(np.maximum(straight - STRAIGHTEST, 0.0) / 5e-4)
        whole = np.stack(parts)
        return np.where(residual < solver.TOLERANCE, whole, 50.0).ravel()

    def everywhere(values: tuple[float, float, float]) -> np.ndarray:
        return np.array([*np.full(lanes, values[0]), *np.full(lanes, values[1]), values[2]])

    start = everywhere(_START)
    result = least_squares(
        misfit, start, bounds=(everywhere(_LOW), everywhere(_HIGH)), x_scale=start, diff_step=1e-4
    )
    found, straight, residual = _mechanics(runner_at(result.x))
    if not np.all(residual < solver.TOLERANCE):
        raise InputError("no periodic step fits the recordings (is the speed right?)")

    runner = _strong_enough(_with_habits(base, speeds, result.x, frequency), speeds)
    comparisons = [
        Comparison(
            Path(rec.source).name, float(speeds[i]), n, float(targets[n][i]), float(found[n][i])
        )
        for i, (rec, _) in enumerate(ordered)
        for n in (*TOLERANCES,)
    ]
    return Fit(runner, comparisons, _provenance(ordered, result.cost, straight))


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
    found = evaluate_points(runner, {"muscle.strength_scale": grid_scale, "task.speed": grid_speed})
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
