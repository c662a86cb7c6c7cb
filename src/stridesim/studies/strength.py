"""How strong is the leg? Torque of a maximal effort against the angle of hip, knee and ankle.

answer = strength(runner)
answer.curves["knee_extension"].peak        # N m
answer.plot("strength.png")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from stridesim.economy.doors import check_runner
from stridesim.evidence.dynamometry import SEXES, SOURCE, Measured
from stridesim.evidence.torque_curves import TorqueCurve, torque_curves
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.units import read_quantity

STAGES: Final = (("seven exertions over the angles of their joints", 15.0),)
"""What `strength` does, and how long it takes the first time on a common machine, s."""

HOLDABLE: Final = {
    "hip_flexion": (-20.0, 110.0),
    "hip_adduction": (-15.0, 25.0),
    "knee_flexion": (0.0, 120.0),
    "ankle_dorsiflexion": (-40.0, 35.0),
}
"""Angles (deg) for which the source of the muscles tabulates moment arms."""

_NOTES: Final = (
    (
        f"measured curves: active torque of men and women of 18 to 25 years, {SOURCE}, for this "
        "runner's mass and height"
    ),
    (
        "muscle strength is what running needs (muscle.strength_scale), which is more than people "
        "show on a dynamometer: compare the shape of the curves before their level"
    ),
)


@dataclass(frozen=True, repr=False)
class StrengthAnswer(Answer):
    """The curve of every exertion (`curves`, by name) of one runner."""

    kind: ClassVar[str] = "strength"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner
    curves: Mapping[str, TorqueCurve]

    def record(self) -> dict[str, Any]:
        """Every curve, its peak, and the published one."""
        activation = float(self.runner.muscle.voluntary_activation)
        return {
            "runner": {"name": self.runner.name},
            "voluntary_activation": {"value": activation, "unit": "1"},
            "exertions": {name: curve.record() for name, curve in self.curves.items()},
        }

    def table(self) -> Table:
        """A row for each exertion and angle; torque that was not measured is None."""
        columns = ("exertion", "angle_deg", "torque_Nm", "passive_torque_Nm", *map(_column, SEXES))
        rows = [
            (name, *numbers, *(_told(curve.measured.get(sex), i) for sex in SEXES))
            for name, curve in self.curves.items()
            for i, numbers in enumerate(zip(curve.angle, curve.torque, curve.passive, strict=True))
        ]
        return Table(columns, rows)

    def summary(self) -> Table:
        """A row for each exertion."""
        columns = ("exertion", "peak torque (N m)", "at (deg)", "measured men (N m)", "at (deg)")
        return Table(columns, [_row(name, curve) for name, curve in self.curves.items()])

    def plot(self, path: str | Path | None = None) -> Any:
        """Hip, knee and ankle beside each other: written to `path`, or the figure."""
        from stridesim.plots.strength import draw_strength, save_strength
        from stridesim.plots.style import figure_style

        if path is not None:
            return save_strength(self.runner, self.curves, Path(path))
        with figure_style():
            return draw_strength(self.runner, self.curves)

    def __repr__(self) -> str:
        peaks = ", ".join(f"{name} {curve.peak:.0f} N m" for name, curve in self.curves.items())
        return f"<strength of {self.runner.name}: {peaks}>"


def _column(sex: str) -> str:
    return f"measured_active_{sex}_Nm"


def _told(measured: Measured | None, i: int) -> float | None:
    return None if measured is None else float(measured.torque[i])


def _row(name: str, curve: TorqueCurve) -> tuple[Any, ...]:
    men = curve.measured.get("men")
    published = (None, None)
    if men is not None:
        k = int(np.nanargmax(men.torque))
        published = (float(men.torque[k]), float(curve.angle[k]))
    return (name.replace("_", " "), curve.peak, curve.angle_of_peak, *published)


def strength(
    runner: Runner,
    *,
    held: Mapping[str, str | float] | None = None,
    begin: Callable[[], None] = lambda: None,
) -> StrengthAnswer:
    """Isometric torque of maximal voluntary efforts of one leg against the joint's angle.

    `held` (deg, or text with a unit) are joints held otherwise than on a common dynamometer, by
    the names of `HOLDABLE`; they leave alone the exertions of the joint itself. `begin` is called
    as the work begins. Raises `InputError` for another name or angle.
    """
    check_runner(runner)
    fixed = {name: _angle(name, value) for name, value in (held or {}).items()}
    begin()
    curves = torque_curves(runner.at_speed(), fixed)
    return StrengthAnswer("ok", "", _NOTES, provenance(), runner, curves)


def _angle(name: str, value: str | float) -> float:
    if name not in HOLDABLE:
        raise InputError(f"held joint {name!r}: expected one of {', '.join(HOLDABLE)}")
    low, high = HOLDABLE[name]
    permitted = f"{low:g} to {high:g} deg"
    number, _ = read_quantity(value, "deg", f"held {name}", permitted=permitted)
    if not low <= number <= high:
        raise InputError(f"held {name} = {value}: outside its permitted range {permitted}")
    return number
