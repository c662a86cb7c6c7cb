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
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import equinox as eqx
import tomlkit

from stridesim.parameter import get_value
from stridesim.reading import read_text
from stridesim.results import InputError
from stridesim.runner.runner import (
    HABITUAL,
    PARAMETERS,
    RESOLVED,
    Habits,
    Runner,
    apply_overrides,
)
from stridesim.runner.uncertainty import Uncertainty
from stridesim.runner.uncertainty_toml import read_uncertainty, uncertainty_table
from stridesim.text import one_line, quoted
from stridesim.units import from_si, to_si

SHIPPED: Final = "rbds011"
DEEPEST: Final = 32
"""Tables and lists within each other; runner and sweep files need four."""
MOST_BYTES: Final = 16_000_000
"""Of a runner or sweep file; a million listed values fit."""
LONGEST_NAME: Final = 255
_TOO_DEEP: Final = f"tables or lists are nested deeper than {DEEPEST}"
_FREE_TABLES: Final = ("provenance", "habits", "uncertainty", "name")
_ALWAYS_WRITTEN: Final = ("muscle.strength_scale",)
"""Written though it is the default: it sets the level of the cost, and no file should change that
when the default does."""
_RECORDINGS: Final = (".csv", ".mot", ".sto", ".c3d")


def read_toml(path: Path) -> dict[str, Any]:
    """Parse a TOML file; one-line `InputError` naming file and place when it cannot be read."""
    return parse_toml(read_text(path, MOST_BYTES), str(path))


def parse_toml(text: str, source: str) -> dict[str, Any]:
    """Parse TOML text; errors name `source` and the line, or the key."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{source}: not valid TOML: {error}") from None
    except RecursionError:
        raise InputError(f"{source}: {_TOO_DEEP}") from None
    except ValueError as error:  # Python's own limit on the digits of a number
        raise InputError(f"{source}: a number that cannot be read: {error}") from None
    _refuse_extremes(tables, source)
    return tables


def _refuse_extremes(tables: Mapping[str, Any], source: str) -> None:
    """`InputError` for what TOML permits and no reader further in expects: whole numbers beyond 64
    bits and nesting without end."""
    level: list[tuple[str, Any]] = list(tables.items())
    for _ in range(DEEPEST):
        below: list[tuple[str, Any]] = []
        for path, value in level:
            if isinstance(value, Mapping):
                below += [(f"{path}.{key}", each) for key, each in value.items()]
            elif isinstance(value, list):
                below += [(path, each) for each in value]
            elif isinstance(value, int) and not -(2**63) <= value < 2**63:
                raise InputError(
                    f"{source}: {path} = {quoted(value)}: a whole number has at most 64 bits"
                )
        level = below
    if level:
        raise InputError(f"{source}: {_TOO_DEEP}")


def flatten(tables: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested tables to dotted paths."""
    flat: dict[str, Any] = {}
    for key, value in tables.items():
        if isinstance(value, Mapping):
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[f"{prefix}{key}"] = value
    return flat


def runner_from_tables(tables: Mapping[str, Any], source: str) -> Runner:
    """A complete runner from nested tables; raises `InputError` prefixed with `source`."""
    given = flatten({k: v for k, v in tables.items() if k not in _FREE_TABLES})
    try:
        habits = _habits(tables.get("habits", {}))
        errors = read_uncertainty(tables.get("uncertainty", {}), habits)
        runner = apply_overrides(Runner(name=_name(tables, source)), given)
    except InputError as error:
        raise InputError(f"{source}: {error}") from None
    habitual = () if runner.gait.strategy == "fixed" else habits.paths
    missing = [
        path for path in PARAMETERS if path not in habitual and _is_missing(get_value(runner, path))
    ]
    if missing:
        raise InputError(
            f"{source}: {', '.join(missing)} {'are' if missing[1:] else 'is'} missing and "
            f"{'have' if missing[1:] else 'has'} no default"
        )
    return eqx.tree_at(
        lambda r: (r.habits, r.uncertainty),
        runner,
        (habits, errors),
        is_leaf=lambda x: isinstance(x, Habits | Uncertainty),
    )


def _name(tables: Mapping[str, Any], source: str) -> str:
    name = str(tables.get("name", Path(source).stem))
    if len(name) > LONGEST_NAME:
        raise InputError(f"name = {quoted(name)}: at most {LONGEST_NAME} characters are permitted")
    return one_line(name)


def _is_missing(value: Any) -> bool:
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
    permitted = RESOLVED.imposed
    if not isinstance(paths, list) or not all(path in permitted for path in paths):
        raise InputError(
            f"habits.imposed = {quoted(paths)}: expected a list of some of {', '.join(permitted)}"
        )
    return tuple(dict.fromkeys(paths))


def shipped_runner() -> Runner:
    """The runner that comes with the package: RBDS011 of Fukuchi 2017, by `stridesim fit`."""
    resource = importlib.resources.files("stridesim.runner").joinpath(f"data/{SHIPPED}.toml")
    return runner_from_tables(
        parse_toml(resource.read_text(), f"{SHIPPED}.toml"), f"{SHIPPED}.toml"
    )


def load_runner(path: str | Path | None) -> Runner:
    """A runner from a TOML file; the shipped one for None or its name."""
    if path is None or str(path) == SHIPPED:
        return shipped_runner()
    path = Path(path)
    if path.suffix.lower() in _RECORDINGS and path.is_file():
        raise InputError(
            f"{path}: is not a TOML runner file; 'stridesim measure' measures the steps of a "
            "recording, 'stridesim fit' makes a runner of it"
        )
    tables = read_toml(path)
    if "axis" in tables:
        raise InputError(
            f"{path}: is a sweep file, not a runner file; 'stridesim sweep run {path}' runs it"
        )
    return runner_from_tables(tables, str(path))


def dump_runner(
    runner: Runner, provenance: Mapping[str, Any] | None = None, comments: Sequence[str] = ()
) -> str:
    """TOML text of everything that differs from the declared defaults, units written out.

    `comments` stand at its head, a line each.
    """
    document = tomlkit.document()
    for comment in comments:
        # A comment ends with its line, and TOML permits no control characters in it.
        document.add(tomlkit.comment("".join(c if c.isprintable() else "?" for c in comment)))
    document["name"] = runner.name
    if runner.gait.strategy != "measured":
        document["gait"] = {"strategy": runner.gait.strategy}
    for path, declared in PARAMETERS.items():
        value = get_value(runner, path)
        if _is_missing(value):
            continue
        number = from_si(float(value), declared.unit)
        default = math.isclose(number, declared.default, rel_tol=1e-12, abs_tol=0)
        if default and path not in _ALWAYS_WRITTEN:
            continue
        _insert(document, path.split("."), _written(float(value), declared.unit))
    if runner.habits.imposed:
        _insert(document, ["habits", "imposed"], list(runner.habits.imposed))
    if runner.habits.measured:
        _insert(document, ["habits", "speed"], [_written(v, "m/s") for v in runner.habits.speeds])
        for path, values in zip(runner.habits.measured, runner.habits.choices, strict=True):
            unit = PARAMETERS[path].unit
            written = [_written(v, unit) for v in values]
            _insert(document, ["habits", *path.split(".")], written)
    if runner.uncertainty.paths:
        document["uncertainty"] = uncertainty_table(runner.uncertainty)
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
