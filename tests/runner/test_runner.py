import math

import jax
import numpy as np
import pytest

from stridesim.parameter import get_value, set_values
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner, apply_overrides
from stridesim.runner.habits import HABITUAL, Habits
from stridesim.runner.over_speed import over_speed


@pytest.fixture
def runner() -> Runner:
    """The shipped runner with habits that the test knows."""
    habits = Habits(
        ("gait.step_frequency", "leg.stiffness"),
        (2.5, 3.5, 4.5),
        ((2.7, 2.85, 3.06), (16e3, 17e3, 19e3)),
    )
    shipped = Runner.load()
    return Runner(
        shipped.body,
        shipped.leg,
        shipped.hip,
        shipped.posture,
        shipped.gait,
        shipped.muscle,
        shipped.tendon,
        shipped.task,
        habits,
        "with habits",
    )


def test_numbers_are_leaves_and_choices_are_not(runner: Runner) -> None:
    assert len(jax.tree.leaves(runner)) == len(PARAMETERS)
    fixed = apply_overrides(runner, {"gait.strategy": "fixed"})
    assert jax.tree.structure(fixed) != jax.tree.structure(runner)
    faster = apply_overrides(runner, {"task.speed": "14 km/h"})
    assert jax.tree.structure(faster) == jax.tree.structure(runner)


def test_overrides_are_read_with_units_and_stored_in_si(runner: Runner) -> None:
    changed = apply_overrides(
        runner, {"task.speed": "4:30 min/km", "hip.thigh_tracking": 3, "body.mass": "70 kg"}
    )
    assert changed.task.speed == pytest.approx(1000 / 270, rel=1e-15)
    assert changed.hip.thigh_tracking == pytest.approx(math.radians(3), rel=1e-15)
    assert changed.body.mass == 70.0
    assert runner.body.mass != 70.0


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"task.sped": 3}, "unknown parameter 'task.sped'; did you mean 'task.speed'?"),
        ({"gait.strategy": "best"}, "gait.strategy = 'best': expected one of measured, fixed"),
        ({"gait.strategy": 3}, "gait.strategy = 3: expected one of measured, fixed"),
        ({"task.speed": "fast"}, "task.speed = 'fast': expected a number in m/s"),
        ({"task.speed": float("nan")}, "task.speed = nan: not finite"),
        ({"body.mass": 3, "task.speed": 3}, "body.mass = 3: outside its permitted range 30 to 150"),
        ({"leg": 3}, "unknown parameter 'leg'"),
        ({"leg.stiffness.x": 3}, "unknown parameter 'leg.stiffness.x'"),
        ({"body.thigh_length": 0.4}, "unknown parameter 'body.thigh_length'"),
    ],
)
def test_a_bad_override_is_one_line_and_changes_nothing(
    runner: Runner, overrides: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        apply_overrides(runner, overrides)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_habits_follow_the_speed_through_the_measured_values(runner: Runner) -> None:
    for speed, frequency, stiffness in ((2.5, 2.7, 16e3), (3.5, 2.85, 17e3), (4.5, 3.06, 19e3)):
        there = apply_overrides(runner, {"task.speed": speed}).at_speed()
        assert float(there.gait.step_frequency) == pytest.approx(frequency, rel=1e-12)
        assert float(there.leg.stiffness) == pytest.approx(stiffness, rel=1e-12)
        assert there.leg.loss == runner.leg.loss


def test_setting_a_parameter_takes_its_habit_away(runner: Runner) -> None:
    changed = apply_overrides(runner, {"leg.stiffness": "20 kN/m", "task.speed": 4.5})
    assert changed.habits.paths == ("gait.step_frequency",)
    assert changed.at_speed().leg.stiffness == 20e3
    assert float(changed.at_speed().gait.step_frequency) == pytest.approx(3.06, rel=1e-12)


def test_strategy_fixed_has_no_habits(runner: Runner) -> None:
    fixed = apply_overrides(runner, {"gait.strategy": "fixed", "task.speed": 4.5})
    assert fixed.at_speed().gait.step_frequency == runner.gait.step_frequency
    back = apply_overrides(fixed, {"gait.strategy": "measured"})
    assert float(back.at_speed().gait.step_frequency) == pytest.approx(3.06, rel=1e-12)


def test_strategy_fixed_needs_a_number_where_there_is_only_a_habit(runner: Runner) -> None:
    only = set_values(runner, {"leg.stiffness": float("nan")})
    with pytest.raises(
        InputError, match=r"^gait\.strategy = 'fixed': leg\.stiffness is only known"
    ):
        apply_overrides(only, {"gait.strategy": "fixed"})
    fixed = apply_overrides(only, {"gait.strategy": "fixed", "leg.stiffness": "17 kN/m"})
    assert fixed.at_speed().leg.stiffness == 17e3


def test_habits_have_parameters() -> None:
    assert set(HABITUAL) <= set(PARAMETERS)


def test_over_speed_is_smooth_and_leaves_the_range_along_its_tangent() -> None:
    known, values = (2.5, 3.5, 4.5), (1.0, 2.0, 4.0)

    def value(speed: float) -> float:
        return float(over_speed(known, values, speed))

    assert [value(v) for v in known] == pytest.approx(values, rel=1e-12)
    # The parabola through the three has slope 2.5 at the end; its tangent goes on.
    assert value(5.5) == pytest.approx(4.0 + 2.5, rel=1e-12)
    assert value(6.5) == pytest.approx(4.0 + 5.0, rel=1e-12)
    slope = jax.grad(lambda v: over_speed(known, values, v))
    assert float(slope(4.5 - 1e-9)) == pytest.approx(float(slope(4.5 + 1e-9)), rel=1e-7)


@pytest.mark.parametrize(("known", "values"), [((3.0,), (5.0,)), ((3.0, 4.0), (5.0, 6.0))])
def test_over_speed_of_one_or_two_speeds(
    known: tuple[float, ...], values: tuple[float, ...]
) -> None:
    slope = 0.0 if len(known) == 1 else 1.0
    speeds = np.array([2.0, 3.0, 3.5, 6.0])
    expected = 5.0 + slope * (speeds - 3.0)
    np.testing.assert_allclose(over_speed(known, values, speeds), expected, rtol=1e-12)


def test_derived_lengths_scale_with_height(runner: Runner) -> None:
    taller = apply_overrides(runner, {"body.height": 2.0}).body
    factor = 2.0 / runner.body.height
    assert taller.thigh_length == pytest.approx(factor * runner.body.thigh_length, rel=1e-14)
    assert taller.roll_inertia == pytest.approx(factor**2 * runner.body.roll_inertia, rel=1e-14)


def test_every_path_leads_to_a_number(runner: Runner) -> None:
    assert all(np.isfinite(get_value(runner, path)) for path in PARAMETERS)
