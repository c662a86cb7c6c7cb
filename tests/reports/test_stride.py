"""A stride as text: every number with its unit, and a summary that fits a screen."""

import re
import sys

import click
import pytest

from stridesim.economy import Evaluation
from stridesim.economy.stride import DEFAULT_METABOLIC_MODEL
from stridesim.energetics import METABOLIC_MODELS
from stridesim.reports.stride import print_stride
from stridesim.results import QUANTITIES, quantity
from stridesim.runner import GROUPS, Runner
from stridesim.studies.stride import StrideAnswer, stride

ASKED = {"name": "rbds011", "file": None, "set": {"task.speed": "12 km/h"}}


@pytest.fixture
def answer(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> StrideAnswer:
    monkeypatch.setattr("stridesim.studies.stride.evaluate", lambda runner, metabolic: solved)
    return stride(Runner.load())


def _lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    return [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]


def test_the_table_has_every_number_with_its_unit(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_stride(answer, ASKED, full=True)
    lines = _lines(capsys)
    assert "set task.speed = 12 km/h" in lines
    assert "speed 3.33 m/s = 12 km/h = 5:00 min/km" in lines
    for name in [name for name in answer.values if name in QUANTITIES and name != "speed"]:
        unit = re.escape(quantity(name).unit)
        shown = [line for line in lines if line.startswith(f"{name} ")]
        assert len(shown) == 1, name
        assert re.match(rf"{name} -?[\d.]+(e-\d+)? {unit} \S", shown[0]), shown[0]
    for group in GROUPS:
        assert sum(line.startswith(f"{group} ") for line in lines) == 1
    gross = answer.metabolic_power
    totals = [line for line in lines if line.startswith("gross ")]
    assert len(totals) == 2
    assert all(line.startswith(f"gross {gross:.3f} ") and line.endswith("100.0") for line in totals)
    assert any(line.startswith("standing rest ") for line in lines)
    assert "strategy measured: leg stiffness, leg loss and step frequency follow the speed" in lines


@pytest.mark.parametrize("settings", [{}, {"task.speed": "5", "hip.strength": "1.1"}])
def test_by_default_there_is_a_summary_of_thirty_lines_at_most(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str], settings: dict[str, str]
) -> None:
    asked = ASKED | {"set": settings}
    print_stride(answer, asked)
    short = _lines(capsys)
    print_stride(answer, asked, full=True)
    assert 15 < len(short) <= 30 < len(_lines(capsys))
    assert f"energy a metre {answer.cost_of_transport:.2f} J/kg/m" in short
    contact = 1000 * answer.contact_time
    assert any(line.startswith(f"ground contact, flight {contact:.0f} ms, ") for line in short)
    assert any(line.startswith("everything: --full") for line in short)
    assert ("set task.speed = 5, hip.strength = 1.1" in short) == bool(settings)


def test_the_dearest_muscles_come_first(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_stride(answer, ASKED)
    [said] = [line for line in _lines(capsys) if line.startswith("dearest muscles ")]
    dearest = max(answer.breakdown["muscle"], key=answer.breakdown["muscle"].__getitem__)
    share = 100 * answer.breakdown["muscle"][dearest] / answer.metabolic_power
    assert said.startswith(f"dearest muscles {dearest.replace('_', ' ')} {share:.0f} %, ")


def test_the_summary_fits_a_terminal_of_eighty_columns(
    answer: StrideAnswer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    print_stride(answer, ASKED)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 30
    assert all(len(click.unstyle(line)) <= 80 for line in lines)


def test_every_model_has_a_row(answer: StrideAnswer, capsys: pytest.CaptureFixture[str]) -> None:
    print_stride(answer, ASKED, models=True)
    lines = _lines(capsys)
    start = next(i for i, line in enumerate(lines) if "under every metabolic model" in line)
    assert [line.split()[0] for line in lines[start + 2 : -2]] == list(METABOLIC_MODELS)
    spread = answer.models()["metabolic_spread"].values()
    assert all(f"to {found['highest']['value']:.2f}" in lines[-2] for found in spread)
    assert lines[-1].startswith(f"range, % of {DEFAULT_METABOLIC_MODEL}")
    assert any(
        line.startswith(f"metabolic model {DEFAULT_METABOLIC_MODEL}: heats times 1.5")
        for line in lines
    )
