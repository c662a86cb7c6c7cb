"""A leg press from every start posture.

    [study]
    kind = "leg_press"
    [leg_press]
    bent = 90                           # deg of knee flexion at the start, before the change
    straight = 15                       # and after it
    mass = "150 kg"                     # and any other amount of `stridesim legpress`

What the verdict is about is the start posture: static force, work and peak power from the nearly
straight start, per cent of those from the bent one. Nobody sits down more exactly than by one step
of the starts, so each start is uncertain by that (a rectangular distribution).
"""

import functools
import itertools
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np

from stridesim.evidence.verdict import Effect
from stridesim.results import InputError
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds.study import OneRunner, Outcome, Progress, outcome_of
from stridesim.studies.leg_press import STARTS, LegPressAnswer, leg_press

OUTCOMES: Final = {"static_force": "static force", "work": "work", "peak_power": "peak power"}
"""Results that the verdict is about, by their words."""

_STEP: Final = float(STARTS[1] - STARTS[0])


class LegPress(OneRunner):
    """Pushes of one runner."""

    own: ClassVar[str] = "leg_press"

    def __init__(self, tables: Mapping[str, Any], path: Path, settings: Mapping[str, Any]) -> None:
        super().__init__(tables, path, settings)
        self.ends = tuple(self._end(name) for name in ("bent", "straight"))

    def _end(self, name: str) -> float:
        low, high = float(STARTS[1]), float(STARTS[-2])
        value = self.settings.get(name)
        if not isinstance(value, int | float) or not low <= value <= high:
            raise InputError(
                f"{self.path}: leg_press.{name} = {value!r}: expected {low:g} to {high:g} deg"
            )
        return float(value)

    @functools.cached_property
    def _answer(self) -> LegPressAnswer:
        amounts = {key: value for key, value in self.settings.items()
                   if key not in ("straight", "bent")}  # fmt: skip
        try:
            return leg_press(self.runner, **amounts)
        except InputError as error:
            raise InputError(f"{self.path}: leg_press: {error}") from None

    @property
    def conditions(self) -> str:
        """Who pushes what."""
        asked = self._answer.requested
        return (
            f"{self.runner.name}, both legs · sled of {asked['mass']:g} kg on a rail that rises "
            f"{asked['incline']:g} deg · n = 1 runner"
        )

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Every push."""
        answer = self._answer
        if progress is not None:
            progress(1, {})
        return outcome_of(answer, self.conditions)

    def effects(self, change: ChangeConfig, progress: Progress | None = None) -> list[Effect]:
        """What the nearly straight start does to each of `OUTCOMES`."""
        found = []
        for name, words in OUTCOMES.items():
            along = self._answer.by_start[name]

            def at(*starts: float, along: np.ndarray = along) -> float:
                before, after = np.interp(starts, STARTS, along)
                return float(100 * (after / before - 1)) if before else math.nan

            around = [
                at(*(end + side for end, side in zip(self.ends, sides, strict=True)))
                for sides in itertools.product((-_STEP, 0.0, _STEP), repeat=2)
            ]
            spread = (max(around) - min(around)) / (2 * math.sqrt(3))
            found.append(Effect(words, at(*self.ends), {"start posture": spread}))
        if progress is not None:
            progress(self.effect_rows(change), {})
        return found

    def effect_rows(self, change: ChangeConfig) -> int:
        """One for each outcome."""
        return len(OUTCOMES)


STUDY: Final = LegPress
