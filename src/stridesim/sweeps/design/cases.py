"""Who does what: the whole design is repeated for every runner and every task.

A case is one runner with `[set]` and one task applied. Runners are named after their files,
tasks by themselves; the rows of a case stand together, runner by runner.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from stridesim.parameter import get_value
from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.runner.toml import MOST_BYTES, SHIPPED, flatten
from stridesim.sweeps.design.config import DesignConfig


def _places() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in PARAMETERS:
        place, _, name = path.rpartition(".")
        found.setdefault(place, []).append(name)
    return found


_PLACES: Final = _places()
"""Names of the parameters of every part of a runner."""


@dataclasses.dataclass(frozen=True)
class Case:
    """A runner and a task; `text` is the runner's file as read, None for the shipped runner."""

    runner_name: str
    task_name: str
    runner: Runner
    text: str | None = None

    @property
    def words(self) -> str:
        """`rbds011, uphill`; what is not declared is not said."""
        return ", ".join(name for name in (self.runner_name, self.task_name) if name)

    @property
    def file(self) -> str:
        """Where the runner's file is kept beside the results; its stem is the runner's name."""
        return f"runners/{self.runner_name}.toml" if self.runner_name else "runner.toml"

    def numbers(self, known: dict[int, Any]) -> dict[str, float]:
        """Every number of the runner by path, SI; `known` as in `identity`."""
        return _numbers(self.runner, known)

    def identity(self, known: dict[int, Any]) -> dict[str, Any]:
        """Every number of the runner; `known` are those of parts that were looked at, as cases
        share most of theirs."""
        habits = self.runner.habits
        return {
            **{f"runner.{path} (SI)": value for path, value in self.numbers(known).items()},
            "runner.gait.strategy": self.runner.strategy,
            "runner.habits.speeds": list(habits.speeds),
            **{
                f"runner.habits.{path} (SI)": list(values)
                for path, values in zip(habits.paths, habits.values, strict=True)
            },
        }


def read_cases(
    config: DesignConfig, source: str, folder: Path, overrides: Mapping[str, Any]
) -> tuple[Case, ...]:
    """Every runner with every task; `overrides` (`--set`) may not contradict a task."""
    tasks = {task.name: flatten(task.fixed) for task in config.task}
    seen: set[str] = set()
    for i, task in enumerate(config.task):
        if task.name in seen:
            raise InputError(f"{source}: task[{i}].name = {task.name!r}: stands there twice")
        seen.add(task.name)
        both = next((path for path in tasks[task.name] if path in overrides), None)
        if both:
            raise InputError(f"--set {both}: task {task.name!r} of {source} sets it itself")
    cases = []
    for name, runner, text in _runners(config, source, folder):
        runner = _with(runner, config.fixed, f"{source}: set")
        for i, (task, settings) in enumerate(tasks.items()):
            cases.append(
                Case(name, task, _with(runner, settings, f"{source}: task[{i}].set"), text)
            )
        if not tasks:
            cases.append(Case(name, "", runner, text))
    return tuple(cases)


def _numbers(runner: Runner, known: dict[int, Any]) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, names in _PLACES.items():
        part = get_value(runner, place)
        if id(part) not in known:
            numbers = {f"{place}.{n}": float(getattr(part, n)) for n in names}
            known[id(part)] = (part, numbers)  # the part too, so that its id stays its own
        found |= known[id(part)][1]
    return found


def _runners(
    config: DesignConfig, source: str, folder: Path
) -> list[tuple[str, Runner, str | None]]:
    found: dict[str, tuple[Runner, str | None]] = {}
    if config.runners is None:
        return [("", *_runner(config.runner, folder))]
    for i, written in enumerate(config.runners):
        name = Path(written).stem
        if name in found:
            raise InputError(f"{source}: runners[{i}] = {written!r}: a second runner named {name}")
        found[name] = _runner(written, folder)
    return [(name, *runner) for name, runner in found.items()]


def _runner(written: str, folder: Path) -> tuple[Runner, str | None]:
    if written == SHIPPED:
        return Runner.load(), None
    path = folder / written
    runner = Runner.load(path)
    return runner, read_text(path, MOST_BYTES)


def _with(runner: Runner, settings: Mapping[str, Any], place: str) -> Runner:
    try:
        return apply_overrides(runner, settings)
    except InputError as error:
        raise InputError(f"{place}: {error}") from None
