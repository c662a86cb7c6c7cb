"""Self-stability of the planar spring-mass runner: which legs keep running without any control.

answer = self_stability()
answer.sentence                     # where the region lies, and how it grows with speed
answer.plot("self_stability.png")   # steps to a fall over angle of attack and leg stiffness

A leg that lands at a fixed angle stabilises the run by itself where angle and stiffness fit each
other, above a least speed, and the faster the run the less exactly they must fit (Seyfarth 2002,
doi:10.1016/S0021-9290(01)00245-7). Mass, leg and apex of the default are those of that study.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from stridesim.gait.spring_mass import STEPS_TO_COUNT, Region, SpringMass, region
from stridesim.results import InputError
from stridesim.runtime import configure_jax, provenance
from stridesim.studies.answer import Answer, Table
from stridesim.words.wording import listed, number

ANGLES: Final = (55.0, 80.0)
"""deg from the ground."""
STIFFNESSES: Final = (5.0, 45.0)
"""kN/m."""
_SPEEDS: Final = (1.0, 15.0)
FEWEST: Final = 5
"""Angles, and stiffnesses, of a map at least."""
_POINTS: Final = (FEWEST, 201)
_MOST_SPEEDS: Final = 3


@dataclass(frozen=True, repr=False)
class SelfStabilityAnswer(Answer):
    """Steps to a fall over angle of attack and stiffness, a region for each speed."""

    kind: ClassVar[str] = "self-stability"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    regions: tuple[Region, ...]

    def stable(self, k: int) -> np.ndarray:
        """Which legs (stiffness, angle) of region `k` do not fall."""
        return self.regions[k].steps >= STEPS_TO_COUNT

    @property
    def shares(self) -> list[float]:
        """Share of all legs of the grid that do not fall, for each speed."""
        return [float(self.stable(k).mean()) for k in range(len(self.regions))]

    @property
    def sentence(self) -> str:
        """How much of the grid is stable at each speed, and which way the region leans."""
        parts = [
            f"{number(100 * share)} % at {number(found.runner.speed)} m/s"
            for share, found in zip(self.shares, self.regions, strict=True)
        ]
        text = f"Of all legs on the map {listed(parts)} run {STEPS_TO_COUNT} steps without control."
        k = int(np.argmax(self.shares))
        middle = self.middle(k)
        ends = np.flatnonzero(np.isfinite(middle))
        if ends.size < 2:
            return text
        soft, stiff = (self.regions[k].stiffnesses[i] / 1e3 for i in ends[[0, -1]])
        return (
            f"{text} At {number(self.regions[k].runner.speed)} m/s the stable angle goes from "
            f"{number(middle[ends[0]])}° on a leg of {number(soft)} kN/m to "
            f"{number(middle[ends[-1]])}° on one of {number(stiff)} kN/m."
        )

    def middle(self, k: int) -> np.ndarray:
        """Mean stable angle (deg) for every stiffness of region `k`, NaN where none is stable."""
        angles = np.rad2deg(self.regions[k].angles)
        rows = [angles[row] for row in self.stable(k)]
        return np.array([row.mean() if row.size else np.nan for row in rows])

    def record(self) -> dict[str, Any]:
        """Every region: steps to a fall, at most `STEPS_TO_COUNT`."""
        return {
            "answer": self.sentence,
            "steps_to_count": STEPS_TO_COUNT,
            "regions": [
                {
                    "runner": found.runner._asdict(),
                    "angles_of_attack": {"values": np.rad2deg(found.angles), "unit": "deg"},
                    "leg_stiffnesses": {"values": found.stiffnesses, "unit": "N/m"},
                    "steps": found.steps,
                    "stable_share": share,
                }
                for found, share in zip(self.regions, self.shares, strict=True)
            ],
        }

    def table(self) -> Table:
        """A row for each leg and speed."""
        rows = [
            (found.runner.speed, float(np.rad2deg(angle)), float(stiffness), int(found.steps[i, j]))
            for found in self.regions
            for i, stiffness in enumerate(found.stiffnesses)
            for j, angle in enumerate(found.angles)
        ]
        return Table(("speed", "angle_of_attack", "leg_stiffness", "steps"), rows)

    def summary(self) -> Table:
        """A row for each speed."""
        rows = [(r.runner.speed, s) for r, s in zip(self.regions, self.shares, strict=True)]
        return Table(("speed", "stable_share"), rows)

    def plot(self, path: str | Path | None = None) -> Any:
        """The maps: written to `path`, or the figure itself."""
        from stridesim.plots.self_stability import draw_regions, save_regions
        from stridesim.plots.style import figure_style

        if path is not None:
            save_regions(Path(path), self.regions, self.sentence)
            return None
        with figure_style():
            return draw_regions(self.regions, self.sentence)

    def __repr__(self) -> str:
        return f"<self-stability: {self.sentence}>"


def self_stability(
    speeds: Sequence[float] = (3.0, 5.0, 7.0),
    *,
    runner: SpringMass | None = None,
    points: tuple[int, int] = (51, 41),
    advance: Callable[[int], None] = lambda _: None,
) -> SelfStabilityAnswer:
    """Run the planar runner with every leg of a grid, at one to three `speeds` (m/s at the apex).

    `runner` has mass, leg length and apex height (default: 80 kg, 1 m, 1 m; its speed is not used).
    `points` are the angles from 55 to 80 deg and the stiffnesses from 5 to 45 kN/m. `advance` is
    called as each region is done, with the legs so far. Raises `InputError` for a speed or number
    of points that is not permitted.
    """
    configure_jax()
    check_map(speeds, points)
    angles = np.deg2rad(np.linspace(*ANGLES, points[0]))
    stiffnesses = 1e3 * np.linspace(*STIFFNESSES, points[1])
    found = []
    for k, speed in enumerate(speeds, 1):
        one = (runner or SpringMass())._replace(speed=float(speed))
        found.append(region(one, angles, stiffnesses))
        advance(k * angles.size * stiffnesses.size)
    return SelfStabilityAnswer(
        status="ok", reason="", notes=(), provenance=provenance(), regions=tuple(found)
    )


def check_map(speeds: Sequence[float], points: tuple[int, int]) -> None:
    """Refuse speeds (m/s) and numbers of angles and stiffnesses that are not permitted."""
    if not 1 <= len(speeds) <= _MOST_SPEEDS:
        raise InputError(f"speeds: {len(speeds)} given; permitted: 1 to {_MOST_SPEEDS}")
    for speed in speeds:
        if not _SPEEDS[0] <= speed <= _SPEEDS[1]:
            low, high = _SPEEDS
            raise InputError(f"speeds = {speed!r} m/s: permitted: {low:g} to {high:g} m/s")
    for count in points:
        if not _POINTS[0] <= count <= _POINTS[1]:
            raise InputError(f"points = {count!r}: permitted: {_POINTS[0]} to {_POINTS[1]}")
