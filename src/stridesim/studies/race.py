"""A distance run with fatigue: what drifts, which muscle goes first, and where form breaks.

answer = race(runner, distance="marathon", pace="4:30/km")
answer.drift("cost_of_transport")[-1]       # per cent against the fresh runner, at the finish
answer.capacity("soleus")                   # share of its strength that is left, at each station
answer.breaks                               # where and why form breaks, for each runner

Runners run side by side; each keeps its speed. `tasks.distance_run` is the model.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.economy.compared import Variant
from stridesim.economy.doors import check_runner
from stridesim.economy.stride import check_metabolic_model
from stridesim.results import REASONS, InputError, Status, quantity
from stridesim.runner import GROUPS, Runner
from stridesim.runtime import provenance
from stridesim.studies.answer import Answer, Table
from stridesim.studies.race_published import published_drifts
from stridesim.tasks.course import Course, distance_of, level, read_course
from stridesim.tasks.distance_run import Fatigue, Station, distance_run, stations
from stridesim.units import parse_quantity
from stridesim.words import habit_words
from stridesim.words.everyday import everyday

OUTPUTS: Final = (
    "cost_of_transport",
    "oxygen_uptake",
    "contact_time",
    "step_frequency",
    "leg_stiffness",
    "spring_stiffness",
    "lateral_leakage",
    "pelvic_drop",
    "peak_hip_adduction",
    "achilles_stiffness",
    "achilles_peak_strain",
    "achilles_peak_force",
    "patellofemoral_peak_stress",
    "hip_contact_peak_force",
)
"""Results that are told along the way; an answer has all others too (`along`)."""

POINTS: Final = 40
MOST_POINTS: Final = 400
MOST_RUNNERS: Final = 32

BORROWED: Final = (
    "the muscles of the hip have no published rates of fatigue and borrow those of the {hip}"
)
SCOPE: Final = (
    "rates of fatigue are of isometric tasks of minutes: what hours add (glycogen, damage, drive "
    "from the brain) is left out, so muscles settle within the first kilometres"
)


class Break(NamedTuple):
    """Where form breaks (m from the start), and the status that says why."""

    distance: float
    status: str


@dataclass(frozen=True, repr=False, eq=False)
class RaceAnswer(Answer):
    """Runners along a course, station by station.

    `variants` run side by side; `stations` hold their results; an interrupted run ends early.
    """

    kind: ClassVar[str] = "race"

    status: str
    reason: str
    notes: tuple[str, ...]
    provenance: Mapping[str, Any]
    variants: tuple[Variant, ...]
    course: Course
    fatigue: Fatigue
    metabolic: str
    stations: tuple[Station, ...]

    @property
    def distance(self) -> np.ndarray:
        """Kilometres from the start (stations,)."""
        return np.array([station.distance for station in self.stations]) / 1000

    def along(self, name: str, runner: int = 0, *, fresh: bool = False) -> np.ndarray:
        """A named result (stations,) of a runner, in its unit; NaN after form breaks. `fresh`: of
        the same runner on the same slope without fatigue."""
        if not self.stations or name not in self.stations[0].results:
            quantity(name)
            raise InputError(f"result {name!r}: a race has none")
        return np.array(
            [(s.fresh if fresh else s.results)[name][runner] for s in self.stations], float
        )

    def drift(self, name: str, runner: int = 0) -> np.ndarray:
        """Change (stations,) of a result by fatigue, per cent of the fresh runner's."""
        own, fresh = self.along(name, runner), self.along(name, runner, fresh=True)
        return 100 * (own / fresh - 1)

    def capacity(self, group: str, runner: int = 0) -> np.ndarray:
        """Share (stations,) of a muscle's motor units that is not fatigued."""
        if group not in GROUPS:
            raise InputError(f"group = {group!r}: expected one of {', '.join(GROUPS)}")
        index = GROUPS.index(group)
        return np.array([1 - s.fatigued[runner, index] for s in self.stations])

    def weakest(self, count: int = 3, runner: int = 0) -> list[str]:
        """The muscles that have lost most at the end."""
        left = {group: float(self.capacity(group, runner)[-1]) for group in GROUPS}
        return sorted(left, key=lambda group: left[group])[:count]

    @functools.cached_property
    def breaks(self) -> list[Break | None]:
        """Where and why form breaks, for each runner; None where it holds."""
        return [self._break(i) for i in range(len(self.variants))]

    def _break(self, runner: int) -> Break | None:
        for station in self.stations:
            if station.status[runner] != Status.ok.name:
                return Break(station.distance, str(station.status[runner]))
        return None

    @property
    def sentence(self) -> str:
        """What drifts, which muscles go first and whether form holds, for each runner."""
        if not self.stations:
            return self.reason
        return " ".join(self.sentence_of(i) for i in range(len(self.variants)))

    def sentence_of(self, runner: int) -> str:
        """The same for one runner."""
        name, last = self.variants[runner].name, self.last(runner)
        who = f"{name}: " if len(self.variants) > 1 else ""
        if last < 0:
            return f"{who}no stride to begin with ({self._why(runner)})."
        drifts = ", ".join(
            f"{everyday(name).words} {self.drift(name, runner)[last]:+.1f} %"
            for name in ("cost_of_transport", "contact_time")
        )
        first, *_ = self.weakest(1, runner)
        lost = 100 * (1 - self.capacity(first, runner)[last])
        found = self.breaks[runner]
        held = (
            "form holds"
            if found is None
            else f"form breaks by {found.distance / 1000:.1f} km ({self._why(runner)})"
        )
        at = self.distance[last]
        said = (
            f"{who}After {at:.3g} km {drifts}; {first.replace('_', ' ')} has lost most "
            f"({lost:.0f} %); {held}."
        )
        return said.replace("-", "\N{MINUS SIGN}") if "-" in drifts else said

    def last(self, runner: int = 0) -> int:
        """Index of the last station at which the runner has a stride; -1 for none."""
        good = [i for i, s in enumerate(self.stations) if s.status[runner] == Status.ok.name]
        return good[-1] if good else -1

    def _why(self, runner: int) -> str:
        found = self.breaks[runner]
        return "" if found is None else f"{found.status}: {REASONS[Status[found.status]]}"

    def record(self) -> dict[str, Any]:
        """Course, what tires, and every runner along the way."""
        return {
            "course": {"length": {"value": self.course.length, "unit": "m"}},
            "fatigue": {
                name: getattr(self.fatigue, name) for name in ("rates", "hip", "stabiliser",
                                                                "tendon")
            },
            "metabolic": self.metabolic,
            "distance": {"unit": "km", "values": self.distance},
            "slope": {"unit": "1", "values": [station.slope for station in self.stations]},
            "runners": [self._runner(i) for i in range(len(self.variants))],
            "answer": self.sentence,
        }  # fmt: skip

    def _runner(self, i: int) -> dict[str, Any]:
        variant, found = self.variants[i], self.breaks[i]
        return {
            "name": variant.name,
            "file": variant.file,
            "set": dict(variant.settings),
            "speed": {"value": float(variant.runner.task.speed), "unit": "m/s"},
            "strategy": variant.runner.strategy,
            "status": Status.ok.name if found is None else found.status,
            "form_breaks_at": None if found is None else {
                "value": found.distance / 1000, "unit": "km"
            },
            "time": {"unit": "s", "values": [s.seconds[i] for s in self.stations]},
            "results": {
                name: {
                    "unit": quantity(name).unit,
                    "values": self.along(name, i),
                    "fresh": self.along(name, i, fresh=True),
                }
                for name in (OUTPUTS if self.stations else ())
            },
            "capacity": {"unit": "1"} | {group: self.capacity(group, i) for group in GROUPS},
            "published": self.published(i),
        }  # fmt: skip

    def published(self, runner: int = 0) -> list[dict[str, Any]]:
        """Published drifts beside the runner's own (`studies.race_published`)."""
        return published_drifts(self, runner)

    def table(self) -> Table:
        """A row for each runner and station; units in the heads of the columns."""
        units = {name: quantity(name).unit for name in OUTPUTS}
        columns = ("runner", "distance [km]", "time [s]", "slope [1]", "status",
                   *(f"{name} [{unit}]" for name, unit in units.items()), "cost_drift [%]",
                   *(f"capacity.{group} [1]" for group in GROUPS))  # fmt: skip
        rows = []
        for i, variant in enumerate(self.variants):
            drift = self.drift("cost_of_transport", i) if self.stations else []
            for k, s in enumerate(self.stations):
                told = [float(s.results[name][i]) for name in OUTPUTS]
                rows.append((variant.name, s.distance / 1000, float(s.seconds[i]), s.slope,
                             str(s.status[i]), *told, float(drift[k]),
                             *(1 - s.fatigued[i])))  # fmt: skip
        return Table(columns, rows)

    def plot(self, path: str | Path | None = None) -> Any:
        """Cost, contact time, leakage and the weakest muscles against distance: written to `path`,
        or the figure itself. Raises `InputError` where nothing was run."""
        from stridesim.plots.race import draw_race, save_race
        from stridesim.plots.style import figure_style

        if not self.stations or all(self.last(i) < 0 for i in range(len(self.variants))):
            raise InputError(f"race: there is nothing to draw ({self.reason})")
        shown = ([self._drawn(i) for i in range(len(self.variants))], *self._headline())
        if path is not None:
            save_race(Path(path), *shown)
            return None
        with figure_style():
            return draw_race(*shown)

    def _drawn(self, i: int) -> Any:
        from stridesim.plots.race import Drifts

        found = self.breaks[i]
        return Drifts(
            self.variants[i].name,
            self.distance,
            self.drift("cost_of_transport", i),
            self.drift("contact_time", i),
            100 * (self.along("lateral_leakage", i) - self.along("lateral_leakage", i, fresh=True)),
            {group: self.capacity(group, i) for group in self.weakest(4, i)},
            None if found is None else found.distance / 1000,
        )

    def _headline(self) -> tuple[str, str, str]:
        """Title, answer and conditions of the figure."""
        first = self.variants[0].runner
        speeds = sorted({float(one.runner.task.speed) for one in self.variants})
        slopes = [station.slope for station in self.stations]
        ground = "level" if not any(slopes) else f"slopes {min(slopes):+.1%} to {max(slopes):+.1%}"
        held = " · ".join([
            f"{self.variants[0].name} at {' and '.join(f'{v:.3g}' for v in speeds)} m/s, {ground}",
            habit_words.strategy_words(first.strategy, first.habits),
            self.metabolic,
            f"three-compartment fatigue, rates times {self.fatigue.rates:g}",
        ])  # fmt: skip
        title = f"{self.course.length / 1000:.4g} km: what fatigue changes"
        return title, self.sentence, held

    def __repr__(self) -> str:
        return f"<race over {self.course.length / 1000:.4g} km: {self.sentence}>"


def race(
    runners: Runner | Mapping[str, Runner] | Sequence[Variant],
    *,
    distance: str | float | None = None,
    pace: str | float | None = None,
    profile: str | Path | Course | None = None,
    points: int = POINTS,
    fatigue: Fatigue | None = None,
    metabolic: str = DEFAULT_METABOLIC_MODEL,
    progress: Callable[[int], None] = lambda _: None,
) -> RaceAnswer:
    """Run a course with muscles that tire, solving the gait again at `points` stations or more.

    `runners`: one, several by name, or variants; they run side by side. `distance` ("marathon",
    "10 km", a number of kilometres) may be left out with a `profile` (a TOML, CSV or GPX file, or a
    `Course`), which has one. `pace` ("4:30/km", a number in m/s) is everybody's; without it each
    runs at its own speed. `progress` is called with the number of stations just solved.

    Ctrl-C ends the run: the answer has what was run so far, and status `interrupted`. Raises
    `InputError` for what cannot be used. Where form breaks is an answer.
    """
    check_metabolic_model(metabolic)
    if not 2 <= points <= MOST_POINTS:
        raise InputError(f"points = {points}: outside its permitted range 2 to {MOST_POINTS}")
    variants = _variants(runners, pace)
    course = _course(distance, profile)
    tires = fatigue or Fatigue()
    found: list[Station] = []
    status, reason = Status.ok.name, ""
    running = [variant.runner for variant in variants]
    try:
        for station in distance_run(running, course, tires, metabolic, points):
            found.append(station)
            progress(1)
    except KeyboardInterrupt:
        ran = found[-1].distance / 1000 if found else 0.0
        status = "interrupted"
        reason = f"interrupted: {ran:.3g} of {course.length / 1000:.4g} km were run"
    if status == Status.ok.name and all(code != status for code in found[0].status):
        status = str(found[0].status[0])
        reason = f"no stride to begin with: {status}: {REASONS[Status[status]]}"
    return RaceAnswer(
        status=status,
        reason=reason,
        notes=tuple(_notes(variants, tires)),
        provenance=provenance(),
        variants=tuple(variants),
        course=course,
        fatigue=tires,
        metabolic=metabolic,
        stations=tuple(found),
    )


def count_of_stations(
    distance: str | float | None, profile: str | Path | Course | None, points: int = POINTS
) -> int:
    """How many strides a run solves for each runner, for a display of progress."""
    return len(stations(_course(distance, profile).length, points))


def _variants(
    runners: Runner | Mapping[str, Runner] | Sequence[Variant], pace: str | float | None
) -> list[Variant]:
    if isinstance(runners, Runner):
        found = [Variant(runners.name, runners, {}, None)]
    elif isinstance(runners, Mapping):
        found = [Variant(name, runner, {}, None) for name, runner in runners.items()]
    else:
        found = list(runners)
    if not 1 <= len(found) <= MOST_RUNNERS:
        raise InputError(f"runners: {len(found)} given; permitted: 1 to {MOST_RUNNERS}")
    if pace is not None:
        speed = parse_quantity(pace, "m/s", "pace")
        found = [one._replace(runner=one.runner.with_({"task.speed": speed})) for one in found]
    for one in found:
        check_runner(one.runner)
    strategies = {one.runner.strategy == "optimal" for one in found}
    if len(strategies) > 1:
        raise InputError("gait.strategy: some choose their gait and some do not; expected one kind")
    return found


def _course(distance: str | float | None, profile: str | Path | Course | None) -> Course:
    if profile is None:
        if distance is None:
            raise InputError("distance: it must be given, or a profile that has one")
        return level(distance_of(distance))
    course = profile if isinstance(profile, Course) else read_course(Path(profile))
    return course if distance is None else course.cut(distance_of(distance))


def _notes(variants: Sequence[Variant], fatigue: Fatigue) -> list[str]:
    said = [BORROWED.format(hip=fatigue.hip), SCOPE] if fatigue.rates else []
    for one in variants[:1]:
        speeds = [float(one.runner.task.speed)]
        said += habit_words.notes(one.runner.strategy, one.runner.habits, speeds, None)
    return said
