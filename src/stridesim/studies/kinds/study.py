"""What every kind of study can do: be read from a file, be made smaller, be computed.

class Press(Study):
    @classmethod
    def declared(cls, tables, path): ...     # read and check what the experiment's file says
    def smaller(self, points): ...           # the same with few points
    def compute(self, progress): ...         # Outcome

STUDY = Press
"""

import abc
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from stridesim.evidence.verdict import Effect
from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.studies.answer import Table
from stridesim.studies.claim import ChangeConfig, ends_of

Progress = Callable[[int, Mapping[str, int]], object]
"""Called with the number of rows just finished and, of those without a result, how many have
which reason."""


class Outcome(NamedTuple):
    """What a study found.

    `result` is what the drawing function gets. `numbers` is everything behind the picture in the
    types of JSON, the same for the same study; `rows` says in JSON how many have no result and
    why. `status` and `reason` are those of an `Answer`, `conditions` the line under which the
    answer holds.
    """

    result: Any
    status: str
    reason: str
    notes: tuple[str, ...]
    numbers: Mapping[str, Any]
    rows: Mapping[str, Any]
    table: Table
    conditions: str


class Study(abc.ABC):
    """A study as an experiment declares it."""

    @property
    @abc.abstractmethod
    def runner(self) -> Runner:
        """Who runs, at the study's speed."""

    @property
    @abc.abstractmethod
    def metabolic(self) -> str:
        """The metabolic model of the figure."""

    @classmethod
    @abc.abstractmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """The study of a file at `path`, whose `tables` (TOML) hold its name and what is not
        shared by all experiments; `InputError` names file and key."""

    @property
    @abc.abstractmethod
    def title(self) -> str:
        """The headline of the figure."""

    @property
    @abc.abstractmethod
    def rows(self) -> int:
        """Rows to compute, for the progress."""

    @property
    @abc.abstractmethod
    def identity(self) -> Mapping[str, Any]:
        """What decides the numbers, flat: runner, model, hash of the design; for provenance."""

    @abc.abstractmethod
    def smaller(self, points: int) -> Self:
        """The same study with few points: about `points` along each axis."""

    @abc.abstractmethod
    def compute(self, progress: Progress | None = None) -> Outcome:
        """Compute every row."""

    def effects(self, change: ChangeConfig, progress: Progress | None = None) -> list[Effect]:
        """What the realistic change does to the outcome of a stride, at every speed of it.

        A study of something else than strides overrides this. Raises `InputError` for a change
        that cannot be made.
        """
        from stridesim.evidence.effect import effects_of

        asked = self.asked(change)
        return effects_of(asked, lambda rows: progress(rows, {}) if progress else None)

    def effect_rows(self, change: ChangeConfig) -> int:
        """Rows that `effects` reports to its `progress`."""
        from stridesim.evidence.effect import rows_of

        return rows_of(self.asked(change))

    def asked(self, change: ChangeConfig) -> Any:
        """The change with the runner at every speed (`evidence.effect.Asked`)."""
        from stridesim.evidence.effect import Asked

        speeds = change.speeds or [float(self.runner.task.speed)]
        runners = [apply_overrides(self.runner, {"task.speed": speed}) for speed in speeds]
        told = [f"{float(runner.task.speed):.3g} m/s" for runner in runners]
        ends = [ends_of(change, runner) for runner in runners]
        if any(one.strategy == "fixed" for one in runners):
            raise InputError("gait.strategy = 'fixed': no gait is chosen anew; permitted: measured")
        asked = zip(told, runners, ends, strict=True)
        return Asked(list(asked), change.outcome, self.metabolic, change.sd)
