"""How well do the recordings determine what was fitted to them?

Two errors, added. The first is that of the measured means: their covariance S over strides
reaches the estimate through the linearised fit, d(theta) = -J^+ D d(data), where J and D are the
derivatives of the misfit by unknowns and data: C = J^+ D S D^T J^+^T (Gauss-Newton). A stride is
a left and a right step together, so that the difference of the two feet is no error; successive
strides that resemble each other count for fewer (n (1 - r) / (1 + r), r the autocorrelation at
lag one; Bartlett 1935, doi:10.2307/2342284).

The second is that of the model, which cannot reach all data at once: what is left of the misfit
beyond the scatter of the means, per degree of freedom, scales the unit errors of the fit,
s^2 (J^T J)^-1. It takes the remaining differences for independent of each other, which at
different speeds they may not be. Errors of speed, force calibration, contact threshold and body
mass are in neither. A number at the end of its range is held there: it has no error, and the
errors of the others hold for it there. Loss, stiffness and
travel of the pressure share a nearly flat valley of the misfit, where its curvature, which is
neglected, is as large as what remains: refits of resampled strides scatter 0.5 to 0.9 times as
far as the first error says. The second is several times as large.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.recordings.measures import StepMeasures
from stridesim.runner import Uncertainty

MOST_ALIKE: Final = 0.9
"""Largest autocorrelation believed: a short recording cannot tell a trend from a larger one."""

FEWEST_FOR_LAG: Final = 8
"""Strides below which an autocorrelation is noise, and is taken as 0."""


class Estimates(NamedTuple):
    """Fitted numbers: `paths` (n,) at `speeds` (n,; None has none), `values` and covariances, SI.

    `of_means` (n, n) is what step-to-step spread does, `of_model` (n, n) what the model's misfit
    adds. `ends` (n,): the end of its range at which a number is held, None inside; what is held
    has no error, which is not an error of 0.
    """

    paths: tuple[str, ...]
    speeds: tuple[float | None, ...]
    values: np.ndarray
    of_means: np.ndarray
    of_model: np.ndarray
    ends: tuple[float | None, ...] = ()

    @property
    def held(self) -> np.ndarray:
        """(n,) Whether a number is at the end of its range."""
        return np.array([end is not None for end in self.ends or [None] * len(self.paths)])

    @property
    def sds(self) -> np.ndarray:
        """Standard deviation of each, SI."""
        return np.sqrt(np.diag(self.of_means + self.of_model))

    def uncertainty(self) -> Uncertainty:
        """As a runner carries it; numbers without an error are left out."""
        sds = self.sds
        keep = np.flatnonzero(sds > 0)
        covariance = (self.of_means + self.of_model)[np.ix_(keep, keep)]
        correlation = covariance / np.outer(sds[keep], sds[keep])
        np.fill_diagonal(correlation, 1.0)
        return Uncertainty(
            tuple(self.paths[i] for i in keep),
            tuple(self.speeds[i] for i in keep),
            tuple(float(sd) for sd in sds[keep]),
            tuple(tuple(float(v) for v in row) for row in correlation),
            "stridesim fit: standard errors of the mean stride through the linearised fit, and "
            "what the model cannot reach; not: speed, calibration, mass, strength, populations",
        )


def covariance_of_means(measures: StepMeasures, names: Sequence[str]) -> np.ndarray:
    """Covariance (names, names) of the means over a recording, in the units of the measures."""
    strides = stride_means(measures, names)
    count = len(strides)
    away = strides - strides.mean(axis=0)
    variance = np.sum(away**2, axis=0)
    alike = np.zeros(len(names))
    if count >= FEWEST_FOR_LAG:
        together = np.sum(away[1:] * away[:-1], axis=0)
        alike = np.divide(together, variance, out=alike, where=variance > 0)
    # A negative one would promise more than the number of strides: it is taken as 0.
    alike = np.clip(alike, 0.0, MOST_ALIKE)
    inflation = np.sqrt((1 + alike) / (1 - alike))
    return inflation[:, None] * (away.T @ away) * inflation / ((count - 1) * count)


def stride_means(measures: StepMeasures, names: Sequence[str]) -> np.ndarray:
    """(strides, names): means of successive steps of either foot.

    Steps alone where a recording has not two such pairs.
    """
    steps = np.stack([measures.steps[name] for name in names], axis=1)
    pairs = []
    first = 0
    while first + 1 < measures.n:
        if measures.sides[first] != measures.sides[first + 1]:
            pairs.append(steps[first : first + 2].mean(axis=0))
            first += 2
        else:
            first += 1
    return np.array(pairs) if len(pairs) > 1 else steps


def estimate_errors(
    fitted: Mapping[str, np.ndarray],
    taken: Mapping[str, np.ndarray],
    at: np.ndarray,
    *,
    residual: np.ndarray,
    jacobian: np.ndarray,
    by_data: np.ndarray,
    spread: np.ndarray,
    ends: Sequence[float | None] = (),
) -> Estimates:
    """Covariance of what was fitted and of what was taken as measured, together.

    `fitted` path -> (S,) or (1,), in the order of the unknowns; `taken` path -> (S,), the first
    of the data; `at` (S,) m/s; `residual` (R,), `jacobian` (R, unknowns; a column of zeros is
    held), `by_data` (R, data S) with the speed innermost; `spread` (S, data, data) the
    covariances of the means; `ends` (unknowns,) the end of its range at which one is held.
    """
    lanes, data, _ = spread.shape
    whole = np.zeros((data, lanes, data, lanes))
    for lane in range(lanes):
        whole[:, lane, :, lane] = spread[lane]
    of_data = whole.reshape(data * lanes, data * lanes)
    gain, unit = _linearised(jacobian, by_data)
    remains = by_data + jacobian @ gain
    expected = float(np.trace(remains @ of_data @ remains.T))
    informative = np.count_nonzero(np.any(jacobian != 0, axis=1))
    freedom = informative - np.count_nonzero(np.any(jacobian != 0, axis=0))
    beyond = max(float(residual @ residual) - expected, 0.0) / freedom if freedom > 0 else 0.0

    values = np.concatenate([*fitted.values(), *taken.values()])
    known = np.eye(len(values) - len(gain), data * lanes)
    to_all = np.concatenate([gain, known])
    of_model = np.zeros((len(values), len(values)))
    of_model[: len(gain), : len(gain)] = beyond * unit
    entries: list[tuple[str, float | None]] = []
    for path, numbers in {**fitted, **taken}.items():
        alone = len(numbers) == 1
        entries += [(path, None if alone else float(v)) for v in at[: len(numbers)]]
    paths, speeds = zip(*entries, strict=True)
    within = [None] * (len(values) - len(ends))
    return Estimates(paths, speeds, values, to_all @ of_data @ to_all.T, of_model, (*ends, *within))


def _linearised(jacobian: np.ndarray, by_data: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Change of the unknowns with the data, and their covariance for unit errors of the rows."""
    # Columns differ by 1e5; scaled, the pseudo-inverse judges all of them alike.
    size = np.linalg.norm(jacobian, axis=0)
    scale = np.where(size > 0, size, 1.0)
    inverse: Any = np.linalg.pinv(jacobian / scale, rcond=1e-9) / scale[:, None]
    return -inverse @ by_data, inverse @ inverse.T
