"""Can the fitted runner run at the speeds of the recordings, and what does strength do to its cost?

The fit sees the leg spring, not the joints and muscles that have to make its force. So the whole
model solves the runner at every recorded speed, and names the reason where there is no stride.

Ground forces do not show muscle strength: a runner keeps the declared one (or what was set),
however many recordings there are, so that the cost of one runner can be compared with another's.
Where a recorded speed needs more, the least that suffices is searched and told, with what it does
to the cost; it is not put into the runner, because a posture that does not fit looks just like a
muscle that is too weak.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from stridesim.economy.batch import results_at
from stridesim.results import Status
from stridesim.runner import PARAMETERS, Runner

STRENGTH: Final = "muscle.strength_scale"

STRENGTH_STEP: Final = 0.05
"""Between the strengths tried; their largest is the declared bound."""

SHARES: Final = (0.8, 1.0, 1.2)
"""Of the runner's strength, at which the cost is told."""

OTHER_SPEEDS: Final = np.arange(20, 61) / 10
"""m/s; where the runner may run that cannot at a recorded speed."""


class Recorded(NamedTuple):
    """The fitted runner at a recorded speed (m/s): `cost` J/kg/m, NaN without a stride.

    `strength` is the least scale tried with which there is one, `cost_then` its cost; None and
    NaN where the runner's own suffices, or none does.
    """

    recording: str
    speed: float
    status: Status
    cost: float
    strength: float | None = None
    cost_then: float = np.nan

    @property
    def ok(self) -> bool:
        """Whether the runner runs there."""
        return self.status == Status.ok


class Runs(NamedTuple):
    """Where the fitted runner runs: at `recorded` speeds, and in the `ranges` (m/s) of others.

    `costs` are J/kg/m (NaN without a stride) by strength scale, in `SHARES` of the runner's and as
    much as a failed speed needs, at `reference` m/s: a recorded speed where the runner runs, or the
    nearest one. Without any, `reference` is None.
    """

    recorded: tuple[Recorded, ...] = ()
    ranges: tuple[tuple[float, float], ...] = ()
    reference: float | None = None
    costs: Mapping[float, float] = {}

    @property
    def failed(self) -> tuple[Recorded, ...]:
        """Recorded speeds that the runner cannot run."""
        return tuple(r for r in self.recorded if not r.ok)

    @property
    def nowhere(self) -> bool:
        """Whether the runner runs at none of the speeds that were tried."""
        return bool(self.recorded) and self.reference is None


def runs_of(runner: Runner, recordings: Sequence[str], speeds: np.ndarray) -> Runs:
    """Solve `runner` at its recorded `speeds` (m/s; of the named `recordings`) and at others."""
    own = float(runner.muscle.strength_scale)
    status, cost = _solve(runner, own, np.concatenate([speeds, OTHER_SPEEDS]))
    recorded = [
        Recorded(name, float(v), Status(status[i]), float(cost[i]))
        for i, (name, v) in enumerate(zip(recordings, speeds, strict=True))
    ]
    others = status[len(speeds) :] == Status.ok
    reference = _reference(recorded, OTHER_SPEEDS[others])

    failed = np.array([r.speed for r in recorded if not r.ok])
    stronger = _stronger(own) if failed.size else np.empty(0)
    levels = np.unique(np.round([*told_strengths(own), *stronger], 10))
    at = np.array([*failed, *([] if reference is None else [reference])])
    status, cost = (
        a.reshape(levels.size, at.size)
        for a in _solve(runner, np.repeat(levels, at.size), np.tile(at, levels.size))
    )
    usable = levels > own
    needs = (_least(levels[usable], status[usable, i], cost[usable, i]) for i in range(failed.size))
    recorded = [r if r.ok else r._replace(**next(needs)) for r in recorded]
    kept = {*told_strengths(own), *(r.strength for r in recorded)}
    costs = {float(s): float(c) for s, c in zip(levels, cost[:, -1], strict=True) if s in kept}
    return Runs(
        tuple(recorded),
        _ranges(OTHER_SPEEDS, others),
        reference,
        {} if reference is None else costs,
    )


def told_strengths(own: float) -> list[float]:
    """Strength scales at which the cost of a runner of strength `own` is told, within bounds."""
    low, high = PARAMETERS[STRENGTH].bounds
    return [round(min(max(share * own, low), high), 10) for share in SHARES]


def _solve(
    runner: Runner, strengths: float | np.ndarray, speeds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    values = {STRENGTH: np.broadcast_to(strengths, speeds.shape).astype(float)}
    found = results_at(runner, values | {"task.speed": speeds.astype(float)})
    return np.array([int(Status[name]) for name in found["status"]]), found["cost_of_transport"]


def _stronger(own: float) -> np.ndarray:
    """Strengths above the runner's `own`, on whole steps up to the declared bound."""
    first = int(np.floor(own / STRENGTH_STEP + 1e-9)) + 1
    last = round(PARAMETERS[STRENGTH].bounds[1] / STRENGTH_STEP)
    return np.arange(first, last + 1) * STRENGTH_STEP


def _least(levels: np.ndarray, status: np.ndarray, cost: np.ndarray) -> dict[str, float | None]:
    """The least of `levels` with a stride, and its cost."""
    good = np.flatnonzero(status == Status.ok)
    if not good.size:
        return {"strength": None, "cost_then": np.nan}
    best = good[np.argmin(levels[good])]
    return {"strength": float(levels[best]), "cost_then": float(cost[best])}


def _reference(recorded: Sequence[Recorded], others: np.ndarray) -> float | None:
    """The middle one of the recorded speeds that run, else the nearest other to one of them."""
    good = [r.speed for r in recorded if r.ok]
    if good:
        return good[len(good) // 2]
    if not others.size:
        return None
    away = np.min([np.abs(others - r.speed) for r in recorded], axis=0)
    return float(others[np.argmin(away)])


def _ranges(speeds: np.ndarray, good: np.ndarray) -> tuple[tuple[float, float], ...]:
    """First and last speed of every run of neighbours that are good."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], good.astype(int), [0]])))
    spans = zip(edges[::2], edges[1::2], strict=True)
    return tuple((float(speeds[a]), float(speeds[b - 1])) for a, b in spans)
