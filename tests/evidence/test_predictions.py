"""Optima of the predictions: where they lie between points of a grid, and when there is none."""

from typing import Any

import numpy as np
import pytest

from stridesim.evidence.laboratory import NoResultError, Point, Settings
from stridesim.evidence.lowest import lowest
from stridesim.evidence.predictions import PREDICTIONS


@pytest.mark.parametrize("optimum", [0.31, 0.35, 0.39])
def test_the_vertex_of_a_parabola_is_found_between_points(optimum: float) -> None:
    at = np.arange(0.1, 0.61, 0.1)
    assert lowest(at, 3 + (at - optimum) ** 2) == pytest.approx(optimum, rel=1e-12)


def test_rounding_moves_a_flat_optimum_by_less_than_a_step() -> None:
    """Two points of nearly one cost: the least of them is chance, the vertex is not."""
    at = np.arange(10.0, 13.1, 0.5)
    cost = 3.6 + 0.02 * (at - 11.75) ** 2
    noisy = [cost + 1e-5 * s * np.array([0, 0, 0, 1, -1, 0, 0]) for s in (-1, 1)]
    assert {int(np.argmin(c)) for c in noisy} == {3, 4}
    assert [lowest(at, c) for c in noisy] == pytest.approx([11.75] * 2, abs=0.01)


@pytest.mark.parametrize(
    "costs", [[3, 2, 1], [1, 2, 3], [3, 1, np.nan], [np.nan, 1, 3], [np.nan] * 3]
)
def test_no_optimum_is_seen_at_an_end_or_beside_a_failure(costs: list[float]) -> None:
    assert lowest(np.arange(3.0), np.array(costs)) is None


class _Tendons:
    """Cheapest at `best[speed]`; no tendon more compliant than `last[speed]` runs."""

    def __init__(self, best: dict[float, float], last: dict[float, float]) -> None:
        self.best, self.last = best, last

    def at(self, speed: float, settings: Settings) -> Point:
        [strain] = set(settings.values())
        status = "ok" if strain <= self.last[speed] else "activation_above_one"
        return Point({"cost_of_transport": 3 + (strain - self.best[speed]) ** 2}, status)


def _optimum(lab: Any) -> float:
    return PREDICTIONS["tendon_optimum"](lab)


@pytest.mark.parametrize("last", [0.09, 0.105, 0.11, 0.115])
def test_the_cheapest_tendon_does_not_depend_on_where_one_speed_ends(last: float) -> None:
    """At 4.5 m/s muscle forces and velocities just agree or not, as the machine rounds."""
    best = {2.5: 0.131, 3.5: 0.122, 4.5: 0.128}
    assert _optimum(_Tendons(best, {2.5: 0.16, 3.5: 0.145, 4.5: last})) == pytest.approx(12.65)


def test_without_an_optimum_there_is_no_result() -> None:
    lab = _Tendons(dict.fromkeys((2.5, 3.5, 4.5), 0.5), dict.fromkeys((2.5, 3.5, 4.5), 0.1))
    with pytest.raises(NoResultError, match="falls up to the last tendon strain"):
        _optimum(lab)
