"""Changes from the runner's own number."""

import pytest

from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides


def _own() -> Runner:
    return Runner.load().at_speed()


def test_a_change_is_from_what_the_runner_does_at_the_speed() -> None:
    changed = apply_overrides(Runner.load(), {"gait.step_frequency": "+10 %"})
    assert changed.gait.step_frequency == pytest.approx(1.1 * _own().gait.step_frequency)
    softer = apply_overrides(Runner.load(), {"leg.stiffness": "- 5%"})
    assert softer.leg.stiffness == pytest.approx(0.95 * _own().leg.stiffness)


def test_it_is_imposed_like_the_number_written_out() -> None:
    number = float(1.1 * _own().gait.step_frequency)
    by_hand = apply_overrides(Runner.load(), {"gait.step_frequency": number}).at_speed()
    changed = apply_overrides(Runner.load(), {"gait.step_frequency": "+10 %"}).at_speed()
    assert float(changed.leg.stiffness) == pytest.approx(float(by_hand.leg.stiffness), rel=1e-12)
    assert float(changed.leg.stiffness) != pytest.approx(float(_own().leg.stiffness), rel=1e-3)


def test_other_changes_are_from_the_new_speed() -> None:
    both = {"gait.step_frequency": "+10 %", "task.speed": "+10 %"}
    changed = apply_overrides(Runner.load(), both)
    speed = 1.1 * Runner.load().task.speed
    assert changed.task.speed == pytest.approx(speed)
    usual = apply_overrides(Runner.load(), {"task.speed": speed}).at_speed()
    assert changed.gait.step_frequency == pytest.approx(1.1 * usual.gait.step_frequency)


def test_what_has_no_unit_takes_the_percentage_as_its_value() -> None:
    assert apply_overrides(Runner.load(), {"task.slope": "-10 %"}).task.slope == -0.1
    assert apply_overrides(Runner.load(), {"hip.strength": "90 %"}).hip.strength == 0.9


def test_what_is_no_change_or_too_large_a_one_is_refused() -> None:
    with pytest.raises(InputError, match=r"write '\+10 %' or '-10 %' for a change"):
        apply_overrides(Runner.load(), {"gait.step_frequency": "10 %"})
    with pytest.raises(InputError, match=r"outside its permitted range 1.5 to 5 Hz"):
        apply_overrides(Runner.load(), {"gait.step_frequency": "+300 %"})


def test_a_speed_that_only_makes_sense_in_kilometres_an_hour_says_so() -> None:
    with pytest.raises(InputError, match="write '12 km/h' if that is meant"):
        apply_overrides(Runner.load(), {"task.speed": 12.0})
    with pytest.raises(InputError, match=r"permitted range 1.5 to 9 m/s$"):
        apply_overrides(Runner.load(), {"task.speed": 100.0})


def test_a_keyword_may_be_a_whole_path() -> None:
    assert Runner.load().with_(**{"hip.strength": 0.9}).hip.strength == 0.9
