"""A sweep as labelled arrays for xarray: dimensions with coordinates, units as attributes."""

from typing import Any

import numpy as np

from stridesim.results import quantity
from stridesim.runner import PARAMETERS
from stridesim.studies.answer import library
from stridesim.studies.sweep_record import inputs_of, outputs_of
from stridesim.sweeps import SweepResult


def dataset_of(result: SweepResult, sentence: str) -> Any:
    """An `xarray.Dataset` of the results that were asked for, and `status`.

    The axes of a grid are dimensions; what a constraint leaves out is NaN with an empty status.
    Other points lie along `point`, with their inputs as coordinates. Several runners and tasks are
    coordinates along `case`, or, of points that are no grid, along `point`.
    """
    variables, coordinates = _of_grid(result) if result.design.is_grid else _of_points(result)
    facts = {"title": result.design.config.title, "answer": sentence}
    facts |= {"metabolic": result.design.config.metabolic, "model": result.design.identity["model"]}
    return library("xarray").Dataset(variables, coords=coordinates, attrs=facts)


def _of_grid(result: SweepResult) -> tuple[dict[str, Any], dict[str, Any]]:
    design, cases = result.design, result.cases
    several = len(cases) > 1
    dims = (("case",) if several else ()) + tuple(axis.path for axis in design.axes)

    def stacked(grids: list[np.ndarray]) -> np.ndarray:
        return np.stack(grids) if several else grids[0]

    paths = [*design.relations.links]
    variables: dict[str, Any] = {
        name: (dims, stacked([case.grid(name) for case in cases]), _attributes(name))
        for name in [*paths, *outputs_of(result)]
    }
    variables["status"] = (dims, stacked([case.status_grid for case in cases]).astype(object))
    coordinates: dict[str, Any] = {
        axis.path: (axis.path, np.asarray(axis.values), _attributes(axis.path))
        for axis in design.axes
    }
    if several:
        coordinates["case"] = [case.words for case in design.cases]
    return variables, coordinates


def _of_points(result: SweepResult) -> tuple[dict[str, Any], dict[str, Any]]:
    coordinates = {
        name: ("point", values, _attributes(name))
        for name, values in inputs_of(result.design).items()
    }
    variables: dict[str, Any] = {
        name: ("point", result[name], _attributes(name)) for name in outputs_of(result)
    }
    variables["status"] = ("point", result.status.astype(object))
    return variables, coordinates


def _attributes(name: str) -> dict[str, str]:
    """Unit and meaning of a column; nothing of the names of runners and tasks."""
    if name in PARAMETERS:
        return {"units": PARAMETERS[name].unit, "long_name": PARAMETERS[name].doc}
    if name in ("runner", "task"):
        return {}
    declared = quantity(name)
    return {"units": declared.unit, "long_name": declared.meaning}
