"""The table `uncertainty` of a runner file: standard deviations with units, and correlations.

    [uncertainty]
    source = "how they were found"
    parameters = ["leg.stiffness at 2.5 m/s", "leg.stiffness at 3.5 m/s", "posture.cop_excursion"]
    standard_deviations = ["300 N/m", "0.2 kN/m", 0.02]
    correlation = [[1, 0.2, 0.5], [0.2, 1, 0.4], [0.5, 0.4, 1]]

A parameter "at" a speed is the value of its habit there; without a speed it is the number itself.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import tomlkit

from stridesim.parameter import lookup
from stridesim.results import InputError
from stridesim.runner.habits import Habits
from stridesim.runner.numbers import PARAMETERS
from stridesim.runner.uncertainty import Uncertainty
from stridesim.units import from_si, parse_quantity, to_si

KEYS: Final = ("source", "parameters", "standard_deviations", "correlation")

_DECIMALS: Final = 4
"""Of a correlation as written; nobody knows one better."""

_ROUNDING: Final = 1e-3
"""How far below zero an eigenvalue of correlations may fall: ten of them, rounded."""


def read_uncertainty(table: Any, habits: Habits) -> Uncertainty:
    """The errors in a parsed table; `InputError` names the key and what is permitted."""
    if not isinstance(table, Mapping):
        raise InputError(f"uncertainty = {table!r}: expected a table")
    if not table:
        return Uncertainty()
    for key in table:
        if key not in KEYS:
            raise InputError(f"uncertainty.{key}: expected one of {', '.join(KEYS)}")
    named = table.get("parameters")
    if not isinstance(named, list) or not named:
        raise InputError("uncertainty.parameters: expected a list of the parameters with an error")
    entries = [_entry(text, habits) for text in named]
    if len(set(entries)) != len(entries):
        raise InputError("uncertainty.parameters: the same parameter stands there twice")
    written = table.get("standard_deviations")
    if not isinstance(written, list) or len(written) != len(entries):
        raise InputError(
            f"uncertainty.standard_deviations: expected a list of {len(entries)} values, "
            "one per parameter"
        )
    sds = tuple(_sd(value, path) for value, (path, _) in zip(written, entries, strict=True))
    paths, speeds = zip(*entries, strict=True)
    correlation = _correlation(table.get("correlation"), len(entries))
    return Uncertainty(paths, speeds, sds, correlation, str(table.get("source", "")))


def _entry(text: Any, habits: Habits) -> tuple[str, float | None]:
    """Path, and the speed (m/s) of a habit's value."""
    path, at, written = str(text).partition(" at ")
    lookup(PARAMETERS, path)
    if not at:
        return path, None
    if path not in habits.paths:
        raise InputError(f"uncertainty.parameters = {text!r}: {path} is no habit of this runner")
    speed = parse_quantity(written, "m/s", f"uncertainty.parameters = {text!r}")
    for known in habits.speeds:
        if math.isclose(known, speed, rel_tol=1e-9):
            return path, known
    known = ", ".join(f"{v:g}" for v in habits.speeds)
    raise InputError(f"uncertainty.parameters = {text!r}: expected a speed of the habits ({known})")


def _sd(value: Any, path: str) -> float:
    label = f"uncertainty.standard_deviations of {path}"
    number = parse_quantity(value, PARAMETERS[path].unit, label)
    if number < 0:
        raise InputError(f"{label} = {value!s}: expected 0 or more")
    return to_si(number, PARAMETERS[path].unit)


def _correlation(rows: Any, size: int) -> tuple[tuple[float, ...], ...]:
    label = "uncertainty.correlation"
    if (
        not isinstance(rows, list)
        or len(rows) != size
        or not all(isinstance(row, list) and len(row) == size for row in rows)
    ):
        raise InputError(f"{label}: expected {size} rows of {size} numbers, one per parameter")
    found = tuple(tuple(parse_quantity(v, "1", label) for v in row) for row in rows)
    matrix = np.array(found)
    if not np.allclose(matrix, matrix.T, rtol=0, atol=1e-9):
        raise InputError(f"{label}: not symmetric; expected row i, column j as row j, column i")
    if not np.allclose(np.diag(matrix), 1.0, rtol=0, atol=1e-9):
        raise InputError(f"{label}: expected 1 on the diagonal")
    least = float(np.linalg.eigvalsh(matrix).min())
    if least < -_ROUNDING:
        raise InputError(
            f"{label}: not positive semi-definite (eigenvalue {least:.3g}); "
            "expected correlations that can hold together"
        )
    return found


def uncertainty_table(errors: Uncertainty) -> dict[str, Any]:
    """What `read_uncertainty` reads: four digits of each deviation, a line for each row."""
    units = [PARAMETERS[path].unit for path in errors.paths]
    correlation = tomlkit.array().multiline(True)
    for row in errors.correlation:
        correlation.append([round(v, _DECIMALS) + 0.0 for v in row])
    table: dict[str, Any] = {"source": errors.source} if errors.source else {}
    return table | {
        "parameters": [
            path if speed is None else f"{path} at {speed:.12g} m/s"
            for path, speed in zip(errors.paths, errors.speeds, strict=True)
        ],
        "standard_deviations": [
            float(f"{sd:.4g}") if unit == "1" else f"{from_si(sd, unit):.4g} {unit}"
            for sd, unit in zip(errors.sds, units, strict=True)
        ],
        "correlation": correlation,
    }
