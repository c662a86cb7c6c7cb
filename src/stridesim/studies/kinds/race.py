"""A distance run with fatigue, at one or several paces.

    [study]
    kind = "race"
    [race]
    runner = "rbds011"
    distance = "marathon"
    paces = ["4:00/km", "5:00/km"]
    points = 40
    outputs = ["cost_of_transport", "contact_time"]

What the verdict is about is fatigue itself: the runner at the finish, tired, against the same
runner fresh.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.compared import Variant
from stridesim.fingerprint import model_fingerprint
from stridesim.results import InputError, quantity
from stridesim.runner import GROUPS, Runner
from stridesim.runner.toml import SHIPPED
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds.study import Outcome, Progress, Study
from stridesim.studies.kinds.sweep import rounded
from stridesim.studies.race import RaceAnswer, count_of_stations, race
from stridesim.sweeps.design.config import validate
from stridesim.tasks.distance_run import Fatigue, tired_values
from stridesim.units import parse_quantity


class RaceConfig(BaseModel):
    """The table `[race]` of an experiment's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    runner: str = SHIPPED
    distance: str
    paces: list[str] = Field(min_length=1, max_length=8)
    points: int = Field(default=40, ge=2, le=400)
    outputs: list[str] = Field(min_length=1)
    rates: float = Field(default=1.0, ge=0, le=10)
    metabolic: str = DEFAULT_METABOLIC_MODEL


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    race: RaceConfig


@dataclasses.dataclass(frozen=True, eq=False)
class Race(Study):
    """Runs over one distance, side by side."""

    config: RaceConfig
    headline: str
    variants: tuple[Variant, ...]

    @classmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """The file's table `[race]`."""
        found = validate(_File, dict(tables), str(path))
        asked = found.race
        source = None if asked.runner == SHIPPED else path.parent / asked.runner
        try:
            runner = Runner.load(source)
            variants = [
                Variant(
                    pace,
                    runner.with_({"task.speed": parse_quantity(pace, "m/s", "pace")}),
                    {},
                    None,
                )
                for pace in asked.paces
            ]
            count_of_stations(asked.distance, None, asked.points)
            for name in asked.outputs:
                quantity(name)
        except InputError as error:
            raise InputError(f"{path}: race: {error}") from None
        return cls(asked, found.title, tuple(variants))

    @property
    def runner(self) -> Runner:
        """Who runs, at the first pace."""
        return self.variants[0].runner

    @property
    def metabolic(self) -> str:
        """The model of the figure."""
        return self.config.metabolic

    @property
    def title(self) -> str:
        """The headline of the figure."""
        return self.headline

    @property
    def rows(self) -> int:
        """Stations."""
        return count_of_stations(self.config.distance, None, self.config.points)

    @property
    def identity(self) -> Mapping[str, Any]:
        """Runner, model and what is run."""
        return {
            "model": model_fingerprint(),
            "runner": self.config.runner,
            "metabolic": self.metabolic,
            "design_hash": repr(self.config),
        }

    def smaller(self, points: int) -> Self:
        """A tenth of the distance, at few stations."""
        short = self.config.model_copy(update={"distance": "4 km", "points": points})
        return dataclasses.replace(self, config=short)

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Run it."""
        from stridesim.plots.conditions import conditions

        answer = self._run(progress)
        failures: dict[str, int] = {}
        for found in answer.breaks:
            if found is not None:
                failures[found.status] = failures.get(found.status, 0) + 1
        who = f"{self.runner.name}, {answer.course.length / 1000:.4g} km level,"
        speeds = [float(variant.runner.task.speed) for variant in self.variants]
        told = conditions(self.runner, self.metabolic, speeds=speeds, name=who)
        return Outcome(
            answer,
            answer.status,
            answer.reason,
            answer.notes,
            _numbers(answer, self.config.outputs),
            {"failures": failures},
            answer.table(),
            f"{told} · n = 1 runner, {2 * len(answer.stations) * len(self.variants)} strides",
        )

    def _run(self, progress: Progress | None = None) -> RaceAnswer:
        def told(done: int) -> None:
            if progress is not None:
                progress(done, {})

        return race(
            self.variants,
            distance=self.config.distance,
            points=self.config.points,
            fatigue=Fatigue(rates=self.config.rates),
            metabolic=self.metabolic,
            progress=told,
        )

    def asked(self, change: ChangeConfig) -> Any:
        """Tired at the finish, and fresh, of the runner at every pace."""
        from stridesim.evidence.effect import Asked

        answer = self._run()
        asked = []
        for i, variant in enumerate(self.variants):
            last = answer.stations[max(answer.last(i), 0)]
            one = slice(i, i + 1)
            tired, fresh = (
                {
                    path: float(column[0])
                    for path, column in tired_values(
                        [variant.runner], answer.fatigue, seconds, shares
                    ).items()
                }
                for seconds, shares in (
                    (last.seconds[one], last.fatigued[one]),
                    (0 * last.seconds[one], answer.stations[0].fatigued[one]),
                )
            )
            asked.append((variant.name, variant.runner, (tired, fresh)))
        return Asked(asked, change.outcome, self.metabolic, change.sd)

    def effects(self, change: ChangeConfig, progress: Progress | None = None) -> Any:
        """What it would do to the outcome at the finish if nothing tired."""
        return super().effects(change, progress)

    def effect_rows(self, change: ChangeConfig) -> int:
        """Strides that `effects` tells of."""
        from stridesim.evidence.effect import DRAWS_LOG2

        return len(self.variants) * 2 * (2 + 2**DRAWS_LOG2)


STUDY: Final = Race


def _numbers(answer: RaceAnswer, outputs: list[str]) -> dict[str, Any]:
    """Every output, tired and fresh, at every station, and what is left of every muscle."""
    return {
        "distance": {"unit": "km", "values": [rounded(x) for x in answer.distance]},
        "runners": [
            {
                "pace": variant.name,
                "results": {
                    name: {
                        "unit": quantity(name).unit,
                        "values": [rounded(x) for x in answer.along(name, i)],
                        "fresh": rounded(answer.along(name, i, fresh=True)[0]),
                    }
                    for name in outputs
                },
                "capacity": {
                    group: [rounded(x) for x in answer.capacity(group, i)] for group in GROUPS
                },
                "published": answer.published(i),
            }
            for i, variant in enumerate(answer.variants)
        ],
    }
