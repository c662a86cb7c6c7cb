"""Who waits long for a compilation is told, once; who does not is left alone."""

import logging
import time

import pytest

from stridesim.reports.patience import patience


@pytest.fixture(autouse=True)
def _spoken(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "stridesim")


def test_long_work_is_explained(caplog: pytest.LogCaptureFixture) -> None:
    with patience(0.05):
        deadline = time.monotonic() + 10
        while not caplog.messages and time.monotonic() < deadline:
            time.sleep(0.01)
    assert [message[:13] for message in caplog.messages] == ["still at work"]


def test_what_has_begun_or_ended_is_not(caplog: pytest.LogCaptureFixture) -> None:
    with patience(0.2) as has_begun:
        has_begun()
        time.sleep(0.3)
    with patience(0.2):
        pass
    time.sleep(0.3)
    assert caplog.messages == []
