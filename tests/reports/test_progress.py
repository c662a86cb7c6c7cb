"""What is said while many pieces of work are done: how far, how fast, what failed."""

import logging
import sys
import time

import pytest

from stridesim.reports.progress import Pace, progress


@pytest.mark.parametrize(("level", "lines"), [(logging.INFO, 1), (logging.WARNING, 0)])
def test_progress_in_a_log_is_a_line_now_and_then(
    caplog: pytest.LogCaptureFixture, level: int, lines: int
) -> None:
    with caplog.at_level(level, logger="stridesim"), progress(100, "strides") as advance:
        for _ in range(10):
            advance(10)
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == lines
    assert all(m.startswith("strides: 100 of 100 (") for m in messages)


class _Clock:
    """`time.monotonic` by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr("stridesim.reports.progress.time.monotonic", lambda: self.now)


def test_a_log_says_rate_time_left_and_failures(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first chunk (40 s, compilation) is no measure once there is a second (10 s)."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(1000, "demo") as advance:
        for now, count in ((6, 0), (12, 0), (40, 200), (44, 20), (50, 180), (60, 0), (80, 600)):
            clock.now = now
            advance(count, {"no_flight": 2, "not_finite": 1} if count >= 200 else {})
    assert [record.getMessage().split("; ") for record in caplog.records] == [
        ["demo: 0 of 1000 (12.0 s)"],
        [
            "demo: 200 of 1000 (40.0 s, 5/s, about 3 min left)",
            "without result: 2 no flight, 1 not finite",
        ],
        [
            "demo: 400 of 1000 (50.0 s, 20/s, about 30 s left)",
            "without result: 2 no flight, 1 not finite",
        ],
        ["demo: 1000 of 1000 (80.0 s, 20/s)", "without result: 4 no flight, 2 not finite"],
    ]


@pytest.mark.parametrize("second", [0, 500])
def test_what_is_done_in_one_go_has_no_rate(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, second: int
) -> None:
    """Compilation is no measure, nor are two chunks that were under way together."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(1000, "demo") as advance:
        clock.now = 13.0
        advance(1000 - second)
        clock.now = 13.2
        advance(second)
    told = [record.getMessage() for record in caplog.records]
    assert told[-1] == f"demo: 1000 of 1000 ({13.2 if second else 13.0:.1f} s)"


def test_a_bar_on_a_terminal_says_the_same(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    clock = _Clock(monkeypatch)
    monkeypatch.setattr(logging.getLogger("stridesim"), "level", logging.INFO)
    with progress(1000, "demo") as advance:
        clock.now = 40.0
        advance(200, {"no_flight": 2})
    said = capsys.readouterr().err
    assert "200/1000" in said
    assert "5/s, about 3 min left; without result: 2 no flight" in said


def test_a_log_of_a_long_run_is_short(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hours: the first line after 10 s, then one a minute, and the end."""
    clock = _Clock(monkeypatch)
    with caplog.at_level(logging.INFO, logger="stridesim"), progress(7200, "demo") as advance:
        for now in range(1, 7201):
            clock.now = float(now)
            advance(1)
    assert len(caplog.records) == 121


def test_rows_of_an_earlier_run_do_not_count_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = _Clock(monkeypatch)
    pace = Pace(1000)
    pace.advance(900)
    assert pace.words() == ""
    clock.now = 10.0
    pace.advance(50)
    assert pace.words() == "5/s, about 10 s left"


def test_time_that_passes_is_told_although_nothing_is_done(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first chunk that compiles for 25 s is not 25 s of silence."""
    clock = _Clock(monkeypatch)
    with (
        caplog.at_level(logging.INFO, logger="stridesim"),
        progress(1886, "self-stability region", heartbeat=0.005),
    ):
        for now in (11.0, 22.0):
            clock.now = now
            deadline = time.monotonic() + 10
            while len(caplog.records) < now // 11 and time.monotonic() < deadline:
                time.sleep(0.005)
    assert [record.getMessage() for record in caplog.records] == [
        "self-stability region: 0 of 1886 (11.0 s)",
        "self-stability region: 0 of 1886 (22.0 s)",
    ]
