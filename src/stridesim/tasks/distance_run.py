"""A run of many kilometres: muscles tire, and the gait is solved again along the way.

At each station the stride of every runner is solved with what is left of the muscles. Its mean
activation, as a share of the fresh muscle, is the load of the three compartments of each muscle
(`muscles.xia_freylaw2008`) until the next station. What tires follows as far as it has a source:

    muscles      motor units that are fatigued give no force (`muscle.GROUP.fatigued_share`)
    stabiliser   `hip.strength` falls with the strength of the hip abductors: the command stays as
                 it was. After an exhausting run abductors are weaker and the hip adducts further
                 (Radzak & Stickley 2020, doi:10.4085/1062-6050-531-19); after 30 easy minutes hip
                 motion is as before (Foch 2020, Gait Posture 77:64). `stabiliser` is how much
                 follows, 0 (the runner makes up for it) to 1.
    tendon       the Achilles loses 8.8 % of its stiffness in 90 minutes, 328 to 299 N/mm (Fletcher
                 & MacIntosh 2018, doi:10.1371/journal.pone.0202026), here evenly; beyond that time
                 nothing is known and it stays.

A second stride at each station, of the same runner fresh, tells what the slope does and what
fatigue does. Form breaks where the stride of the tired runner has no result; the reason is its
status. Speed is held. Nothing is decreed about contact time, leakage or cost.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from stridesim.economy.batch import results_at
from stridesim.economy.doors import evaluate_points
from stridesim.muscles.xia_freylaw2008 import Rates, averaged, rates_of
from stridesim.parameter import get_value, set_values
from stridesim.results import InputError, Status
from stridesim.runner import GROUPS, PARAMETERS, Runner
from stridesim.runner.adaptation import ADAPTED
from stridesim.runner.muscle import ACHILLES
from stridesim.tasks.course import Course

ABDUCTORS: Final = ("gluteus_medius", "gluteus_minimus", "tensor_fasciae_latae")
"""Muscles of the hip stabiliser."""

ACHILLES_LOSS: Final = 0.088
ACHILLES_TIME: Final = 5400.0
"""Share of its stiffness that the Achilles loses, and the seconds in which it does."""

FIRST_GAP: Final = 75.0
GROWTH: Final = 1.3
"""m to the second station, and the ratio of a gap to the one before: muscles tire within the first
minutes, and the gaps grow until they are those of the whole run."""

_HIP: Final = "hip.strength"
_SLOPE: Final = "task.slope"
_FATIGUED: Final = tuple(f"muscle.{group}.fatigued_share" for group in GROUPS)
_TENDONS: Final = tuple(f"tendon.{group}.strain_at_peak_force" for group in ACHILLES)


@dataclasses.dataclass(frozen=True)
class Fatigue:
    """What tires, and how fast.

    `rates` multiplies every rate, the tendon's too (0: nothing tires); `hip` is the joint region
    whose rates the muscles of the hip borrow (knee, trunk or ankle); `stabiliser` and `tendon` are
    the shares, 0 to 1, to which hip stabiliser and Achilles tendon follow. Raises `InputError`.
    """

    rates: float = 1.0
    hip: str = "knee"
    stabiliser: float = 1.0
    tendon: float = 1.0

    def __post_init__(self) -> None:
        for name, most in (("rates", 10.0), ("stabiliser", 1.0), ("tendon", 1.0)):
            value = getattr(self, name)
            if not 0 <= value <= most:
                raise InputError(f"{name} = {value:g}: outside its permitted range 0 to {most:g}")
        if self.hip not in ("knee", "trunk", "ankle"):
            raise InputError(f"hip = {self.hip!r}: expected one of knee, trunk, ankle")

    @property
    def of_muscles(self) -> Rates:
        """Rates (M,) of the groups, 1/s."""
        return rates_of(GROUPS, self.hip, self.rates)

    def achilles_loss(self, seconds: Any) -> Any:
        """Share of the stiffness of the Achilles that is lost after `seconds`."""
        return self.tendon * ACHILLES_LOSS * np.minimum(self.rates * seconds / ACHILLES_TIME, 1.0)


class Station(NamedTuple):
    """A place on the way, n runners side by side.

    `distance` m from the start, `slope` of the stretch that begins there, `seconds` (n,) since the
    start; `results` and `fresh` are named results (n,) of the tired and of the fresh runner, NaN
    where there is none; `status` (n,) names; `fatigued` (n, M) shares, `achilles_loss` (n,).
    """

    distance: float
    slope: float
    seconds: np.ndarray
    status: np.ndarray
    results: dict[str, np.ndarray]
    fresh: dict[str, np.ndarray]
    fatigued: np.ndarray
    achilles_loss: np.ndarray


def stations(length: float, points: int) -> np.ndarray:
    """Distances (m) at which the gait is solved: at least `points` from start to finish."""
    most = length / points
    gaps = [min(FIRST_GAP, most)]
    while sum(gaps) < length:
        gaps.append(min(GROWTH * gaps[-1], most))
    places = np.concatenate([[0.0], np.cumsum(gaps)])
    if places[-2] > length - 0.3 * gaps[-1]:  # no stretch of a few metres at the end
        places = places[:-1]
    places[-1] = length
    return places


def distance_run(
    runners: Sequence[Runner], course: Course, fatigue: Fatigue, metabolic: str, points: int
) -> Iterator[Station]:
    """Every station of the run, as soon as it is solved; ends early where nobody is left."""
    places = stations(course.length, points)
    speeds = np.array([float(runner.task.speed) for runner in runners])
    rates = fatigue.of_muscles
    fatigued = _shares(runners)
    status = np.full(len(runners), Status.ok.name, dtype="<U32")
    solve = _Solver(runners, fatigue, metabolic)
    for i, place in enumerate(places):
        slope = course.mean_slope(*places[[i, i + 1]] if i + 1 < len(places) else places[i - 1 :])
        seconds = place / speeds
        results, fresh = solve(slope, seconds, fatigued)
        running = status == Status.ok.name
        status = np.where(running, results.pop("status"), status)
        fresh.pop("status")
        for column in results.values():
            column[status != Status.ok.name] = np.nan
        lost = fatigue.achilles_loss(seconds)
        yield Station(place, slope, seconds, status, results, fresh, fatigued, lost)
        running = status == Status.ok.name
        if not running.any():
            return
        if i + 1 < len(places):
            after = places[i + 1] / speeds - seconds
            fatigued = np.where(running[:, None], _tired(fatigued, results, after, rates), fatigued)


def _shares(runners: Sequence[Runner]) -> np.ndarray:
    """Fatigued shares (n, M) that runners start with."""
    return np.array([[float(get_value(r, path)) for path in _FATIGUED] for r in runners])


def _tired(
    fatigued: np.ndarray, results: Mapping[str, np.ndarray], seconds: np.ndarray, rates: Rates
) -> np.ndarray:
    """Fatigued shares (n, M) after `seconds` (n,) of the stride that has these results."""
    mean, resting = (
        np.nan_to_num(np.stack([results[f"{name}.{group}"] for group in GROUPS], axis=1))
        for name in ("mean_activation", "resting_share")
    )
    rows = [
        averaged(fatigued[i], mean[i] * (1 - fatigued[i]), resting[i], float(seconds[i]), rates)
        for i in range(len(fatigued))
    ]
    return np.stack(rows)


def tired_values(
    runners: Sequence[Runner], fatigue: Fatigue, seconds: np.ndarray, fatigued: np.ndarray
) -> dict[str, np.ndarray]:
    """SI values (n,) by path of what fatigue has changed after `seconds` (n,), with `fatigued`
    shares (n, M) of the muscles; `runners` as they started."""
    left = _abductors(runners, fatigued) / _abductors(runners, _shares(runners))
    stiff = 1 - fatigue.achilles_loss(seconds)

    def own(path: str) -> np.ndarray:
        return np.array([float(get_value(runner, path)) for runner in runners])

    found = dict(zip(_FATIGUED, fatigued.T, strict=True))
    found[_HIP] = own(_HIP) * (1 - fatigue.stabiliser * (1 - left))
    return found | {path: own(path) / stiff for path in _TENDONS}


class _Solver:
    """Strides of all runners, tired and fresh, at a slope."""

    def __init__(self, runners: Sequence[Runner], fatigue: Fatigue, metabolic: str) -> None:
        self.runners, self.fatigue, self.metabolic = runners, fatigue, metabolic
        self.fresh: dict[tuple[int, float], dict[str, np.ndarray]] = {}

    def __call__(self, slope: float, seconds: np.ndarray, fatigued: np.ndarray) -> Any:
        """Results of the tired and of the fresh, each (n,) with `status`."""
        if any(runner.strategy == "optimal" for runner in self.runners):
            return self._chosen(slope, seconds, fatigued)
        on_slope = [set_values(runner, {_SLOPE: slope}).at_speed() for runner in self.runners]
        paths = [p for p in PARAMETERS if p in ADAPTED or _differs(on_slope, p)]
        values = {p: np.array([float(get_value(r, p)) for r in on_slope] * 2) for p in paths}
        values[_SLOPE] = np.full(2 * len(on_slope), slope)
        tired = tired_values(on_slope, self.fatigue, seconds, fatigued)
        rested = tired_values(on_slope, self.fatigue, 0 * seconds, _shares(on_slope))
        values |= {p: np.concatenate([tired[p], rested[p]]) for p in tired}
        found = results_at(on_slope[0], values, metabolic=self.metabolic)
        count = len(on_slope)
        return (
            {name: column[:count].copy() for name, column in found.items()},
            {name: column[count:].copy() for name, column in found.items()},
        )

    def _chosen(self, slope: float, seconds: np.ndarray, fatigued: np.ndarray) -> Any:
        """The same of runners who choose their gait anew at every station."""
        rows = []
        for i, runner in enumerate(self.runners):
            one = slice(i, i + 1)
            key = (i, round(slope, 9))
            if key not in self.fresh:
                none = tired_values([runner], self.fatigue, 0 * seconds[one], _shares([runner]))
                self.fresh[key] = self._evaluated(runner, slope, none)
            tired = tired_values([runner], self.fatigue, seconds[one], fatigued[one])
            rows.append((self._evaluated(runner, slope, tired), self.fresh[key]))
        return tuple(
            {name: np.concatenate([row[k][name] for row in rows]) for name in rows[0][k]}
            for k in (0, 1)
        )

    def _evaluated(
        self, runner: Runner, slope: float, values: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        points = {**values, _SLOPE: np.array([slope])}
        return evaluate_points(runner, points, metabolic=self.metabolic, units="SI")


def _abductors(runners: Sequence[Runner], fatigued: np.ndarray) -> np.ndarray:
    """Strength (n,) N of the hip abductors that is left."""
    index = [GROUPS.index(group) for group in ABDUCTORS]
    whole = [
        [float(get_value(runner, f"muscle.{g}.peak_isometric_force")) for g in ABDUCTORS]
        for runner in runners
    ]
    return np.sum(np.array(whole) * (1 - fatigued[:, index]), axis=1)


def _differs(runners: Sequence[Runner], path: str) -> bool:
    first = float(get_value(runners[0], path))
    return any(float(get_value(runner, path)) != first for runner in runners[1:])
