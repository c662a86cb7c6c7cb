"""How well the fitted numbers of a runner are known: standard deviations and correlations.

An entry is a parameter of the runner, or the value of a habit at one of the speeds at which it
was measured. Habits between those speeds are linear in their values (`over_speed`), so the
covariance of the parameters at any speed is exact: A C A^T with the weights A of the entries. A
parameter without an entry is taken as known, which says nothing of whether it is.
"""

import math
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import numpy as np

from stridesim.runner.over_speed import over_speed


class Uncertainty(eqx.Module):
    """Errors of fitted numbers, one entry each, SI.

    `paths[i]` at `speeds[i]` (m/s; None is the number itself, not a habit) has the standard
    deviation `sds[i]`; `correlation` (entries, entries); `source` says in a sentence what the
    errors come from. Static, for they are no input of the model.
    """

    paths: tuple[str, ...] = eqx.field(static=True, default=())
    speeds: tuple[float | None, ...] = eqx.field(static=True, default=())
    sds: tuple[float, ...] = eqx.field(static=True, default=())
    correlation: tuple[tuple[float, ...], ...] = eqx.field(static=True, default=())
    source: str = eqx.field(static=True, default="")

    def covariance(self) -> np.ndarray:
        """(entries, entries), SI."""
        sds = np.array(self.sds)
        return sds[:, None] * np.array(self.correlation).reshape(2 * sds.shape) * sds

    def without(self, paths: Mapping[str, Any]) -> "Uncertainty":
        """What remains when `paths` are set by hand: such a number is known exactly."""
        keep = [i for i, path in enumerate(self.paths) if path not in paths]
        return Uncertainty(
            tuple(self.paths[i] for i in keep),
            tuple(self.speeds[i] for i in keep),
            tuple(self.sds[i] for i in keep),
            tuple(tuple(self.correlation[i][j] for j in keep) for i in keep),
            self.source if keep else "",
        )

    def at(self, speed: float, habits: Mapping[str, tuple[float, ...]]) -> tuple[Any, Any]:
        """Names and covariance (paths, paths), SI, of the parameters at `speed` m/s.

        `habits` maps the paths that follow speed to the speeds (m/s) at which they are known;
        an entry that nothing reads (of a habit that is off, or of the number behind a habit
        that is on) does not appear.
        """
        weights: dict[str, np.ndarray] = {}
        for i, (path, known_at) in enumerate(zip(self.paths, self.speeds, strict=True)):
            known = habits.get(path)
            if (known is None) != (known_at is None):
                continue
            weight = 1.0
            if known is not None:
                alone = [1.0 if math.isclose(v, known_at or 0.0) else 0.0 for v in known]
                weight = float(over_speed(known, alone, speed))
            weights.setdefault(path, np.zeros(len(self.paths)))[i] = weight
        rows = np.array(list(weights.values())).reshape(len(weights), len(self.paths))
        return tuple(weights), rows @ self.covariance() @ rows.T


def covariance_root(covariance: np.ndarray) -> np.ndarray:
    """R with R R^T = `covariance` (n, n), which may be singular; rounding below zero is clipped.

    Scaled to correlations first, because stiffnesses and losses differ by a factor of 1e5.
    """
    sds = np.sqrt(np.diag(covariance))
    scale = np.where(sds > 0, sds, 1.0)
    values, vectors = np.linalg.eigh(covariance / np.outer(scale, scale))
    return scale[:, None] * vectors * np.sqrt(np.maximum(values, 0.0))
