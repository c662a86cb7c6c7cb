"""The answer in a sentence, on numbers that are known."""

import numpy as np
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, Fake

from stridesim.sweeps import run_in_memory
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.result import result_of
from stridesim.words.sweep_answer import answer, difference
from stridesim.words.wording import (
    change,
    number,
    outcome,
    parameter_words,
    percent,
    quantity_label,
)


def _answer(table: dict, fake: Fake) -> str:
    return answer(run_in_memory(design_from_tables(table, "x.toml"), fake))


def test_line() -> None:
    # Fake: 3.4 at scale 0.8, 3.4 (1 + 0.1 ln(3/0.8)^2) at 3; the runner's own strength is moot.
    table = {**LINE, "set": {"hip.strength": 1.0}}
    said = _answer(table, Fake())
    assert said == (
        "Cost of transport is lowest, 3.40 J/kg/m, at tendon stiffness scale 0.8; that is 0.5 % "
        "below the nominal runner (3.42 J/kg/m); it changes by 17 % over the range."
    )


def test_optimum_at_an_end_and_failures_are_said() -> None:
    table = {**LINE, "axis": [{"parameter": STIFFNESS, "values": [1, 2, 3]}]}
    said = _answer(table, Fake(2.5))
    assert "at tendon stiffness scale 1 (an end of the range); that is the same as" in said
    assert said.endswith("1 of 3 points have no result: no flight 1.")


def test_two_axes_name_both_places_and_what_ends_there() -> None:
    said = _answer({**MAP, "figure": {"optimum": "highest"}}, Fake())
    assert "is highest" in said
    assert "at tendon stiffness scale 3 (an end of the range) and hip stab" in said
    assert "hip stabiliser strength 0.4 (next to points without result); that is" in said


def test_nothing_solved() -> None:
    assert _answer(LINE, Fake(0.1)) == "No point has a result: no flight 4."


def test_nominal_without_result_is_said() -> None:
    table = {**LINE, "axis": [{"parameter": STIFFNESS, "values": [0.4, 0.8]}]}
    assert "the nominal runner has no result (no_flight)" in _answer(table, Fake(0.9))


@pytest.mark.parametrize(
    ("value", "said"), [(3.0, "25 % below"), (4.01, "0.2 % above"), (4.001, "the same as")]
)
def test_difference(value: float, said: str) -> None:
    assert difference(value, 4.0) == said


def test_numbers_as_people_write_them() -> None:
    assert [number(v) for v in (0.8, 12345.0, 0.000012, -5.0)] == [
        "0.8",
        "12345",
        "1.20e-05".replace("-", "−"),
        "−5",
    ]
    assert [outcome(v, "1") for v in (3.4, 120.0, 0.05)] == ["3.40", "120", "0.0500"]
    assert [percent(v) for v in (0.0041, 0.12)] == ["0.4 %", "12 %"]
    assert [change(v) for v in (1.23, -0.31, -0.01)] == ["+1.2 %", "−0.3 %", "±0.0 %"]


def test_names_as_people_say_them() -> None:
    assert parameter_words("task.speed") == "speed"
    assert parameter_words("posture.trunk_lean") == "trunk lean"
    assert parameter_words("hip.onset_delay") == "hip stabiliser onset delay"
    assert parameter_words("muscle.strength_scale") == "muscle strength scale"
    assert quantity_label("peak_force.gluteus_medius") == "Peak force of gluteus medius (BW)"
    assert quantity_label("lateral_leakage") == "Lateral leakage"


TASKS = [{"name": "flat"}, {"name": "uphill", "set": {"task.slope": "5 %"}}]
CLOUD = {
    "name": "cloud",
    "sampling": {"method": "list"},
    "axis": [
        {"parameter": STIFFNESS, "values": [0.8, 1.6, 3.0]},
        {"parameter": "task.speed", "values": [3, 4, 5]},
    ],
}


def test_scattered_points_have_a_best_row() -> None:
    # Fake: 3.4 (1 + 0.1 ln(s/0.8)^2): 3.4 at 0.8, 3.56 at 1.6; 3.0 is beyond the limit.
    said = _answer({**CLOUD, "set": {"hip.strength": 1.0}}, Fake(2.0))
    assert said == (
        "Of 3 listed points cost of transport is lowest, 3.40 J/kg/m, at tendon stiffness scale "
        "0.8 (an end of the range) and speed 3 m/s (an end of the range); that is 0.5 % below the "
        "nominal runner at the same speed (3.42 J/kg/m); it changes by 4.8 % over these "
        "points. 1 of 3 points have no result: no flight 1."
    )


def _dearer(points: dict, case: int = 0) -> dict:
    answers = Fake(2.0 if case < 5 else 0.1)(points)
    return answers | {"cost_of_transport": answers["cost_of_transport"] + case}


def test_each_of_several_tasks_is_told() -> None:
    table = {**LINE, "set": {"hip.strength": 1.0}, "task": TASKS}
    assert answer(run_in_memory(design_from_tables(table, "x.toml"), _dearer)) == (
        "Cost of transport is lowest: flat 3.40 J/kg/m at tendon stiffness scale 0.8, 0.5 % below "
        "the nominal runner; uphill 4.40 J/kg/m at tendon stiffness scale 0.8, 0.4 % below the "
        "nominal runner. 2 of 8 points have no result: no flight 2."
    )


def test_many_tasks_are_summed_up() -> None:
    table = {**LINE, "task": [{"name": f"t{k}"} for k in range(6)]}
    said = answer(run_in_memory(design_from_tables(table, "x.toml"), _dearer))
    assert said.startswith("Over 5 runners and tasks (of 6) the lowest cost of")
    assert "is between 3.40 J/kg/m (t0) and 7.40 J/kg/m (t4)." in said


def test_many_axes_are_counted() -> None:
    paths = ["hip.stiffness", "hip.damping", "body.mass", "leg.loss", "task.air_drag", "task.slope"]
    scattered = [{"parameter": STIFFNESS, "from": 0.5, "to": 1.5}]
    scattered += [{"parameter": p, "from": "0.1", "to": "0.2"} for p in paths if p != "body.mass"]
    scattered += [{"parameter": "body.mass", "from": 50, "to": 60}]
    table = {"name": "x", "axis": scattered, "sampling": {"method": "sobol", "points": 8}}
    assert " and 2 more; that is" in _answer(table, Fake())


def _slower_is_cheaper(points: dict, case: int = 0) -> dict:
    """A cost of 1 J/kg/m for each m/s, 1 % less at scale 0.8; a case adds 1."""
    answers = Fake()(points)
    speed = points.get("task.speed", np.full(len(answers["status"]), 10 / 3))
    saved = np.where(np.isclose(points.get(STIFFNESS, 1.0), 0.8), 0.99, 1.0)
    return answers | {"cost_of_transport": (speed + case) * saved}


SPEEDS = {"parameter": "task.speed", "values": ["2 m/s", "4 m/s"]}
SCALES = {"parameter": STIFFNESS, "values": [0.8, 1.0, 1.2]}


@pytest.mark.parametrize("sampling", [{}, {"sampling": {"method": "sobol", "points": 64}}])
def test_the_nominal_runner_is_that_of_the_same_speed(sampling: dict) -> None:
    """Not 40 % below, which is what the speed makes: 1 %, which is what the tendon makes."""
    axes = [SCALES, SPEEDS]
    if sampling:
        axes = [
            {"parameter": STIFFNESS, "from": 0.8, "to": 1.2},
            {"parameter": "task.speed", "from": "2 m/s", "to": "4 m/s"},
        ]
    table = {"name": "x", "axis": axes, **sampling}
    design = design_from_tables(table, "x.toml")

    def evaluate(points: dict) -> dict:
        answers = _slower_is_cheaper(points)
        slack = np.where(points[STIFFNESS] < 1, 0.99, 1.0)
        return answers | {"cost_of_transport": points["task.speed"] * slack}

    said = answer(run_in_memory(design, evaluate))
    assert "that is 1.0 % below the nominal runner at the same speed (2.0" in said


def test_tasks_too_are_compared_at_the_same_speed() -> None:
    table = {"name": "x", "axis": [SCALES, SPEEDS], "task": TASKS}
    said = answer(run_in_memory(design_from_tables(table, "x.toml"), _slower_is_cheaper))
    assert said.count("1.0 % below the nominal runner at the same speed") == 2


def test_a_sweep_of_the_speed_alone_compares_no_speeds() -> None:
    table = {"name": "x", "axis": [SPEEDS]}
    said = answer(run_in_memory(design_from_tables(table, "x.toml"), _slower_is_cheaper))
    assert "below the nominal runner" not in said
    assert "the nominal runner, at its own speed 3.33 m/s, comes to 3.33 J/kg/m" in said


def test_a_nominal_runner_that_fails_at_that_speed_is_said() -> None:
    def evaluate(points: dict) -> dict:
        answers = _slower_is_cheaper(points)
        fails = (points["task.speed"] < 3) & np.isclose(points[STIFFNESS], 1.0)
        return answers | {"status": np.where(fails, "no_flight", "ok")}

    said = answer(
        run_in_memory(design_from_tables({"name": "x", "axis": [SCALES, SPEEDS]}, "x"), evaluate)
    )
    assert "the nominal runner has no result at the same speed (no_flight)" in said


def test_without_a_model_to_ask_nothing_is_compared_across_speeds() -> None:
    result = run_in_memory(
        design_from_tables({"name": "x", "axis": [SCALES, SPEEDS]}, "x"), _slower_is_cheaper
    )
    alone = result_of(result.design, result.columns, result.statuses)
    assert "the nominal runner, at its own speed 3.33 m/s, comes to" in answer(alone)


def test_habits_of_the_nominal_runner_are_those_of_the_speed() -> None:
    """An axis that is a habit is held at what the runner does at the row's speed."""
    table = {
        "name": "x",
        "axis": [{"parameter": "leg.stiffness", "values": ["15 kN/m", "30 kN/m"]}, SPEEDS],
    }
    design = design_from_tables(table, "x.toml")
    result = run_in_memory(
        design,
        lambda points: (
            _slower_is_cheaper(points) | {"tendon_energy_returned": points["leg.stiffness"]}
        ),
    )
    nominal = result.nominal_at((20.0, 4.0))
    assert nominal is not None
    at_4 = float(design.runner.habits.at(4.0)["leg.stiffness"])
    assert nominal["tendon_energy_returned"] == pytest.approx(at_4)
    assert at_4 != pytest.approx(float(design.runner.habits.at(10 / 3)["leg.stiffness"]), rel=1e-3)
    line = result.nominal_lines[1]
    assert line.columns["tendon_energy_returned"][-1] == pytest.approx(at_4)
