"""A sweep on disk: nothing finished is lost, nothing foreign is mixed in."""

import json
import os
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from fake_sweep import LINE, MAP, STIFFNESS, Fake, place_of

from stridesim.files import STALE, whole_file
from stridesim.results import InputError
from stridesim.sweeps import Design, SweepStore, run_in_memory, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.run import discard
from stridesim.sweeps.store.part import read_table


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


def test_store_holds_every_input_output_unit_and_reason(design: Design, tmp_path: Path) -> None:
    result = run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=30, provenance={"a": 1})
    store = SweepStore.open(tmp_path / "s")
    table = store.read(store.schema().names)
    assert table["row"].tolist() == list(range(100))
    units = {field.name: (field.metadata or {}).get(b"unit") for field in store.schema()}
    assert units["cost_of_transport"] == b"J/kg/m"
    assert units["peak_force.soleus"] == b"BW"
    assert units[STIFFNESS] == b"1"
    assert set(table["status"]) == {"ok", "no_flight", "strength_too_low"}
    np.testing.assert_array_equal(table["cost_of_transport"][:99], result["cost_of_transport"])
    assert store.row(50)["cost_of_transport"] == result["cost_of_transport"][50]
    metadata = pq.read_schema(_parts(tmp_path / "s")[0]).metadata
    assert json.loads(metadata[b"stridesim.provenance"]) == {"a": 1, "engine": "in process"}
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
    fake = Fake(2.0)
    seen: list[int] = []
    reasons: Counter[str] = Counter()

    def progress(rows: int, without_result: Mapping[str, int]) -> None:
        seen.append(rows)
        reasons.update(without_result)

    again = run_sweep(design, fake, folder, chunk_size=99, progress=progress)
    assert fake.calls == [10, 10]
    assert seen == [80, 10, 10]
    assert reasons == whole.failures, "those of an earlier run too"
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
        content[place_of("cost_of_transport", part)] ^= 0xFF
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


def test_damage_of_a_column_that_nobody_asked_for_is_found_when_somebody_does(
    design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder, chunk_size=10)
    part = _parts(folder)[2]
    content = bytearray(part.read_bytes())
    content[place_of("peak_force.soleus", part)] ^= 0xFF
    part.write_bytes(content)
    result = run_sweep(design, Fake(interrupt_at=0), folder)
    with pytest.raises(InputError, match=r"is damaged .* set aside .* run the same sweep again"):
        result["peak_force.soleus"]
    assert SweepStore.open(folder).missing() == [(20, 30)]
    again = run_sweep(design, Fake(), folder)
    assert (again["peak_force.soleus"][again.ok] == 5.0).all()
    part.write_bytes(content)
    assert SweepStore.open(folder).verify() == [part]
    assert SweepStore.open(folder).verify() == []


@pytest.mark.parametrize("size", [0, 1000])
def test_verifying_names_a_part_that_was_cut_short(
    design: Design, tmp_path: Path, size: int
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder, chunk_size=10)
    part = _parts(folder)[2]
    os.truncate(part, size)
    store = SweepStore.open(folder)
    assert store.verify() == [part]
    assert part.with_name(f"{part.name}.unusable-0").stat().st_size == size
    assert store.missing() == [(20, 30)]
    assert store.verify() == []


def test_a_part_that_another_run_mends_while_it_is_read_is_not_set_aside(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder, chunk_size=10)
    damaged = _parts(folder)[2]
    whole = damaged.read_bytes()
    os.truncate(damaged, 1000)

    def mended_meanwhile(path: Path, names: Any) -> Any:
        try:
            return read_table(path, names)
        finally:
            if path == damaged and path.stat().st_size == 1000:
                (folder / "new").write_bytes(whole)
                (folder / "new").replace(path)

    monkeypatch.setattr("stridesim.sweeps.store.part.read_table", mended_meanwhile)
    assert SweepStore.open(folder).verify() == []
    assert damaged.read_bytes() == whole
    assert not list(folder.glob("*.unusable-*"))


def test_waiting_for_a_slow_chunk_is_reported(design: Design, tmp_path: Path) -> None:
    seen: list[int] = []

    def slow(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        time.sleep(1.3)
        return Fake()(points)

    run_sweep(design, slow, tmp_path / "s", progress=lambda rows, _: seen.append(rows))
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


def test_what_killed_runs_left_is_removed_when_nobody_can_be_using_it(
    design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder, chunk_size=10)
    fresh = folder / ".part-000000000-000000010.parquet.x1.unfinished"
    stale = folder / ".part-000000000-000000010.parquet.x2.unfinished"
    for path in (fresh, stale):
        path.write_bytes(b"half")
    os.utime(stale, (0, time.time() - 2 * STALE))
    fake = Fake()
    run_sweep(design, fake, folder)
    assert fake.calls == []
    assert fresh.exists()
    assert not stale.exists()


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
    with pytest.raises(InputError, match="not a manifest of format 2"):
        SweepStore.open(tmp_path)


@pytest.mark.parametrize("content", [None, "", '{"format": 2, "rows": 1', '{"format": 2}', "[]"])
def test_a_lost_manifest_is_written_anew_and_every_row_stays(
    design: Design, tmp_path: Path, content: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """With the chunks that the parts have, whatever size a new sweep would take."""
    folder = tmp_path / "s"
    before = run_sweep(design, Fake(2.0), folder, chunk_size=30)
    manifest = folder / "manifest.json"
    was = json.loads(manifest.read_text("utf-8"))
    if content is None:
        manifest.unlink()
    else:
        manifest.write_text(content, "utf-8")
        with pytest.raises(InputError, match=r"manifest\.json: .*; run the same sweep again"):
            SweepStore.open(folder)
    fake = Fake(2.0)
    again = run_sweep(design, fake, folder)
    assert fake.calls == []
    np.testing.assert_array_equal(again["cost_of_transport"], before["cost_of_transport"])
    now = json.loads(manifest.read_text("utf-8"))
    assert {**now, "provenance": 0} == {**was, "provenance": 0}
    kept = [p.read_text("utf-8") for p in folder.glob("manifest.json.unusable-*")]
    assert kept == ([] if content is None else [content])
    assert len(caplog.messages) == len(kept)


def test_parts_of_another_sweep_without_their_manifest_are_refused(
    design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "s"
    run_sweep(design, Fake(), folder)
    (folder / "manifest.json").write_text("{", "utf-8")
    there = sorted(path.name for path in folder.iterdir())
    with pytest.raises(InputError, match=r"of another sweep, and no manifest\.json that can be"):
        run_sweep(design_from_tables(LINE, "line.toml"), Fake(), folder)
    assert sorted(path.name for path in folder.iterdir()) == there


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
