"""The points of a method over the axes of a sweep: Morris' screen and Sobol indices.

The axes of a design are ranges to vary; a method lays its points over them. The points are a list
of rows, so that they are computed, kept and resumed like those of any sweep.
"""

import dataclasses
from typing import Final, NamedTuple

import numpy as np

from stridesim.analysis import Factor, saltelli, spread, trajectories
from stridesim.results import InputError
from stridesim.sweeps import Design
from stridesim.sweeps.design.config import AxisConfig, SamplingConfig
from stridesim.sweeps.design.points import lay_out, read_axis

SAMPLES: Final = {"sobol": 512, "morris": 20}
"""Base samples of the Sobol indices, trajectories of Morris' screen, unless told otherwise."""

SEED: Final = 1


def check_alone(design: Design, method: str) -> None:
    """Refuse a design of several runners or tasks: what matters to whom would be mixed."""
    if len(design.cases) > 1:
        raise InputError(f"{method}: of one runner and task, {len(design.cases)} are declared")


class Plan(NamedTuple):
    """The points of a method: a list of rows, and the places in the unit cube they came from.

    `cube` is (d + 2, n, d) for Sobol indices and (r, d + 1, d) for Morris' screen.
    """

    method: str
    design: Design
    factors: tuple[Factor, ...]
    cube: np.ndarray
    seed: int

    @property
    def samples(self) -> int:
        """As they were asked for: base samples of Sobol's method, trajectories of Morris'."""
        return self.cube.shape[0 if self.method == "morris" else 1]


def plan(design: Design, method: str, samples: int | None = None, seed: int = SEED) -> Plan:
    """Lay a method's points over the axes of a design; `InputError` where that makes no sense."""
    if method not in SAMPLES:
        raise InputError(f"method = {method!r}: expected one of {', '.join(SAMPLES)}")
    check_alone(design, method)
    if design.relations.constraints:
        raise InputError(
            f"{method}: needs axes that vary independently; take 'constraints' out of the file"
        )
    if len(design.axes) < 2:
        raise InputError(f"{method}: needs two axes or more, {len(design.axes)} is declared")
    factors = tuple(Factor(axis.path, axis.low, axis.high, axis.scale) for axis in design.axes)
    for i, factor in enumerate(factors):
        if factor.low == factor.high:
            raise InputError(f"axis[{i}]: {factor.path} has one value; {method} needs a range")
    cube = _cube(method, len(factors), SAMPLES[method] if samples is None else samples, seed)
    rows = spread(factors, cube.reshape(-1, len(factors)))
    axes = [
        AxisConfig(parameter=axis.parameter, values=rows[:, k].tolist(), scale=axis.scale)
        for k, axis in enumerate(design.config.axis)
    ]
    listed = {"axis": axes, "sampling": SamplingConfig(method="list")}
    config = design.config.model_copy(update={"name": f"{design.name}-{method}", **listed})
    layout = lay_out(tuple(read_axis(axis, "list") for axis in axes), config.sampling)
    # Of a layout without constraints all points are kept; links are checked on the way.
    kept = (design.relations.kept(layout, design.runner),)
    whole = dataclasses.replace(design, config=config, layout=layout, kept=kept)
    return Plan(method, whole, factors, cube, seed)


def _cube(method: str, dimensions: int, samples: int, seed: int) -> np.ndarray:
    if method == "morris":
        return trajectories(dimensions, samples, seed)
    log2 = samples.bit_length() - 1
    if samples != 1 << log2:
        raise InputError(
            f"samples = {samples}: expected a power of 2 for sobol ({1 << log2} or {2 << log2})"
        )
    return saltelli(dimensions, log2, seed)
