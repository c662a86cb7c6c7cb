"""A manifest is checked: a changed digit is noticed, and no finished part pays for it."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fake_sweep import MAP, STIFFNESS, Fake, bits

from stridesim.results import InputError
from stridesim.sweeps import Design, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.store.export_csv import export_csv
from stridesim.sweeps.store.manifest import read_manifest


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


@pytest.fixture
def folder(design: Design, tmp_path: Path) -> Path:
    run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=30)
    return tmp_path / "s"


def _digits(text: str) -> list[int]:
    return [match.start() for match in re.finditer(r"\d", text)]


def test_any_flipped_digit_is_noticed(folder: Path, tmp_path: Path) -> None:
    text = (folder / "manifest.json").read_text("utf-8")
    (tmp_path / "t").mkdir()
    places = _digits(text)
    for at in places[:: max(1, len(places) // 100)]:
        digit = str((int(text[at]) + 1) % 10)
        (tmp_path / "t" / "manifest.json").write_text(text[:at] + digit + text[at + 1 :], "utf-8")
        with pytest.raises(InputError, match=r"manifest\.json: .*; run the same sweep again"):
            read_manifest(tmp_path / "t")


@pytest.mark.parametrize("key", ["rows", "chunk_size", "design_hash", "nominal_rows", "format"])
@pytest.mark.parametrize("checked", [True, False])
def test_finished_parts_stay_whatever_the_manifest_says(
    design: Design,
    folder: Path,
    key: str,
    checked: bool,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """With its checksum, and without, as an older one has none: the design knows better."""
    if not checked and key in ("format", "design_hash"):
        pytest.skip("nothing tells then")
    before, numbers = sorted(folder.glob("part-*")), bits(folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    if not checked:
        del manifest["checksum"]
    wrong = {"rows": 90, "chunk_size": 20, "nominal_rows": [98], "format": 6}
    wrong["design_hash"] = manifest["design_hash"].translate(str.maketrans("0123", "1230"))
    path.write_text(json.dumps(manifest | {key: wrong[key]}), "utf-8")
    fake = Fake(2.0)
    run_sweep(design, fake, folder)
    assert fake.calls == []
    assert sorted(folder.glob("part-*")) == before
    assert bits(folder) == numbers
    assert len(caplog.messages) == 1
    assert "manifest.json: cannot be relied on; is manifest.json.unusable-0 now" in caplog.text


@pytest.mark.parametrize(
    "change",
    [
        {"rows": 0},
        {"rows": -5},
        {"rows": 10**18},
        {"rows": 10**400},
        {"rows": True},
        {"rows": 1.5},
        {"chunk_size": 0},
        {"chunk_size": "30"},
        {"nominal_rows": [10**30]},
        {"nominal_rows": "all"},
        {"identity": []},
        {"identity": {}},
        {"config": None},
        {"own": {}},
    ],
)
def test_counts_and_types_that_cannot_be_are_one_line(
    folder: Path, tmp_path: Path, change: dict[str, Any]
) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["checksum"]
    path.write_text(json.dumps(manifest | change), "utf-8")
    with pytest.raises(InputError, match=r"does not describe a sweep \(") as refused:
        SweepStore.open(folder)
    assert "\n" not in str(refused.value)
    assert next(iter(change)) in str(refused.value) or "rows" in change


@pytest.mark.parametrize("text", ["1" * 5000, '{"rows": ' + "9" * 6000 + "}", "[" * 99_999, "\0"])
def test_what_is_no_json_is_one_line(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"manifest\.json: cannot be read") as refused:
        SweepStore.open(folder)
    assert len(str(refused.value)) < 500


def test_a_manifest_that_is_no_file_is_not_waited_for(folder: Path) -> None:
    import os

    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    with pytest.raises(InputError, match=r"manifest\.json: is no file"):
        SweepStore.open(folder)


def test_another_version_is_refused_in_a_line_that_says_what_to_do(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = bits(folder)
    now = {"library.jax": "99.1", "library.numpy": "98.0"}
    monkeypatch.setattr("stridesim.sweeps.design.design.versions", lambda: now)
    upgraded = design_from_tables(MAP, "map.toml")
    with pytest.raises(InputError) as refused:
        run_sweep(upgraded, Fake(), folder)
    said = str(refused.value)
    assert "holds this sweep as another version computes it (jax: " in said
    assert "there, 99.1 now" in said
    assert "--output" in said
    assert "--fresh" in said
    assert "\n" not in said
    assert bits(folder) == numbers


def test_the_identity_names_what_changes_bits(design: Design) -> None:
    assert {"model", "library.jax", "library.jaxlib", "library.numpy", "library.scipy"} <= set(
        design.identity
    )


def _rewritten(part: Path, change: str) -> None:
    table = pq.read_table(part)
    kept = table.schema.metadata
    name = "tendon_energy_returned"
    at = table.column_names.index(name)
    if change == "dropped":
        table = table.drop_columns([name])
    elif change == "renamed":
        table = table.rename_columns({name: "other"})
    elif change == "text":
        words = pa.array(table.column(name).to_numpy().astype(str))
        table = table.set_column(at, name, words)
    elif change == "narrow":
        table = table.set_column(at, name, table.column(name).cast(pa.float32()))
    elif change == "added":
        table = table.append_column("more", table.column(name))
    elif change == "input":
        table = table.drop_columns([STIFFNESS])
    elif change == "status":
        table = table.drop_columns(["status"])
    elif change == "rows as text":
        rows = pa.array(table.column("row").to_numpy().astype(str))
        table = table.set_column(0, "row", rows)
    else:
        kept = {**kept, b"stridesim.statuses": change.encode()}
    pq.write_table(table.replace_schema_metadata(kept), part, write_page_checksum=True)


@pytest.mark.parametrize(
    "change",
    [
        *("dropped", "renamed", "text", "narrow", "added", "input", "status", "rows as text"),
        *("[]", '{"ok": 7}', '{"ok": "30"}', "null", '{"ok": 30, "no_flight": 0}'),
    ],
)
def test_a_part_with_other_columns_is_set_aside_and_its_rows_computed_anew(
    design: Design, folder: Path, tmp_path: Path, change: str
) -> None:
    numbers = bits(folder)
    part = sorted(folder.glob("part-*"))[1]
    _rewritten(part, change)
    there = part.read_bytes()
    with pytest.raises(InputError) as refused:
        export_csv(SweepStore.open(folder), tmp_path / "s.csv")
    assert "\n" not in str(refused.value)
    fake = Fake(2.0)
    run_sweep(design, fake, folder)
    assert fake.calls == [30]
    assert bits(folder) == numbers
    assert part.with_name(f"{part.name}.unusable-0").read_bytes() == there


def test_the_only_part_may_lack_a_column_too(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "one"
    run_sweep(design, Fake(), folder)
    part = next(folder.glob("part-*"))
    table = pq.read_table(part)
    names = ["cost" if n == "cost_of_transport" else n for n in table.column_names]
    renamed = table.rename_columns(names).replace_schema_metadata(table.schema.metadata)
    pq.write_table(renamed, part)
    with pytest.raises(InputError, match="has no column cost_of_transport"):
        SweepStore.open(folder).read(["cost_of_transport"])
    assert np.isfinite(run_sweep(design, Fake(), folder)["cost_of_transport"]).any()
