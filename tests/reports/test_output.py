"""Tables and JSON: plain in a pipe, drawn on a terminal, numbers that can be typed back."""

import json
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from stridesim.reports.output import print_json, print_table, written
from stridesim.results import Status
from stridesim.studies.plain import plain


@pytest.mark.parametrize(
    ("value", "text"),
    [(18922.4, "18922"), (-0.05, "-0.05"), (0.0, "0"), (2.82131, "2.821"), (-25000.0, "-25000")],
)
def test_four_digits_without_an_exponent(value: float, text: str) -> None:
    assert written(value) == text
    assert float(written(value)) == pytest.approx(value, rel=1e-3)


def test_what_is_very_large_or_small_keeps_its_exponent() -> None:
    assert written(2e7) == "2e+07"
    assert written(1.23456e-7) == "1.235e-07"


def test_json_is_finite_and_plain(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "nan": math.nan,
        "array": np.array([[1.0, np.inf]]),
        "scalar": np.float64(2.5),
        "integer": np.int64(3),
        "flag": np.bool_(True),
        "status": Status.no_flight,
        "path": Path("a/b"),
        "pair": (1, None),
        "word": "µ",
    }
    print_json(record)
    assert json.loads(capsys.readouterr().out) == {
        "nan": None,
        "array": [[1.0, None]],
        "scalar": 2.5,
        "integer": 3,
        "flag": True,
        "status": "no_flight",
        "path": "a/b",
        "pair": [1, None],
        "word": "µ",
    }
    with pytest.raises(TypeError, match="no JSON for object"):
        plain(object())


def test_a_table_in_a_pipe_is_aligned_text(capsys: pytest.CaptureFixture[str]) -> None:
    print_table("title [m/s]", ["name", "value"], [["contact_time", "0.2"], ["x", "[red]"]])
    assert capsys.readouterr().out.splitlines() == [
        "title [m/s]",
        "name          value",
        "contact_time  0.2",
        "x             [red]",
    ]


def test_a_table_on_a_terminal_keeps_brackets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_table("title", ["name", "value"], [["contact_time", "0.2 ± 0.1"], ["x", "[red]"]])
    out = capsys.readouterr().out
    assert "[red]" in out
    assert "contact_time" in out
