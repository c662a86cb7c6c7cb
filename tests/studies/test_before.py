"""What the figure of a stride is compared with: the same runner without the settings."""

import pytest

from stridesim.economy import Evaluation
from stridesim.runner import Runner
from stridesim.studies.before import before

MODEL = "umberger2010"


@pytest.fixture
def ran(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, float]]:
    """Stiffness scale of the tendons and speed (m/s) of every runner that is solved."""
    found: list[tuple[float, float]] = []

    def evaluated(runner: Runner, metabolic: str) -> Evaluation:
        assert metabolic == MODEL
        found.append((float(runner.tendon.stiffness_scale), float(runner.task.speed)))
        return solved

    monkeypatch.setattr("stridesim.studies.stride.evaluate", evaluated)
    return found


def test_a_task_is_no_change_of_the_runner(ran: list[tuple[float, float]]) -> None:
    set_ = {"tendon.stiffness_scale": "1.5", "task.speed": "4"}
    found = before(Runner.load(), set_, MODEL)
    assert ran == [(1.0, 4.0)]
    assert found is not None
    assert found.words == "the same runner without this setting"


def test_where_only_the_task_is_set_the_runner_keeps_its_own(
    ran: list[tuple[float, float]],
) -> None:
    found = before(Runner.load(), {"task.speed": "4"}, MODEL)
    assert ran == [(1.0, pytest.approx(3.33))]
    assert found is not None
    assert found.words == "the same runner without this setting at 3.33 m/s"


def test_where_nothing_is_set_there_is_nothing_to_compare(ran: list[tuple[float, float]]) -> None:
    assert before(Runner.load(), {}, MODEL) is None
    assert ran == []
