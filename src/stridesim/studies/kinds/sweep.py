"""Strides at many points: a grid, a list or a scattered design, the gait held or chosen.

What the file says is a sweep file (`sweeps.design.config`). With `gait.strategy = "optimal"` every
point is an optimum.
"""

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from stridesim.plots.conditions import sweep_conditions
from stridesim.results import InputError, quantity
from stridesim.runner import Runner
from stridesim.studies import sweep_model
from stridesim.studies.kinds.study import Outcome, Progress, Study, rounded
from stridesim.studies.sweep import table_of, without_result
from stridesim.sweeps import Design, SweepResult, run_in_memory
from stridesim.sweeps.design import design_from_tables


@dataclasses.dataclass(frozen=True, eq=False)
class Sweep(Study):
    """A sweep of one runner and task; `tables` and `path` are what its design was read from."""

    design: Design
    tables: Mapping[str, Any]
    path: Path

    @classmethod
    def declared(cls, tables: Mapping[str, Any], path: Path) -> Self:
        """A sweep file, of one runner and task."""
        design = design_from_tables(tables, str(path), path.parent)
        if len(design.cases) > 1:
            raise InputError(f"{path}: an experiment is of one runner and task")
        return cls(design, tables, path)

    @property
    def runner(self) -> Runner:
        """Who runs, with everything held fixed applied."""
        return self.design.runner

    @property
    def metabolic(self) -> str:
        """The model of the figure."""
        return self.design.config.metabolic

    @property
    def title(self) -> str:
        """The headline of the figure."""
        return self.design.config.title

    @property
    def rows(self) -> int:
        """Points and the nominal runner."""
        return self.design.rows

    @property
    def identity(self) -> Mapping[str, Any]:
        """Runner, models and the hash of the design."""
        return {
            "design_hash": self.design.content_hash,
            "model": self.design.identity["model"],
            "runner": self.design.config.runner,
            "metabolic": self.metabolic,
        }

    def smaller(self, points: int) -> Self:
        """`points` values of each axis, its ends among them; 2^points scattered points."""
        tables = {**self.tables, "axis": [_thinned(axis, points) for axis in self.tables["axis"]]}
        sampling = self.tables.get("sampling")
        if sampling and "points" in sampling:
            tables["sampling"] = {**sampling, "points": min(sampling["points"], 2**points)}
        if sampling and sampling.get("method") == "list":
            return self
        return type(self).declared(tables, self.path)

    def compute(self, progress: Progress | None = None) -> Outcome:
        """Every point, and the nominal runner."""
        evaluate = sweep_model.model(self.design)
        result = run_in_memory(self.design, evaluate, progress=progress)
        status, reasons = without_result(result)
        return Outcome(
            result,
            status,
            f"{self.path}: {reasons}" if reasons else "",
            tuple(self.design.notes),
            _numbers(result),
            {
                "nominal": result.nominal_status,
                "failures": result.failures,
                "rows_without_result": {
                    reason: [i for i, status in enumerate(result.status) if status == reason]
                    for reason in result.failures
                },
            },
            table_of(result),
            f"{sweep_conditions(result)} · n = 1 runner, {self.design.size:,} strides",
        )


STUDY = Sweep


def _thinned(axis: Mapping[str, Any], points: int) -> dict[str, Any]:
    """An axis with at most `points` values."""
    if axis.get("values") is not None:
        values = axis["values"]
        kept = np.unique(np.linspace(0, len(values) - 1, points).round().astype(int))
        return {**axis, "values": [values[i] for i in kept]}
    if axis.get("points") is None:
        return dict(axis)
    return {**axis, "points": min(axis["points"], points)}


def _numbers(result: SweepResult) -> dict[str, Any]:
    """The axes and every result that was asked for, at the nominal runner and at every point."""
    design = result.design
    axes = [
        {
            "parameter": axis.path,
            "unit": axis.parameter.unit,
            "nominal": rounded(own),
            "values": [rounded(v) for v in (axis.values if design.is_grid else result[axis.path])],
        }
        for axis, own in zip(design.axes, design.nominal, strict=True)
    ]
    order = "row-major: the last axis runs fastest" if design.is_grid else "row by row"
    return {
        "axes": axes,
        "order": order,
        "results": {
            name: {
                "unit": quantity(name).unit,
                "nominal": rounded(result.nominal[name]),
                "values": [rounded(value) for value in result[name]],
            }
            for name in design.config.outputs
            if name in result.columns
        },
    }
