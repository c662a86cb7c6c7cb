"""Strategy `optimal`: the runner chooses the gait that costs least.

    minimise over x in bounds   cost of transport (x),   x some of step frequency, leg stiffness,
                                step width, knee flexion at contact, trunk lean

The periodic step and the muscles follow every trial. Many runners and many starts are searched
side by side by a projected quasi-Newton method (Nocedal & Wright 2006, ch. 6 and 16.7,
doi:10.1007/978-0-387-40065-5), from the cheapest of some hundred gaits around the habit. Slopes
are central differences over a hundredth of a natural step: cost has a kink wherever a muscle meets
a bound, some hundredths apart, so the slope at a point tells less than the slope around it; and the
batch of trials runs in the program that prices every sweep, a third of the time of the exact
derivative (`gradient.py`) and none of its minutes of compilation. A trial without a result
shortens the step. Nothing but cost is minimised: where humans differ from the optimum the
model lacks a cost, or humans have another aim.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import jax.numpy as jnp
import numpy as np

from stridesim.economy.batch import resolve, results_at
from stridesim.economy.evaluate import as_arrays
from stridesim.economy.sobol import sobol
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL, check_metabolic_model
from stridesim.parameter import get_value, set_values
from stridesim.results import InputError, Status
from stridesim.runner import PARAMETERS, Runner
from stridesim.units import to_si

STEPS: Final[dict[str, float]] = {
    "gait.step_frequency": 0.15,
    "leg.stiffness": 1.5e3,
    "gait.step_width": 0.03,
    "posture.knee_flexion_at_contact": 5.0,
    "posture.trunk_lean": 3.0,
}
"""What a runner may choose, and a natural step of each in its declared unit (about the spread
between runners): the scale of the search."""

FREE: Final = tuple(STEPS)[:4]
"""What the runner chooses unless told otherwise."""

STARTS: Final = 5
SCOUTS: Final = 256
SCOUTED: Final = 4.0
"""So many gaits within so many natural steps of the habit are looked at for starts."""

WIDTH: Final = 0.01
"""Natural steps to either side over which a slope is taken."""

EVALUATIONS: Final = 40
SETTLED: Final = 1e-3
"""J/kg/m a natural step: a projected gradient below it counts as an optimum."""

LONGEST: Final = 1.0
SHORTEST: Final = 1e-3
"""Longest trial step and shortest share of it, in natural steps."""


Tell = Callable[[np.ndarray, np.ndarray], None]


class Optimum(NamedTuple):
    """Cheapest choices of n runners; arrays over runners first.

    `values` and `curvature` (n, K): choices in SI, and second derivative of cost along each, in
    J/kg/m per squared natural step (`STEPS`), NaN beside gaits without a result. `at_bound` (n, K)
    -1, 0 or 1. `blocked` (n,) names the reason that stops a further descent, or is empty. `spread`
    (n,) is the range of cost over the starts that settled; `settled` (n,) how many did.
    """

    free: tuple[str, ...]
    values: np.ndarray
    cost: np.ndarray
    status: np.ndarray
    gradient: np.ndarray
    curvature: np.ndarray
    at_bound: np.ndarray
    blocked: np.ndarray
    spread: np.ndarray
    settled: np.ndarray
    evaluations: int


def check_free(free: Sequence[str]) -> tuple[str, ...]:
    """The choices, or `InputError` with those that exist."""
    for path in free:
        if path not in STEPS:
            raise InputError(f"free = {path!r}: expected some of {', '.join(STEPS)}")
    if not free or len(set(free)) < len(free):
        raise InputError("free: expected at least one choice, each once")
    return tuple(free)


class _Search:
    """Cost and gradient at choices of many runners, in natural steps."""

    def __init__(
        self, runner: Runner, points: Mapping[str, np.ndarray], free: tuple[str, ...], model: str
    ) -> None:
        self.runner, self.points, self.free, self.model = as_arrays(runner), points, free, model
        self.scale = np.array([to_si(STEPS[p], PARAMETERS[p].unit) for p in free])
        self.low, self.high = (
            np.array([to_si(PARAMETERS[p].bounds[i], PARAMETERS[p].unit) for p in free])
            for i in (0, 1)
        )

    def start(self) -> np.ndarray:
        """Choices (n, K) that the runners would make by habit, SI."""
        resolved, _ = resolve(self.runner, {p: jnp.asarray(v) for p, v in self.points.items()})
        return np.stack([np.asarray(get_value(resolved, p)) for p in self.free], axis=1)

    def starts(self, count: int, seed: int) -> np.ndarray:
        """Starts (n, S, K) in natural steps: the habit and the cheapest gaits around it.

        A habit without a result gives way to one more of them.
        """
        habit = self.start() / self.scale
        rows, size = habit.shape
        cloud = 2 * SCOUTED * (sobol(size, int(np.log2(SCOUTS)), seed) - 0.5)
        cloud = np.concatenate([np.zeros((1, size)), cloud])
        trial = habit[:, None] + cloud
        trial = np.clip(trial, self.low / self.scale, self.high / self.scale)
        lanes = np.repeat(np.arange(rows), len(cloud))
        cost = self._evaluated(lanes, trial.reshape(-1, size))[0].reshape(rows, -1)
        # Before all others, if it runs.
        cost[:, 0] = np.where(np.isfinite(cost[:, 0]), -np.inf, np.inf)
        best = np.argsort(cost, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(trial, best[:, :, None], axis=1)

    def _evaluated(self, which: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cost (L,), infinite without a result, and status (L,) as names."""
        choice = x * self.scale
        values = {p: v[which] for p, v in self.points.items()}
        values |= {p: choice[:, k] for k, p in enumerate(self.free)}
        found = results_at(self.runner, values, metabolic=self.model)
        ok = found["status"] == Status.ok.name
        return np.where(ok, found["cost_of_transport"], np.inf), found["status"]

    def __call__(self, which: np.ndarray, x: np.ndarray) -> Any:
        """Cost (L,) (infinite without a result), slope (L, K) a natural step and status (L,) at
        choices (L, K) in natural steps; no slope where neither side has a result."""
        size = x.shape[1]
        sides = WIDTH * np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)])
        cost, status = self._evaluated(
            np.repeat(which, len(sides)), (x[:, None] + sides).reshape(-1, size)
        )
        cost = cost.reshape(-1, len(sides))
        here, up, down = cost[:, :1], cost[:, 1 : 1 + size], cost[:, 1 + size :]
        # Beside a wall what is left is the difference to the one side that has a result.
        above, below = (np.where(np.isfinite(side), side, here) for side in (up, down))
        known = np.isfinite(up).astype(int) + np.isfinite(down)
        with np.errstate(invalid="ignore"):
            slope = np.where(known > 0, above - below, 0.0) / (WIDTH * np.maximum(known, 1))
        return cost[:, 0], slope, status[:: len(sides)]


def _projected(slope: np.ndarray, x: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Gradient without the parts that push out of the bounds."""
    outward = ((x <= low) & (slope > 0)) | ((x >= high) & (slope < 0))
    return np.where(outward, 0.0, slope)


def _directions(inverse: np.ndarray, slope: np.ndarray) -> np.ndarray:
    """Quasi-Newton steps (L, K) inside the free faces, no longer than `LONGEST`."""
    step = -np.einsum("lij,lj->li", inverse, slope)
    step = np.where(slope == 0.0, 0.0, step)
    uphill = np.sum(step * slope, axis=1) >= 0
    step[uphill] = -slope[uphill]
    longest = np.max(np.abs(step), axis=1, keepdims=True)
    return step * np.minimum(1.0, LONGEST / np.maximum(longest, 1e-12))


def _bfgs(inverse: np.ndarray, moved: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Inverse BFGS update of (L, K, K) where the curvature is positive."""
    product = np.sum(moved * change, axis=1)
    good = product > 1e-8
    rho = np.where(good, 1 / np.where(good, product, 1.0), 0.0)[:, None, None]
    eye = np.eye(moved.shape[1])
    left = eye - rho * moved[:, :, None] * change[:, None, :]
    updated = left @ inverse @ np.swapaxes(left, 1, 2) + rho * moved[:, :, None] * moved[:, None, :]
    return np.where(good[:, None, None], updated, inverse)


def _descend(search: _Search, which: np.ndarray, x: np.ndarray, tell: Tell | None = None) -> Any:
    """Projected BFGS from (L, K) choices in natural steps; all lanes side by side. `tell` is called
    with choices (L, K) in SI and cost (L,) wherever a lane has come closer."""
    low, high = search.low / search.scale, search.high / search.scale
    value, slope, status = search(which, x)
    inverse = np.broadcast_to(2.0 * np.eye(x.shape[1]), (len(x), x.shape[1], x.shape[1])).copy()
    share = np.ones(len(x))
    wall = np.full(len(x), "", dtype=object)
    done = ~np.isfinite(value)
    count = 1
    while count < EVALUATIONS:
        pushed = _projected(slope, x, low, high)
        done |= np.max(np.abs(pushed), axis=1, initial=0.0) < SETTLED
        left = np.flatnonzero(~done)
        if not left.size:
            break
        step = _directions(inverse[left], pushed[left]) * share[left, None]
        trial = np.clip(x[left] + step, low, high)
        found, steep, reason = search(which[left], trial)
        count += 1
        moved = trial - x[left]
        better = found <= value[left] + 1e-4 * np.sum(pushed[left] * moved, axis=1)
        kept = left[better]
        inverse[kept] = _bfgs(inverse[kept], moved[better], steep[better] - slope[kept])
        x[kept], value[kept], slope[kept] = trial[better], found[better], steep[better]
        share[kept], wall[kept] = np.minimum(1.0, 2 * share[kept]), ""
        if tell is not None and kept.size:
            tell(x * search.scale, value)
        short = left[~better]
        share[short] *= 0.4
        wall[short] = np.where(reason[~better] == Status.ok.name, "", reason[~better])
        done[short] |= share[short] < SHORTEST
    return x, value, slope, status, wall, count


def optimise_points(
    runner: Runner,
    points: Mapping[str, np.ndarray],
    free: Sequence[str] = FREE,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    starts: int = STARTS,
    seed: int = 0,
) -> Optimum:
    """The cheapest choices of n runners that differ from `runner` in `points` (SI, (n,)).

    `free` names the choices (of `STEPS`; a path in `points` is imposed, not chosen). The first
    start is the habit, the others are the cheapest of `SCOUTS` gaits around it (Sobol, `seed`),
    because cost has many valleys where muscles come and go. A runner without any
    start that has a result has NaN values and the reason of the habit in `status`. Raises
    `InputError` for unknown choices or models.
    """
    free = tuple(p for p in check_free(free) if p not in points)
    check_metabolic_model(metabolic)
    if not free:
        raise InputError("free: every choice is imposed; use strategy 'measured'")
    values = {p: np.asarray(v, float) for p, v in points.items()}
    if not values:
        values = {"task.speed": np.array([float(runner.task.speed)])}
    search = _Search(runner, values, free, metabolic)
    x = search.starts(starts, seed)
    count, _, size = x.shape
    which = np.repeat(np.arange(count), starts)
    x = x.reshape(-1, size)
    x, value, slope, status, wall, evaluations = _descend(search, which, x)
    costs = value.reshape(count, -1)
    best = np.argmin(costs, axis=1) + np.arange(count) * starts
    found = np.isfinite(value[best])
    low, high = search.low / search.scale, search.high / search.scale
    sides = (x[best] >= high).astype(int) - (x[best] <= low).astype(int)
    with np.errstate(invalid="ignore"):
        settled = np.isfinite(costs)
        spread = np.where(settled, costs, -np.inf).max(1) - np.where(settled, costs, np.inf).min(1)
    return Optimum(
        free,
        np.where(found[:, None], x[best] * search.scale, np.nan),
        np.where(found, value[best], np.nan),
        np.where(found, Status.ok.name, status[::starts]),
        np.where(found[:, None], _projected(slope[best], x[best], low, high), np.nan),
        _curvature(search, x[best]),
        sides,
        np.where(found, wall[best], ""),
        np.where(found, spread, np.nan),
        settled.sum(axis=1),
        evaluations,
    )


def descend_from(
    runner: Runner,
    free: Sequence[str] = FREE,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    tell: Callable[[dict[str, float], float], None] = lambda choices, cost: None,
) -> tuple[dict[str, float], float]:
    """The choices (SI, by path) at the end of the one valley that the runner's own gait lies in,
    and their cost (J/kg/m, not finite where that gait has no result).

    `tell` hears choices and cost on the way, and may end the search by an exception. Other valleys
    are not looked for: `optimise_points` does that. Raises `InputError` as it does.
    """
    free = check_free(free)
    check_metabolic_model(metabolic)
    speed = {"task.speed": np.array([float(runner.task.speed)])}
    search = _Search(runner, speed, free, metabolic)

    def named(choices: np.ndarray) -> dict[str, float]:
        return dict(zip(free, choices[0].tolist(), strict=True))

    x, value, *_ = _descend(
        search,
        np.zeros(1, int),
        search.start() / search.scale,
        lambda choices, cost: tell(named(choices), float(cost[0])),
    )
    return named(x * search.scale), float(value[0])


def _curvature(search: _Search, x: np.ndarray, width: float = 0.1) -> np.ndarray:
    """Second derivative of cost along each choice, by differences; NaN beside no result."""
    count, size = x.shape
    sides = width * np.concatenate([np.zeros((1, size)), np.eye(size), -np.eye(size)])
    which = np.repeat(np.arange(count), len(sides))
    cost, _ = search._evaluated(which, (x[:, None] + sides).reshape(-1, size))
    cost = np.where(np.isfinite(cost), cost, np.nan).reshape(count, -1)
    return (cost[:, 1 : 1 + size] - 2 * cost[:, :1] + cost[:, 1 + size :]) / width**2


def evaluate_optimal(
    runner: Runner,
    points: Mapping[str, np.ndarray],
    free: Sequence[str] = FREE,
    *,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
) -> dict[str, np.ndarray]:
    """Named results of self-optimised runners, as `results_at` gives them."""
    best = optimise_points(runner, points, free, metabolic=metabolic)
    lost = best.status != Status.ok.name
    chosen = {p: np.where(lost, np.nan, best.values[:, k]) for k, p in enumerate(best.free)}
    values = {p: np.asarray(v, float) for p, v in points.items()}
    found = results_at(runner, values | chosen, metabolic=metabolic)
    found["status"] = np.where(lost, best.status, found["status"])
    return found


def with_choices(runner: Runner, best: Optimum, row: int = 0) -> Runner:
    """The runner who makes the choices of one row; the habit's, if that row has none."""
    found = best.status[row] == Status.ok.name
    chosen = {p: float(best.values[row, k]) for k, p in enumerate(best.free)} if found else {}
    made = set_values(runner.at_speed(), chosen)
    habits = runner.habits.without(chosen)
    return dataclasses.replace(made, habits=habits, chosen=tuple(chosen))


def settled(
    runner: Runner, metabolic: str = DEFAULT_METABOLIC_MODEL, free: Sequence[str] = ()
) -> Runner:
    """The runner with every choice made: with strategy `optimal` those of `free` (by default
    `FREE`) at their optimum for the task, otherwise as it is.

    Raises `InputError` for `free` under another strategy, where nothing is free.
    """
    check_strategy(runner, free)
    if runner.strategy != "optimal" or runner.chosen is not None:
        return runner
    return with_choices(runner, optimise_points(runner, {}, free or FREE, metabolic=metabolic))


def check_strategy(runner: Runner, free: Sequence[str]) -> None:
    """`InputError` where choices are named and the strategy has none."""
    if free and runner.strategy != "optimal":
        raise InputError("free: only with gait.strategy = 'optimal'")
