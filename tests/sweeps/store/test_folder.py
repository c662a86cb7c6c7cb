"""Whose folder is it? A sweep's files are discarded, nobody else's are touched."""

import json
import logging
import shutil
from pathlib import Path
from typing import Any

import pytest
from fake_sweep import LINE, MAP, Fake

from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.sweeps import Design, SweepStore, load_design, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.plan import plan_sweep
from stridesim.sweeps.store.folder import discard


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


MANIFESTS = [
    '{"name": "x"}',
    '{"format": 2}',
    '{"manifest_version": 3, "format": 2, "rows": 5}',
    "[]",
    "",
    '{"format": 3, "design_hash": "a"}',
    "[" * 100_000,
]


@pytest.mark.parametrize("manifest", MANIFESTS)
def test_a_folder_of_somebody_else_is_refused_and_left_alone(
    design: Design, tmp_path: Path, manifest: str
) -> None:
    """A web application has a manifest.json too."""
    app = tmp_path / "app"
    for name in (".git/HEAD", "src/main.js", "sweep.toml", "runners/me.toml"):
        (app / name).parent.mkdir(parents=True, exist_ok=True)
        (app / name).write_text(name)
    (app / "manifest.json").write_text(manifest)
    before = _tree(app)
    for refuse in (
        lambda: run_sweep(design, Fake(), app),
        lambda: discard(app),
        lambda: SweepStore.open(app),
    ):
        with pytest.raises(InputError) as refused:
            refuse()
        assert "--fresh" not in str(refused.value)
        assert str(app) in str(refused.value)
    assert "folder" in plan_sweep(design, Fake(), app).another
    assert _tree(app) == before


@pytest.mark.parametrize("name", ["notes.txt", ".git/HEAD", "part-1.parquet", "sweep.toml", "a/b"])
def test_an_output_folder_that_is_not_empty_is_refused(
    design: Design, tmp_path: Path, name: str
) -> None:
    (tmp_path / "out" / name).parent.mkdir(parents=True)
    (tmp_path / "out" / name).write_text("mine")
    with pytest.raises(InputError, match=r"out: is no sweep's folder and not empty \("):
        run_sweep(design, Fake(), tmp_path / "out")
    assert _tree(tmp_path / "out") == {name: b"mine"}
    with pytest.raises(InputError, match=r"not a sweep .* left alone"):
        discard(tmp_path / "out")


def test_an_empty_folder_is_anybodys(design: Design, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in (".gitignore", ".manifest.json.x.unfinished"):
        (tmp_path / "out" / name).write_text("")
    assert run_sweep(design, Fake(), tmp_path / "out").ok.any()


def test_what_is_not_a_sweeps_survives_its_discarding(tmp_path: Path) -> None:
    (tmp_path / "me.toml").write_text(Runner.load().to_toml())
    (tmp_path / "both.toml").write_text(
        'name = "both"\nrunners = ["rbds011", "me.toml"]\n'
        '[[axis]]\nparameter = "hip.strength"\nvalues = [0.9, 1]\n'
    )
    design = load_design(tmp_path / "both.toml")
    folder = tmp_path / "out"
    run_sweep(design, lambda points, _case: Fake()(points), folder)
    ours = set(_tree(folder))
    assert "runners/me.toml" in ours
    part = next(folder.glob("part-*"))
    for name in (f"{part.name}.unusable-0", "manifest.json.unusable-3", "sweep.png"):
        (folder / name).write_text("ours")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.toml").write_text("linked")
    (folder / "linked").symlink_to(elsewhere)
    theirs = ["notes.md", "src/a.py", "part-9.parquet", "part-x.txt", "runners/you.toml"]
    theirs += ["sweep.svg", "sub/part-000000000-000000005.parquet", "sub/manifest.json"]
    for name in theirs:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("theirs")
    discard(folder)
    there = set(_tree(folder))
    assert there == {*theirs, "manifest.json"}
    assert (folder / "linked").is_symlink()
    assert (elsewhere / "x.toml").read_text() == "linked"
    with pytest.raises(InputError, match="its sweep was discarded; run a sweep to fill it"):
        SweepStore.open(folder)
    discard(folder)
    other = design_from_tables(LINE, "line.toml")
    assert run_sweep(other, Fake(), folder).ok.any()
    assert all((folder / name).read_text() == "theirs" for name in theirs)


def test_a_discarded_folder_that_holds_nothing_else_is_gone(design: Design, tmp_path: Path) -> None:
    run_sweep(design, Fake(), tmp_path / "out", chunk_size=10)
    discard(tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
    discard(tmp_path / "out")


def test_a_forged_manifest_removes_nothing_elsewhere(tmp_path: Path) -> None:
    """It may name any file as a runner's; and folders may be links."""
    (tmp_path / "precious.toml").write_text("mine")
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "me.toml").write_text("mine")
    folder = tmp_path / "out"
    run_sweep(design_from_tables(LINE, "line.toml"), Fake(), folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["checksum"]
    named = ["../precious.toml", "runners/../../precious.toml", "runners/me.toml"]
    named += [str(tmp_path / "precious.toml")]
    manifest["config"] = {"name": "line", "runners": named}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "runners").symlink_to(tmp_path / "real")
    discard(folder)
    assert (tmp_path / "precious.toml").read_text() == "mine"
    assert (tmp_path / "real" / "me.toml").read_text() == "mine"


def test_a_part_that_is_a_folder_or_a_link_costs_nobody_anything(
    design: Design, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    run_sweep(design, Fake(), folder, chunk_size=10)
    parts = sorted(folder.glob("part-*"))
    shutil.move(parts[0], tmp_path / "moved")
    parts[0].symlink_to(tmp_path / "moved")
    parts[1].unlink()
    parts[1].mkdir()
    (parts[1] / "mine").write_text("mine")
    discard(folder)
    assert (tmp_path / "moved").exists()
    assert (parts[1] / "mine").read_text() == "mine"


def test_an_output_that_is_a_file_is_one_line(design: Design, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for place, said in {
        tmp_path / "file": "file: cannot be written: is no folder; name another",
        tmp_path / "file" / "out": "Not a directory",
        tmp_path / "a\0b": "NUL",
    }.items():
        with pytest.raises(InputError) as refused:
            run_sweep(design, Fake(), place)
        assert said in str(refused.value)
    with pytest.raises(InputError, match="is no folder"):
        SweepStore.open(tmp_path / "file")
    with pytest.raises(InputError, match="NUL"):
        SweepStore.open(tmp_path / "a\0b")
    assert _tree(tmp_path) == {"file": b"mine"}


def test_rows_of_another_kind_of_processor_are_said(
    design: Design, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "out"

    def run(processor: str) -> list[str]:
        caplog.clear()
        with caplog.at_level(logging.WARNING, "stridesim"):
            made: dict[str, Any] = {"processor": processor}
            run_sweep(design, Fake(), folder, chunk_size=10, provenance=made)
        return caplog.messages

    assert run("x86_64 avx2 fma") == []
    next(folder.glob("part-*")).unlink()
    said = run("x86_64 avx512f fma")
    assert len(said) == 1
    assert "processors of another kind (x86_64 avx2 fma; here x86_64 avx512f fma)" in said[0]
    assert "--fresh" in said[0]
