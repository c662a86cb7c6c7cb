"""Runner files: TOML whose tables are the parameter paths, with units at the door.

    [body]
    mass = "72.9 kg"
    [muscle.soleus]
    peak_isometric_force = "6 kN"
    [habits]                     # what the runner was found to do at each speed
    speed = ["2.5 m/s", "3.5 m/s", "4.5 m/s"]
    gait.step_frequency = [2.6, 2.8, 3.0]
    imposed = ["posture.trunk_lean"]   # set by hand: follows neither the speed nor the task

What is not written takes its declared default; what has no default must be written, as a
number or as a habit. Where both are written the habit serves strategy `measured`, the number
strategy `fixed`; a number that is named as imposed serves every strategy. The table
`uncertainty` (see `uncertainty_toml`) holds the errors of what was fitted; the table `provenance`
is free text: how the file came to be.
"""

import importlib.resources
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import tomlkit

from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner.habits import HABITUAL, IMPOSABLE, Habits
from stridesim.runner.numbers import PARAMETERS, Numbers
from stridesim.runner.toml import SHIPPED, flatten, parse_toml, read_toml
from stridesim.runner.uncertainty import Uncertainty
from stridesim.runner.uncertainty_toml import read_uncertainty, uncertainty_table
from stridesim.text import one_line, quoted
from stridesim.units import from_si, to_si

LONGEST_NAME: Final = 255
_FREE_TABLES: Final = ("provenance", "habits", "uncertainty", "name")
_ALWAYS_WRITTEN: Final = ("muscle.strength_scale",)
"""Written though it is the default: it sets the level of the cost, and no file should change that
when the default does."""


class Record(NamedTuple):
    """Who a runner is, beside the numbers."""

    name: str
    strategy: str
    habits: Habits
    uncertainty: Uncertainty


class Stated(NamedTuple):
    """What a runner file says: `settings` by parameter path, as they are written."""

    name: str
    settings: Mapping[str, Any]
    habits: Habits
    uncertainty: Uncertainty


def tables_of(path: str | Path | None) -> tuple[dict[str, Any], str]:
    """The tables of a runner file and the name of their source, for messages.

    None and `SHIPPED` are the runner that comes with the package. Raises `InputError` for what is
    no runner file.
    """
    if path is None or str(path) == SHIPPED:
        source = f"{SHIPPED}.toml"
        resource = importlib.resources.files("stridesim.runner").joinpath(f"data/{source}")
        return parse_toml(resource.read_text(), source), source
    path = Path(path)
    try:
        tables = read_toml(path)
    except InputError as error:
        if path.suffix.lower() == ".toml" or not path.is_file():
            raise
        raise InputError(
            f"{error}; if it is a recording, 'stridesim measure' measures its steps and "
            "'stridesim fit' makes a runner of it"
        ) from None
    if "axis" in tables:
        raise InputError(
            f"{path}: is a sweep file, not a runner file; 'stridesim sweep run {path}' runs it"
        )
    return tables, str(path)


def stated_in(tables: Mapping[str, Any], source: str) -> Stated:
    """What nested tables say of a runner; `InputError` without the name of `source`."""
    habits = _habits(tables.get("habits", {}))
    errors = read_uncertainty(tables.get("uncertainty", {}), habits)
    given = flatten({k: v for k, v in tables.items() if k not in _FREE_TABLES})
    return Stated(_name(tables, source), given, habits, errors)


def _name(tables: Mapping[str, Any], source: str) -> str:
    name = str(tables.get("name", Path(source).stem))
    if len(name) > LONGEST_NAME:
        raise InputError(f"name = {quoted(name)}: at most {LONGEST_NAME} characters are permitted")
    return one_line(name)


def is_missing(value: Any) -> bool:
    """Whether a number has no default and was not given."""
    return isinstance(value, float) and math.isnan(value)


def _habits(table: Any) -> Habits:
    if not isinstance(table, Mapping):
        raise InputError(f"habits = {quoted(table)}: expected a table")
    if not table:
        return Habits()
    flat = flatten(table)
    imposed = _imposed(flat.pop("imposed", []))
    if not flat:
        return Habits(imposed=imposed)
    speeds = flat.pop("speed", None)
    if not isinstance(speeds, list) or not speeds:
        raise InputError(
            "habits.speed: expected a list of the speeds at which habits were measured"
        )
    speed = PARAMETERS["task.speed"]._replace(path="habits.speed")
    known = [to_si(speed.check(v), speed.unit) for v in speeds]
    if len(set(known)) != len(known):
        raise InputError("habits.speed: the same speed stands there twice")
    values = []
    for path, listed in flat.items():
        if path not in HABITUAL:
            raise InputError(f"habits.{path}: expected one of {', '.join(HABITUAL)}")
        declared = PARAMETERS[path]._replace(path=f"habits.{path}")
        if not isinstance(listed, list) or len(listed) != len(known):
            raise InputError(
                f"habits.{path}: expected a list of {len(known)} values, one per speed"
            )
        values.append(tuple(to_si(declared.check(v), declared.unit) for v in listed))
    return Habits(tuple(flat), tuple(known), tuple(values), imposed)


def _imposed(paths: Any) -> tuple[str, ...]:
    permitted = IMPOSABLE
    if not isinstance(paths, list) or not all(path in permitted for path in paths):
        raise InputError(
            f"habits.imposed = {quoted(paths)}: expected a list of some of {', '.join(permitted)}"
        )
    return tuple(dict.fromkeys(paths))


def written(
    numbers: Numbers,
    record: Record,
    provenance: Mapping[str, Any] | None = None,
    comments: Sequence[str] = (),
) -> str:
    """TOML text of everything that differs from the declared defaults, units written out.

    `provenance` is its table of that name; `comments` stand at its head, a line each.
    """
    document = tomlkit.document()
    for comment in comments:
        # A comment ends with its line, and TOML permits no control characters in it.
        document.add(tomlkit.comment("".join(c if c.isprintable() else "?" for c in comment)))
    document["name"] = record.name
    if record.strategy != "measured":
        document["gait"] = {"strategy": record.strategy}
    for path, declared in PARAMETERS.items():
        value = get_value(numbers, path)
        if is_missing(value):
            continue
        number = from_si(float(value), declared.unit)
        default = math.isclose(number, declared.default, rel_tol=1e-12, abs_tol=0)
        if default and path not in _ALWAYS_WRITTEN:
            continue
        _insert(document, path.split("."), _written(float(value), declared.unit))
    imposed = IMPOSABLE if record.habits.resolved else record.habits.imposed
    if imposed:
        _insert(document, ["habits", "imposed"], list(imposed))
    if record.habits.measured:
        _insert(document, ["habits", "speed"], [_written(v, "m/s") for v in record.habits.speeds])
        for path, values in zip(record.habits.measured, record.habits.choices, strict=True):
            unit = PARAMETERS[path].unit
            written = [_written(v, unit) for v in values]
            _insert(document, ["habits", *path.split(".")], written)
    errors = record.uncertainty.without(dict.fromkeys(imposed))
    if errors.paths:
        document["uncertainty"] = uncertainty_table(errors)
    if provenance:
        document["provenance"] = dict(provenance)
    return tomlkit.dumps(document)


def _written(value: float, unit: str) -> Any:
    """The SI `value` in `unit`, in the fewest digits that are read back as the same number."""
    number = from_si(value, unit)
    texts = (f"{number:.{digits}g}" for digits in range(6, 18))
    text = next((t for t in texts if to_si(float(t), unit) == value), repr(number))
    return float(text) if unit == "1" else f"{text} {unit}"


def _insert(table: Any, path: list[str], value: Any) -> None:
    for name in path[:-1]:
        if name not in table:
            table[name] = tomlkit.table()
        table = table[name]
    table[path[-1]] = value
