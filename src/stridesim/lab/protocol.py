"""Messages from the page, each checked before anything is done with it.

A message is one JSON object. `kind` says what is asked, `id` counts up, so that the page can tell
an old answer from a new one. `settings` maps parameter paths to numbers in their declared unit,
inside their declared bounds; `base` names a runner that was handed over before, or is empty for the
one that the server was started with. Whatever is wrong is an `InputError` of one line.
"""

import json
import math
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from stridesim.economy.optimal import FREE, check_free
from stridesim.lab.controls import SWEPT
from stridesim.parameter import lookup
from stridesim.results import InputError
from stridesim.runner import PARAMETERS
from stridesim.text import quoted

MOST_BYTES: Final = 128 * 1024
"""Of one message; the runner that comes with the package takes 2 kB."""
MOST_SETTINGS: Final = 64
SLOTS: Final = ("now", "other")
"""The runner that is changed, and the one that is compared with it."""
MOST_POINTS: Final = 61
"""Of one axis of a sweep."""
MOST_IN_ALL: Final = 961
"""Points of one sweep."""
_LARGEST_ID: Final = 2**53


class Asked(NamedTuple):
    """A runner: the handed-over one it begins with, and its settings in declared units."""

    base: str
    settings: Mapping[str, float]


class Solve(NamedTuple):
    """One stride for a slot of the page."""

    id: int
    slot: str
    runner: Asked


class Adapt(NamedTuple):
    """The cheapest gait from the one on the page; `free` are the choices."""

    id: int
    runner: Asked
    free: tuple[str, ...]


class Axis(NamedTuple):
    """Even steps of a parameter, in its declared unit."""

    path: str
    low: float
    high: float
    points: int


class Sweep(NamedTuple):
    """One result over one or two parameters."""

    id: int
    runner: Asked
    axes: tuple[Axis, ...]
    output: str


class Load(NamedTuple):
    """A runner file, handed over as its text."""

    id: int
    name: str
    text: str


class Evidence(NamedTuple):
    """What model and studies say to a story; asked for after the prediction."""

    id: int
    name: str


class Stop(NamedTuple):
    """End the sweep or search that is under way."""

    id: int


Message = Solve | Adapt | Sweep | Load | Evidence | Stop


def parse(text: str | bytes) -> Message:
    """The message of a text, or `InputError`."""
    if len(text) > MOST_BYTES:
        raise InputError(f"message: {len(text)} bytes; permitted: up to {MOST_BYTES}")
    try:
        given = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InputError("message: is not JSON") from None
    if not isinstance(given, dict):
        raise InputError("message: expected an object")
    kind = given.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise InputError(f"kind = {_shown(kind)}: expected one of {', '.join(_KINDS)}")
    expected, read = _KINDS[kind]
    for name in given:
        if name not in expected and name not in ("kind", "id"):
            raise InputError(f"{quoted(name)}: a message {kind} has no such part")
    return read(_whole(given.get("id"), "id", 0, _LARGEST_ID), given)


def asked_runner(given: Any) -> Asked:
    """The runner that a message or an address asks for, or `InputError`."""
    if not isinstance(given, dict) or not set(given) <= {"base", "settings"}:
        raise InputError("runner: expected an object with base and settings")
    base, settings = given.get("base", ""), given.get("settings", {})
    if not isinstance(base, str) or len(base) > 64:
        raise InputError(f"base = {_shown(base)}: expected the name of a runner handed over")
    if not isinstance(settings, dict):
        raise InputError("settings: expected an object of numbers")
    if len(settings) > MOST_SETTINGS:
        raise InputError(f"settings: {len(settings)}; permitted: up to {MOST_SETTINGS}")
    return Asked(base, {path: _setting(path, value) for path, value in settings.items()})


def _setting(path: str, value: Any) -> float:
    declared = lookup(PARAMETERS, path)
    return declared.check(_number(value, path))


def _solve(number: int, given: dict[str, Any]) -> Solve:
    slot = given.get("slot", SLOTS[0])
    if not isinstance(slot, str) or slot not in SLOTS:
        raise InputError(f"slot = {_shown(slot)}: expected one of {', '.join(SLOTS)}")
    return Solve(number, slot, asked_runner(given.get("runner")))


def _adapt(number: int, given: dict[str, Any]) -> Adapt:
    free = given.get("free", list(FREE))
    if not isinstance(free, list) or not all(isinstance(path, str) for path in free):
        raise InputError("free: expected a list of parameters")
    return Adapt(number, asked_runner(given.get("runner")), check_free(free[:MOST_SETTINGS]))


def _sweep(number: int, given: dict[str, Any]) -> Sweep:
    axes = given.get("axes")
    if not isinstance(axes, list) or len(axes) not in (1, 2):
        raise InputError("axes: expected one or two parameters")
    read = tuple(_axis(axis) for axis in axes)
    if len({axis.path for axis in read}) < len(read):
        raise InputError(f"axes: {read[0].path} stands there twice")
    count = math.prod(axis.points for axis in read)
    if count > MOST_IN_ALL:
        raise InputError(f"axes: {count} points; permitted: up to {MOST_IN_ALL}")
    output = given.get("output", SWEPT[0])
    if not isinstance(output, str) or output not in SWEPT:
        raise InputError(f"output = {_shown(output)}: expected one of {', '.join(SWEPT)}")
    return Sweep(number, asked_runner(given.get("runner")), read, output)


def _axis(given: Any) -> Axis:
    if not isinstance(given, dict) or set(given) != {"path", "low", "high", "points"}:
        raise InputError("axes: each has path, low, high and points")
    path = given["path"]
    if not isinstance(path, str):
        raise InputError(f"path = {_shown(path)}: expected a parameter")
    low, high = (_setting(path, given[end]) for end in ("low", "high"))
    if not low < high:
        raise InputError(f"{path}: from {low:g} to {high:g}; expected the lower end first")
    return Axis(path, low, high, _whole(given["points"], "points", 2, MOST_POINTS))


def _load(number: int, given: dict[str, Any]) -> Load:
    name, text = given.get("name", ""), given.get("text")
    if not isinstance(text, str) or not isinstance(name, str):
        raise InputError("text: expected the text of a runner file")
    return Load(number, name[:255], text)


def _evidence(number: int, given: dict[str, Any]) -> Evidence:
    name = given.get("name")
    if not isinstance(name, str):
        raise InputError(f"name = {_shown(name)}: expected the name of a story")
    return Evidence(number, name)


def _stop(number: int, given: dict[str, Any]) -> Stop:
    return Stop(number)


_KINDS: Final[dict[str, tuple[tuple[str, ...], Callable[[int, dict[str, Any]], Message]]]] = {
    "solve": (("slot", "runner"), _solve),
    "adapt": (("runner", "free"), _adapt),
    "sweep": (("runner", "axes", "output"), _sweep),
    "load": (("name", "text"), _load),
    "evidence": (("name",), _evidence),
    "stop": ((), _stop),
}
"""Kind -> its parts, and how they are read."""


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{name} = {_shown(value)}: expected a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{name}: not finite; expected a number")
    return number


def _whole(value: Any, name: str, low: int, high: int) -> int:
    number = _number(value, name)
    if not low <= number <= high or number != int(number):
        raise InputError(f"{name} = {number:g}: expected a whole number from {low} to {high}")
    return int(number)


def _shown(value: Any) -> str:
    """What was given, short."""
    return quoted(str(value)[:80])


def _refuse(name: str) -> float:
    raise ValueError(name)
