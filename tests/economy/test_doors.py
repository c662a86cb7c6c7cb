"""What `evaluate` and `evaluate_points` take, what they refuse, and the choices they honour."""

from typing import Any

import numpy as np
import pytest

import stridesim
from stridesim.economy import doors, optimal
from stridesim.economy.doors import checked_points
from stridesim.economy.evaluate import evaluate as evaluate_as_given
from stridesim.economy.optimal import FREE, Optimum
from stridesim.results import InputError, Status
from stridesim.runner import Runner, apply_overrides

OPTIMAL = apply_overrides(Runner.load(), {"gait.strategy": "optimal"})


def test_numbers_are_in_declared_units_as_on_the_command_line() -> None:
    values = checked_points(
        {
            "posture.trunk_lean": [7.2, 10.0],
            "task.speed": ["12 km/h", "4:30 min/km"],
            "tendon.soleus.strain_at_peak_force": np.array([0.04, 0.05]),
        }
    )
    np.testing.assert_allclose(values["posture.trunk_lean"], np.deg2rad([7.2, 10.0]), rtol=1e-15)
    np.testing.assert_allclose(values["task.speed"], [12 / 3.6, 1000 / 270], rtol=1e-12)
    assert values["tendon.soleus.strain_at_peak_force"].tolist() == [0.04, 0.05]


def test_one_number_serves_all_points() -> None:
    values = checked_points({"task.speed": 3, "task.slope": [0.0, 0.01, 0.02]})
    assert values["task.speed"].tolist() == [3.0, 3.0, 3.0]
    assert checked_points({"task.speed": "3 m/s"})["task.speed"].tolist() == [3.0]


def test_si_when_asked_for() -> None:
    lean = np.deg2rad([7.2, 40.0])
    values = checked_points({"posture.trunk_lean": lean}, "SI")
    assert values["posture.trunk_lean"].tolist() == lean.tolist()


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (
            {"task.speed": [3.0] * 5, "task.slope": [0.0, 0.1]},
            "points: lengths that do not agree (task.speed 5, task.slope 2)",
        ),
        ({"task.speed": [3.0], "task.slope": [0.0] * 2}, "points: lengths that do not agree"),
        ({"task.speed": [[3.0, 4.0]]}, "task.speed: an array of shape (1, 2)"),
        ({"task.speed": [[3.0], [3.0, 4.0]]}, "task.speed: rows of different lengths"),
        ({"task.speed": []}, "points: task.speed has no values"),
        ({"task.speed": [3.0, 12.5]}, "task.speed = 12.5 (point 1): outside its permitted range"),
        ({"posture.trunk_lean": [50.0]}, "posture.trunk_lean = 50 (point 0): outside"),
        ({"task.speed": [3.0, np.nan]}, "task.speed = nan (point 1): not finite"),
        ({"task.speed": np.inf}, "task.speed = inf: not finite"),
        ({"task.speed": ["3 kg"]}, "task.speed = '3 kg'"),
        ({"task.speed": [None]}, "task.speed = None"),
        ({"task.speed": [True]}, "task.speed = True"),
        ({"task.speed": [3 + 1j]}, "task.speed = (3+1j)"),
        ({"task.sped": [3.0]}, "unknown parameter 'task.sped'; did you mean 'task.speed'?"),
        ({"gait.strategy": ["optimal"]}, "gait.strategy: a choice of the runner, not of points"),
        ([3.0, 4.0], "points: list given; expected a mapping"),
    ],
)
def test_points_that_are_none_are_refused_in_one_line(points: Any, said: str) -> None:
    with pytest.raises(InputError) as refused:
        stridesim.evaluate_points(Runner.load(), points)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_si_is_held_to_the_same_bounds() -> None:
    with pytest.raises(InputError, match=r"trunk_lean = 0\.7 .* -0\.174533 to 0\.698132 SI"):
        checked_points({"posture.trunk_lean": [0.7]}, "SI")
    with pytest.raises(InputError, match="units = 'deg': expected one of declared, SI"):
        checked_points({}, "deg")  # type: ignore[arg-type]


@pytest.mark.parametrize("door", [stridesim.evaluate, lambda r: stridesim.evaluate_points(r, {})])
def test_who_is_no_runner_is_refused(door: Any) -> None:
    with pytest.raises(InputError, match="runner: str given; expected a Runner"):
        door("rbds011.toml")
    with pytest.raises(InputError, match=r"^\S+ = nan: not finite; expected a number"):
        door(Runner())
    with pytest.raises(InputError, match="metabolic = 'foo'"):
        stridesim.evaluate(Runner.load(), "foo")


def _best(free: tuple[str, ...], rows: int = 1, status: str = "ok") -> Optimum:
    table, one = np.full((rows, len(free)), 2.7), np.ones(rows)
    none = np.array([""] * rows, dtype=object)
    return Optimum(
        free, table, one, np.array([status] * rows), table, table, table, none, one, one, 1
    )


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[tuple[str, ...], str, Runner]]:
    """What is searched for and who is then solved, without solving."""
    calls: list[Any] = []

    def optimise(_runner: Runner, points: Any, free: Any, *, metabolic: str) -> Optimum:
        calls.append((tuple(free), metabolic))
        return _best(
            tuple(p for p in free if p not in points), len(next(iter(points.values()), [0]))
        )

    monkeypatch.setattr(optimal, "optimise_points", optimise)
    monkeypatch.setattr(doors, "evaluate_as_given", lambda runner, model: calls.append(runner))

    def results(_runner: Runner, values: Any, *, metabolic: str) -> dict[str, np.ndarray]:
        calls.append((values, metabolic))
        return {"status": np.array(["ok"] * len(next(iter(values.values()), [0])))}

    monkeypatch.setattr(optimal, "results_at", results)
    monkeypatch.setattr(doors, "results_at", results)
    return calls


def test_a_runner_who_chooses_is_given_his_choice(asked: list[Any]) -> None:
    stridesim.evaluate(OPTIMAL, "bhargava2004", ["gait.step_frequency"])
    (free, model), chosen = asked
    assert (free, model) == (("gait.step_frequency",), "bhargava2004")
    assert float(chosen.at_speed().gait.step_frequency) == 2.7
    assert chosen.chosen == ("gait.step_frequency",)
    asked.clear()
    stridesim.evaluate(chosen)
    assert asked == [chosen], "a choice that is made is not made again"
    asked.clear()
    stridesim.evaluate(OPTIMAL)
    assert asked[0][0] == FREE


def test_choices_that_nobody_has_made_are_not_passed_over() -> None:
    with pytest.raises(InputError, match=r"choices are made by stridesim\.evaluate"):
        evaluate_as_given(OPTIMAL)


def test_setting_a_number_lets_the_runner_choose_again(asked: list[Any]) -> None:
    stridesim.evaluate(OPTIMAL)
    faster = apply_overrides(asked[1], {"task.speed": 4.0})
    asked.clear()
    stridesim.evaluate(faster)
    assert asked[0][0] == FREE


def test_every_point_makes_its_choices_but_those_imposed(asked: list[Any]) -> None:
    points = {"leg.stiffness": [18e3, 20e3]}
    stridesim.evaluate_points(OPTIMAL, points, metabolic="bhargava2004")
    (free, model), (values, priced_by) = asked
    assert free == FREE, "optimise_points itself leaves out what is imposed"
    assert model == priced_by == "bhargava2004"
    assert values["leg.stiffness"].tolist() == [18e3, 20e3]
    assert values["gait.step_frequency"].tolist() == [2.7, 2.7]


def test_choices_without_a_strategy_to_choose_are_refused() -> None:
    for call in (
        lambda: stridesim.evaluate(Runner.load(), free=["gait.step_width"]),
        lambda: stridesim.evaluate_points(Runner.load(), {}, free=["gait.step_width"]),
    ):
        with pytest.raises(InputError, match=r"free: only with gait\.strategy = 'optimal'"):
            call()


def test_a_status_is_told_by_its_name() -> None:
    assert str(Status.no_flight) == f"{Status.no_flight}" == "no_flight"
