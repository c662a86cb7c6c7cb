"""A sweep for other programs: CSV and netCDF, with units, gaps and reasons."""

import csv
from pathlib import Path

import numpy as np
import pytest
import xarray
from fake_sweep import LINE, MAP, STIFFNESS, STRENGTH, Fake

from stridesim.results import InputError
from stridesim.runner import dump_runner, shipped_runner
from stridesim.sweeps import Design, SweepInterrupted, SweepStore, run_sweep
from stridesim.sweeps.design import design_from_tables
from stridesim.sweeps.export_csv import export_csv
from stridesim.sweeps.export_netcdf import export_netcdf


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
    (tmp_path / f"{name}.toml").write_text(dump_runner(shipped_runner()))
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
