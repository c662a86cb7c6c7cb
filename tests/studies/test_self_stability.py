"""Maps of self-stability: shares, sentence and table are those of the regions.

The regions are stood in for; `tests/gait/test_spring_mass.py` judges them.
"""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from stridesim.gait.spring_mass import STEPS_TO_COUNT, Region, SpringMass
from stridesim.plots.style import figure_style
from stridesim.results import InputError
from stridesim.studies import self_stability as study
from stridesim.studies.self_stability import SelfStabilityAnswer, self_stability


def _made(runner: SpringMass, angles: np.ndarray, stiffnesses: np.ndarray) -> Region:
    """Nothing is stable below 4 m/s; above, one angle for each stiffness, the diagonal."""
    steps = np.zeros((stiffnesses.size, angles.size), int)
    if runner.speed >= 4.0:
        np.fill_diagonal(steps, STEPS_TO_COUNT)
    return Region(runner, angles, stiffnesses, steps)


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> SelfStabilityAnswer:
    monkeypatch.setattr(study, "region", _made)
    return self_stability((3.0, 5.0), points=(6, 5))


def test_shares_and_sentence_are_those_of_the_regions(answer: SelfStabilityAnswer) -> None:
    assert answer.shares == pytest.approx([0.0, 5 / 30])
    assert answer.sentence == (
        "Of all legs on the map 0 % at 3 m/s and 16.7 % at 5 m/s run 24 steps without control. "
        "At 5 m/s the stable angle goes from 55° on a leg of 5 kN/m to 75° on one of 45 kN/m."
    )


def test_where_nothing_is_stable_no_angle_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "region", _made)
    assert self_stability((3.0,), points=(6, 5)).sentence.endswith("without control.")


def test_table_and_record_hold_every_leg(answer: SelfStabilityAnswer) -> None:
    columns, rows = answer.table()
    assert columns == ("speed", "angle_of_attack", "leg_stiffness", "steps")
    assert len(rows) == 2 * 30
    whole = answer.to_dict()
    assert whole["schema"]["kind"] == "self-stability"
    assert whole["regions"][1]["steps"][0][0] == STEPS_TO_COUNT
    assert whole["regions"][1]["runner"]["speed"] == 5.0


def test_a_map_for_each_speed(answer: SelfStabilityAnswer) -> None:
    with figure_style():
        figure = answer.plot()
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["3 m/s", "5 m/s"]
    plt.close(figure)


@pytest.mark.parametrize(
    ("speeds", "points", "said"),
    [
        ((), (6, 5), "speeds: 0 given; permitted: 1 to 3"),
        ((0.5,), (6, 5), "speeds = 0.5 m/s: permitted: 1 to 15 m/s"),
        ((5.0,), (6, 1), "points = 1: permitted: 5 to 201"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    speeds: tuple[float, ...], points: tuple[int, int], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        self_stability(speeds, points=points)
    assert str(refused.value) == said
