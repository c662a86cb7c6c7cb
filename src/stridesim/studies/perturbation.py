"""A runner who is disturbed in mid-run: recovery or fall, and how stable the gait is.

answer = perturb(runner, ground_drop="3 cm")
answer.outcome                  # "recovered", "upright" or "fell"
answer.spectral_radius          # below 1: small deviations die out
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.dynamics.forward import FALLS
from stridesim.dynamics.swing_leg import Apex, Feedback
from stridesim.dynamics.template import template_of
from stridesim.economy.doors import check_runner
from stridesim.gait.course import Perturbation, apexes
from stridesim.gait.perturbed_run import (
    Outcome,
    PerturbedRun,
    periodic,
    planar_counterpart,
    run_perturbed,
)
from stridesim.gait.spring_mass import Region, region
from stridesim.parameter import get_value, set_values
from stridesim.results import REASONS, InputError, Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Quantities, Value, values_of
from stridesim.studies.disturbances import FEEDBACKS, PERTURBATIONS, amounts_in_si
from stridesim.studies.optimum import optimum
from stridesim.units import from_si, to_si, unit
from stridesim.words.habit_words import strategy_words
from stridesim.words.wording import parameter_words

UNITS: Final = {"z": "m", "roll": "deg", "vx": "m/s", "vy": "m/s", "roll_rate": "deg/s"}
"""Coordinate of the apex -> its unit."""

MOST_STEPS: Final = 500
MOST_BEFORE: Final = 50

_RESULTS: Final = ("spectral_radius", "steps_completed", "peak_deviation", "final_deviation")
_ANGLES: Final = np.deg2rad(np.linspace(55, 85, 46))
_STIFFNESSES: Final = np.linspace(5e3, 45e3, 41)
"""Angle of attack (rad) and stiffness (N/m) over which self-stability is shown."""


@dataclass(frozen=True, repr=False)
class PerturbationAnswer(Quantities):
    """A perturbed run: outcome, every step's apex, Floquet multipliers and basin.

    `asked` is the runner as given, `requested` the amounts as written, `settings` what was set;
    `run` is the simulated run (None without a gait to perturb).
    """

    kind: ClassVar[str] = "perturbation"

    status: str
    reason: str
    values: Mapping[str, Value]
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    asked: Runner
    requested: Mapping[str, str | float]
    settings: Mapping[str, str]
    run: PerturbedRun | None

    @property
    def outcome(self) -> str | None:
        """`recovered`, `upright` or `fell`; None without a run."""
        return None if self.run is None else self.run.outcome.name

    @property
    def sentence(self) -> str:
        """The outcome and the stability in two sentences; the reason without a run."""
        return self.reason if self.run is None else _sentence(self.run)

    @functools.cached_property
    def steps(self) -> dict[str, np.ndarray]:
        """Coordinates of the apex before each contact and after the last, in `UNITS`, and the
        scaled deviation from the gait; (contacts + 1,), NaN after a fall."""
        run = self._run()
        return {**in_units(apexes(run.course)), "deviation": np.asarray(run.deviations)}

    @functools.cached_property
    def nominal(self) -> dict[str, float]:
        """The apex of the undisturbed gait, in `UNITS`."""
        return {name: float(value) for name, value in in_units(self._run().intended.apex).items()}

    @functools.cached_property
    def basin(self) -> dict[str, tuple[float, float]] | None:
        """How far each coordinate alone may be moved down and up, in `UNITS`; None if unstable."""
        found = self._run().basin
        if found is None:
            return None
        down, up = in_units(found.down), in_units(found.up)
        return {name: (float(down[name]), float(up[name])) for name in UNITS}

    @functools.cached_property
    def region(self) -> Region:
        """Self-stability of the runner's planar counterpart, over angle of attack and stiffness."""
        runner, _, _ = planar_counterpart(self._run())
        return region(runner, _ANGLES, _STIFFNESSES)

    def _run(self) -> PerturbedRun:
        if self.run is None:
            raise InputError(f"perturbation: there is no run ({self.reason})")
        return self.run

    @property
    def recovery(self) -> dict[str, float]:
        """The gains that the run was simulated with, in the units of `disturbances.FEEDBACKS`."""
        gains = self._run().feedback
        return {
            name: from_si(float(getattr(gains, name)), amount.unit)
            for name, amount in FEEDBACKS.items()
        }

    def record(self) -> dict[str, Any]:
        """Outcome, results and steps; `steps` are apexes before each contact and after the last."""
        told: dict[str, Any] = {
            "outcome": self.outcome,
            "results": {name: value.record() for name, value in self.values.items()},
            "runner": {"name": self.asked.name},
            "asked": dict(self.requested),
        }
        if self.run is None:
            return told
        fell = self.run.outcome == Outcome.fell
        units = {**UNITS, "deviation": "1"}
        return told | {
            "fall": self.run.fall if fell else None,
            "recovery": {
                name: {"value": value, "unit": FEEDBACKS[name].unit}
                for name, value in self.recovery.items()
            },
            "floquet_multipliers": self.multipliers(),
            "basin": self.basin and {
                name: {"down": down, "up": up, "unit": UNITS[name]}
                for name, (down, up) in self.basin.items()
            },
            "perturbed_before_contact": self.run.perturbation.at,
            "steps": {
                name: {"value": values, "unit": units[name]} for name, values in self.steps.items()
            },
            "nominal": {
                name: {"value": value, "unit": UNITS[name]} for name, value in self.nominal.items()
            },
        }  # fmt: skip

    def multipliers(self) -> list[dict[str, Any]]:
        """Floquet multipliers of one step, the largest first: value, motion, and the share of each
        coordinate of the apex in it."""
        found = self._run().multipliers
        return [
            {
                "real": float(np.real(value)),
                "imaginary": float(np.imag(value)),
                "magnitude": float(abs(value)),
                "motion": found.mode(i),
                "participation": dict(zip(Apex._fields, found.participation[i], strict=True)),
            }
            for i, value in enumerate(found.values)
        ]

    def plot(self, path: str | Path | None = None, *, region: bool = False) -> Any:
        """The run on a sheet: written to `path`, or the figure itself.

        `region` adds where the runner's planar counterpart is self-stable.
        """
        from stridesim.plots.perturbed import draw_perturbed_run, save_perturbed_run
        from stridesim.plots.style import figure_style

        run, runner = self._run(), self.asked
        words = {name: str(value) for name, value in self.requested.items()}
        words |= {parameter_words(name): value for name, value in self.settings.items()}
        found = self.region if region else None
        strategy = strategy_words(runner.strategy, runner.habits)
        if path is not None:
            save_perturbed_run(run, Path(path), runner.name, words, found, strategy)
            return None
        with figure_style():
            return draw_perturbed_run(run, runner.name, words, found, strategy)

    def __repr__(self) -> str:
        return f"<perturbation of {self.asked.name}: {self.outcome or self.reason}>"


def perturb(
    runner: Runner,
    *,
    steps: int = 30,
    at: int = 2,
    bare: bool = False,
    settings: Mapping[str, str] | None = None,
    begin: Callable[[], None] = lambda: None,
    **amounts: str | float,
) -> PerturbationAnswer:
    """Run `steps` steps from a disturbance on, which comes after `at` undisturbed contacts.

    `amounts` are named in `studies.disturbances`: what happens (`ground_drop`, `push`,
    `lateral_push`, `late_stabiliser`) and what the runner does about it (`retraction`,
    `lateral_placement`, `forward_placement`, `push_off_energy`, `hip_reflex`), numbers in their
    declared units or text with a unit. A gain that is not given is the runner's (`recovery`), or 0
    with `bare`: the template alone, its leg held in flight as at the normal touchdown. `settings`
    is what was set, as written: notes name what is no part of such a run. `begin` is called as each
    stage of the work begins.

    Raises `InputError` for unknown amounts, values outside their range, and a gain that is asked
    for twice. A fall is an answer.
    """
    si = amounts_in_si(amounts)
    check_runner(runner)
    _refuse_twice(settings or {}, amounts, bare)
    for name, number, low, high in (
        ("steps", steps, 1, MOST_STEPS),
        ("at", at, 0, MOST_BEFORE),
    ):
        if not low <= number <= high:
            raise InputError(f"{name} = {number}: outside its permitted range {low} to {high}")
    requested = {name: value for name, value in amounts.items() if name in FEEDBACKS or si[name]}
    if bare:
        requested["recovery"] = "none"
    whole = functools.partial(_answer, runner, requested, settings or {})
    chosen, notes = runner, []
    if runner.strategy == "optimal" and runner.chosen is None:
        begin()
        best = optimum(runner)
        if not best.ok:
            return whole(best.status, f"gait.strategy = 'optimal': {best.reason}", [], None)
        chosen = best.runner
        said = ", ".join(f"{c.parameter} {c.optimal:.4g} {c.unit}" for c in best.choices)
        notes.append(f"chosen at least cost ({DEFAULT_METABOLIC_MODEL}): {said}")
    begin()
    template = template_of(chosen.at_speed())
    unknowns, status = periodic(template)
    notes += _without_a_part(runner, chosen, settings or {})
    if status != Status.ok:
        return whole(status.name, f"{status.name}: {REASONS[status]}", notes, None)
    begin()
    own = {name: 0.0 if bare else getattr(chosen.recovery, name) for name in FEEDBACKS}
    feedback = Feedback(**{name: si.get(name, gain) for name, gain in own.items()})
    perturbation = Perturbation(**{name: si[name] for name in PERTURBATIONS}, at=at)
    run = run_perturbed(unknowns, template, feedback, perturbation, at + steps)
    return whole(Status.ok.name, "", notes, run)


def _answer(
    runner: Runner,
    requested: Mapping[str, str | float],
    settings: Mapping[str, str],
    status: str,
    reason: str,
    notes: list[str],
    run: PerturbedRun | None,
) -> PerturbationAnswer:
    results: dict[str, float] = {name: float("nan") for name in _RESULTS}
    if run is not None:
        results = run.results
    return PerturbationAnswer(
        status=status,
        reason=reason,
        values=values_of(results),
        notes=tuple(notes),
        provenance=provenance(),
        asked=runner,
        requested=requested,
        settings=settings,
        run=run,
    )


def _refuse_twice(
    settings: Mapping[str, str], amounts: Mapping[str, str | float], bare: bool
) -> None:
    """Raise `InputError` where a gain is set on the runner and overridden in the same breath."""
    for path in settings:
        part, _, name = path.rpartition(".")
        other = name if name in amounts else "bare"
        if part == "recovery" and (bare or name in amounts):
            raise InputError(f"{path} = {settings[path]!r}: expected without {other}, not with it")


def _without_a_part(runner: Runner, chosen: Runner, settings: Mapping[str, str]) -> list[str]:
    """Settings that a perturbed run does not depend on."""
    notes = []
    template = template_of(chosen.at_speed())
    for path in settings:
        if path not in PARAMETERS or path.startswith("recovery."):
            continue
        low, high = (to_si(bound, PARAMETERS[path].unit) for bound in PARAMETERS[path].bounds)
        between = 0.5 * (low + high)
        own = float(get_value(runner, path))
        other = set_values(chosen.at_speed(), {path: between if own != between else high})
        if template_of(other) == template:
            notes.append(f"{path}: no part of a perturbed run, which has no muscles")
    return notes


def in_units(apex: Apex) -> dict[str, Any]:
    """Coordinates of an apex (numbers or arrays, SI) in `UNITS`."""
    return {
        name: np.asarray(getattr(apex, name)) / unit(symbol).factor
        for name, symbol in UNITS.items()
    }


def _sentence(run: PerturbedRun) -> str:
    """The outcome and the stability in two sentences."""
    done, radius = int(run.course.completed), run.multipliers.spectral_radius
    asked = run.steps - run.perturbation.at
    disturbed = any(getattr(run.perturbation, name) for name in PERTURBATIONS)
    if not disturbed:
        said = f"Nothing disturbed the runner in {asked} steps."
    elif run.outcome == Outcome.fell:
        said = f"Fell after {done} of {asked} steps: {FALLS[run.fall]}."
    elif run.outcome == Outcome.recovered:
        said = f"Recovered: after {asked} steps the deviation is below half its peak."
    else:
        said = f"Upright after {asked} steps, but the deviation is still above half its peak."
    mode = run.multipliers.mode(0)
    if radius < 1:
        return (
            f"{said} Stable: small deviations die out, the slowest ({mode}) by {radius:.2f} a step."
        )
    return f"{said} Unstable: a small deviation in {mode} grows {radius:.2f}-fold a step."
