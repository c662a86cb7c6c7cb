"""The assembled runner and the habits that were measured over speed.

With strategy `measured` the runner's own choices (step frequency, stiffness, step width,
posture at contact) follow the speed: a polynomial through the measured speeds, of second
degree where there are three, continued along its tangent outside them. A task changes them
further (`adaptation`). A parameter that is set by hand follows neither: the number then holds at
every speed and for every task. With strategy `fixed` nothing follows. With strategy `optimal` the
runner starts from the adapted habits and changes what is free until the stride is cheapest
(`economy.optimal`). What was fitted carries its errors (`uncertainty`); a number set by hand has
none.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import equinox as eqx
import numpy as np

from stridesim.parameter import Choice, Parameter, get_value, lookup, parameters_of, set_values
from stridesim.results import InputError
from stridesim.runner.adaptation import ADAPTED, STEP_FREQUENCY, Adaptation, adapted
from stridesim.runner.body import Body
from stridesim.runner.muscle import Muscles, Tendons
from stridesim.runner.over_speed import over_speed
from stridesim.runner.template import Gait, Hip, Leg, Posture, Task
from stridesim.runner.uncertainty import Uncertainty
from stridesim.units import to_si

STRATEGIES: Final = ("measured", "fixed", "optimal")

HABITUAL: Final[tuple[str, ...]] = (
    "gait.step_frequency",
    "gait.step_width",
    "leg.stiffness",
    "leg.loss",
    "posture.knee_flexion_at_contact",
)
"""Parameters that a runner may be found to change with speed."""


class Habits(eqx.Module):
    """Measured choices over speed: `measured` names them, `choices` (paths, speeds) are SI.

    `imposed` names what is set by hand and therefore follows neither the speed nor the task.
    """

    measured: tuple[str, ...] = eqx.field(static=True, default=())
    speeds: tuple[float, ...] = eqx.field(static=True, default=())
    choices: tuple[tuple[float, ...], ...] = eqx.field(static=True, default=())
    imposed: tuple[str, ...] = eqx.field(static=True, default=())

    @property
    def paths(self) -> tuple[str, ...]:
        """What follows the speed."""
        return tuple(path for path in self.measured if path not in self.imposed)

    @property
    def values(self) -> tuple[tuple[float, ...], ...]:
        """The values of `paths`."""
        measured = dict(zip(self.measured, self.choices, strict=True))
        return tuple(measured[path] for path in self.paths)

    def without(self, paths: Iterable[str]) -> "Habits":
        """The habits of a runner for whom `paths` are set by hand."""
        free = dict.fromkeys((*self.measured, *ADAPTED))
        added = (path for path in paths if path in free)
        return dataclasses.replace(self, imposed=tuple(dict.fromkeys((*self.imposed, *added))))

    def at(self, speed: Any) -> dict[str, Any]:
        """Value of every habit at `speed` (any shape), SI."""
        return {path: self.usual(path, speed) for path in self.paths}

    def usual(self, path: str, speed: Any) -> Any:
        """The measured choice at `speed` (any shape), SI, also where another one is imposed."""
        return over_speed(self.speeds, self.choices[self.measured.index(path)], speed)


RESOLVED: Final = Habits(imposed=tuple(dict.fromkeys((*HABITUAL, *ADAPTED))))
"""Of a runner at the speed and the task: every number holds as it is."""


class Runner(eqx.Module):
    """A runner and the task; leaves are SI numbers (or arrays of one shape in a batch)."""

    body: Body = eqx.field(default_factory=Body)
    leg: Leg = eqx.field(default_factory=Leg)
    hip: Hip = eqx.field(default_factory=Hip)
    posture: Posture = eqx.field(default_factory=Posture)
    gait: Gait = eqx.field(default_factory=Gait)
    muscle: Muscles = eqx.field(default_factory=Muscles)
    tendon: Tendons = eqx.field(default_factory=Tendons)
    task: Task = eqx.field(default_factory=Task)
    adaptation: Adaptation = eqx.field(default_factory=Adaptation)
    habits: Habits = eqx.field(default_factory=Habits)
    name: str = eqx.field(static=True, default="unnamed")
    uncertainty: Uncertainty = eqx.field(default_factory=Uncertainty)

    def __repr__(self) -> str:
        speed = self.task.speed
        at = f" at {float(speed):.3g} m/s" if np.ndim(speed) == 0 else ""
        return f"<runner {self.name}{at}>"

    def with_(self, settings: Mapping[str, Any] | None = None, /, **short: Any) -> "Runner":
        """The runner with other numbers, in declared units or as text with a unit.

        `settings` maps paths to values (`{"leg.stiffness": "18 kN/m"}`). A keyword stands for the
        only parameter whose path ends in it (`speed="14 km/h"`). Raises `InputError` as
        `apply_overrides`, and where a keyword fits no path or several.
        """
        named = {path_of(name): value for name, value in short.items()}
        return apply_overrides(self, {**(settings or {}), **named})

    def at_speed(self) -> "Runner":
        """The same runner with every habit resolved at the task's speed and adapted to the task."""
        if self.gait.strategy == "fixed":
            return self
        usual = set_values(self, self.habits.at(self.task.speed))
        frequency = usual.gait.step_frequency
        if STEP_FREQUENCY in self.habits.measured:
            frequency = self.habits.usual(STEP_FREQUENCY, self.task.speed)
        changed = set_values(usual, adapted(usual, frequency, self.habits.imposed))
        return dataclasses.replace(changed, habits=RESOLVED)

    @property
    def numbers(self) -> "Runner":
        """The numbers alone, of a runner at his speed: what is compiled for them serves every
        runner, whoever he is."""
        gait = Gait(self.gait.step_frequency, self.gait.step_width)
        return Runner(
            self.body,
            self.leg,
            self.hip,
            self.posture,
            gait,
            self.muscle,
            self.tendon,
            self.task,
            self.adaptation,
            RESOLVED,
        )

    def uncertainty_at_speed(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Names of the uncertain parameters at the task's speed and their covariance (n, n), SI."""
        active = () if self.gait.strategy == "fixed" else self.habits.paths
        known = dict.fromkeys(active, self.habits.speeds)
        return self.uncertainty.at(float(self.task.speed), known)


PARAMETERS: Final[dict[str, Parameter]] = parameters_of(Runner())
"""Every parameter of the model by dotted path."""

CHOICES: Final[dict[str, Choice]] = {
    "gait.strategy": Choice(
        "gait.strategy",
        doc="measured: the runner's habits follow the speed and the task; fixed: every number "
        "holds; optimal: the runner chooses the cheapest gait",
        choices=STRATEGIES,
        source="the user's choice",
        default=STRATEGIES[0],
    )
}
"""What may be set by name, not by number."""


def path_of(name: str) -> str:
    """The path of the only parameter that ends in `name`; `InputError` for none or several."""
    paths = [p for p in (*PARAMETERS, *CHOICES) if p.split(".")[-1] == name]
    if len(paths) == 1:
        return paths[0]
    if not paths:
        lookup(PARAMETERS, name)
    raise InputError(f"{name}: {len(paths)} parameters end so; write one of {', '.join(paths[:6])}")


def apply_overrides(runner: Runner, overrides: Mapping[str, Any]) -> Runner:
    """Set parameters by path, in declared units (`{"task.speed": "12 km/h"}`).

    `gait.strategy` takes a name. Raises `InputError` for unknown paths and values outside
    their bounds; nothing is applied then.
    """
    numbers: dict[str, Any] = {}
    strategy = runner.gait.strategy
    for path, value in overrides.items():
        if path == "gait.strategy":
            if value not in STRATEGIES:
                raise InputError(
                    f"gait.strategy = {value!r}: expected one of {', '.join(STRATEGIES)}"
                )
            strategy = str(value)
            continue
        declared = lookup(PARAMETERS, path)
        numbers[path] = to_si(declared.check(value), declared.unit)
    for path in runner.habits.paths if strategy == "fixed" else ():
        alone = path not in numbers and get_value(runner, path)
        if isinstance(alone, float) and math.isnan(alone):
            raise InputError(
                f"gait.strategy = 'fixed': {path} is only known as a habit over speed; set it too"
            )
    changed = set_values(runner, numbers)
    return dataclasses.replace(
        changed,
        habits=runner.habits.without(numbers),
        uncertainty=runner.uncertainty.without(numbers),
        gait=dataclasses.replace(changed.gait, strategy=strategy, chosen=None),
    )
