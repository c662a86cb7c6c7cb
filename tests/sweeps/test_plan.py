"""A plan: what was measured, what follows from it, and that nothing is left behind."""

from pathlib import Path

import pytest
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH, Fake

from stridesim.sweeps import Design, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.plan import Plan, Probe, plan_sweep

TASKS = [{"name": "flat"}, {"name": "uphill", "set": {"task.slope": "5 %"}}]


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def test_one_chunk_is_computed_twice_and_nothing_is_written(design: Design, tmp_path: Path) -> None:
    fake = Fake(2.0)
    plan = plan_sweep(design, fake, tmp_path / "out")
    assert fake.calls == [100, 100]
    assert list(tmp_path.iterdir()) == []
    assert (plan.finished, plan.another) == (0, "")
    assert plan.probe.rows == 100
    assert plan.probe.failures == {"no_flight": 22, "strength_too_low": 7}
    assert plan.probe.numbers == 5  # two axes and the three results of the fake
    # Five doubles and a word for each row, compressed, and a footer.
    assert 500 < plan.probe.bytes_on_disk < 100 * 5 * 8 + 10_000
    assert plan.probe.seconds > 0


def test_what_is_expected_is_in_proportion_to_the_probe(design: Design, tmp_path: Path) -> None:
    probe = Probe(50, 2.0, 9.0, bytes_on_disk=5000, numbers=7, failures={}, peak_memory=None)
    plan = Plan(design, tmp_path, 30, finished=20, another="", probe=probe)
    assert plan.chunks == 4
    assert plan.seconds == pytest.approx((100 - 20) / 25)
    assert plan.bytes_on_disk == 10_000
    assert plan.table_memory == 100 * 7 * 8
    assert plan.dropped == 0


def test_what_a_folder_holds_is_counted_or_said(design: Design, tmp_path: Path) -> None:
    run_sweep(design, Fake(), tmp_path / "out", chunk_size=30)
    next((tmp_path / "out").glob("part-*30-*")).unlink()
    before = sorted((tmp_path / "out").iterdir())
    plan = plan_sweep(design, Fake(), tmp_path / "out")
    assert (plan.finished, plan.chunk_size) == (70, 30)
    other = plan_sweep(design_from_tables(LINE, "x.toml"), Fake(), tmp_path / "out")
    assert other.finished == 0
    assert "holds another sweep (" in other.another
    assert sorted((tmp_path / "out").iterdir()) == before


def test_dropped_points_are_counted_over_all_tasks() -> None:
    table = {**MAP, "constraints": [f"{STRENGTH} > {STIFFNESS}"], "task": TASKS}
    design = design_from_tables(table, "x.toml")
    plan = plan_sweep(design, lambda points, _case: Fake()(points), Path("nowhere"))
    kept = design.inputs(0, design.sizes[0])
    assert (kept[STRENGTH] > kept[STIFFNESS]).all()
    assert plan.dropped == 2 * 99 - design.size > 0
