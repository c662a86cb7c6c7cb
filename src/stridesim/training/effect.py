"""What a programme does to a runner: an ensemble of the same runner before and after.

Each draw is a runner within the errors of what was fitted, a size of every change and a share of it
that transfers; the stride before and the stride after are solved, and their ratio is one draw of
the effect. Points of a scrambled Sobol sequence stand for random numbers (Owen 1998,
doi:10.1145/290274.290313). Both strides set the same parameters by hand, so that after no weeks
they are one stride and nothing changes.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from scipy.special import ndtri

from stridesim.economy.batch import results_at
from stridesim.economy.doors import evaluate_points
from stridesim.economy.sobol import sobol
from stridesim.economy.uncertainty import within_bounds
from stridesim.parameter import get_value
from stridesim.runner import Runner
from stridesim.runner.uncertainty import covariance_root
from stridesim.training.programme import Change, Programme

DRAWS_LOG2: Final = 6
"""64 draws, of which each is a stride before and one after: two chunks of a batch."""

SEED: Final = 12


class Effect(NamedTuple):
    """Draws of a programme's effect after some weeks.

    `before` and `after` are named results (n,), NaN where a draw has none; `status` (n,) is the
    worse of both. `alone` are the changes of cost (per cent) of each change alone at its mean.
    """

    programme: Programme
    weeks: float
    before: dict[str, np.ndarray]
    after: dict[str, np.ndarray]
    status: np.ndarray
    alone: tuple[float, ...]

    def percent(self, name: str) -> np.ndarray:
        """Change of a result (n,), per cent; NaN where a draw has none."""
        return 100 * (self.after[name] / self.before[name] - 1)


def effect_of(
    runner: Runner,
    programme: Programme,
    weeks: float,
    metabolic: str,
    *,
    draws_log2: int = DRAWS_LOG2,
    seed: int = SEED,
) -> Effect:
    """Solve 2^draws_log2 runners before and after `weeks` of a programme."""
    base, drawn = _drawn(runner, programme, draws_log2, seed)
    shares = [change.share(weeks) for change in programme.changes]
    after = dict(base)
    for change, (size, transfer), share in zip(programme.changes, drawn, shares, strict=True):
        _apply(after, change, share * transfer * size)
    alone = [
        _alone(base, change, share) for change, share in zip(programme.changes, shares, strict=True)
    ]
    count = len(next(iter(base.values())))
    first = {path: column[:1] for path, column in _middle(base).items()}
    every = {
        path: np.concatenate([base[path], after[path], first[path], *(one[path] for one in alone)])
        for path in base
    }
    found, status = _evaluated(runner, every, metabolic)
    before, later = (
        {name: column[part].copy() for name, column in found.items()}
        for part in (slice(0, count), slice(count, 2 * count))
    )
    worse = np.where(status[:count] != "ok", status[:count], status[count : 2 * count])
    for column in (*before.values(), *later.values()):
        column[worse != "ok"] = np.nan
    cost = found["cost_of_transport"][2 * count :]
    return Effect(
        programme, weeks, before, later, worse, tuple(100 * (cost[1:] / cost[0] - 1).astype(float))
    )


def _drawn(
    runner: Runner, programme: Programme, draws_log2: int, seed: int
) -> tuple[dict[str, np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Values (n,) before, by path, and size and transfer (n,) of each change."""
    uncertain, covariance = runner.uncertainty_at_speed()
    resolved = runner.at_speed()
    changes = programme.changes
    points = sobol(len(uncertain) + 2 * len(changes), draws_log2, seed)
    normal = ndtri(np.clip(points, 1e-9, 1 - 1e-9))
    count = len(points)
    base = {
        path: np.full(count, float(get_value(resolved, path)))
        for path in dict.fromkeys([*uncertain, *(p for one in changes for p in one.parameters)])
    }
    if uncertain:
        errors = normal[:, : len(uncertain)] @ covariance_root(covariance).T
        for path, error in zip(uncertain, errors.T, strict=True):
            base[path] = base[path] + error
    drawn = []
    for i, change in enumerate(changes):
        at = len(uncertain) + 2 * i
        low, high = change.transfer
        size = change.mean + change.sd * normal[:, at]
        drawn.append((size, low + (high - low) * points[:, at + 1]))
    return base, drawn


def _apply(values: dict[str, np.ndarray], change: Change, size: Any) -> None:
    for path in change.parameters:
        values[path] = values[path] * (1 + size) if change.relative else values[path] + size


def _middle(base: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The mean runner, as one row."""
    return {path: np.array([column.mean()]) for path, column in base.items()}


def _alone(base: Mapping[str, np.ndarray], change: Change, share: float) -> dict[str, np.ndarray]:
    values = _middle(base)
    _apply(values, change, share * change.mean * np.mean(change.transfer))
    return values


def _evaluated(
    runner: Runner, values: Mapping[str, np.ndarray], metabolic: str
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Results (n,) and status (n,) of every row; rows out of bounds are not evaluated."""

    def solve(inside: dict[str, np.ndarray]) -> Mapping[str, np.ndarray]:
        if runner.strategy == "optimal":
            return evaluate_points(runner, inside, metabolic=metabolic, units="SI")
        return results_at(runner, inside, metabolic=metabolic)

    status, results = within_bounds(values, solve)
    return results, status
