"""Training programmes, each as an ensemble before and after.

    [study]
    kind = "training"
    [training]
    runner = "rbds011"
    programmes = ["plyometric", "heavy", "unspecific"]
    against = "unspecific"              # what the others are compared with
    set = { "task.speed" = "12 km/h" }

What the verdict is about is what a programme does more than the one it is compared with: the runner
after the one, at the mean of its changes, against the runner after the other.
"""

import dataclasses
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.fingerprint import model_fingerprint
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.toml import SHIPPED
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds.study import Outcome, Progress, Study
from stridesim.studies.kinds.sweep import rounded
from stridesim.studies.training import TrainingAnswer, load_programmes, train
from stridesim.sweeps.design.config import validate
from stridesim.training.effect import DRAWS_LOG2
from stridesim.training.programme import Programme


class TrainingConfig(BaseModel):
    """The table `[training]` of an experiment's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    runner: str = SHIPPED
    programmes: list[str] = Field(min_length=2, max_length=12)
    against: str
    set: dict[str, str] = {}
    draws_log2: int = Field(default=DRAWS_LOG2, ge=3, le=12)
    metabolic: str = DEFAULT_METABOLIC_MODEL


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    title: str
    training: TrainingConfig


@dataclasses.dataclass(frozen=True, eq=False)
class Training(Study):
    """Programmes side by side."""

    config: TrainingConfig
    headline: str
    who: Runner
    programmes: tuple[Programme, ...]

    @classmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """The file's table `[training]`."""
        found = validate(_File, dict(tables), str(path))
        asked = found.training
        source = None if asked.runner == SHIPPED else path.parent / asked.runner
        if asked.against not in asked.programmes:
            raise InputError(
                f"{path}: training.against = {asked.against!r}: expected one of "
                f"{', '.join(asked.programmes)}"
            )
        try:
            runner = apply_overrides(Runner.load(source), asked.set)
            programmes = load_programmes(asked.programmes)
        except InputError as error:
            raise InputError(f"{path}: training: {error}") from None
        return cls(asked, found.title, runner, tuple(programmes))

    @property
    def runner(self) -> Runner:
        """Who trains."""
        return self.who

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
        """Programmes."""
        return len(self.programmes)

    @property
    def identity(self) -> Mapping[str, Any]:
        """Runner, model, and what is trained."""
        return {
            "model": model_fingerprint(),
            "runner": self.config.runner,
            "metabolic": self.metabolic,
            "design_hash": repr([one._replace(file="") for one in self.programmes]),
        }

    def smaller(self, points: int) -> Self:
        """The same programmes with 2^`points` draws, eight at least."""
        few = self.config.model_copy(update={"draws_log2": max(points, 3)})
        return dataclasses.replace(self, config=few)

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Every programme."""
        from stridesim.plots.conditions import conditions

        def begin() -> None:
            if progress is not None:
                progress(1, {})

        answer = train(
            self.who,
            self.config.programmes,
            draws_log2=self.config.draws_log2,
            metabolic=self.metabolic,
            begin=begin,
        )
        record = answer.to_dict()["programmes"]
        return Outcome(
            answer,
            answer.status,
            answer.reason,
            answer.notes,
            _numbers(answer),
            {one["name"]: {"draws": one["draws"], "failed": one["failed"]} for one in record},
            answer.table(),
            f"{conditions(self.who, self.metabolic)} · n = 1 runner, "
            f"{2**self.config.draws_log2} draws of each programme",
        )

    def asked(self, change: ChangeConfig) -> Any:
        """The runner after the programme that is compared with, and after each other one."""
        from stridesim.evidence.effect import Asked

        base = self.programmes[self.config.programmes.index(self.config.against)]
        asked = []
        for one in self.programmes:
            if one is base:
                continue
            before, after = self._after(base), self._after(one)
            paths = dict.fromkeys([*before, *after])
            usual = self.who.at_speed()
            own = {path: float(get_value(usual, path)) for path in paths}
            asked.append((one.title, self.who, ({**own, **before}, {**own, **after})))
        return Asked(asked, change.outcome, self.metabolic, change.sd)

    def _after(self, programme: Programme) -> dict[str, float]:
        """SI values by path after a programme, at the mean of its changes."""
        usual = self.who.at_speed()
        values: dict[str, float] = {}
        for change in programme.changes:
            size = change.share(programme.weeks) * change.mean * math.fsum(change.transfer) / 2
            for path in change.parameters:
                value = values.get(path, float(get_value(usual, path)))
                values[path] = value * (1 + size) if change.relative else value + size
        return values

    def effects(self, change: ChangeConfig, progress: Progress | None = None) -> Any:
        """What each programme does more than the one that it is compared with."""
        from stridesim.evidence.effect import effects_of

        found = []
        for one in (asked := self.asked(change)).runners:
            found += effects_of(
                asked._replace(runners=[one]), lambda rows: progress(rows, {}) if progress else None
            )
        return found

    def effect_rows(self, change: ChangeConfig) -> int:
        """Strides that `effects` tells of."""
        from stridesim.evidence.effect import rows_of

        return rows_of(self.asked(change))


STUDY: Final = Training


def _numbers(answer: TrainingAnswer) -> dict[str, Any]:
    """Median and interval of every change, per cent, beside what was published."""
    return {
        "programmes": [
            {
                "name": effect.programme.name,
                "title": effect.programme.title,
                "weeks": effect.weeks,
                "results": {
                    name: {
                        "unit": "%",
                        **{key: rounded(x) for key, x in spread._asdict().items()},
                    }
                    for name, spread in answer.changes[effect.programme.name].items()
                },
                "cost_alone": [rounded(x) for x in effect.alone],
                "published": [
                    {
                        "words": one.words,
                        "source": one.source,
                        **{key: rounded(getattr(one, key)) for key in ("mean", "low", "high")},
                    }
                    for one in effect.programme.published
                ],
            }
            for effect in answer.effects
        ]
    }
