"""What a method lays over the axes of a design."""

from pathlib import Path

import numpy as np
import pytest

from stridesim.results import InputError
from stridesim.studies.sampling import plan
from stridesim.sweeps.design import design_from_tables, load_design

AXES = [
    {"parameter": "tendon.stiffness_scale", "from": 0.5, "to": 2, "points": 3, "scale": "log"},
    {"parameter": "hip.strength", "from": 0.9, "to": 1.3, "points": 3},
]


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_a_plan_is_a_sweep_over_the_same_ranges_that_can_be_written_and_read(method: str) -> None:
    design = design_from_tables({"name": "demo", "axis": AXES}, "demo.toml")
    planned = plan(design, method, 16)
    assert planned.design.size == planned.cube[..., 0].size
    rows = planned.design.points(0, planned.design.size)
    scale, strength = rows["tendon.stiffness_scale"], rows["hip.strength"]
    places = planned.cube.reshape(-1, 2)
    np.testing.assert_allclose(np.log2(scale), 2 * places[:, 0] - 1, atol=1e-12)
    np.testing.assert_allclose(strength, 0.9 + 0.4 * places[:, 1])
    again = design_from_tables(planned.design.effective(), "sweep.toml")
    assert again.content_hash == planned.design.content_hash


def test_the_shipped_file_is_one_for_every_method() -> None:
    path = Path(__file__).resolve().parents[2] / "configs/sensitivity.toml"
    design = load_design(path)
    for method in ("sobol", "morris"):
        assert plan(design, method).cube.shape[-1] == len(design.axes) == 6


def test_a_link_must_stay_in_its_bounds_over_the_whole_box() -> None:
    """Both rows of the list keep the slope below 0.4; another corner of their box would not."""
    axes = [
        {"parameter": "tendon.stiffness_scale", "values": [0.2, 4.0]},
        {"parameter": "hip.strength", "values": [1.3, 1.05]},
    ]
    tables = {"name": "demo", "axis": axes, "sampling": {"method": "list"}}
    tables["link"] = {"task.slope": "tendon.stiffness_scale * (hip.strength - 1)"}
    design = design_from_tables(tables, "demo.toml")
    with pytest.raises(InputError, match=r"task\.slope"):
        plan(design, "morris", 8)
    tables["link"] = {"task.slope": "0.1 * tendon.stiffness_scale * (hip.strength - 1)"}
    gentle = plan(design_from_tables(tables, "demo.toml"), "morris", 8).design
    assert gentle.points(0, gentle.size)["task.slope"].max() == pytest.approx(0.12)


def test_an_unknown_method_is_refused() -> None:
    design = design_from_tables({"name": "demo", "axis": AXES}, "demo.toml")
    with pytest.raises(InputError, match="method = 'fast': expected one of sobol, morris"):
        plan(design, "fast")
