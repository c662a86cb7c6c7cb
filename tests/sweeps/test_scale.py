"""Many points: few files, little memory, cheap resume; and the real model on every engine."""

import sys
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from fake_sweep import STIFFNESS, STRENGTH, Fake, bits

from stridesim.results import QUANTITIES
from stridesim.sweeps import Design, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.engines.chunk import LARGEST_CHUNK, SMALLEST_CHUNK, chunk_size_for
from stridesim.sweeps.engines.workers import Workers
from stridesim.sweeps.run import fill_store
from stridesim.sweeps.store import part as parts


def _design(across: int, along: int) -> Design:
    axes = [
        {"parameter": STIFFNESS, "from": 0.3, "to": 3, "points": across},
        {"parameter": STRENGTH, "from": 0.5, "to": 1.3, "points": along},
    ]
    return design_from_tables({"name": "many", "axis": axes}, "many.toml")


def _wide(points: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """As many columns as the real model has."""
    found = Fake()(points)
    cost = found["cost_of_transport"]
    return dict.fromkeys(QUANTITIES, cost) | found


def _peak(design: Design, folder: Path) -> int:
    tracemalloc.start()
    try:
        fill_store(design, _wide, folder, chunk_size=SMALLEST_CHUNK)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_number_of_points(tmp_path: Path) -> None:
    fill_store(_design(2, 2), _wide, tmp_path / "warm")
    few, many = _peak(_design(4, 512), tmp_path / "few"), _peak(_design(40, 512), tmp_path / "many")
    # Ten times the rows. Which chunks have their numbers at one moment is chance: of the two at
    # work and the one that is written all three or fewer.
    chunk = SMALLEST_CHUNK * len(QUANTITIES) * 8
    assert many < few + 3 * chunk
    assert many < 20_480 * len(QUANTITIES) * 8 / 4, "or the table would fit in it"


def test_what_is_not_shown_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: set[str] = set()
    table = parts.read_table

    def watched(path: Path, names: list[str] | None = None) -> object:
        read.update(names or ["everything"])
        return table(path, names)

    design = _design(4, 512)
    fill_store(design, _wide, tmp_path / "s")
    monkeypatch.setattr(parts, "read_table", watched)
    fill_store(design, _wide, tmp_path / "s")
    assert read == set(), "to resume reads footers"
    result = run_sweep(design, _wide, tmp_path / "s")
    read.discard("everything")  # the nominal runner's part
    assert read == {"status", "cost_of_transport"}
    assert result.at(7)["contact_time"] == result["contact_time"][7]


def test_files_stay_few_and_small() -> None:
    assert chunk_size_for(1000) == SMALLEST_CHUNK
    assert chunk_size_for(1_000_001) == LARGEST_CHUNK
    for rows in (1, 1682, 65_536, 65_537, 500_000):
        size = chunk_size_for(rows)
        assert size % SMALLEST_CHUNK == 0
        assert rows / size <= 128


def test_the_real_model_gives_the_same_bits_in_a_worker(tmp_path: Path) -> None:
    design = _design(5, 4)
    model = "stridesim.studies.sweep_model:model"
    result = run_sweep(design, model, tmp_path / "here", chunk_size=12)
    run_sweep(design, model, tmp_path / "there", chunk_size=12, engine=Workers(1))
    assert result.ok.any()
    assert bits(tmp_path / "here") == bits(tmp_path / "there")


def _calls(tasks: int) -> int:
    """Calls of Python functions until a design of so many tasks is read, named and laid out."""
    axis = {"parameter": "gait.step_width", "values": ["5 cm"]}
    task = [{"name": f"t{i}", "set": {"task.slope": f"{i % 9 - 4} %"}} for i in range(tasks)]
    counted = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        design = design_from_tables({"name": "many", "axis": [axis], "task": task}, "many.toml")
        assert len(design.content_hash) == 64
        assert len(design.nominals) == tasks
        assert len(design.inputs(0, design.rows)["task"]) == 2 * tasks
    finally:
        sys.setprofile(before)
    return counted


def test_thousands_of_tasks_cost_little_each_and_no_more_for_being_many() -> None:
    """3,000 calls a task, about a millisecond: a walk over the runner for each would be 26,000."""
    few, some, many = _calls(10), _calls(60), _calls(160)
    assert (many - some) / 100 < 5000
    assert (many - some) / 100 < 1.2 * (some - few) / 50
