"""The doors to the model in Python: what they take, and what they refuse.

Numbers are in the units that `stridesim params` declares, as on the command line and in files, or
are written with a unit of their own. A choice that is made is honoured: with strategy `optimal`
the cheapest gait is found first. What cannot be used raises `InputError`, one line that names the
parameter, the value and what is permitted; what the physics cannot do is a `status`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy import optimal
from stridesim.economy.batch import results_at
from stridesim.economy.evaluate import Evaluation
from stridesim.economy.evaluate import evaluate as evaluate_as_given
from stridesim.economy.stride import check_metabolic_model
from stridesim.parameter import Parameter, get_value, lookup
from stridesim.results import InputError
from stridesim.runner import CHOICES, PARAMETERS, Runner
from stridesim.units import to_si

Units = Literal["declared", "SI"]
_UNITS: Final = ("declared", "SI")


def evaluate(
    runner: Runner, metabolic: str = DEFAULT_METABOLIC_MODEL, free: Sequence[str] = ()
) -> Evaluation:
    """Solve and price one stride.

    `metabolic` names a model of `METABOLIC_MODELS`. With strategy `optimal` the runner first makes
    the choices of `free` (by default `economy.optimal.FREE`) at least cost. Raises `InputError`
    for unknown names and for a runner who lacks a number. What the physics cannot do comes back as
    `status`, with whatever numbers there are.
    """
    check_metabolic_model(metabolic)
    check_runner(runner)
    return evaluate_as_given(optimal.settled(runner, metabolic, free), metabolic)


def evaluate_points(
    runner: Runner,
    points: Mapping[str, Any],
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    free: Sequence[str] = (),
    units: Units = "declared",
) -> dict[str, np.ndarray]:
    """Named results (n,) in their units, and `status` (n,) as names, at n points.

    `points` maps parameter paths to n numbers in their declared unit (or texts such as
    `"12 km/h"`), or to one that serves all points; what they do not name is `runner`'s. With
    strategy `optimal` every point makes the choices of `free` that are not named. A row that fails
    has NaN results and its reason in `status`. `units="SI"` takes numbers as the model does.

    Raises `InputError` for unknown names, lengths that do not agree, and numbers that are not
    finite or outside their bounds.
    """
    check_metabolic_model(metabolic)
    values = checked_points(points, units)
    check_runner(runner, values)
    optimal.check_strategy(runner, free)
    if runner.strategy != "optimal" or runner.chosen is not None:
        return results_at(runner, values, metabolic=metabolic)
    chosen = free or optimal.FREE
    return optimal.evaluate_optimal(runner, values, free=chosen, metabolic=metabolic)


def check_runner(runner: Any, given: Mapping[str, Any] | None = None) -> None:
    """`InputError` for what is no runner, or one who lacks a number that is not `given`."""
    if not isinstance(runner, Runner):
        raise InputError(
            f"runner: {type(runner).__name__} given; expected a Runner, as "
            "stridesim.Runner.load gives it"
        )
    habits = () if runner.strategy == "fixed" else runner.habits.paths
    for path in PARAMETERS:
        if path in habits or path in (given or ()):
            continue
        value = get_value(runner, path)
        if np.ndim(value) != 0:
            raise InputError(f"{path}: {np.shape(value)} numbers; expected one (evaluate_points)")
        if not np.isfinite(value):
            raise InputError(f"{path} = {float(value)}: not finite; expected a number")


def checked_points(points: Mapping[str, Any], units: Units = "declared") -> dict[str, np.ndarray]:
    """SI values (n,) of points, or `InputError`."""
    if units not in _UNITS:
        raise InputError(f"units = {units!r}: expected one of {', '.join(_UNITS)}")
    if not isinstance(points, Mapping):
        raise InputError(
            f"points: {type(points).__name__} given; expected a mapping of parameter paths to "
            "arrays of numbers"
        )
    columns = {path: _column(path, values, units) for path, values in points.items()}
    lengths = {path: len(column) for path, column in columns.items() if column.ndim}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{path} {length}" for path, length in lengths.items())
        raise InputError(f"points: lengths that do not agree ({said}); expected one length")
    if 0 in lengths.values():
        raise InputError(f"points: {next(iter(lengths))} has no values; expected one at least")
    count = max(lengths.values(), default=1)
    return {path: np.broadcast_to(column, count).copy() for path, column in columns.items()}


def _column(path: str, values: Any, units: Units) -> np.ndarray:
    """SI, () or (n,)."""
    if path in CHOICES:
        raise InputError(
            f"{path}: a choice of the runner, not of points; set it with apply_overrides"
        )
    declared = lookup(PARAMETERS, path)
    try:
        array = np.asarray(values)
    except ValueError:  # rows of different lengths
        raise InputError(f"{path}: rows of different lengths; expected (n,) numbers") from None
    if array.ndim > 1:
        raise InputError(f"{path}: an array of shape {array.shape}; expected (n,) numbers")
    if units == "declared" and array.dtype.kind not in "iuf":
        # Texts with units, and whatever else: each is read, or refused, as on the command line.
        read = [declared.check(value) for value in np.atleast_1d(np.asarray(values, object))]
        return to_si(1.0, declared.unit) * np.reshape(np.array(read), array.shape)
    if array.dtype.kind not in "iuf":
        raise InputError(f"{path}: {array.dtype} given; expected (n,) numbers")
    number = array.astype(float)
    low, high = declared.bounds
    if units == "SI":
        low, high = to_si(low, declared.unit), to_si(high, declared.unit)
    _check_range(declared, number, low, high, units)
    return number if units == "SI" else to_si(1.0, declared.unit) * number


def _check_range(
    declared: Parameter, number: np.ndarray, low: float, high: float, units: Units
) -> None:
    outside = np.flatnonzero(~((low <= number) & (number <= high)))
    if not outside.size:
        return
    first = int(outside[0])
    value = float(np.atleast_1d(number)[first])
    where = f" (point {first})" if number.ndim else ""
    unit = "SI" if units == "SI" else declared.unit
    unit = "" if declared.unit == "1" else f" {unit}"
    if not np.isfinite(value):
        raise InputError(f"{declared.path} = {value}{where}: not finite; expected a number")
    raise InputError(
        f"{declared.path} = {value:g}{where}: outside its permitted range {low:g} to {high:g}{unit}"
    )
