"""The answer to `optimum`: choices by habit and at least cost, and what holds them."""

import dataclasses

import numpy as np
import pytest
from made_optimum import made_optimum

from stridesim.economy.optimal import Optimum
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.optimum import optimum

FREE = ("gait.step_frequency",)


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that costs nothing; `tests/economy/test_optimal.py` makes real ones."""
    monkeypatch.setattr(
        "stridesim.studies.optimum.optimise_points",
        lambda _runner, _points, free, **_: made_optimum(free),
    )


@pytest.mark.usefixtures("found")
def test_choices_are_told_by_habit_and_at_least_cost() -> None:
    runner = Runner.load()
    answer = optimum(runner, FREE)
    [choice] = answer.choices
    assert answer.ok
    assert answer.cost == pytest.approx(3.8)
    assert choice.habit == pytest.approx(float(runner.at_speed().gait.step_frequency))
    assert choice.optimal == pytest.approx(2.7)
    # Half the curvature times the square of 0.632 natural steps is 1 % of 3.8.
    assert choice.costs_1_percent_more_at_plus_minus == pytest.approx(0.15 * 0.4**0.5)
    assert choice.at_bound is None
    assert answer.table().rows == (choice,)
    told = answer.to_dict()
    assert told["schema"] == {"kind": "optimum", "version": 1}
    assert told["optimum"]["choices"][0]["optimal"] == pytest.approx(2.7)
    assert told["optimum"]["blocked_by"] is None


@pytest.mark.usefixtures("found")
def test_the_runner_of_the_answer_makes_the_choices() -> None:
    """Whatever its strategy was, the stride of that runner is the one at least cost."""
    chosen = optimum(Runner.load(), FREE).runner
    assert chosen.strategy == "optimal"
    assert chosen.chosen == FREE
    assert float(chosen.at_speed().gait.step_frequency) == pytest.approx(2.7)
    assert float(chosen.at_speed().leg.stiffness) == pytest.approx(
        float(Runner.load().at_speed().leg.stiffness)
    )


def test_without_a_result_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(_runner: object, _points: object, free: tuple[str, ...], **_: object) -> Optimum:
        return made_optimum(free)._replace(status=np.array(["no_flight"]))

    monkeypatch.setattr("stridesim.studies.optimum.optimise_points", lost)
    answer = optimum(Runner.load())
    assert answer.status == "no_flight"
    assert answer.reason.startswith("no_flight: no gait near the habit has a result")
    assert answer.choices == ()
    assert answer.to_dict()["optimum"] is None


def test_a_choice_that_cannot_be_honoured_is_refused() -> None:
    runner = Runner.load()
    with pytest.raises(InputError, match="expected some of"):
        optimum(runner, ["gait.cadence"])
    with pytest.raises(InputError, match="permitted: measured, optimal"):
        optimum(dataclasses.replace(runner, strategy="fixed"))
