"""The methods on a runner and on a design: what is held, what is laid over the axes."""

from pathlib import Path

import numpy as np
import pytest

from stridesim import sensitivity
from stridesim.economy import gradient, optimal
from stridesim.economy.optimal import Optimum
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, apply_overrides, shipped_runner
from stridesim.sweeps.design import design_from_tables, load_design

AXES = [
    {"parameter": "tendon.stiffness_scale", "from": 0.5, "to": 2, "points": 3, "scale": "log"},
    {"parameter": "hip.strength", "from": 0.9, "to": 1.3, "points": 3},
]


def test_an_optimal_runner_is_judged_at_his_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Envelope theorem: the choices are found once and held; other habits still follow."""
    free = ("gait.step_frequency",)
    none = np.zeros(1)
    best = Optimum(
        free,
        values=np.array([[2.7]]),
        cost=none,
        status=np.array(["ok"]),
        gradient=none,
        curvature=none,
        at_bound=none,
        blocked=none,
        spread=none,
        settled=none,
        evaluations=0,
    )
    monkeypatch.setattr(optimal, "optimise_points", lambda *_, **__: best)
    slopes = dict.fromkeys(PARAMETERS, 1.0)
    monkeypatch.setattr(gradient, "gradient", lambda *_: slopes)
    runner = apply_overrides(shipped_runner(), {"gait.strategy": "optimal", "task.speed": 3.0})
    found = sensitivity.local(runner, "umberger2010", ["contact_time"])
    judged = found.evaluation.runner
    assert float(judged.gait.step_frequency) == 2.7
    assert float(judged.leg.stiffness) == pytest.approx(float(runner.at_speed().leg.stiffness))
    by_path = {effect.parameter.path: effect for effect in found.effects["contact_time"]}
    assert by_path["gait.step_frequency"].value == 2.7
    contact_time = float(found.evaluation.results["contact_time"])
    assert by_path["gait.step_frequency"].change == pytest.approx(2.7 / contact_time)


def test_a_stride_without_results_has_no_elasticities() -> None:
    weak = apply_overrides(shipped_runner(), {"muscle.strength_scale": 0.3})
    found = sensitivity.local(weak, "umberger2010", ["cost_of_transport"])
    assert not found.evaluation.ok
    assert found.effects == {}


@pytest.mark.parametrize("method", ["sobol", "morris"])
def test_a_plan_is_a_sweep_over_the_same_ranges_that_can_be_written_and_read(method: str) -> None:
    design = design_from_tables({"name": "demo", "axis": AXES}, "demo.toml")
    planned = sensitivity.plan(design, method, 16)
    assert planned.design.size == planned.cube[..., 0].size
    rows = planned.design.points(0, planned.design.size)
    scale, strength = rows["tendon.stiffness_scale"], rows["hip.strength"]
    places = planned.cube.reshape(-1, 2)
    np.testing.assert_allclose(np.log2(scale), 2 * places[:, 0] - 1, atol=1e-12)
    np.testing.assert_allclose(strength, 0.9 + 0.4 * places[:, 1])
    again = design_from_tables(planned.design.effective(), "sweep.toml")
    assert again.content_hash == planned.design.content_hash


def test_the_shipped_file_is_one_for_every_method() -> None:
    path = Path(__file__).resolve().parents[1] / "configs/sensitivity.toml"
    design = load_design(path)
    for method in ("sobol", "morris"):
        assert sensitivity.plan(design, method).cube.shape[-1] == len(design.axes) == 6


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
        sensitivity.plan(design, "morris", 8)
    tables["link"] = {"task.slope": "0.1 * tendon.stiffness_scale * (hip.strength - 1)"}
    gentle = sensitivity.plan(design_from_tables(tables, "demo.toml"), "morris", 8).design
    assert gentle.points(0, gentle.size)["task.slope"].max() == pytest.approx(0.12)
