"""The sweep files that the guide and `configs/` show are read as they stand, and have results."""

from pathlib import Path

import pytest

from stridesim.runner import Runner
from stridesim.studies.sweep_model import model
from stridesim.sweeps import load_design
from stridesim.sweeps.engines.chunk import compute_chunk

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def of_guide(tmp_path: Path) -> Path:
    """The block as it is printed, beside the other runner that it names."""
    blocks = (ROOT / "docs/guide/sweep.md").read_text("utf-8").split("```toml\n")[1:]
    (text,) = [block.partition("```")[0] for block in blocks if "[[axis]]" in block]
    (tmp_path / "other.toml").write_text(Runner.load().to_toml(), "utf-8")
    path = tmp_path / "example.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_guides_sweep_is_what_it_says(of_guide: Path) -> None:
    design = load_design(of_guide)
    assert design.config.name == "example"
    assert [case.task_name for case in design.cases] == 2 * ["uphill"]
    assert 0.75 < design.size / (2 * 4096) < 0.85  # ln(25/12) / ln(25/10)


def test_most_of_the_guides_points_have_a_result(of_guide: Path) -> None:
    design = load_design(of_guide)
    status = compute_chunk(design, model(design), (0, 64))["status"]
    assert (status == "ok").mean() > 0.5, status


def test_the_shipped_example_is_what_it_says() -> None:
    design = load_design(ROOT / "configs/posture.toml")
    assert design.size < 2 * 128
    assert [case.task_name for case in design.cases] == ["flat", "uphill"]
