"""A leg press: what does the start posture do to force, work and power?

answer = leg_press(runner, mass="150 kg")
answer.best["work"]                 # knee flexion at the start, deg
answer.plot("legpress.png")
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from stridesim.economy.doors import check_runner
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.press_amounts import AMOUNTS
from stridesim.tasks.force_rise import EFFORTS, force_rise, rates
from stridesim.tasks.leg_press import STEP, STEPS, Press, Push, push, weight_along
from stridesim.tasks.press_leg import Seat
from stridesim.units import read_quantity, to_si

STAGES: Final = (
    ("pushes from every start posture", 40.0),
    ("pushes against other loads", 3.0),
    ("the rise of force", 15.0),
)
"""What `leg_press` does, and how long each takes the first time on a common machine, s."""

STARTS: Final = np.arange(10.0, 111.0, 5.0)
"""Knee flexion at the start of a push, deg."""

LOADS: Final = np.linspace(0.05, 1.05, STARTS.size)
"""Loads of the force-velocity curve, over the static force."""


SHOWN: Final = {
    "static_force": ("N", "force on a sled that is held at the start"),
    "work": ("J", "work on the sled: its kinetic energy, and against weight and resistance"),
    "peak_power": ("W", "greatest power on the sled"),
    "peak_force": ("N", "greatest force on the sled in the push"),
    "peak_speed": ("m/s", "greatest speed of the sled"),
    "distance": ("m", "how far the legs push the sled"),
    "duration": ("s", "how long they push"),
    "calf_activation": ("1", "what the foot lets the calf give"),
}
"""Name -> unit and meaning; of both legs, a value for each start."""

_NOTES: Final = (
    (
        "muscle strength is what running needs, 1.3 to 2.8 times what people show on a "
        "dynamometer (stridesim strength): compare postures, not kilograms"
    ),
    "both legs push alike; the legs have inertia and no weight; knee flexion sets hip and ankle",
)


@dataclass(frozen=True, repr=False)
class LegPressAnswer(Answer):
    """Pushes from every start posture, against every load, and the rise of an isometric push.

    `by_start` has an array (N,) for each of `SHOWN` over `starts` (deg). `force_velocity` are mean
    force (N) and mean speed (m/s) of pushes from the asked flexion. `rates` are rates of force
    development: effort -> window (s) -> N/s or N m/s.
    """

    kind: ClassVar[str] = "leg_press"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    runner: Runner
    requested: Mapping[str, float]
    starts: np.ndarray
    by_start: Mapping[str, np.ndarray]
    force_velocity: tuple[np.ndarray, np.ndarray]
    rise_time: np.ndarray
    rise: Mapping[str, np.ndarray]
    rates: Mapping[str, Mapping[float, float]]

    @property
    def best(self) -> dict[str, float]:
        """Name -> the start (deg of knee flexion) at which static force, work and peak power are
        greatest."""
        names = ("static_force", "work", "peak_power")
        return {name: float(self.starts[np.argmax(self.by_start[name])]) for name in names}

    @property
    def sentence(self) -> str:
        """Where each is greatest, in words."""
        best = self.best
        return (
            f"Force on a held sled is greatest from {best['static_force']:.0f} deg of knee "
            f"flexion, work from {best['work']:.0f} deg, peak power from "
            f"{best['peak_power']:.0f} deg."
        )

    def record(self) -> dict[str, Any]:
        """Everything over the start posture, force-velocity, and the rise of force."""
        force, speed = self.force_velocity
        activation = float(self.runner.muscle.activation_time)
        return {
            "runner": {"name": self.runner.name},
            "asked": {
                name: {"value": value, "unit": AMOUNTS[name].unit}
                for name, value in self.requested.items()
            },
            "sentence": self.sentence,
            "best_start": {n: {"value": v, "unit": "deg"} for n, v in self.best.items()},
            "start": {"value": self.starts, "unit": "deg"},
            "by_start": {
                name: {"value": values, "unit": SHOWN[name][0]}
                for name, values in self.by_start.items()
            },
            "force_velocity": {
                "mean_force": {"value": force, "unit": "N"},
                "mean_speed": {"value": speed, "unit": "m/s"},
            },
            "activation_time": {"value": 1e3 * activation, "unit": "ms"},
            "rate_of_force_development": {
                name: {
                    f"0-{1e3 * window:.0f} ms": {"value": rate, "unit": f"{EFFORTS[name]}/s"}
                    for window, rate in found.items()
                }
                for name, found in self.rates.items()
            },
        }

    def table(self) -> Table:
        """A row for each start posture."""
        columns = ("start_deg", *(f"{name}_{unit}" for name, (unit, _) in SHOWN.items()))
        rows = zip(self.starts, *self.by_start.values(), strict=True)
        return Table(columns, [tuple(map(float, row)) for row in rows])

    def plot(self, path: str | Path | None = None) -> Any:
        """Static force, work and peak power over the start: written to `path`, or the figure."""
        from stridesim.plots.leg_press import Shown, draw_leg_press, save_leg_press
        from stridesim.plots.style import figure_style

        shown = Shown(self.runner, self.requested, self.starts, self.by_start, self.sentence)
        if path is not None:
            return save_leg_press(shown, Path(path))
        with figure_style():
            return draw_leg_press(shown)

    def __repr__(self) -> str:
        return f"<leg press of {self.runner.name}: {self.sentence}>"


def leg_press(
    runner: Runner,
    *,
    begin: Callable[[], None] = lambda: None,
    **amounts: str | float,
) -> LegPressAnswer:
    """Push a sled with both legs from start postures of 10 to 110 deg of knee flexion.

    `amounts` are those of `AMOUNTS`, numbers in the declared unit or text with one: `mass`,
    `incline`, `resistance`, `flexion`, `recline`, `plate`. `begin` is called as each of `STAGES`
    begins. Raises `InputError` for an unknown or impossible amount. A sled that does not move is an
    answer: no work.
    """
    check_runner(runner)
    asked = _amounts(amounts)
    numbers = runner.at_speed().numbers
    si = {name: to_si(value, AMOUNTS[name].unit) for name, value in asked.items()}
    seat = Seat(si["recline"], si["plate"])
    resistance = si["resistance"] + weight_along(si["mass"], si["incline"])
    even = np.ones(STARTS.size)
    begin()
    starts = Press(np.deg2rad(STARTS), si["mass"] * even, resistance * even)
    found = _by_start(starts, push(numbers, starts, seat))
    begin()
    curve = _force_velocity(numbers, si, seat)
    begin()
    rise = force_rise(numbers, np.array([si["flexion"]]), seat)
    notes = _NOTES
    still = STARTS[found["distance"] < 1e-3]
    if still.size:
        said = ", ".join(f"{start:.0f}" for start in still)
        notes += (f"the sled is too heavy to move from {said} deg",)
    late = STARTS[found["duration"] >= STEP * STEPS]
    if late.size > still.size:
        notes += (f"some pushes last longer than {STEP * STEPS:g} s and are counted up to there",)
    return LegPressAnswer(
        "ok",
        "",
        notes,
        provenance(),
        runner,
        asked,
        STARTS,
        found,
        curve,
        np.asarray(rise.time),
        dict(zip(EFFORTS, np.asarray(rise.force), strict=True)),
        rates(rise),
    )


def _amounts(given: Mapping[str, str | float]) -> dict[str, float]:
    """Every amount in its declared unit."""
    for name in given:
        if name not in AMOUNTS:
            raise InputError(f"unknown amount {name!r}: expected one of {', '.join(AMOUNTS)}")
    found: dict[str, float] = {}
    for name, amount in AMOUNTS.items():
        low, high = amount.bounds
        permitted = f"{low:g} to {high:g} {amount.unit}"
        written = given.get(name, amount.default)
        value, _ = read_quantity(written, amount.unit, name, permitted=permitted)
        if not low <= value <= high:
            raise InputError(f"{name} = {written}: outside its permitted range {permitted}")
        found[name] = value
    return found


def _by_start(press: Press, one: Push) -> dict[str, np.ndarray]:
    moving = np.asarray(one.moving)
    last = np.maximum(moving.sum(axis=0) - 1, 0)
    lanes = np.arange(last.size)
    distance = np.asarray(one.position)[last, lanes]
    speed = np.asarray(one.speed)
    work = 0.5 * press.mass * speed[last, lanes] ** 2 + press.resistance * distance
    force = np.asarray(one.force)
    found = {
        "static_force": np.asarray(one.static_force),
        "work": work,
        "peak_power": (force * speed).max(axis=0),
        "peak_force": force.max(axis=0),
        "peak_speed": speed.max(axis=0),
        "distance": distance,
        "duration": STEP * moving.sum(axis=0),
        "calf_activation": np.asarray(one.calf_activation),
    }
    return {name: found[name] for name in SHOWN}


def _force_velocity(
    numbers: Any, si: Mapping[str, float], seat: Seat
) -> tuple[np.ndarray, np.ndarray]:
    """Mean force and mean speed of pushes against `LOADS`, weights on a vertical rail, from the
    asked flexion."""
    knee = np.full(LOADS.size, si["flexion"])
    one = push(numbers, Press(knee, np.ones(LOADS.size), np.zeros(LOADS.size)), seat)
    weight = LOADS * np.asarray(one.static_force)
    press = Press(knee, weight / weight_along(1.0, 0.5 * np.pi), weight)
    found = _by_start(press, push(numbers, press, seat))
    distance = found["distance"]
    moved = distance > 1e-3
    force = np.where(moved, found["work"] / np.where(moved, distance, 1.0), found["static_force"])
    return force, distance / found["duration"]
