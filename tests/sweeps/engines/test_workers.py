"""Workers on this machine: the same bits, on one thread each, and their deaths survived."""

import json
import logging
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from fake_sweep import LINE, MAP, bits

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepInterrupted, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.engines import workers
from stridesim.sweeps.engines.job import compute, job_of
from stridesim.sweeps.engines.workers import Workers


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _working_children() -> list[str]:
    """Processes of ours that are workers: not multiprocessing's own tracker."""
    tasks = Path("/proc/self/task").glob("*/children")
    children = [child for task in tasks for child in task.read_text().split()]
    return [c for c in children if b"spawn_main" in Path(f"/proc/{c}/cmdline").read_bytes()]


def test_workers_compute_the_same_bits(design: Design, tmp_path: Path) -> None:
    run_sweep(design, "fake_models:fake", tmp_path / "here", chunk_size=7)
    run_sweep(design, "fake_models:fake", tmp_path / "there", chunk_size=7, engine=Workers(2))
    assert bits(tmp_path / "here") == bits(tmp_path / "there")


def test_a_worker_has_one_thread(tmp_path: Path) -> None:
    design = design_from_tables(LINE, "line.toml")
    before = dict(os.environ)
    result = run_sweep(design, "fake_models:threads", tmp_path / "s", engine=Workers(1))
    assert (result["cost_of_transport"] == 1).all()
    assert (result["tendon_energy_returned"] == 1).all()
    assert dict(os.environ) == before


def test_what_a_dead_worker_had_is_computed_by_another(
    design: Design,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("STRIDESIM_TEST_MARKS", str(tmp_path))
    with caplog.at_level(logging.WARNING, logger="stridesim"):
        run_sweep(design, "fake_models:dies_once", tmp_path / "s", chunk_size=20, engine=Workers(1))
    assert "a worker was killed by SIGKILL; rows " in caplog.text
    run_sweep(design, "fake_models:fake", tmp_path / "direct", chunk_size=20)
    assert bits(tmp_path / "s") == bits(tmp_path / "direct")


def test_a_chunk_that_kills_every_worker_ends_the_sweep_and_loses_nothing(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "ATTEMPTS", 2)
    deadly = "fake_models:dies_of_the_last_point"
    with pytest.raises(InputError, match=r"rows 80 to 99: 2 workers died .* killed by SIGKILL"):
        run_sweep(design, deadly, tmp_path / "s", chunk_size=20, engine=Workers(1))
    assert len(SweepStore.open(tmp_path / "s").finished()) == 4
    assert not _working_children()


def test_a_fault_of_the_model_is_told_with_its_trace(design: Design, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ZeroDivisionError: a fault of the model"):
        run_sweep(design, "fake_models:faulty", tmp_path / "s", engine=Workers(1))
    assert not _working_children()


def test_ctrl_c_finishes_the_chunks_at_work(design: Design, tmp_path: Path) -> None:
    told: list[int] = []

    def first_part(rows: int, _: object) -> None:
        if rows and not told:
            told.append(rows)
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(SweepInterrupted) as stopped:
        run_sweep(
            design,
            "fake_models:slow",
            tmp_path / "s",
            chunk_size=10,
            engine=Workers(2),
            progress=first_part,
        )
    assert not stopped.value.abandoned
    assert stopped.value.finished in (20, 30), "what two workers had then, and no more"
    assert stopped.value.finished == 10 * len(SweepStore.open(tmp_path / "s").finished())
    assert not _working_children()
    result = run_sweep(design, "fake_models:fake", tmp_path / "s")
    assert np.isfinite(result["cost_of_transport"][result.ok]).all()


def test_second_ctrl_c_stops_the_workers(design: Design, tmp_path: Path) -> None:
    def press(rows: int, _: object) -> None:
        if not rows:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(SweepInterrupted) as stopped:
        run_sweep(
            design,
            "fake_models:endless",
            tmp_path / "s",
            engine=Workers(1),
            progress=press,
            on_interrupt=lambda: os.kill(os.getpid(), signal.SIGINT),
        )
    assert not stopped.value.abandoned
    assert not _working_children()


def test_workers_need_an_import_string(design: Design, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="import string"):
        run_sweep(design, lambda points: {}, tmp_path / "s", engine=Workers(1))
    with pytest.raises(InputError, match="workers = 0: expected 1 or more"):
        Workers(0)


def test_a_job_is_plain_data_and_proves_its_numbers(design: Design) -> None:
    job = job_of(design, "fake_models:fake")
    model, files, design_hash = json.loads(json.dumps(job))
    assert (model, design_hash) == ("fake_models:fake", design.content_hash)
    assert [name for name, _ in files] == ["sweep.toml"]
    assert compute(job, (0, 3))["row"].tolist() == [0, 1, 2]
    with pytest.raises(InputError, match="a worker would compute other numbers"):
        compute(job._replace(design_hash="that of another version"), (0, 3))
