"""Ctrl-C: the first finishes what is at work, the second does not wait; both can be resumed."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from fake_sweep import MAP, Fake

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepInterrupted, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def test_interrupt_in_the_model_keeps_finished_chunks(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with pytest.raises(SweepInterrupted, match="30 of 100 rows finished"):
        run_sweep(design, Fake(interrupt_at=3), folder, chunk_size=10)
    assert len(_parts(folder)) == 3
    assert (folder / "sweep.toml").exists()
    with pytest.raises(InputError, match="30 of 100 rows are finished"):
        SweepStore.open(folder).read(["row"])
    fake = Fake()
    run_sweep(design, fake, folder)
    assert len(fake.calls) == 7


def _wait_until(happened: Callable[[], bool]) -> None:
    for _ in range(6000):
        if happened():
            return
        time.sleep(0.01)
    raise TimeoutError("it did not happen within a minute")


def test_first_ctrl_c_finishes_what_is_running(design: Design, tmp_path: Path) -> None:
    """The first chunk is alone and written; of the next, two are at work."""
    fake, calls, begun = Fake(), itertools.count(), []
    folder = tmp_path / "s"
    told: list[int] = []

    def pressed(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        call = next(calls)
        begun.append(call)
        if call == 1:
            _wait_until(lambda: len(_parts(folder)) == 1 and len(begun) == 3)
            os.kill(os.getpid(), signal.SIGINT)
        if call > 0:
            _wait_until(lambda: bool(told))
        return fake(points)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SweepInterrupted) as stopped:
        run_sweep(
            design,
            pressed,
            folder,
            chunk_size=10,
            on_interrupt=lambda: told.append(len(_parts(folder))),
        )
    assert (stopped.value.finished, len(_parts(folder)), begun) == (30, 3, [0, 1, 2])
    assert not stopped.value.abandoned
    assert told == [1], "said once, before the chunks were finished"
    assert signal.getsignal(signal.SIGINT) is before


def test_second_ctrl_c_does_not_wait_for_the_chunk(design: Design, tmp_path: Path) -> None:
    fake, released, calls = Fake(), threading.Event(), itertools.count()
    folder = tmp_path / "s"
    told: list[str] = []

    def endless(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        call = next(calls)
        if call == 1:
            _wait_until(lambda: len(_parts(folder)) == 1)
            os.kill(os.getpid(), signal.SIGINT)
        if call > 0:
            released.wait(60)
        return fake(points)

    def press_again() -> None:
        told.append("stopping")
        os.kill(os.getpid(), signal.SIGINT)

    try:
        with pytest.raises(SweepInterrupted) as stopped:
            run_sweep(design, endless, folder, chunk_size=10, on_interrupt=press_again)
    finally:
        released.set()
    assert told == ["stopping"]
    assert stopped.value.abandoned
    assert (stopped.value.finished, len(_parts(folder))) == (10, 1)
    assert run_sweep(design, Fake(), folder).ok.any()
