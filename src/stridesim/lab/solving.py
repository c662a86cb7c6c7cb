"""What is computed for the pages: strides, sweeps and searches, each in small pieces.

Threads for what a hand on a slider waits for, one for what takes longer, one that gets ready.
Whoever asks for a stride that another page has just seen gets the same bytes; nothing else is kept,
and no more than `MOST_KEPT` of them. A sweep is computed a batch at a time, in an order that fills
the picture evenly; a search tells each step of its way. Both end early when `wanted` says no.
"""

import collections
import hashlib
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np

from stridesim.economy.batch import CHUNK, results_at
from stridesim.economy.optimal import descend_from
from stridesim.lab.controls import MORE, SLIDERS, declared_values, values_of
from stridesim.lab.picture import picture_of
from stridesim.lab.protocol import Asked, Axis, Load, Sweep
from stridesim.lab.story import Story, evidence_of, published, stories
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.adaptation import ADAPTED
from stridesim.runner.runner import runner_from_tables
from stridesim.runner.toml import parse_toml
from stridesim.runtime import threads
from stridesim.studies.stride import StrideAnswer, stride
from stridesim.text import one_line, quoted
from stridesim.units import from_si, to_si

MOST_KEPT: Final = 400
"""Pictures of strides, 20 kB each."""
MOST_RUNNERS: Final = 64
"""Handed-over runners, of all pages together; the oldest give way."""

MOST_AT_ONCE: Final = 4
"""Strides under way, of all pages: more threads only wait for each other."""

PATIENCE: Final = 3.0
"""s from the first step of a search to its last: what it then has found is near enough for the
eye."""
_NEAR: Final = 1e-3
_LAST: Final = 3
"""A search ends where its last steps together saved less than this share of the cost."""

Wanted = Callable[[], bool]
Tell = Callable[[dict[str, Any]], None]


class _EnoughError(Exception):
    """The search is near enough, or its page is closed."""


class Solving:
    """The work of all pages of one server; its methods run on `quick` and `slow`.

    Stories tell of the experiments in `root`/figures (default: those that come with stridesim).
    """

    def __init__(self, runner: Runner, metabolic: str, root: Path | None = None) -> None:
        self.runner, self.metabolic = runner, metabolic
        self._published = published(root)
        self.quick = ThreadPoolExecutor(
            min(threads(), MOST_AT_ONCE), thread_name_prefix="lab-quick"
        )
        self.slow = ThreadPoolExecutor(1, thread_name_prefix="lab-slow")
        self.ahead = ThreadPoolExecutor(1, thread_name_prefix="lab-ahead")
        self._runners: collections.OrderedDict[str, Runner] = collections.OrderedDict()
        self._kept: collections.OrderedDict[Any, bytes] = collections.OrderedDict()

    def close(self) -> None:
        """End when what is under way is done."""
        for pool in (self.quick, self.slow, self.ahead):
            pool.shutdown(wait=False, cancel_futures=True)

    @property
    def stories(self) -> tuple[Story, ...]:
        """The stories that can be told: those whose experiments are published."""
        return tuple(story for story in stories() if story.name in self._published)

    def evidence(self, name: str) -> dict[str, Any]:
        """What model and studies say to a story; `InputError` for one that cannot be told."""
        for story in self.stories:
            if story.name == name:
                return evidence_of(story, self._published[name])
        known = ", ".join(story.name for story in self.stories) or "none"
        raise InputError(f"name = {quoted(name[:80])}: expected one of {known}")

    def load(self, asked: Load) -> dict[str, Any]:
        """Take a runner file over; the page names it by `base` from then on."""
        name = one_line(asked.name) or "runner.toml"
        runner = runner_from_tables(parse_toml(asked.text, name), name)
        if runner.strategy == "optimal":
            raise InputError(f"{name}: gait.strategy = 'optimal'; the page has its own switch")
        base = hashlib.sha256(asked.text.encode()).hexdigest()[:16]
        self._runners[base] = runner
        self._runners.move_to_end(base)
        while len(self._runners) > MOST_RUNNERS:
            self._runners.popitem(last=False)
        return {"base": base, "name": runner.name, "values": values_of(runner)}

    def runner_of(self, asked: Asked) -> Runner:
        """The runner with the settings; `InputError` where it was never handed over."""
        if asked.base and asked.base not in self._runners:
            raise InputError("base: this runner was not handed over; drop the file again")
        base = self._runners[asked.base] if asked.base else self.runner
        return base.with_(asked.settings) if asked.settings else base

    def answer(self, asked: Asked) -> StrideAnswer:
        """The whole stride."""
        return stride(self.runner_of(asked), metabolic=self.metabolic)

    def picture(self, asked: Asked) -> bytes:
        """JSON of what is drawn of a stride, and the parameters as they are at its speed."""
        key = asked.base, tuple(sorted(asked.settings.items()))
        found = self._kept.pop(key, None)
        if found is None:
            answer = self.answer(asked)
            whole = picture_of(answer)
            shown = dict.fromkeys((*answer.asked.habits.paths, *ADAPTED, *asked.settings))
            whole["values"] = declared_values(answer.runner, shown)
            found = json.dumps(whole, separators=(",", ":"), allow_nan=False).encode()
        self._kept[key] = found
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return found

    def sweep(self, asked: Sweep, wanted: Wanted) -> Iterator[dict[str, Any]]:
        """Parts of a sweep: indices of points (the last axis runs fastest), values, reasons."""
        runner = self.runner_of(asked.runner)
        columns = [_steps(axis) for axis in asked.axes]
        mesh = [column.ravel() for column in np.meshgrid(*columns, indexing="ij")]
        count = mesh[0].size
        order = _evenly(count)
        for first in range(0, count, CHUNK):
            if not wanted():
                return
            some = order[first : first + CHUNK]
            points = {
                axis.path: to_si(1.0, PARAMETERS[axis.path].unit) * column[some]
                for axis, column in zip(asked.axes, mesh, strict=True)
            }
            found = results_at(runner, points, metabolic=self.metabolic)
            values = found[asked.output]
            yield {
                "points": some.tolist(),
                "values": [float(f"{v:.6g}") if np.isfinite(v) else None for v in values],
                "status": [str(status) for status in found["status"]],
                "done": min(first + CHUNK, count),
                "of": count,
            }

    def adapt(
        self, asked: Asked, free: tuple[str, ...], wanted: Wanted, tell: Tell
    ) -> dict[str, Any]:
        """Search the cheapest gait from the runner's own; every step of the way is told as choices
        in declared units and their cost."""
        way: list[float] = []
        last: dict[str, Any] = {"choices": {}, "cost": None}
        began: list[float] = []

        def hear(choices: dict[str, float], cost: float) -> None:
            began.append(time.monotonic())
            last.update(choices=_declared(choices), cost=float(f"{cost:.6g}"))
            tell(dict(last))
            way.append(cost)
            near = len(way) > _LAST and way[-1 - _LAST] - cost < _NEAR * cost
            if near or not wanted() or began[-1] - began[0] > PATIENCE:
                raise _EnoughError

        runner = self.runner_of(asked)
        try:
            choices, cost = descend_from(runner, free, metabolic=self.metabolic, tell=hear)
        except _EnoughError:
            return last
        if not np.isfinite(cost):
            return {"choices": {}, "cost": None}
        return {"choices": _declared(choices), "cost": float(f"{cost:.6g}")}

    def warm(self) -> None:
        """Get ready what the ends of the sliders need, ahead of the hand that goes there."""
        ends = [
            {slider.path: end} for slider in (*SLIDERS, *MORE) for end in (slider.low, slider.high)
        ]
        own = values_of(self.runner)
        columns = {path: [end.get(path, own[path]) for end in ends] for end in ends for path in end}
        points = {
            path: to_si(1.0, PARAMETERS[path].unit) * np.array(column)
            for path, column in columns.items()
        }
        results_at(self.runner, points, metabolic=self.metabolic)
        for settings in ends:
            self.ahead.submit(self.answer, Asked("", settings))


def _declared(choices: dict[str, float]) -> dict[str, float]:
    """Choices in declared units, within their bounds despite rounding."""
    found = {}
    for path, value in choices.items():
        declared = PARAMETERS[path]
        number = float(f"{from_si(value, declared.unit):.6g}")
        found[path] = min(max(number, declared.bounds[0]), declared.bounds[1])
    return found


def _steps(axis: Axis) -> np.ndarray:
    return np.linspace(axis.low, axis.high, axis.points)


def _evenly(count: int) -> np.ndarray:
    """All numbers below `count`, those early on spread over the whole."""
    bits = max(count - 1, 1).bit_length()
    numbers = np.arange(2**bits)
    backwards = np.zeros_like(numbers)
    for bit in range(bits):
        backwards |= ((numbers >> bit) & 1) << (bits - 1 - bit)
    return backwards[backwards < count]
