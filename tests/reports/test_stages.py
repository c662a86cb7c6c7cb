"""Who waits for few long stages is told which one it is, since when, and how much may be left."""

import logging
import sys
import time

import pytest

from stridesim.reports.stages import Course, Stage, stages

PLANNED = [Stage("the stride", 40), Stage("the derivative", 60), Stage("the figure", 2)]


class _Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("stridesim.reports.stages.time.monotonic", lambda: self.now)


def _wait_for(caplog: pytest.LogCaptureFixture, lines: int) -> None:
    deadline = time.perf_counter() + 10
    while len(caplog.messages) < lines and time.perf_counter() < deadline:
        time.sleep(0.002)


def test_what_is_left_is_what_is_foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(monkeypatch)
    course = Course(PLANNED)
    course.begin()
    clock.now = 10.0
    assert course.left() == pytest.approx(30 + 60 + 2)
    assert course.words() == "1 of 3, the stride (10 s; up to 95 s left)"
    clock.now = 80.0  # twice as slow as foreseen, so the rest will be
    assert course.words() == "1 of 3, the stride (80 s; longer than foreseen)"
    course.begin()
    assert course.left() == pytest.approx(2 * (60 + 2))
    assert course.words() == "2 of 3, the derivative (80 s; up to 3 min left)"


def test_kept_programs_make_the_rest_short(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(monkeypatch)
    course = Course(PLANNED)
    course.begin()
    clock.now = 4.0  # a tenth of what is foreseen
    course.begin()
    assert course.left() == pytest.approx(0.1 * 62)
    clock.now = 4.0 + 7.0  # but the derivative is not kept
    assert course.left() == pytest.approx(60 - 7 + 0.1 * 2)


def test_lines_in_a_log_name_the_stage(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = _Clock(monkeypatch)
    caplog.set_level(logging.INFO, "stridesim")
    with stages("sensitivity", PLANNED, first=0.01, between=0.01) as begin:
        begin()
        clock.now = 12.0
        _wait_for(caplog, len(caplog.messages) + 2)
        begin()
        clock.now = 45.0
        _wait_for(caplog, len(caplog.messages) + 2)
    assert any(
        m.startswith("sensitivity: 1 of 3, the stride (12 s; up to ") for m in caplog.messages
    )
    assert "sensitivity: 2 of 3, the derivative" in caplog.messages[-1]


@pytest.mark.parametrize("level", [logging.INFO, logging.WARNING])
def test_quick_work_and_quiet_say_nothing(caplog: pytest.LogCaptureFixture, level: int) -> None:
    caplog.set_level(level, "stridesim")
    seconds = 60.0 if level == logging.INFO else 0.001
    with stages("run", PLANNED, first=seconds, between=seconds) as begin:
        begin()
        time.sleep(0.02)
    assert caplog.messages == []


def test_on_a_terminal_one_line_renews_itself_and_is_wiped(
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.INFO, "stridesim")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with stages("run", PLANNED, first=0.01) as begin:
        begin()
        time.sleep(0.2)
    said = capsys.readouterr().err
    assert "\n" not in said
    assert "run: 1 of 3, the stride" in said
    assert said.endswith("\r\x1b[K")
