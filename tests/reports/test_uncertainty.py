"""How well a stride is known, as text: intervals, sources, failed draws, and what is left out."""

import pytest

from stridesim.economy import Evaluation
from stridesim.economy.uncertainty import NOT_INCLUDED, Interval, Propagated, Source
from stridesim.reports.stride import print_stride
from stridesim.runner import Runner
from stridesim.studies.stride import StrideAnswer, stride

FOUND = Propagated(
    {"cost_of_transport": Interval(0.1, 3.7, 4.2), "contact_time": Interval(0.003, 0.22, 0.24)},
    {"leg.loss": Source(0.2, 0.05, 0.11)},
    256,
    {"posture_out_of_reach": 70, "out_of_bounds": 2},
    20,
)
ASKED = {"name": "rbds011", "file": None, "set": {}}


@pytest.fixture
def answer(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> StrideAnswer:
    """Draws that cost nothing; `tests/economy/test_uncertainty.py` makes real ones."""
    monkeypatch.setattr("stridesim.studies.stride.evaluate", lambda runner, metabolic: solved)
    monkeypatch.setattr("stridesim.studies.ensemble.propagate", lambda runner, metabolic: FOUND)
    return stride(Runner.load(), uncertainty=True)


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_the_tables_show_intervals_sources_failures_and_what_is_left_out(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_stride(answer, ASKED, full=True)
    lines = _lines(capsys)
    assert "Uncertainty (256 draws of what was fitted, 72 without a result)" in lines
    cost = f"cost_of_transport {answer.cost_of_transport:.3f} 0.100 3.700 4.200 J/kg/m"
    assert cost in lines
    assert "leg.loss 0.2000 0.0500 s/m +0.110" in lines
    assert any(line.startswith("70 of 256 draws failed, posture_out_of_reach: ") for line in lines)
    assert any(line.startswith("2 of 256 draws failed, out_of_bounds: ") for line in lines)
    assert f"Not included: {NOT_INCLUDED}" in lines


def test_the_summary_has_intervals_in_brackets(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_stride(answer, ASKED)
    lines = _lines(capsys)
    assert "(in brackets: 95 % of 256 draws of what was fitted; 72 without a result)" in lines[0]
    cost = f"energy a metre {answer.cost_of_transport:.2f} J/kg/m (3.70 to 4.20)"
    assert cost in lines
    assert f"not included in the brackets: {NOT_INCLUDED}" in lines
