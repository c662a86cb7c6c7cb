"""Which legs of the planar spring-mass runner run without control (`studies.self_stability`).

[study]
kind = "self_stability"
[self_stability]
speeds = ["3 m/s", "5 m/s", "7 m/s"]    # at the apex
angles = 51                             # of attack, 55 to 80 deg
stiffnesses = 41                        # of the leg, 5 to 45 kN/m

The spring-mass runner has no muscles, so there is no metabolic model and nothing to set.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from stridesim.fingerprint import model_fingerprint
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.kinds.study import Outcome, Progress, Study, outcome_of
from stridesim.studies.self_stability import FEWEST, check_map, self_stability
from stridesim.sweeps.design.config import validate
from stridesim.units import parse_quantity


class SelfStabilityConfig(BaseModel):
    """The table `[self_stability]` of an experiment's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    speeds: list[str] = Field(min_length=1)
    angles: int = 51
    stiffnesses: int = 41


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    self_stability: SelfStabilityConfig


@dataclasses.dataclass(frozen=True, eq=False)
class SelfStability(Study):
    """A map for each speed (m/s)."""

    config: SelfStabilityConfig
    headline: str
    speeds: tuple[float, ...]

    @classmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """The file's table `[self_stability]`."""
        found = validate(_File, dict(tables), str(path))
        asked = found.self_stability
        try:
            speeds = tuple(float(parse_quantity(v, "m/s", "speeds")) for v in asked.speeds)
            check_map(speeds, (asked.angles, asked.stiffnesses))
        except InputError as error:
            raise InputError(f"{path}: self_stability: {error}") from None
        return cls(asked, found.title, speeds)

    @property
    def runner(self) -> Runner:
        """The shipped runner; the map does not depend on it."""
        return Runner.load()

    @property
    def metabolic(self) -> str:
        """None: a spring uses no energy."""
        return "none"

    @property
    def title(self) -> str:
        """The headline of the figure."""
        return self.headline

    @property
    def rows(self) -> int:
        """Legs."""
        return len(self.speeds) * self.config.angles * self.config.stiffnesses

    @property
    def identity(self) -> Mapping[str, Any]:
        """The model, and what is mapped."""
        return {
            "model": model_fingerprint(),
            "runner": "spring-mass",
            "metabolic": self.metabolic,
            "design_hash": repr(self.config),
        }

    def smaller(self, points: int) -> Self:
        """Maps of `points` angles and stiffnesses, as few as are permitted at least."""
        few = max(points, FEWEST)
        config = self.config.model_copy(update={"angles": few, "stiffnesses": few})
        return dataclasses.replace(self, config=config)

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Run every leg."""
        from stridesim.plots.self_stability import conditions

        told = 0

        def advance(done: int) -> None:
            nonlocal told
            if progress is not None:
                progress(done - told, {})
            told = done

        points = (self.config.angles, self.config.stiffnesses)
        answer = self_stability(self.speeds, points=points, advance=advance)
        who = conditions(answer.regions[0].runner)
        return outcome_of(answer, f"{who} · n = {self.rows:,} legs")


STUDY: Final = SelfStability
