"""A sweep on disk: nothing finished is lost, nothing foreign is mixed in."""

import csv
import json
import os
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, Fake

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepInterrupted, SweepStore, run_in_memory, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.export import export_csv
from stridesim.sweeps.files import whole_file
from stridesim.sweeps.run import discard


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def test_store_holds_every_input_output_unit_and_reason(design: Design, tmp_path: Path) -> None:
    result = run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=30, provenance={"a": 1})
    table = SweepStore.open(tmp_path / "s").read()
    assert table.num_rows == 100
    assert table.column("row").to_pylist() == list(range(100))
    units = {field.name: (field.metadata or {}).get(b"unit") for field in table.schema}
    assert units["cost_of_transport"] == b"J/kg/m"
    assert units["peak_force.soleus"] == b"BW"
    assert units[STIFFNESS] == b"1"
    assert set(table.column("status").to_pylist()) == {"ok", "no_flight", "strength_too_low"}
    np.testing.assert_array_equal(
        table.column("cost_of_transport").to_numpy()[:99], result["cost_of_transport"]
    )
    metadata = pq.read_schema(_parts(tmp_path / "s")[0]).metadata
    assert json.loads(metadata[b"stridesim.provenance"]) == {"a": 1}
    assert metadata[b"stridesim.design_hash"].decode() == design.content_hash


def test_calls_cover_every_row_once(design: Design, tmp_path: Path) -> None:
    for run in (lambda fake: run_sweep(design, fake, tmp_path / "s", chunk_size=30),
                lambda fake: run_in_memory(design, fake, chunk_size=30)):  # fmt: skip
        fake = Fake()
        run(fake)
        assert fake.calls == [30, 30, 30, 10]


def test_store_and_memory_agree_whatever_the_chunks(design: Design, tmp_path: Path) -> None:
    stored = run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=7)
    direct = run_in_memory(design, Fake(2.0), chunk_size=1000)
    for name in direct.columns:
        np.testing.assert_array_equal(stored[name], direct[name])
    assert stored.nominal == direct.nominal
    assert list(stored.status) == list(direct.status)


def test_failed_rows_have_a_reason_and_no_numbers(design: Design) -> None:
    result = run_in_memory(design, Fake(2.0))
    assert result.failures == {"no_flight": 22, "strength_too_low": 7}
    assert np.isnan(result["cost_of_transport"][~result.ok]).all()
    assert np.isfinite(result["cost_of_transport"][result.ok]).all()


def test_resume_computes_only_what_is_missing(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    whole = run_sweep(design, Fake(2.0), folder, chunk_size=10)
    for part in _parts(folder)[3:5]:
        part.unlink()
    fake, seen = Fake(2.0), []
    again = run_sweep(design, fake, folder, chunk_size=99, progress=seen.append)
    assert fake.calls == [10, 10]
    assert seen == [80, 10, 10]
    np.testing.assert_array_equal(again["cost_of_transport"], whole["cost_of_transport"])
    fake = Fake(2.0)
    run_sweep(design, fake, folder)
    assert fake.calls == []


def test_changed_design_is_refused_and_says_what_differs(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder)
    before = {path: path.read_bytes() for path in _parts(folder)}
    slower = design_from_tables({**MAP, "set": {"task.speed": 3.0}}, "map.toml")
    with pytest.raises(InputError, match=r"holds another sweep \(runner\.task\.speed") as refused:
        run_sweep(slower, Fake(), folder)
    assert "--output" in str(refused.value)
    assert "--fresh" in str(refused.value)
    assert {path: path.read_bytes() for path in _parts(folder)} == before
    discard(folder)
    assert run_sweep(slower, Fake(), folder).ok.any()


@pytest.mark.parametrize("damage", ["truncated", "flipped", "empty", "foreign"])
def test_damaged_part_is_set_aside_and_recomputed(
    design: Design, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "s"
    whole = run_sweep(design, Fake(), folder, chunk_size=10)
    part = _parts(folder)[2]
    content = bytearray(part.read_bytes())
    if damage == "truncated":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[40] ^= 0xFF
    elif damage == "empty":
        content = bytearray()
    else:
        other = design_from_tables({**MAP, "set": {"task.speed": 3.0}}, "map.toml")
        run_sweep(other, Fake(), tmp_path / "other", chunk_size=10)
        content = bytearray(_parts(tmp_path / "other")[2].read_bytes())
    part.write_bytes(content)
    fake = Fake()
    again = run_sweep(design, fake, folder)
    assert fake.calls == [10]
    assert part.with_name(f"{part.name}.unusable-0").exists()
    np.testing.assert_array_equal(again["cost_of_transport"], whole["cost_of_transport"])


def test_interrupt_in_the_model_keeps_finished_chunks(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with pytest.raises(SweepInterrupted, match="30 of 100 rows finished"):
        run_sweep(design, Fake(interrupt_at=3), folder, chunk_size=10)
    assert len(_parts(folder)) == 3
    assert (folder / "sweep.toml").exists()
    with pytest.raises(InputError, match="30 of 100 rows are finished"):
        SweepStore.open(folder).read()
    fake = Fake()
    run_sweep(design, fake, folder)
    assert len(fake.calls) == 7


def test_first_ctrl_c_finishes_the_running_chunk(design: Design, tmp_path: Path) -> None:
    fake = Fake()

    def pressed(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if len(fake.calls) == 1:
            os.kill(os.getpid(), signal.SIGINT)
        return fake(points)

    before = signal.getsignal(signal.SIGINT)
    told: list[int] = []
    with pytest.raises(SweepInterrupted) as stopped:
        run_sweep(
            design,
            pressed,
            tmp_path / "s",
            chunk_size=10,
            on_interrupt=lambda: told.append(len(_parts(tmp_path / "s"))),
        )
    assert (stopped.value.finished, len(_parts(tmp_path / "s"))) == (20, 2)
    assert not stopped.value.abandoned
    assert told == [1], "said once, before the chunk was finished"
    assert signal.getsignal(signal.SIGINT) is before


def test_second_ctrl_c_does_not_wait_for_the_chunk(design: Design, tmp_path: Path) -> None:
    fake, released = Fake(), threading.Event()
    told: list[str] = []

    def endless(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        if len(fake.calls) == 1:
            os.kill(os.getpid(), signal.SIGINT)
            released.wait(60)
        return fake(points)

    def press_again() -> None:
        told.append("stopping")
        os.kill(os.getpid(), signal.SIGINT)

    folder = tmp_path / "s"
    try:
        with pytest.raises(SweepInterrupted) as stopped:
            run_sweep(design, endless, folder, chunk_size=10, on_interrupt=press_again)
    finally:
        released.set()
    assert told == ["stopping"]
    assert stopped.value.abandoned
    assert (stopped.value.finished, len(_parts(folder))) == (10, 1)
    assert run_sweep(design, Fake(), folder).ok.any()


def test_waiting_for_a_slow_chunk_is_reported(design: Design, tmp_path: Path) -> None:
    seen: list[int] = []

    def slow(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        time.sleep(1.3)
        return Fake()(points)

    run_sweep(design, slow, tmp_path / "s", progress=seen.append)
    assert seen[-1] == 100
    assert seen[:-1]
    assert not any(seen[:-1])


def test_half_written_file_is_never_seen(design: Design, tmp_path: Path) -> None:
    def killed() -> None:
        with whole_file(tmp_path / "part.parquet") as temporary:
            temporary.write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        killed()
    assert list(tmp_path.iterdir()) == []
    # What a killed process leaves behind is no part.
    run_sweep(design, Fake(), tmp_path / "s", chunk_size=10)
    (tmp_path / "s" / ".part-000000000-000000010.parquet.x1").write_bytes(b"half")
    fake = Fake()
    run_sweep(design, fake, tmp_path / "s")
    assert fake.calls == []


def test_unusable_folders_are_named(design: Design, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="file: cannot be written"):
        run_sweep(design, Fake(), tmp_path / "file")
    with pytest.raises(InputError, match="not a sweep"):
        SweepStore.open(tmp_path)
    with pytest.raises(InputError, match="left alone"):
        discard(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match=r"manifest\.json: cannot be read"):
        SweepStore.open(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 1}')
    with pytest.raises(InputError, match="not a manifest of format 1"):
        SweepStore.open(tmp_path)


def test_unknown_status_is_a_fault_of_the_model(design: Design) -> None:
    def wrong(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        return {"status": np.full(len(points[STIFFNESS]), "broken")}

    with pytest.raises(ValueError, match="'broken' is not one of"):
        run_in_memory(design, wrong)


def test_effective_config_runs_again(tmp_path: Path) -> None:
    from stridesim.sweeps import load_design

    design = design_from_tables(LINE, "x.toml", overrides={"task.speed": "12 km/h"})
    run_sweep(design, Fake(), tmp_path / "s")
    assert load_design(tmp_path / "s" / "sweep.toml").content_hash == design.content_hash


def test_csv_has_units_in_its_header_and_empty_cells_for_failures(
    design: Design, tmp_path: Path
) -> None:
    run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=10)
    store = SweepStore.open(tmp_path / "s")
    assert export_csv(store, tmp_path / "out" / "s.csv") == 100
    with (tmp_path / "out" / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 100
    assert {"row", "nominal", "status", "cost_of_transport [J/kg/m]"} <= set(rows[0])
    assert f"{STIFFNESS} [1]" in rows[0]
    assert [row["nominal"] for row in rows] == ["0"] * 99 + ["1"]
    failed = [row for row in rows if row["status"] == "no_flight"]
    assert {row["cost_of_transport [J/kg/m]"] for row in failed} == {""}
    _parts(tmp_path / "s")[0].unlink()
    with pytest.raises(InputError, match="10 of 100 rows are missing"):
        export_csv(store, tmp_path / "again.csv")
    assert not (tmp_path / "again.csv").exists()


def test_csv_of_what_is_finished(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with pytest.raises(SweepInterrupted):
        run_sweep(design, Fake(interrupt_at=3), folder, chunk_size=10)
    store = SweepStore.open(folder)
    with pytest.raises(InputError, match=r"70 of 100 rows are missing; .* --partial"):
        export_csv(store, tmp_path / "s.csv")
    assert export_csv(store, tmp_path / "s.csv", partial=True) == 30
    with (tmp_path / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["row"]) for row in rows] == list(range(30))
    for part in _parts(folder):
        part.unlink()
    with pytest.raises(InputError, match="none of 100 rows is finished"):
        export_csv(store, tmp_path / "none.csv", partial=True)
