"""Published drifts over a long run beside those of the model.

Each row is what a study found, a per cent change, and where the model's own is taken: between two
kilometres where the study says so, else from start to finish. Studies that found nothing count.
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

import numpy as np

from stridesim.parameter import get_value


class Run(Protocol):
    """What is asked of a run (`studies.race.RaceAnswer`)."""

    @property
    def distance(self) -> np.ndarray:
        """Kilometres (stations,)."""
        ...

    @property
    def variants(self) -> Any:
        """Who runs."""
        ...

    def last(self, runner: int = 0) -> int:
        """Index of the last station with a stride."""
        ...

    def drift(self, name: str, runner: int = 0) -> np.ndarray:
        """Change by fatigue (stations,), per cent."""
        ...

    def capacity(self, group: str, runner: int = 0) -> np.ndarray:
        """Share (stations,) of a muscle that is not fatigued."""
        ...


class Drift(NamedTuple):
    """A published change: of what, per cent, after what, and the source. `since` and `until` (km)
    bound where it was taken (None: from start to finish)."""

    of: str
    percent: float
    words: str
    source: str
    since: float | None = None
    until: float | None = None


PUBLISHED: Final = (
    Drift("cost_of_transport", 4.0, "marathon, 8 elite runners", "doi:10.1007/s00421-007-0504-x"),
    Drift("cost_of_transport", 4.2, "90 min in the heavy domain", "doi:10.1111/sms.70076"),
    Drift("cost_of_transport", 0.0, "90 min at threshold", "doi:10.1002/ejsc.70073"),
    Drift("cost_of_transport", 1.3, "90 min at 85 % of threshold speed, 14 trained runners",
          "doi:10.1371/journal.pone.0202026"),
    Drift("contact_time", 13.1, "marathon, kilometre 8 to 40, 179 runners",
          "Chan-Roper 2012, J Sports Sci Med 11:77", 8.0, 40.0),
    Drift("leg_stiffness", -3.2, "long exhausting run", "Dutto & Smith 2002, MSSE 34:1324"),
    Drift("knee_extensor_strength", -22.0, "marathon, maximal voluntary torque",
          "doi:10.1007/s00421-007-0504-x"),
    Drift("plantarflexor_strength", -17.0, "marathon, maximal voluntary torque",
          "doi:10.1007/s00421-007-0504-x"),
)  # fmt: skip

_STRENGTHS: Final = {
    "knee_extensor_strength": ("vasti", "rectus_femoris"),
    "plantarflexor_strength": ("soleus", "gastrocnemius"),
}


def published_drifts(answer: Run, runner: int = 0) -> list[dict[str, Any]]:
    """Rows with `of`, `published` and `model` in per cent, `conditions` and `source`; `model` is
    None where the run did not go so far."""
    return [
        {
            "of": row.of,
            "published": row.percent,
            "model": _own(answer, runner, row),
            "unit": "%",
            "conditions": row.words,
            "source": row.source,
        }
        for row in PUBLISHED
    ]


def _own(answer: Run, runner: int, row: Drift) -> float | None:
    last = answer.last(runner)
    if last < 1:
        return None
    km = answer.distance[: last + 1]
    if row.until is not None and km[-1] < row.until:
        return None
    along = _course_of(row.of)(answer, runner)[: last + 1]
    first, after = (
        end if place is None else float(np.interp(place, km, along))
        for place, end in ((row.since, along[0]), (row.until, along[-1]))
    )
    return float(100 * (after / first - 1))


def _course_of(name: str) -> Callable[[Run, int], np.ndarray]:
    """What the row is about, along the way, as a ratio to the fresh runner's."""
    if name in _STRENGTHS:
        return lambda answer, runner: _strength(answer, runner, _STRENGTHS[name])
    return lambda answer, runner: 1 + answer.drift(name, runner) / 100


def _strength(answer: Run, runner: int, groups: tuple[str, ...]) -> np.ndarray:
    own = answer.variants[runner].runner
    forces = [float(get_value(own, f"muscle.{g}.peak_isometric_force")) for g in groups]
    left = [answer.capacity(group, runner) for group in groups]
    return np.average(left, axis=0, weights=forces)
