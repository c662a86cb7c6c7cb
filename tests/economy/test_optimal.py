"""The cheapest gait against brute force, another minimiser, and what a runner really chose."""

import functools
from typing import Any

import equinox as eqx
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize_scalar

from stridesim.economy import evaluate, optimal
from stridesim.economy.batch import results_at
from stridesim.economy.gradient import gradient
from stridesim.economy.optimal import (
    STEPS,
    Optimum,
    _Search,
    check_free,
    descend_from,
    evaluate_optimal,
    optimise_points,
    with_choices,
)
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.parameter import get_value, set_values
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.units import to_si

SPEEDS = (2.5, 3.5, 4.5)
MEASURED = (2.62, 2.86, 3.11)
"""Hz; steps a second of RBDS011 at SPEEDS (Fukuchi 2017, doi:10.7717/peerj.3298)."""

FREQUENCY, STIFFNESS, WIDTH = "gait.step_frequency", "leg.stiffness", "gait.step_width"
KNEE = "posture.knee_flexion_at_contact"
FREE = (FREQUENCY, STIFFNESS)
NATURAL = np.array([to_si(STEPS[path], PARAMETERS[path].unit) for path in FREE])
OWN = float(Runner.load().muscle.strength_scale)
ROWS = {
    "task.speed": np.array([*SPEEDS, 3.5]),
    "muscle.strength_scale": np.array([OWN, OWN, OWN, 0.3]),
}
"""The shipped runner at SPEEDS, and without the strength for any gait."""


@functools.cache
def _chosen() -> Optimum:
    return optimise_points(Runner.load(), ROWS, FREE, starts=4)


@functools.cache
def _all_chosen() -> Optimum:
    return optimise_points(Runner.load(), {"task.speed": np.array(SPEEDS)})


def _search() -> _Search:
    runs = {path: values[:3] for path, values in ROWS.items()}
    return _Search(Runner.load(), runs, FREE, DEFAULT_METABOLIC_MODEL)


def _costs(points: dict[str, np.ndarray]) -> np.ndarray:
    return results_at(Runner.load(), points)["cost_of_transport"]


def _neighbours(values: np.ndarray, offsets: np.ndarray) -> np.ndarray:
    """Costs (3, 2, O) at SPEEDS where one choice of (3, 2) is moved by natural steps (O,)."""
    moves = np.eye(2)[:, None] * offsets[:, None] * NATURAL
    x = (values[:, None, None] + moves).reshape(-1, 2)
    speed = np.repeat(SPEEDS, 2 * len(offsets))
    costs = _costs({"task.speed": speed} | {p: x[:, k] for k, p in enumerate(FREE)})
    return costs.reshape(3, 2, len(offsets))


def test_slopes_are_those_of_the_exact_derivative(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 1 %: kinks lie about 0.05 natural steps apart. Over less than their distance it is
    the derivative, to 1e-4."""
    search = _search()
    habit = search.start() / search.scale
    assert_allclose(
        search(np.arange(3), habit)[0], _costs({"task.speed": np.array(SPEEDS)}), rtol=1e-9
    )
    # Beside the habits, where no kink lies within the width at any of the speeds.
    x = habit - 0.2
    exact = np.array([_exact_slope(v, c) for v, c in zip(SPEEDS, x * search.scale, strict=True)])
    assert np.abs(exact).max() > 0.05
    for width, within in ((optimal.WIDTH, 0.01), (1e-3, 1e-4)):
        monkeypatch.setattr(optimal, "WIDTH", width)
        _, slope, _ = search(np.arange(3), x)
        errors = np.abs(slope - exact)
        assert (errors < within * np.maximum(np.abs(exact), 0.01)).all(), errors


def _exact_slope(speed: float, choice: np.ndarray) -> np.ndarray:
    """Of cost at one speed by each choice (SI), a natural step."""
    runner = apply_overrides(Runner.load(), {"task.speed": speed}).at_speed()
    chosen = set_values(runner, dict(zip(FREE, choice, strict=True)))
    unfollowed = eqx.tree_at(
        lambda r: r.habits, chosen, type(chosen.habits)(), is_leaf=lambda x: x is chosen.habits
    )
    slopes = gradient(evaluate(unfollowed), DEFAULT_METABOLIC_MODEL, "cost_of_transport")
    return np.array([slopes[path] for path in FREE]) * NATURAL


@pytest.mark.parametrize("wall", ["above", "below", "around"])
def test_beside_a_wall_the_open_side_tells_the_slope(
    monkeypatch: pytest.MonkeyPatch, wall: str
) -> None:
    search = _search()
    where, one = search.start()[:1] / search.scale, np.zeros(1, int)
    whole = search(one, where)
    evaluated = search._evaluated

    def walled(which: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cost, status = evaluated(which, x)
        off = x[:, 0] - where[0, 0]
        closed = {"above": off > 1e-9, "below": off < -1e-9, "around": np.abs(off) > 1e-9}[wall]
        return np.where(closed, np.inf, cost), status

    monkeypatch.setattr(search, "_evaluated", walled)
    cost, slope, _ = search(one, where)
    assert cost == pytest.approx(whole[0], rel=1e-12)
    assert slope[0, 1] == pytest.approx(whole[1][0, 1], rel=1e-12)
    if wall == "around":
        assert slope[0, 0] == 0.0
    else:
        assert slope[0, 0] == pytest.approx(whole[1][0, 0], rel=0.2, abs=2e-3)


def test_no_neighbour_is_cheaper() -> None:
    """By brute force, 0.3 natural steps to either side of every choice, up to the ripple of the
    cost (0.1 %) where muscles come and go at the edge of their strength; habit is dearer still."""
    values, cost = _chosen().values[:3], _chosen().cost[:3]
    costs = _neighbours(values, np.array([0.0, 0.3, -0.3]))
    assert_allclose(costs[..., 0], np.stack([cost, cost], axis=1), rtol=1e-8)
    worse = np.isnan(costs[..., 1:]) | (costs[..., 1:] > 0.999 * cost[:, None, None])
    assert worse.all(), costs - cost[:, None, None]
    assert (cost < _costs({"task.speed": np.array(SPEEDS)})).all()


def test_one_choice_equals_another_minimiser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stiffness is held by bounds that leave it no room; the search says so."""
    pinned = PARAMETERS[STIFFNESS]._replace(bounds=(17e3, 17e3))
    monkeypatch.setattr(optimal, "PARAMETERS", {**PARAMETERS, STIFFNESS: pinned})
    monkeypatch.setattr(optimal, "EVALUATIONS", 20)
    speed = {"task.speed": np.array([3.5])}
    best = optimise_points(Runner.load(), speed, FREE, starts=3)
    other: Any = minimize_scalar(
        lambda x: _costs(speed | {FREQUENCY: np.array([x]), STIFFNESS: np.array([17e3])})[0],
        bounds=(2.5, 3.1),
        method="bounded",
        options={"xatol": 4e-3},
    )
    assert best.cost[0] == pytest.approx(other.fun, rel=1e-4)
    assert best.values[0] == pytest.approx([other.x, 17e3], rel=0.01)
    assert best.gradient[0, 1] == 0.0, "what is left of it points outwards"
    assert best.cost[0] > _chosen().cost[1]


def test_an_optimum_beyond_a_bound_stops_there(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = PARAMETERS[FREQUENCY]._replace(bounds=(3.0, 5.0))
    monkeypatch.setattr(optimal, "PARAMETERS", {**PARAMETERS, FREQUENCY: bounded})
    best = optimise_points(Runner.load(), {"task.speed": np.array([3.5])}, FREE, starts=3)
    assert best.values[0, 0] == pytest.approx(3.0, rel=1e-12)
    assert best.at_bound.tolist() == [[-1, 0]]
    assert best.cost[0] > _chosen().cost[1]


@pytest.mark.parametrize("row", range(3))
def test_the_shipped_runner_chooses_about_what_he_did(row: int) -> None:
    """All four choices free. Runners are within some percent of their cheapest frequency
    (Cavanagh & Williams 1982, doi:10.1249/00005768-198214010-00006)."""
    assert _search().start()[row, 0] == pytest.approx(MEASURED[row], abs=0.005)
    assert _all_chosen().values[row, 0] == pytest.approx(MEASURED[row], rel=0.1)


@pytest.mark.parametrize("row", range(3))
def test_so_does_one_who_chooses_frequency_and_stiffness_alone(row: int) -> None:
    assert _chosen().values[row, 0] == pytest.approx(MEASURED[row], rel=0.1)


@pytest.mark.parametrize("row", range(3))
def test_a_knee_bent_as_runners_bend_it_is_the_cheapest(row: int) -> None:
    """8 to 18 deg at contact between joint centres, 13 in the mean of 13 runners (Fukuchi 2017,
    doi:10.7717/peerj.3298); inside what the search may choose from 2 to 70."""
    knee = np.rad2deg(_all_chosen().values[row, optimal.FREE.index(KNEE)])
    assert 8 < knee < 18


def test_what_is_imposed_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimal, "EVALUATIONS", 5)
    points = {path: values[1:2] for path, values in ROWS.items()} | {WIDTH: np.array([0.12])}
    best = optimise_points(Runner.load(), points, (*FREE, WIDTH), starts=3)
    assert best.free == FREE
    found = _costs(points | {path: best.values[:, k] for k, path in enumerate(FREE)})
    assert_allclose(best.cost, found, rtol=1e-8)
    with pytest.raises(InputError, match="free: every choice is imposed"):
        optimise_points(Runner.load(), points, (WIDTH,))


def test_a_runner_without_any_gait_has_his_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    best = _chosen()
    assert (best.status[:3] == "ok").all()
    assert best.status[3] in ("activation_above_one", "strength_too_low")
    for numbers in (best.values, best.cost, best.gradient, best.spread):
        assert np.isfinite(numbers[:3]).all()
        assert np.isnan(numbers[3]).all()
    beside = _neighbours(best.values[:3], np.array([0.1, -0.1]))
    known = np.isfinite(beside).all(axis=-1)
    assert (np.isfinite(best.curvature[:3]) == known).all(), "unknown next to a wall, only there"
    assert known.any()
    assert np.isnan(best.curvature[3]).all()
    assert best.settled[3] == 0
    monkeypatch.setattr(optimal, "optimise_points", lambda *_, **__: best)
    found = evaluate_optimal(Runner.load(), ROWS, FREE)
    assert_allclose(found["cost_of_transport"], best.cost, rtol=1e-8)
    assert (found["status"] == best.status).all()


def test_from_the_own_gait_the_runner_comes_to_a_gait_that_no_neighbour_undercuts() -> None:
    way: list[tuple[dict[str, float], float]] = []
    runner = set_values(Runner.load(), {"task.speed": 3.5})
    choices, cost = descend_from(runner, FREE, tell=lambda made, cost: way.append((made, cost)))
    costs = [told for _, told in way]
    assert costs == sorted(costs, reverse=True)
    assert way[-1] == (choices, cost)
    assert cost == pytest.approx(float(_chosen().cost[1]), abs=0.01)
    # Nothing but the choices differs from the runner.
    points = {"task.speed": 3.5} | choices
    assert _costs({p: np.array([v]) for p, v in points.items()})[0] == pytest.approx(cost, rel=1e-9)


def test_a_search_from_a_gait_without_a_result_finds_nothing() -> None:
    weak = apply_overrides(Runner.load(), {"muscle.strength_scale": 0.3})
    assert descend_from(weak, FREE)[1] == np.inf


def test_curvature_of_a_parabola_and_beside_a_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    search = _search()
    bend = np.array([0.3, 4.0])
    x = np.array([[1.0, 2.0], [5.0, -1.0]])

    def parabola(which: np.ndarray, at: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cost = 3.0 + at @ [0.2, -0.1] + ((at - 1.5) ** 2) @ (bend / 2)
        # For the second runner there is nothing above.
        return np.where((which == 1) & (at[:, 0] > 5.0), np.inf, cost), np.full(len(at), "ok")

    monkeypatch.setattr(search, "_evaluated", parabola)
    found = optimal._curvature(search, x)
    assert_allclose(found[0], bend, rtol=1e-9)
    assert np.isnan(found[1, 0])
    assert found[1, 1] == pytest.approx(bend[1], rel=1e-9)


def test_choices_are_made_and_nothing_else() -> None:
    runner = apply_overrides(Runner.load(), {"task.speed": 3.5})
    habit, chosen = runner.at_speed(), with_choices(runner, _chosen(), 1).at_speed()
    for path in PARAMETERS:
        expected = _chosen().values[1, FREE.index(path)] if path in FREE else get_value(habit, path)
        assert float(get_value(chosen, path)) == pytest.approx(float(expected)), path
    without = with_choices(runner, _chosen(), 3)
    assert without.chosen == (), "who has no gait chooses nothing"
    for path in PARAMETERS:
        assert get_value(without, path) == get_value(habit, path), path


def test_scouts_find_a_start_where_habit_has_none() -> None:
    """Up 5 % the habit of a runner who does not adapt fails at 3.0 m/s; somewhere near it there
    are gaits."""
    points = {"task.speed": np.array([3.0, 3.0]), "task.slope": np.array([0.05, 0.0])}
    gains = {path: 0.0 for path in PARAMETERS if path.startswith("adaptation.")}
    search = _Search(
        apply_overrides(Runner.load(), gains), points, tuple(STEPS), DEFAULT_METABOLIC_MODEL
    )
    habit = search.start() / search.scale
    rows = np.arange(2)
    assert np.isfinite(search(rows, habit)[0]).tolist() == [False, True]
    starts = search.starts(4, seed=0)
    assert_allclose(starts[1, 0], habit[1], err_msg="a habit that runs is a start")
    costs = np.array([search(rows[[i]].repeat(4), starts[i])[0] for i in rows])
    assert np.isfinite(costs).all()
    assert (np.diff(costs[:, 1:]) >= 0).all(), "the cheapest first"
    assert (np.abs(starts - habit[:, None]) <= optimal.SCOUTED).all()


@pytest.mark.parametrize(
    ("free", "message"),
    [
        (("gait.cadence",), "free = 'gait.cadence': expected some of gait.step_frequency, "),
        ((FREQUENCY, FREQUENCY), "free: expected at least one choice, each once"),
        ((), "free: expected at least one choice, each once"),
    ],
)
def test_bad_choices_are_one_line(free: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError) as refused:
        optimise_points(Runner.load(), {}, free)
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
    assert check_free(optimal.FREE) == optimal.FREE
