"""A sweep for other programs: CSV and netCDF, with units, gaps and reasons."""

import csv
from pathlib import Path

import numpy as np
import pytest
import xarray
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH, Fake

from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.sweeps import Design, SweepInterrupted, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.store.export_csv import export_csv
from stridesim.sweeps.store.export_netcdf import export_netcdf


@pytest.fixture
def design() -> Design:
    return design_from_tables(MAP, "map.toml")


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("part-*.parquet"))


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


def test_no_text_in_csv_is_a_formula(tmp_path: Path) -> None:
    """A spreadsheet runs a cell that begins with one of these signs; numbers stay numbers."""
    name = "=cmd|' !A0"
    (tmp_path / f"{name}.toml").write_text(Runner.load().to_toml())
    axis = [{"parameter": "task.slope", "values": [-0.05, 0.05]}]
    swept = LINE | {"runners": ["rbds011", f"{name}.toml"], "axis": axis}
    design = design_from_tables(swept, "s.toml", tmp_path)
    run_sweep(design, lambda points, *_: Fake()(points), tmp_path / "s")
    export_csv(SweepStore.open(tmp_path / "s"), tmp_path / "s.csv")
    with (tmp_path / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {row["runner"] for row in rows} == {"rbds011", f"'{name}"}
    assert rows[0]["task.slope [1]"] == "-0.05"


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


# h5netcdf reads by itself, but writes through h5py.


def test_netcdf_of_a_grid_has_its_axes_as_dimensions(design: Design, tmp_path: Path) -> None:
    result = run_sweep(design, Fake(2.0), tmp_path / "s", chunk_size=10, provenance={"a": 1})
    store = SweepStore.open(tmp_path / "s")
    assert export_netcdf(store, tmp_path / "out" / "s.nc") == 100
    with xarray.open_dataset(tmp_path / "out" / "s.nc", engine="h5netcdf") as data:
        cost = data["cost_of_transport"]
        assert cost.dims == (STIFFNESS, STRENGTH)
        assert cost.attrs["units"] == "J/kg/m"
        assert cost.attrs["nominal_runner"] == result.nominal["cost_of_transport"]
        np.testing.assert_array_equal(data[STIFFNESS], design.axes[0].values)
        assert data[STRENGTH].attrs["units"] == "1"
        np.testing.assert_array_equal(cost, result.grid("cost_of_transport"))
        np.testing.assert_array_equal(data["status"].astype(str), result.status_grid.astype(str))
        assert "flight" in data["status"].attrs["meaning_of_no_flight"]
        assert data.attrs["design_hash"] == design.content_hash
        assert '"a": 1' in data.attrs["provenance"]


def test_netcdf_of_what_is_finished(design: Design, tmp_path: Path) -> None:
    folder = tmp_path / "s"
    with pytest.raises(SweepInterrupted):
        run_sweep(design, Fake(interrupt_at=3), folder, chunk_size=10)
    store = SweepStore.open(folder)
    with pytest.raises(InputError, match=r"70 of 100 rows are missing"):
        export_netcdf(store, tmp_path / "s.nc")
    assert not (tmp_path / "s.nc").exists()
    assert export_netcdf(store, tmp_path / "s.nc", partial=True) == 30
    with xarray.open_dataset(tmp_path / "s.nc", engine="h5netcdf") as data:
        assert data["cost_of_transport"].dims == ("row",)
        np.testing.assert_array_equal(data["row"], range(30))
        assert data[STIFFNESS].attrs["units"] == "1"
        assert (data["status"] == "ok").sum() == 27


TASKS = {
    **MAP,
    "constraints": [f"{STIFFNESS} * {STRENGTH} < 3.5"],  # 2 of 99 points are left out
    "task": [
        {"name": "flat"},
        {"name": "uphill", "set": {"task.slope": "5 %", "task.speed": "9 km/h"}},
    ],
}


def _by_case(points: dict[str, np.ndarray], case: int) -> dict[str, np.ndarray]:
    answers = Fake(2.0)(points)
    return answers | {"cost_of_transport": answers["cost_of_transport"] + 10 * case}


@pytest.fixture
def cases(tmp_path: Path) -> SweepStore:
    """Two runners, of whom one is heavy, with two tasks each."""
    heavy = apply_overrides(Runner.load(), {"body.mass": "90 kg"})
    (tmp_path / "heavy.toml").write_text(heavy.to_toml())
    table = TASKS | {"runners": ["rbds011", "heavy.toml"]}
    design = design_from_tables(table, "map.toml", tmp_path)
    run_sweep(design, _by_case, tmp_path / "s", chunk_size=50)
    return SweepStore.open(tmp_path / "s")


def test_csv_has_what_tasks_set_and_what_tells_runners_apart(
    cases: SweepStore, tmp_path: Path
) -> None:
    assert export_csv(cases, tmp_path / "s.csv") == cases.rows
    with (tmp_path / "s.csv").open() as file:
        rows = list(csv.DictReader(file))
    own = Runner.load()
    told = {
        (r["runner"], r["task"]): [
            float(r[name]) for name in ("task.slope [1]", "task.speed [m/s]", "body.mass [kg]")
        ]
        for r in rows
    }
    speed, mass = float(own.task.speed), float(own.body.mass)
    assert told == {
        ("rbds011", "flat"): pytest.approx([0, speed, mass]),
        ("rbds011", "uphill"): pytest.approx([0.05, 2.5, mass]),
        ("heavy", "flat"): pytest.approx([0, speed, 90]),
        ("heavy", "uphill"): pytest.approx([0.05, 2.5, 90]),
    }
    header = list(rows[0])
    assert header[:4] == ["row", "nominal", "runner", "task"]
    assert len(header) == len(set(header))
    assert "body.height [m]" not in header, "the same for all"
    assert sum(r["nominal"] == "1" for r in rows) == 4


def test_netcdf_of_runners_and_tasks_keeps_the_axes(cases: SweepStore, tmp_path: Path) -> None:
    export_netcdf(cases, tmp_path / "s.nc")
    design = design_from_tables(MAP, "map.toml")
    with xarray.open_dataset(tmp_path / "s.nc", engine="h5netcdf") as data:
        cost = data["cost_of_transport"]
        assert cost.dims == ("runner", "task", STIFFNESS, STRENGTH)
        assert data["runner"].to_numpy().tolist() == ["rbds011", "heavy"]
        assert data["task"].to_numpy().tolist() == ["flat", "uphill"]
        for axis in design.axes:
            np.testing.assert_array_equal(data[axis.path], axis.values)
        scale, strength = np.meshgrid(*(axis.values for axis in design.axes), indexing="ij")
        truth = Fake(2.0)({STIFFNESS: scale.ravel(), STRENGTH: strength.ravel()})
        status = np.where(scale * strength < 3.5, truth["status"].reshape(9, 11), "")
        for k, (runner, task) in enumerate(
            (r, t) for r in ("rbds011", "heavy") for t in ("flat", "uphill")
        ):
            at = {"runner": runner, "task": task}
            wanted = np.where(
                status == "ok", truth["cost_of_transport"].reshape(9, 11) + 10 * k, np.nan
            )
            np.testing.assert_array_equal(cost.sel(at), wanted)
            np.testing.assert_array_equal(data["status"].sel(at).astype(str), status)
            own = data["cost_of_transport.nominal_runner"].sel(at)
            assert 10 * k < own < 10 * (k + 1)
        assert (status == "").sum() == 2
        assert cost.attrs["nominal_runner"] == "cost_of_transport.nominal_runner"
        slope, mass = data["task.slope"], data["body.mass"]
        assert slope.attrs["units"] == "1"
        np.testing.assert_allclose(slope.sel(task="uphill"), 0.05)
        np.testing.assert_allclose(mass.sel(runner="heavy"), 90)


def test_netcdf_of_tasks_alone_has_no_dimension_of_runners(tmp_path: Path) -> None:
    design = design_from_tables({**TASKS, "constraints": []}, "map.toml")
    run_sweep(design, _by_case, tmp_path / "s")
    export_netcdf(SweepStore.open(tmp_path / "s"), tmp_path / "s.nc")
    with xarray.open_dataset(tmp_path / "s.nc", engine="h5netcdf") as data:
        assert data["cost_of_transport"].dims == ("task", STIFFNESS, STRENGTH)
        assert data["task.slope"].dims == ("task",)


def test_netcdf_of_what_is_no_grid_lies_along_the_rows(tmp_path: Path) -> None:
    table = {
        "name": "list",
        "sampling": {"method": "list"},
        "axis": [
            {"parameter": STIFFNESS, "values": [0.4, 0.8, 0.8]},
            {"parameter": STRENGTH, "values": [1.0, 0.5, 1.0]},
        ],
        "task": TASKS["task"],
    }
    run_sweep(design_from_tables(table, "x.toml"), _by_case, tmp_path / "s")
    export_netcdf(SweepStore.open(tmp_path / "s"), tmp_path / "s.nc")
    with xarray.open_dataset(tmp_path / "s.nc", engine="h5netcdf") as data:
        assert data["cost_of_transport"].dims == ("row",)
        np.testing.assert_allclose(data["task.slope"], 4 * [0.0] + 4 * [0.05])


def test_an_own_value_is_left_out_where_every_row_has_another(tmp_path: Path) -> None:
    """With the speed varied the habits of two runners follow it: their numbers are not in use."""
    faster = apply_overrides(Runner.load(), {"leg.stiffness": "30 kN/m"})
    (tmp_path / "stiff.toml").write_text(faster.to_toml())
    table = {"name": "x", "runners": ["rbds011", "stiff.toml"]}
    speeds = {"axis": [{"parameter": "task.speed", "values": [3.0, 4.0]}]}
    strengths = {"axis": [{"parameter": STRENGTH, "values": [0.8, 1.0]}]}
    varied = design_from_tables(table | speeds, "x.toml", tmp_path).own
    assert varied[0]["leg.stiffness"] is None
    assert varied[1]["leg.stiffness"] == 30_000
    assert "gait.step_frequency" not in varied[0]
    fixed = design_from_tables(table | strengths, "x.toml", tmp_path).own
    own = float(Runner.load().at_speed().leg.stiffness)
    assert fixed[0]["leg.stiffness"] == pytest.approx(own)
