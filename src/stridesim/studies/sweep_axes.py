"""Axes as a person writes them in Python, and the design that they make.

{"leg.stiffness": (10, 25, "kN/m", 41)}                  41 even values
{"tendon.stiffness_scale": (0.3, 3, 41, "log")}          in the declared unit, even in log
{"task.speed": ["10 km/h", "12 km/h"]}                   these values
{"task.speed": ([10, 12, 14], "km/h")}                   these values in that unit
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.runner.toml import SHIPPED
from stridesim.sweeps import Design
from stridesim.sweeps.design import design_from_tables
from stridesim.text import quoted

Axes = Mapping[str, Sequence[Any]]

_SCALES: Final = ("linear", "log")
_EXPECTED: Final = (
    'expected (from, to, unit, points), with "log" as a fifth for even steps in log, '
    "or a list of values, or (values, unit)"
)


def design_of(
    runner: Runner,
    axes: Axes,
    outputs: Sequence[str],
    metabolic: str,
    fixed: Mapping[str, Any],
) -> Design:
    """The grid over `axes` for one runner; `InputError` names the axis that cannot be read."""
    tables = {
        "name": "sweep",
        "metabolic": metabolic,
        "outputs": list(outputs),
        "set": dict(fixed),
        "axis": [{"parameter": path, **_axis(path, written)} for path, written in axes.items()],
    }
    text = runner.to_toml()
    if text == Runner.load(SHIPPED).to_toml():
        return design_from_tables(tables, "sweep")
    # By its text, which is what a folder keeps and what other processes read.
    with tempfile.TemporaryDirectory(prefix="stridesim-") as folder:
        Path(folder, "runner.toml").write_text(text, encoding="utf-8")
        return design_from_tables(tables | {"runner": "runner.toml"}, "sweep", Path(folder))


def _axis(path: str, written: Any) -> dict[str, Any]:
    """One axis as a sweep file has it."""
    if isinstance(written, str) or not isinstance(written, Iterable):
        raise InputError(f"axes: {path} = {quoted(written)}: {_EXPECTED}")
    if not isinstance(written, tuple):
        return {"values": [_plain(value) for value in written]}
    match written:
        case (values, str() as unit) if isinstance(values, Iterable) and not isinstance(
            values, str
        ):
            return {"values": [_with_unit(value, unit) for value in values]}
        case (low, high, int() as points):
            return _range(low, high, points)
        case (low, high, int() as points, str() as scale) if scale in _SCALES:
            return _range(low, high, points, scale)
        case (low, high, str() as unit, int() as points):
            return _range(_with_unit(low, unit), _with_unit(high, unit), points)
        case (low, high, str() as unit, int() as points, str() as scale) if scale in _SCALES:
            return _range(_with_unit(low, unit), _with_unit(high, unit), points, scale)
    raise InputError(f"axes: {path} = {quoted(str(written))}: {_EXPECTED}")


def _range(low: Any, high: Any, points: int, scale: str = "linear") -> dict[str, Any]:
    return {"from": _plain(low), "to": _plain(high), "points": points, "scale": scale}


def _with_unit(value: Any, unit: str) -> str:
    return f"{_plain(value)!r} {unit}"


def _plain(value: Any) -> Any:
    """A NumPy number as Python's own."""
    return value.item() if hasattr(value, "item") else value
