"""What follows the speed, in words."""

import pytest

from stridesim.runner.habits import Habits
from stridesim.words.habit_words import notes, record, strategy_words

NONE = Habits()
ONE = Habits(("leg.stiffness",), (3.5,), ((18e3,),))
TWO = Habits(("gait.step_frequency", "leg.stiffness"), (2.5, 4.5), ((2.6, 3.0), (17e3, 19e3)))


@pytest.mark.parametrize(
    ("strategy", "habits", "words"),
    [
        ("measured", TWO, "measured: step frequency and leg stiffness follow the speed"),
        ("measured", ONE, "measured: leg stiffness follows the speed"),
        ("measured", NONE, "measured, but there are no habits: nothing follows the speed"),
        ("fixed", TWO, "fixed: nothing follows the speed"),
    ],
)
def test_the_strategy_says_what_follows(strategy: str, habits: Habits, words: str) -> None:
    assert strategy_words(strategy, habits) == words


@pytest.mark.parametrize("speeds", [[2.5], [3.0, 4.5], [4.54], [2.46]])
def test_measured_speeds_need_no_note(speeds: list[float]) -> None:
    assert notes("measured", TWO, speeds) == []
    assert not record(TWO, "measured", speeds)["extrapolated"]


@pytest.mark.parametrize(
    ("habits", "speeds", "says"),
    [
        (
            TWO,
            [2.0],
            "extrapolated to 2 m/s: step frequency and leg stiffness (habits measured at ",
        ),
        (TWO, [2.0, 3.0, 5.0], "extrapolated to 2 and 5 m/s: "),
        (TWO, [3.0, 5.0], "extrapolated to 5 m/s: "),
        (ONE, [3.0], "extrapolated to 3 m/s: leg stiffness (habits measured at 3.5 m/s)"),
    ],
)
def test_other_speeds_are_extrapolated(habits: Habits, speeds: list[float], says: str) -> None:
    [note] = notes("measured", habits, speeds)
    assert note.startswith(says)
    assert record(habits, "measured", speeds)["extrapolated"]


def test_a_runner_of_one_speed_at_another() -> None:
    [note] = notes("measured", NONE, [4.0], own=3.5)
    assert note.startswith("nothing follows the speed: ")
    assert note.endswith("stay those of 3.5 m/s")
    assert notes("measured", NONE, [3.52], own=3.5) == []
    assert notes("measured", NONE, [4.0]) == []
    [note] = notes("measured", NONE, [3.0, 4.0])
    assert note.endswith("stay the same at every speed")


def test_fixed_is_a_choice_and_needs_no_note() -> None:
    assert notes("fixed", TWO, [6.0]) == notes("fixed", NONE, [6.0], own=3.5) == []
    assert record(TWO, "fixed", [6.0]) == {
        "parameters": [],
        "measured_speeds": {"value": [], "unit": "m/s"},
        "extrapolated": False,
    }
