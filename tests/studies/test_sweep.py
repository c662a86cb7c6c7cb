"""A sweep from Python, on a function whose optimum and failures are known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fake_sweep import STIFFNESS, STRENGTH, Fake

import stridesim
from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.results import REASONS, InputError, Status
from stridesim.runner import Runner
from stridesim.studies import sweep_model
from stridesim.studies.sweep import SweepAnswer, sweep, sweep_design, sweep_file
from stridesim.studies.sweep_axes import design_of
from stridesim.sweeps import load_design
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.engines.in_process import InProcess

OUTPUTS = ("cost_of_transport", "tendon_energy_returned")
AXES = {STIFFNESS: [0.4, 0.8, 1.6, 3.0]}
EVEN = {"from": 10_000, "to": 25_000, "points": 4}
LISTED = {"values": [10_000, 12_000]}


@pytest.fixture(autouse=True)
def fake(monkeypatch: pytest.MonkeyPatch) -> Fake:
    fake = Fake(limit=2.0)
    monkeypatch.setattr(sweep_model, "model", lambda _design: fake)
    return fake


@pytest.fixture
def answer() -> SweepAnswer:
    return sweep(Runner.load(), AXES, outputs=OUTPUTS)


def test_columns_are_those_of_the_model_at_the_points(answer: SweepAnswer) -> None:
    np.testing.assert_array_equal(answer[STIFFNESS], [0.4, 0.8, 1.6, 3.0])
    expected = 3.4 * (1 + 0.1 * np.log(np.array([0.4, 0.8, 1.6]) / 0.8) ** 2)
    np.testing.assert_allclose(answer["cost_of_transport"][:3], expected, rtol=1e-14)
    assert np.isnan(answer["cost_of_transport"][3])
    assert answer.statuses.tolist() == ["ok", "ok", "ok", "no_flight"]
    assert answer.failures == {"no_flight": 1}
    assert answer.units == {STIFFNESS: "1", OUTPUTS[0]: "J/kg/m", OUTPUTS[1]: "J"}


def test_best_and_nominal_points_have_units_and_meanings(answer: SweepAnswer) -> None:
    assert answer.best is not None
    assert answer.best[STIFFNESS].value == 0.8
    cost = answer.best["cost_of_transport"]
    assert (cost.value, cost.unit) == (pytest.approx(3.4, rel=1e-14), "J/kg/m")
    assert cost.meaning
    assert answer.nominal[STIFFNESS].value == 1.0
    assert answer.nominal["tendon_energy_returned"].value == 30.0
    assert answer.sentence.startswith("Cost of transport is lowest, 3.40 J/kg/m, at tendon stiff")


def test_a_failed_row_has_its_reason_in_words(answer: SweepAnswer) -> None:
    columns, rows = answer.table()
    assert columns == (STIFFNESS, *OUTPUTS, "status", "reason")
    assert rows[1][-2:] == ("ok", "")
    assert rows[3][-2:] == ("no_flight", REASONS[Status.no_flight])


def test_no_result_at_all_is_a_status(fake: Fake) -> None:
    fake.limit = 0.1
    answer = sweep(Runner.load(), AXES)
    assert (answer.ok, answer.status) == (False, "no_flight")
    assert answer.reason == "no point has a result (4 no_flight)"
    assert answer.best is None
    assert "No point has a result" in answer.sentence


def test_to_dict_has_the_rows_only_where_no_folder_has_them(
    answer: SweepAnswer, tmp_path: Path
) -> None:
    told = answer.to_dict()
    assert told["schema"] == {"kind": "sweep", "version": 1}
    assert told["rows"]["status"] == ["ok", "ok", "ok", "no_flight"]
    assert told["rows"]["columns"]["cost_of_transport"]["unit"] == "J/kg/m"
    assert told["rows"]["columns"]["cost_of_transport"]["values"][3] is None
    assert told["optimum"]["parameters"][STIFFNESS] == {"value": 0.8, "unit": "1"}
    assert {"answer", "nominal", "failures", "follows_speed", "provenance"} <= set(told)
    kept = sweep(Runner.load(), AXES, outputs=OUTPUTS, folder=tmp_path / "rows").to_dict()
    assert "rows" not in kept
    assert kept["design_hash"] == told["design_hash"]


def test_a_folder_keeps_what_is_finished_and_the_numbers_are_the_same(
    answer: SweepAnswer, fake: Fake, tmp_path: Path
) -> None:
    again = [
        sweep(Runner.load(), AXES, outputs=OUTPUTS, folder=tmp_path / "rows") for _ in range(2)
    ]
    assert fake.calls == [5, 5]  # in memory, and once into the folder
    design = answer.design
    other = sweep_design(design, engine=InProcess())
    assert other.folder is None
    for each in (*again, other):
        for name in (STIFFNESS, *OUTPUTS):
            assert each[name].tobytes() == answer[name].tobytes()
    with pytest.raises(InputError, match="holds another sweep"):
        sweep(Runner.load(), {STIFFNESS: [0.5, 0.6]}, folder=tmp_path / "rows")


def test_a_shipped_sweep_by_its_name_and_the_same_from_python(tmp_path: Path) -> None:
    by_name = sweep_file("demo", settings={"task.speed": "14 km/h"})
    assert by_name.design.name == "demo"
    axes = {
        axis.path: (axis.low, axis.high, axis.parameter.unit, len(axis.values), axis.scale)
        for axis in by_name.design.axes
    }
    config = by_name.design.config
    runner = Runner.load().with_(speed="14 km/h")
    here = design_of(runner, axes, config.outputs, config.metabolic, {})
    assert here.size == by_name.design.size
    changed = {key for key, value in here.identity.items() if by_name.design.identity[key] != value}
    assert not {key for key in changed if not key.startswith("axis.")}
    for axis, other in zip(here.axes, by_name.design.axes, strict=True):
        np.testing.assert_allclose(axis.values, other.values, rtol=1e-12)


def test_a_changed_runner_is_swept_to_the_last_bit(tmp_path: Path) -> None:
    runner = Runner.load().with_({"leg.stiffness": 12345.6789012345, "body.mass": 70.1})
    design = design_of(runner, AXES, OUTPUTS, DEFAULT_METABOLIC_MODEL, {})
    assert float(design.runner.leg.stiffness) == float(runner.leg.stiffness)
    assert float(design.runner.body.mass) == float(runner.body.mass)
    assert design.runner.habits == runner.habits
    sweep(runner, AXES, folder=tmp_path / "rows")
    assert load_design(tmp_path / "rows/sweep.toml").identity == design.identity


@pytest.mark.parametrize(
    ("written", "axis"),
    [
        ((10, 25, "kN/m", 4), EVEN),
        ((10_000, 25_000, 4), EVEN),
        ((10, 25, "kN/m", 4, "log"), EVEN | {"scale": "log"}),
        ((np.float64(10_000), np.int64(25_000), 4, "log"), EVEN | {"scale": "log"}),
        (["10 kN/m", 12_000.0], LISTED),
        (np.array([10_000.0, 12_000.0]), LISTED),
        (([10, 12], "kN/m"), LISTED),
    ],
)
def test_axes_as_they_may_be_written(written: Any, axis: dict) -> None:
    design = design_of(Runner.load(), {"leg.stiffness": written}, OUTPUTS, "umberger2010", {})
    table = {"name": "sweep", "axis": [{"parameter": "leg.stiffness", **axis}]}
    expected = design_from_tables(table, "x.toml").axes[0]
    np.testing.assert_allclose(design.axes[0].values, expected.values, rtol=1e-12)
    assert design.axes[0].scale == expected.scale


@pytest.mark.parametrize(
    ("axes", "said"),
    [
        ({STIFFNESS: 1.0}, f"axes: {STIFFNESS} = 1.0: expected (from, to, unit, points)"),
        ({STIFFNESS: (1.0, 2.0, 3.0)}, "expected (from, to, unit, points)"),
        ({STIFFNESS: (1, 2, 3, "cubic")}, "expected (from, to, unit, points)"),
        ({STIFFNESS: (-1, 2, 3)}, f"{STIFFNESS} = -1: outside its permitted range"),
        ({"leg.stifness": [1]}, "did you mean 'leg.stiffness'?"),
        ({"leg.stiffness": (1, 2, "kg", 3)}, "kg"),
        ({}, "axis"),
    ],
)
def test_axes_that_cannot_be_read_are_refused_in_a_line(axes: dict, said: str) -> None:
    with pytest.raises(InputError) as refused:
        sweep(Runner.load(), axes)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_workers_are_at_least_one() -> None:
    with pytest.raises(InputError, match="workers = 0: must be at least 1"):
        sweep(Runner.load(), AXES, workers=0)


def test_progress_counts_every_row() -> None:
    told: list[tuple[int, dict]] = []
    sweep(Runner.load(), AXES, progress=lambda rows, failed: told.append((rows, dict(failed))))
    assert told == [(5, {"no_flight": 1})]


def test_labelled_arrays_of_a_grid_and_of_several_tasks() -> None:
    pytest.importorskip("xarray")
    axes = {STIFFNESS: [0.4, 0.8, 3.0], STRENGTH: [0.9, 1.0]}
    data = sweep(Runner.load(), axes).to_xarray()
    assert data["cost_of_transport"].dims == (STIFFNESS, STRENGTH)
    best = data["cost_of_transport"].sel({STIFFNESS: 0.8, STRENGTH: 1.0})
    assert float(best) == pytest.approx(3.4, rel=1e-14)
    assert data["cost_of_transport"].attrs["units"] == "J/kg/m"
    assert data["status"].sel({STIFFNESS: 3.0}).values.tolist() == ["no_flight"] * 2
    tables = {"name": "x", "axis": [{"parameter": STIFFNESS, "values": [0.4, 0.8]}]}
    listed = {**tables, "sampling": {"method": "list"}}
    along = sweep_design(design_from_tables(listed, "x.toml")).to_xarray()
    assert along[STIFFNESS].dims == ("point",)


def test_a_notebook_shows_a_short_table_and_the_text_of_others_as_text(fake: Fake) -> None:
    answer = sweep(Runner.load(), {STIFFNESS: (0.4, 3, 400)})
    page = answer._repr_html_()
    assert page.count("<tr>") == 3
    assert "Cost of transport is lowest" in page
    assert "400 points" in repr(answer)


def test_the_figure_is_written(answer: SweepAnswer, tmp_path: Path) -> None:
    answer.plot(tmp_path / "line.svg")
    assert "Cost of transport" in (tmp_path / "line.svg").read_text()


def test_the_package_gives_them_by_name() -> None:
    assert stridesim.sweep is sweep
    assert stridesim.sweep_file is sweep_file
