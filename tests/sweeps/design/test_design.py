"""A design file: what it means, in which order, and one line for everything it may not say."""

import copy
from pathlib import Path

import numpy as np
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH

from stridesim.results import InputError
from stridesim.sweeps.design import design_from_tables, load_design

SPEED = "task.speed"


def _with(changes: dict, base: dict = LINE) -> dict:
    return copy.deepcopy(base) | changes


def _axis(**entries: object) -> dict:
    return {"axis": [entries]}


def test_axis_values_may_carry_units_and_run_upward() -> None:
    design = design_from_tables(
        _with(_axis(parameter=SPEED, values=["12 km/h", 2.5, "4:00 min/km"])), "x.toml"
    )
    assert design.axes[0].values == pytest.approx((2.5, 12 / 3.6, 1000 / 240))


def test_points_are_si_and_inputs_in_declared_units() -> None:
    table = _axis(parameter="posture.trunk_lean", **{"from": "0 deg", "to": 18, "points": 3})
    design = design_from_tables(_with(table), "x.toml")
    np.testing.assert_allclose(design.inputs(0, 3)["posture.trunk_lean"], [0, 9, 18])
    np.testing.assert_allclose(
        design.points(0, 3)["posture.trunk_lean"], np.radians([0, 9, 18]), atol=1e-15
    )


def test_log_axis_has_equal_ratios_and_exact_ends() -> None:
    values = design_from_tables(MAP, "x.toml").axes[0].values
    ratios = np.divide(values[1:], values[:-1])
    np.testing.assert_allclose(ratios, ratios[0])
    assert (values[0], values[-1]) == pytest.approx((0.3, 3.0), rel=1e-15)


def test_rows_are_row_major_and_the_nominal_runner_comes_last() -> None:
    design = design_from_tables(MAP, "x.toml")
    rows = design.inputs(0, design.rows)
    assert design.rows == 9 * 11 + 1
    np.testing.assert_allclose(rows[STRENGTH][:11], np.linspace(0.3, 1.3, 11))
    assert len(set(rows[STIFFNESS][:11])) == 1
    assert rows[STIFFNESS][-1] == pytest.approx(1.0)
    assert rows[STRENGTH][-1] == pytest.approx(float(design.runner.hip.strength))
    # Any window of rows is the same as that part of all rows.
    np.testing.assert_array_equal(design.inputs(37, 100)[STIFFNESS], rows[STIFFNESS][37:])


def test_nominal_value_of_a_habit_is_the_habit_at_the_task_speed() -> None:
    table = _axis(parameter="gait.step_frequency", values=[2.6, 2.9])
    design = design_from_tables(_with(table | {"set": {SPEED: 4.0}}), "x.toml")
    assert design.nominal[0] == pytest.approx(float(design.runner.at_speed().gait.step_frequency))


def test_hash_is_stable_and_names_only_what_the_numbers_depend_on() -> None:
    first = design_from_tables(LINE, "x.toml").content_hash
    assert design_from_tables(copy.deepcopy(LINE), "y.toml").content_hash == first
    words = {"title": "Other", "figure": {"quantity": "tendon_energy_returned"}, "name": "b"}
    assert design_from_tables(_with(words), "x.toml").content_hash == first
    for changed in (
        {"set": {SPEED: 3.0}},
        {"metabolic": "bhargava2004"},
        _axis(parameter=STIFFNESS, values=[0.4, 0.8, 1.6, 2.9]),
        _axis(parameter="hip.strength", values=[0.4, 0.8]),
    ):
        assert design_from_tables(_with(changed), "x.toml").content_hash != first


def test_set_is_applied_and_options_win_over_the_file() -> None:
    table = _with({"set": {"task": {"speed": "12 km/h", "slope": "2 %"}}})
    runner = design_from_tables(table, "x.toml").runner
    assert float(runner.task.speed) == pytest.approx(12 / 3.6)
    assert float(runner.task.slope) == pytest.approx(0.02)
    faster = design_from_tables(table, "x.toml", overrides={SPEED: "4 m/s"})
    assert float(faster.runner.task.speed) == pytest.approx(4.0)


def test_runner_file_is_found_beside_the_config(tmp_path: Path) -> None:
    from stridesim.runner import Runner

    (tmp_path / "me.toml").write_text(Runner.load().to_toml())
    config = tmp_path / "sweep.toml"
    config.write_text(
        'name = "x"\nrunner = "me.toml"\n[[axis]]\nparameter = "hip.strength"\nvalues = [0.9]\n'
    )
    assert load_design(config).effective()["runner"] == "runner.toml"
    config.write_text(config.read_text().replace("me.toml", "you.toml"))
    with pytest.raises(InputError, match=r"you\.toml: no such file"):
        load_design(config)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"axes": []}, "unknown key 'axes'; did you mean 'axis'? (permitted: name"),
        ({"name": "a b"}, "name = 'a b': expected text that matches"),
        ({"outputs": []}, "outputs = []: at least 1 must be given"),
        ({"outputs": ["cost"]}, "outputs[0]: unknown result 'cost'"),
        ({"outputs": "cost_of_transport"}, "outputs = 'cost_of_transport': expected a list"),
        ({"figure": {"quantity": "pelvic_drops"}}, "did you mean 'pelvic_drop'?"),
        ({"figure": {"kind": "pie"}}, "figure.kind = 'pie': expected 'auto', 'lines' or 'map'"),
        ({"figure": {"colour": 1}}, "unknown key 'figure.colour'"),
        ({"axis": []}, "axis = []: at least 1 must be given"),
        (_axis(parameter="tendon.stifness_scale", values=[1]), "did you mean 'tendon.stiff"),
        (_axis(parameter=STIFFNESS, values=[]), "axis[0].values = []: at least 1"),
        (_axis(parameter=STIFFNESS), "axis[0]: needs values = [...], or all of from, to"),
        (_axis(parameter=STIFFNESS, values=[1], points=3), "axis[0]: either values, or from"),
        (_axis(parameter=STIFFNESS, pionts=3), "unknown key 'axis[0].pionts'; did you mean 'po"),
        (_axis(parameter=STIFFNESS, values=[9]), "axis[0]: tendon.stiffness_scale = 9: outside"),
        (_axis(parameter=STIFFNESS, values=[1, 1.0]), "= 1: stands there twice"),
        (_axis(parameter=STIFFNESS, values=[True]), "tendon.stiffness_scale = True: expected"),
        (_axis(parameter=STIFFNESS, values=[float("nan")]), "not finite"),
        (_axis(parameter=SPEED, values=["3 kg"]), "axis[0]: task.speed = '3 kg': kg is a"),
        (
            _axis(parameter=STIFFNESS, **{"from": 0.3, "to": 3, "points": 1}),
            "axis[0].points = 1: must be at least 2",
        ),
        (
            _axis(parameter=STIFFNESS, **{"from": 0.3, "to": 3, "points": 2.5}),
            "axis[0].points = 2.5: expected a whole number",
        ),
        (
            _axis(parameter="task.slope", **{"from": 0, "to": 0.1, "points": 3, "scale": "log"}),
            "axis[0]: scale = 'log': from and to must be above 0, 0 is given",
        ),
        ({"set": {SPEED: "3 deg"}}, "set: task.speed = '3 deg': deg is a"),
        ({"set": {"task.sped": 3}}, "set: unknown parameter 'task.sped'; did you mean"),
        ({"set": {STIFFNESS: 2}}, "set: tendon.stiffness_scale is an axis of this sweep"),
        ({"axis": LINE["axis"] * 2}, "axis[1].parameter = 'tendon.stiffness_scale': already"),
    ],
)
def test_what_may_not_be_said_is_refused_in_one_line(changes: dict, said: str) -> None:
    with pytest.raises(InputError) as refused:
        design_from_tables(_with(changes), "demo.toml")
    message = str(refused.value)
    assert message.startswith("demo.toml: ")
    assert said in message
    assert "\n" not in message


def test_missing_name_is_named() -> None:
    with pytest.raises(InputError, match=r"x\.toml: name: it must be given"):
        design_from_tables({"axis": LINE["axis"]}, "x.toml")
