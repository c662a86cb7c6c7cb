"""`stridesim sweep export`: what is asked for is written where it is asked for, or refused."""

import csv
import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from fake_sweep import LINE, Fake

from stridesim.cli import main
from stridesim.sweeps import run_sweep
from stridesim.sweeps.design import design_from_tables


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    run_sweep(design_from_tables(LINE, "line.toml"), Fake(), tmp_path / "line")
    return tmp_path


def _export(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["sweep", "export", "line", *arguments])


def test_csv_to_standard_output(folder: Path) -> None:
    result = _export("--output", "-")
    assert result.exit_code == 0
    assert result.stderr == "standard output: 5 rows\n"
    assert [row["row"] for row in csv.DictReader(io.StringIO(result.stdout))] == list("01234")
    assert sorted(path.name for path in folder.iterdir()) == ["line"]
    assert _export().exit_code == 0
    assert (folder / "line.csv").read_text() == result.stdout


@pytest.mark.parametrize(("sink", "code"), [("/dev/full", 1), ("| head -c 20", 0)])
def test_standard_output_that_takes_no_more_is_no_traceback(sink: str, code: int) -> None:
    run = "from stridesim.cli import command_line; command_line()"
    program = f'{sys.executable} -c "{run}" sweep export line --output -'
    command = f"{program} > {sink}" if code else f"{program} {sink}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    if code:
        assert "standard output: cannot be written: No space left on device" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "netcdf", "--output", "-"], "netCDF is written back and forth"),
        (["--to", "csv", "--output", "a.nc"], "ends as netcdf does, and --to csv is asked for"),
        (["--to", "csv", "--output", "a.h5"], "ends as netcdf does, and --to csv is asked for"),
        (["--to", "netcdf", "--output", "a.CSV"], "ends as csv does, and --to netcdf is asked"),
        (["--output", "a.xlsx"], "permitted: a name that ends in .csv or .nc"),
        (["--to", "csv", "--output", "a.csv.gz"], "permitted: a name that ends in .csv or .nc"),
        (["--output", "line/manifest.json"], "permitted: a name that ends in .csv or .nc"),
        (["--output", "file/a.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_honoured_is_refused(folder: Path, arguments: list[str], said: str) -> None:
    (folder / "file").write_text("mine")
    before = sorted(folder.rglob("*"))
    result = _export(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("name", "begin"), [("a.nc", b"\x89HDF"), ("a.csv", b'"row"'), ("a", b'"row"')]
)
def test_the_ending_says_the_format(folder: Path, name: str, begin: bytes) -> None:
    assert _export("--output", name).exit_code == 0
    assert (folder / name).read_bytes().startswith(begin)


@pytest.mark.skipif(os.name != "posix", reason="POSIX only")
@pytest.mark.parametrize("to", ["csv", "netcdf"])
def test_pipes_and_devices_are_written_into(folder: Path, to: str) -> None:
    os.mkfifo(folder / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((folder / "pipe").read_bytes()))
    reader.start()
    assert _export("--to", to, "--output", "pipe").exit_code == 0
    reader.join()
    assert read[0].startswith(b'"row"' if to == "csv" else b"\x89HDF")
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert _export("--to", to, "--output", "/dev/null").exit_code == 0
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    full = _export("--to", to, "--output", "/dev/full")
    assert full.exit_code == 1
    assert "/dev/full: cannot be written: No space left" in full.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["line", "pipe"]


def test_a_linked_table_stays_a_link(folder: Path) -> None:
    (folder / "there").mkdir()
    (folder / "table.csv").symlink_to(Path("there", "real.csv"))
    assert _export("--output", "table.csv").exit_code == 0
    assert (folder / "table.csv").is_symlink()
    assert (folder / "there" / "real.csv").read_bytes().startswith(b'"row"')
