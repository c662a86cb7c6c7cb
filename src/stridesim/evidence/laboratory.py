"""A laboratory for one runner: experiments are announced first, then run in one batch.

A prediction asks for points (a runner under some settings) while `Laboratory.planning` is on and
gets placeholders; after `run` the same questions are answered. So a hundred experiments cost one
compiled batch, and a prediction still reads like the experiment it stands for.
"""

import concurrent.futures
import dataclasses
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import numpy as np

from stridesim.economy import Evaluation, evaluate
from stridesim.economy.batch import results_at
from stridesim.economy.optimal import FREE, optimise_points
from stridesim.parameter import get_value
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.tasks.strength import StaticTorque, static_torques
from stridesim.units import from_si, to_si

Settings = Mapping[str, float]
"""Parameter path -> value in its declared unit."""

_Key = tuple[tuple[str, float], ...]
"""Settings with the speed, in the order of their paths."""

PLACEHOLDER: Final = 1.0


class NoResultError(Exception):
    """The model has no result at a point that a prediction needs; the message is the reason."""


@dataclasses.dataclass(frozen=True)
class Point:
    """Named results at one point and why there are none."""

    results: Mapping[str, float]
    status: str

    @property
    def ok(self) -> bool:
        """Whether the results may be used."""
        return self.status == Status.ok.name

    def __getitem__(self, name: str) -> float:
        if not self.ok:
            raise NoResultError(self.status)
        return self.results[name]


class Laboratory:
    """Answers `at`, `chosen` and `stride` for one runner and one metabolic model."""

    def __init__(self, runner: Runner, metabolic: str) -> None:
        self.runner, self.metabolic = runner, metabolic
        self.planning = True
        self._points: dict[_Key, Point] = {}
        self._optima: dict[float, dict[str, float] | str] = {}
        self._strides: dict[_Key, Evaluation] = {}
        self._torques: dict[str, StaticTorque] = {}

    def at(self, speed: float, settings: Settings | None = None) -> Point:
        """Results at `speed` (m/s) under `settings`, everything else as the runner does."""
        key = self._key(speed, settings)
        if self.planning:
            self._points.setdefault(key, Point(defaultdict(lambda: PLACEHOLDER), Status.ok.name))
        return self._points[key]

    @staticmethod
    def _key(speed: float, settings: Settings | None) -> _Key:
        return tuple(sorted(({"task.speed": speed} | dict(settings or {})).items()))

    def habit(self, speed: float, path: str) -> float:
        """What the runner does by habit at `speed`, in the declared unit."""
        resolved = apply_overrides(self.runner, {"task.speed": speed}).at_speed()
        return from_si(float(get_value(resolved, path)), PARAMETERS[path].unit)

    def chosen(self, speed: float, path: str) -> float:
        """What the self-optimising runner chooses at `speed`, in the declared unit."""
        if self.planning:
            self._optima.setdefault(speed, dict.fromkeys(FREE, PLACEHOLDER))
        found = self._optima[speed]
        if isinstance(found, str):
            raise NoResultError(found)
        return found[path]

    def stride(self, speed: float, settings: Settings | None = None) -> Evaluation:
        """The whole stride at `speed` under `settings`; computed when first asked for."""
        if self.planning:
            raise NoResultError("planned")
        key = self._key(speed, settings)
        if key not in self._strides:
            self._strides[key] = evaluate(apply_overrides(self.runner, dict(key)), self.metabolic)
        found = self._strides[key]
        if not found.ok:
            raise NoResultError(found.status.name)
        return found

    def static_torques(self) -> dict[str, StaticTorque]:
        """Isometric torques of the runner's maximal efforts; computed when first asked for."""
        if self.planning:
            raise NoResultError("planned")
        if not self._torques:
            self._torques = static_torques(self.runner.at_speed().numbers)
        return self._torques

    def run(self) -> None:
        """Compute everything that was asked for."""
        self.planning = False
        # Two programs, of which either takes a minute to compile on one core.
        with concurrent.futures.ThreadPoolExecutor(1) as beside:
            points = beside.submit(self._evaluate)
            self._optimise()
            points.result()

    def _evaluate(self) -> None:
        """Every point, those that impose the same parameters side by side: what a point does not
        impose follows its speed and its task."""
        alike: dict[tuple[str, ...], list[_Key]] = defaultdict(list)
        for key in self._points:
            alike[tuple(path for path, _ in key)].append(key)
        for paths, keys in alike.items():
            values = np.array([[value for _, value in key] for key in keys])
            columns = {
                path: to_si(1.0, PARAMETERS[path].unit) * values[:, k]
                for k, path in enumerate(paths)
            }
            found = results_at(self.runner, columns, metabolic=self.metabolic)
            for i, key in enumerate(keys):
                results = {n: float(v[i]) for n, v in found.items() if n != "status"}
                self._points[key] = Point(results, str(found["status"][i]))

    def _optimise(self) -> None:
        speeds = np.array(list(self._optima))
        if not speeds.size:
            return
        best = optimise_points(self.runner, {"task.speed": speeds}, FREE, metabolic=self.metabolic)
        for i, speed in enumerate(self._optima):
            self._optima[speed] = (
                {
                    path: from_si(float(best.values[i, k]), PARAMETERS[path].unit)
                    for k, path in enumerate(best.free)
                }
                if best.status[i] == Status.ok.name
                else str(best.status[i])
            )
