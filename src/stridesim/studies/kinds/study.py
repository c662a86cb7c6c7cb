"""What every kind of study can do: be read from a file, be made smaller, be computed.

class Press(Study):
    @classmethod
    def declared(cls, tables, path): ...     # read and check what the experiment's file says
    def smaller(self, points): ...           # the same with few points
    def compute(self, progress): ...         # Outcome

STUDY = Press
"""

import abc
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, Self

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.evidence.verdict import Effect
from stridesim.fingerprint import model_fingerprint
from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.toml import SHIPPED, flatten
from stridesim.studies.answer import Answer, Table
from stridesim.studies.claim import ChangeConfig, ends_of
from stridesim.studies.plain import plain

DIGITS: Final = 7
"""Significant digits of what a study found: one more than machines agree in."""

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


def outcome_of(answer: Answer, conditions: str, notes: Sequence[str] = ()) -> Outcome:
    """What an answer of `stridesim.studies` is to an experiment: the drawing function gets it."""
    told = plain(answer.record())
    return Outcome(
        answer,
        answer.status,
        answer.reason,
        (*answer.notes, *notes),
        _in_digits(told),
        {"status": answer.status, "failures": {} if answer.ok else {answer.status: 1}},
        answer.table(),
        conditions,
    )


def rounded(value: float, digits: int = DIGITS) -> float | None:
    """A number for JSON, None where there is none."""
    value = float(value)
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None


def _in_digits(told: Any) -> Any:
    if isinstance(told, Mapping):
        return {key: _in_digits(each) for key, each in told.items()}
    if isinstance(told, list):
        return [_in_digits(each) for each in told]
    return rounded(told) if isinstance(told, float) else told


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
        if self.runner.strategy == "fixed":
            raise InputError("gait.strategy = 'fixed': no gait is chosen anew; permitted: measured")
        gait = {"gait.strategy": "measured"}
        runners = [apply_overrides(self.runner, {**gait, "task.speed": v}) for v in speeds]
        told = [f"{float(runner.task.speed):.3g} m/s" for runner in runners]
        ends = [ends_of(change, runner) for runner in runners]
        asked = zip(told, runners, ends, strict=True)
        return Asked(list(asked), change.outcome, self.metabolic, change.sd)


class OneRunner(Study):
    """A study of one runner: `title`, `runner` (shipped name or a file beside this one),
    `metabolic`, `[set]`, and one table of its own, `own`, whose keys the study reads itself."""

    own: ClassVar[str]

    def __init__(self, tables: Mapping[str, Any], path: Path, settings: Mapping[str, Any]) -> None:
        self.tables, self.path, self.settings = tables, path, settings
        file = tables.get("runner", SHIPPED)
        loaded = Runner.load(file if file == SHIPPED else path.parent / file)
        try:
            self._runner = apply_overrides(loaded, flatten(tables.get("set", {})))
        except InputError as error:
            raise InputError(f"{path}: set: {error}") from None

    @classmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """The study of a file."""
        permitted = ("name", "title", "runner", "metabolic", "set", cls.own)
        for key in tables:
            if key not in permitted:
                raise InputError(f"{path}: unknown key {key!r} (permitted: {', '.join(permitted)})")
        return cls(tables, path, tables.get(cls.own, {}))

    @property
    def runner(self) -> Runner:
        """Who runs, with everything of `[set]` applied."""
        return self._runner

    @property
    def metabolic(self) -> str:
        """The metabolic model of the figure."""
        return self.tables.get("metabolic", DEFAULT_METABOLIC_MODEL)

    @property
    def title(self) -> str:
        """The headline of the figure."""
        return self.tables.get("title", "")

    @property
    def rows(self) -> int:
        """One run."""
        return 1

    @property
    def identity(self) -> Mapping[str, Any]:
        """Runner and model; the file says the rest."""
        return {
            "model": model_fingerprint(),
            "runner": self.tables.get("runner", SHIPPED),
            "metabolic": self.metabolic,
        }

    @property
    def conditions(self) -> str:
        """Whose stride, how fast, by which model."""
        from stridesim.plots.conditions import conditions

        return f"{conditions(self.runner, self.metabolic)} · n = 1 runner"

    def smaller(self, points: int) -> Self:
        """The same: one run is few enough."""
        return self
