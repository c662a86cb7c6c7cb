"""A runner: the numbers that the model computes with, and the record of who it is.

With strategy `measured` the runner's own choices follow the speed (`habits`) and the task
(`adaptation`); what is set by hand follows neither. With strategy `fixed` nothing follows. With
strategy `optimal` the runner starts from the same gait and changes what it may until the stride is
cheapest (`economy.optimal`). What was fitted carries its errors
(`uncertainty`); a number set by hand has none.
"""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import equinox as eqx
import numpy as np

from stridesim.files import write_output
from stridesim.parameter import Choice, get_value, lookup, set_values
from stridesim.results import InputError
from stridesim.runner.adaptation import STEP_FREQUENCY, adapted
from stridesim.runner.habits import Habits
from stridesim.runner.numbers import PARAMETERS, Numbers
from stridesim.runner.relative import change_of
from stridesim.runner.runner_file import Record, is_missing, stated_in, tables_of, written
from stridesim.runner.toml import SHIPPED
from stridesim.runner.uncertainty import Uncertainty
from stridesim.units import from_si, to_si

STRATEGIES: Final = ("measured", "fixed", "optimal")


class Runner(Numbers):
    """A runner: the numbers, and the record of habits, name and errors.

    What takes `Numbers` takes a runner. `numbers` leaves the record behind.
    """

    habits: Habits = eqx.field(default_factory=Habits)
    name: str = eqx.field(static=True, default="unnamed")
    uncertainty: Uncertainty = eqx.field(default_factory=Uncertainty)
    strategy: str = eqx.field(static=True, default=STRATEGIES[0])
    chosen: tuple[str, ...] | None = eqx.field(static=True, default=None)
    """With strategy `optimal`: the choices that are made already (`economy.optimal`), none where no
    gait has a result; None where they are still to be made."""

    def __repr__(self) -> str:
        speed = self.task.speed
        at = f" at {float(speed):.3g} m/s" if np.ndim(speed) == 0 else ""
        return f"<runner {self.name}{at}>"

    def with_(self, settings: Mapping[str, Any] | None = None, /, **short: Any) -> "Runner":
        """The runner with other numbers, in declared units or as text with a unit.

        `settings` maps paths to values (`{"leg.stiffness": "18 kN/m"}`). A keyword stands for the
        only parameter whose path ends in it (`speed="14 km/h"`), or is its path. Raises
        `InputError` as `apply_overrides`, and where a keyword fits no path or several.
        """
        named = {path_of(name): value for name, value in short.items()}
        return apply_overrides(self, {**(settings or {}), **named})

    def at_speed(self) -> "Runner":
        """The same runner with every habit resolved at the task's speed and adapted to the task."""
        if self.strategy == "fixed" or self.habits.resolved:
            return self
        usual = set_values(self, self.habits.at(self.task.speed))
        frequency = usual.gait.step_frequency
        if STEP_FREQUENCY in self.habits.measured:
            frequency = self.habits.usual(STEP_FREQUENCY, self.task.speed)
        changed = set_values(usual, adapted(usual, frequency, self.habits.imposed))
        return dataclasses.replace(changed, habits=dataclasses.replace(self.habits, resolved=True))

    @property
    def numbers(self) -> Numbers:
        """The numbers alone, of a runner at the speed of the task: what is compiled for them serves
        every runner."""
        parts = {field.name: getattr(self, field.name) for field in dataclasses.fields(Numbers)}
        return Numbers(**parts)

    def uncertainty_at_speed(self) -> tuple[tuple[str, ...], np.ndarray]:
        """Names of the uncertain parameters at the task's speed and their covariance (n, n), SI."""
        active = () if self.strategy == "fixed" else self.habits.paths
        known = dict.fromkeys(active, self.habits.speeds)
        return self.uncertainty.at(float(self.task.speed), known)

    @classmethod
    def load(cls, path: str | Path | None = SHIPPED) -> "Runner":
        """The runner of a runner file, or the shipped one (`"rbds011"`).

        Raises `InputError` naming the file and what is permitted.
        """
        return runner_from_tables(*tables_of(path))

    def to_toml(
        self, provenance: Mapping[str, Any] | None = None, comments: Sequence[str] = ()
    ) -> str:
        """The runner file: what differs from the declared defaults, with units, habits and errors.

        `provenance` says how it came to be; `comments` stand at its head, a line each.
        """
        record = Record(self.name, self.strategy, self.habits, self.uncertainty)
        return written(self, record, provenance, comments)

    def save(self, path: str | Path) -> None:
        """Write the runner file, whole or not at all; `InputError` where that is not possible."""
        write_output(Path(path), self.to_toml().encode())


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
    """The path of the only parameter that ends in `name`, or `name` where it is a path;
    `InputError` for none or several."""
    if name in PARAMETERS or name in CHOICES:
        return name
    paths = [p for p in (*PARAMETERS, *CHOICES) if p.split(".")[-1] == name]
    if len(paths) == 1:
        return paths[0]
    if not paths:
        lookup(PARAMETERS, name.replace("__", "."))
        raise InputError(f"{name}: write {{{name.replace('__', '.')!r}: ...}}")
    raise InputError(f"{name}: {len(paths)} parameters end so; write one of {', '.join(paths[:6])}")


def apply_overrides(runner: Runner, overrides: Mapping[str, Any]) -> Runner:
    """Set parameters by path, in declared units (`{"task.speed": "12 km/h"}`).

    What has a unit may be written as a change from the runner's own number at the speed
    (`{"gait.step_frequency": "+10 %"}`). `gait.strategy` takes a name. Raises `InputError` for
    unknown paths and values outside their bounds; nothing is applied then.
    """
    numbers: dict[str, Any] = {}
    changes: dict[str, float] = {}
    strategy = runner.strategy
    for path, value in overrides.items():
        if path == "gait.strategy":
            if value not in STRATEGIES:
                raise InputError(
                    f"gait.strategy = {value!r}: expected one of {', '.join(STRATEGIES)}"
                )
            strategy = str(value)
            continue
        declared = lookup(PARAMETERS, path)
        change = change_of(value, declared.unit, path)
        if change is not None:
            changes[path] = change
            continue
        numbers[path] = to_si(declared.check(value), declared.unit)
    for path in runner.habits.paths if strategy == "fixed" else ():
        alone = path not in numbers and get_value(runner, path)
        if isinstance(alone, float) and math.isnan(alone):
            raise InputError(
                f"gait.strategy = 'fixed': {path} is only known as a habit over speed; set it too"
            )
    changed = dataclasses.replace(
        set_values(runner, numbers),
        habits=runner.habits.without(numbers),
        uncertainty=runner.uncertainty.without(numbers),
        strategy=strategy,
        chosen=None,
    )
    # The other numbers change from what they are at the new speed.
    speed = {path: change for path, change in changes.items() if path == "task.speed"}
    rest = {path: change for path, change in changes.items() if path not in speed}
    for these in (speed, rest):
        changed = apply_overrides(changed, _from_own(changed, these)) if these else changed
    return changed


def _from_own(runner: Runner, changes: Mapping[str, float]) -> dict[str, float]:
    """What changes (shares) make of the runner's own numbers at the speed, in declared units."""
    own = runner.at_speed()
    found: dict[str, float] = {}
    for path, change in changes.items():
        number = from_si(float(get_value(own, path)), PARAMETERS[path].unit)
        if math.isnan(number):
            raise InputError(f"{path} = {100 * change:+g} %: the runner has none of its own")
        found[path] = number * (1 + change)
    return found


def runner_from_tables(tables: Mapping[str, Any], source: str) -> Runner:
    """A complete runner from nested tables; raises `InputError` prefixed with `source`."""
    try:
        stated = stated_in(tables, source)
        runner = apply_overrides(Runner(name=stated.name), stated.settings)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    habitual = () if runner.strategy == "fixed" else stated.habits.paths
    missing = [
        path for path in PARAMETERS if path not in habitual and is_missing(get_value(runner, path))
    ]
    if missing:
        raise InputError(
            f"{source}: {', '.join(missing)} {'are' if missing[1:] else 'is'} missing and "
            f"{'have' if missing[1:] else 'has'} no default"
        )
    return dataclasses.replace(runner, habits=stated.habits, uncertainty=stated.uncertainty)
