"""A sweep resolved: which runners and tasks, which points, in which order, under which name.

The rows of a design have a fixed order: case by case (a runner doing a task), and of each case
its points, then the nominal runner, so that every answer has something to be compared with.
Points that break a constraint are no rows. `content_hash` names all that the numbers depend on
(runners, tasks, points, relations, metabolic model, the model's own source and its libraries) and
nothing else: a new title never throws results away, a new default always does.
"""

import dataclasses
import functools
import hashlib
import importlib.metadata
import itertools
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.fingerprint import model_fingerprint
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import CHOICES, PARAMETERS, Runner
from stridesim.runner.habits import HABITUAL
from stridesim.runner.toml import SHIPPED, flatten, read_toml
from stridesim.runtime import LIBRARIES
from stridesim.sweeps.design.cases import Case, read_cases
from stridesim.sweeps.design.config import DesignConfig, FigureConfig, check_outputs, validate
from stridesim.sweeps.design.own import Values, own_of
from stridesim.sweeps.design.points import Axis, Grid, Layout, lay_out, read_axis
from stridesim.sweeps.design.relations import Relations, read_relations
from stridesim.units import to_si

_LIBRARIES: Final = {f"library.{name}": name for name in LIBRARIES}

VERSIONS: Final = {"model": "stridesim", **_LIBRARIES}
"""What computes the numbers, by its key in `Design.identity`, and its name. The processor is not
among them: clusters mix them, and every part says where it was computed."""

WORDS: Final = ("row", "runner", "task", "status")
"""Columns of a store that are no quantities."""


class Part(NamedTuple):
    """Rows `start` to `stop` of one case, counted within the case."""

    case: int
    start: int
    stop: int


@dataclasses.dataclass(frozen=True, eq=False)
class Design:
    """A resolved sweep; every case has everything held fixed applied."""

    config: DesignConfig
    cases: tuple[Case, ...]
    layout: Layout
    relations: Relations
    kept: tuple[np.ndarray | None, ...]
    """For every case the points that meet the constraints, upward; None where all do."""

    @property
    def name(self) -> str:
        """Name of the sweep, also of its folder."""
        return self.config.name

    @property
    def axes(self) -> tuple[Axis, ...]:
        """What is varied."""
        return self.layout.axes

    @property
    def runner(self) -> Runner:
        """The runner of the first case, often the only one."""
        return self.cases[0].runner

    @functools.cached_property
    def sizes(self) -> tuple[int, ...]:
        """Points of every case."""
        whole = self.layout.size
        return tuple(whole if kept is None else len(kept) for kept in self.kept)

    @property
    def size(self) -> int:
        """Points of all cases."""
        return sum(self.sizes)

    @property
    def rows(self) -> int:
        """Rows to compute: the points of every case and its nominal runner."""
        return self.size + len(self.cases)

    @property
    def nominal_rows(self) -> tuple[int, ...]:
        """The row of the nominal runner of every case."""
        return tuple(stop - 1 for stop in itertools.accumulate(size + 1 for size in self.sizes))

    @property
    def is_grid(self) -> bool:
        """Whether the points have neighbours."""
        return isinstance(self.layout, Grid)

    @property
    def shape(self) -> tuple[int, ...]:
        """Points along each axis of a grid, whether or not constraints leave holes in it."""
        assert isinstance(self.layout, Grid)
        return self.layout.shape

    @property
    def notes(self) -> list[str]:
        """What is worth knowing of the points, a line each."""
        return [self.layout.note] if self.layout.note else []

    @property
    def figure(self) -> FigureConfig:
        """What the figure shows."""
        return self.config.figure

    @property
    def shown(self) -> str:
        """The quantity of the figure and of the answer."""
        return self.figure.quantity or self.config.outputs[0]

    @property
    def units(self) -> dict[str, str]:
        """Unit of every column that `inputs` has a number in."""
        paths = [axis.path for axis in self.axes] + list(self.relations.links)
        return {path: PARAMETERS[path].unit for path in paths}

    @property
    def nominal(self) -> tuple[float, ...]:
        """The first case's own value on every axis, declared units."""
        return tuple(self.nominals[0][axis.path] for axis in self.axes)

    @functools.cached_property
    def nominals(self) -> tuple[dict[str, float], ...]:
        """Every case's own value of every axis and link, declared units."""
        units, known = self.units, {}
        return tuple(
            {path: _own(case.runner, path, known) / to_si(1.0, u) for path, u in units.items()}
            for case in self.cases
        )

    @property
    def own(self) -> list[Values]:
        """What tells one case from another, and what its task sets."""
        return own_of(self.cases, self.config, set(self.units))

    def alone(self, case: int) -> "Design":
        """The design of one case."""
        return dataclasses.replace(self, cases=(self.cases[case],), kept=(self.kept[case],))

    def parts(self, start: int, stop: int) -> Iterator[Part]:
        """Rows `start` to `stop` case by case."""
        first = 0
        for case, size in enumerate(self.sizes):
            low, high = max(start - first, 0), min(stop - first, size + 1)
            if low < high:
                yield Part(case, low, high)
            first += size + 1

    def inputs(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Rows `start` to `stop`: runner and task where several are declared, axes and links.

        Numbers are in declared units.
        """
        parts = [self._named(part) | self._numbers(part) for part in self.parts(start, stop)]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def points(self, start: int, stop: int) -> dict[str, np.ndarray]:
        """Rows `start` to `stop` of every axis and link, SI."""
        return self._si(self.inputs(start, stop))

    def part_points(self, part: Part) -> dict[str, np.ndarray]:
        """The rows of a part, SI."""
        return self._si(self._numbers(part))

    @functools.cached_property
    def identity(self) -> dict[str, Any]:
        """Everything that the numbers depend on, flat, so that a difference can be named."""
        cases: dict[str, Any] = {}
        known: dict[int, Any] = {}
        for case in self.cases:
            of = f"{case.words}: " if case.words else ""
            cases |= {f"{of}{key}": value for key, value in case.identity(known).items()}
        return {
            **cases,
            **({"cases": [case.words for case in self.cases]} if self.cases[0].words else {}),
            **self.layout.identity(),
            **self.relations.identity(),
            "axes": [axis.path for axis in self.axes],
            **({"free": sorted(self.config.free)} if self.config.free else {}),
            "metabolic": self.config.metabolic,
            "model": model_fingerprint(),
            **versions(),
        }

    @functools.cached_property
    def content_hash(self) -> str:
        """Name of the numbers: equal hashes, equal results."""
        text = json.dumps(self.identity, sort_keys=True, allow_nan=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def effective(self) -> dict[str, Any]:
        """The configuration that ran, as tables that can be written and run again."""
        tables = self.config.model_dump(by_alias=True, exclude_none=True)
        empty = [key for key in ("link", "constraints", "task") if not tables[key]]
        empty += ["sampling"] if self.is_grid else []
        empty += ["runner"] if self.config.runners is not None else []
        for key in empty:
            del tables[key]
        if self.config.runners is not None:
            # Runner by runner: every n-th case is another runner's first, where n are the tasks.
            firsts = self.cases[:: len(self.config.task) or 1]
            tables["runners"] = [SHIPPED if case.text is None else case.file for case in firsts]
        elif self.cases[0].text is not None:
            tables["runner"] = self.cases[0].file
        return tables

    def runner_files(self) -> dict[str, str]:
        """The runners' files as they were read, by the names that `effective` gives them."""
        return {case.file: case.text for case in self.cases if case.text is not None}

    def _si(self, given: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {path: to_si(1.0, unit) * given[path] for path, unit in self.units.items()}

    def _named(self, part: Part) -> dict[str, np.ndarray]:
        """The columns that say who does what, where several are declared."""
        case, count = self.cases[part.case], part.stop - part.start
        names = {"runner": case.runner_name, "task": case.task_name}
        return {column: np.full(count, name) for column, name in names.items() if name}

    def _numbers(self, part: Part) -> dict[str, np.ndarray]:
        """Axes and links, declared units; the nominal runner follows the points of its case."""
        size, kept = self.sizes[part.case], self.kept[part.case]
        numbers = np.arange(part.start, min(part.stop, size))
        runner = self.cases[part.case].runner
        numbers = numbers if kept is None else kept[numbers]
        given = self.relations.given(self.layout, runner, numbers)
        if part.stop > size:
            own = self.nominals[part.case]
            given = {path: np.append(values, own[path]) for path, values in given.items()}
        return given


@functools.cache
def versions() -> dict[str, str]:
    """Of the libraries that compute the numbers, by their keys in `Design.identity`."""
    return {key: importlib.metadata.version(name) for key, name in _LIBRARIES.items()}


def load_design(
    path: str | Path,
    overrides: Mapping[str, Any] | None = None,
    metabolic: str | None = None,
) -> Design:
    """Read and check a design; `overrides` (`--set`) win over the file's `[set]`.

    Raises `InputError` in one line that names the file and the key.
    """
    path = Path(path)
    return design_from_tables(read_toml(path), str(path), path.parent, overrides, metabolic)


def design_from_tables(
    tables: Mapping[str, Any],
    source: str,
    folder: Path = Path(),
    overrides: Mapping[str, Any] | None = None,
    metabolic: str | None = None,
) -> Design:
    """A design from nested tables; files are relative to `folder`, errors name `source`."""
    config = validate(DesignConfig, tables, source)
    overrides = dict(overrides or {})
    update = {"fixed": flatten(config.fixed) | overrides, "link": flatten(config.link)}
    config = config.model_copy(update=update | {"metabolic": metabolic or config.metabolic})
    try:
        check_outputs(config)
        layout = lay_out(tuple(_axes(config)), config.sampling)
        relations = read_relations(config.link, config.constraints, _taken(config, layout.axes))
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    cases = read_cases(config, source, folder, overrides)
    try:
        _check_choices(config, cases, relations, layout.axes)
        kept = tuple(_kept(layout, relations, case) for case in cases)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    return Design(config, cases, layout, relations, kept)


def _own(runner: Runner, path: str, known: dict[Any, dict[str, Any]]) -> float:
    """The runner's value at the task's speed, SI; `known` are habits resolved at a speed."""
    habits = runner.habits
    if runner.strategy == "fixed" or path not in habits.paths:
        return float(get_value(runner, path))
    at = (habits.paths, habits.speeds, habits.values, runner.task.speed)
    if at not in known:
        known[at] = habits.at(runner.task.speed)
    return float(known[at][path])


def _axes(config: DesignConfig) -> Iterator[Axis]:
    for i, axis in enumerate(config.axis):
        try:
            if axis.parameter in CHOICES:
                raise InputError(f"{axis.parameter}: a choice, not a number; vary it by [[task]]")
            yield read_axis(axis, config.sampling.method)
        except InputError as error:
            raise InputError(f"axis[{i}]: {error}") from None


def _taken(config: DesignConfig, axes: tuple[Axis, ...]) -> dict[str, str]:
    """Every parameter that is given a value, with the words for it; refuses one given two."""
    taken: dict[str, str] = {}
    for i, axis in enumerate(axes):
        if axis.path in taken:
            raise InputError(f"axis[{i}].parameter = {axis.path!r}: already an axis")
        taken[axis.path] = f"{axis.path} is an axis of this sweep"
    tasks = {f"task[{i}].set": flatten(task.fixed) for i, task in enumerate(config.task)}
    for place, settings in {"set": config.fixed, **tasks}.items():
        for path in settings:
            if path in (axis.path for axis in axes):
                raise InputError(f"{place}: {taken[path]} and cannot be held fixed too")
    held = {path for settings in (config.fixed, *tasks.values()) for path in settings}
    return taken | {path: f"{path} is held fixed" for path in held}


def _check_choices(
    config: DesignConfig, cases: tuple[Case, ...], relations: Relations, axes: tuple[Axis, ...]
) -> None:
    """What an optimal runner chooses has no value yet that an expression could name."""
    if all(case.runner.strategy != "optimal" for case in cases):
        return
    imposed = {axis.path for axis in axes} | set(relations.links)
    chosen = sorted(relations.names & set(config.free or HABITUAL) - imposed)
    if chosen:
        raise InputError(
            f"link, constraints: {chosen[0]} is chosen by the runner (gait.strategy = 'optimal'); "
            "name what is given"
        )


def _kept(layout: Layout, relations: Relations, case: Case) -> np.ndarray | None:
    kept = relations.kept(layout, case.runner)
    if kept is not None and not len(kept):
        of = f" for {case.words}" if case.words else ""
        raise InputError(f"constraints: none of {layout.size} points meets them{of}")
    return kept
