"""What a runner chose, as text."""

import pytest
from made_optimum import made_optimum

from stridesim.reports.optimum import print_optimum
from stridesim.runner import Runner
from stridesim.studies.optimum import OptimumAnswer, optimum


def _answer(monkeypatch: pytest.MonkeyPatch, **found: object) -> OptimumAnswer:
    free = ("gait.step_frequency",)
    best = made_optimum(free, 1, "no_flight")._replace(**found)
    monkeypatch.setattr("stridesim.studies.optimum.optimise_points", lambda *_, **__: best)
    return optimum(Runner.load(), free)


def test_a_choice_stands_beside_the_habit_and_its_bound_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_optimum(_answer(monkeypatch))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    habit = float(Runner.load().at_speed().gait.step_frequency)
    assert f"gait.step_frequency Hz {habit:.4g} 2.7 0.09487 at its upper bound" in lines
    assert "5 starts found a gait, 0.010 J/kg/m apart" in lines
    assert lines[-1] == "held by: no_flight on the way further down"


def test_without_a_result_nothing_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    print_optimum(_answer(monkeypatch, status=["no_flight"]))
    assert capsys.readouterr().out == ""
