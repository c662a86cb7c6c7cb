import itertools
import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stridesim.cli._measure_options import measure_options
from stridesim.cli.measure import command
from stridesim.results import InputError
from stridesim.studies.force_analysis import ForceAnalysis

SPEEDS = ("2.5", "12.6 km/h", "4.5")


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


def _arguments(data: Path, *more: str) -> list[str]:
    files = [str(data / f"RBDS011_run_{v}ms_300Hz_12s.csv") for v in ("2.5", "3.5", "4.5")]
    speeds = [part for speed in SPEEDS for part in ("--speed", speed)]
    return [*files, "--mass", "75", "--height", "179.5 cm", *speeds, *more]


def test_table_states_threshold_and_filter(data: Path) -> None:
    result = CliRunner().invoke(command, _arguments(data), catch_exceptions=False)
    assert result.exit_code == 0
    assert "Contact above 50 N" in result.output
    assert "low-pass 50 Hz" in result.output
    contact = next(line for line in result.output.splitlines() if line.startswith("ground contact"))
    words = " ".join(contact.split())
    assert words == "ground contact ms 277 ± 5 223 ± 6 194 ± 7"


def test_json_has_every_step(data: Path) -> None:
    result = CliRunner().invoke(command, _arguments(data, "--json"), catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert [r["speed"] for r in answer["recordings"]] == pytest.approx([2.5, 3.5, 4.5])
    first = answer["recordings"][0]
    assert first["status"] == "ok"
    assert set(first["results"]["contact_time"]) == {"value", "sd", "unit", "n"}
    assert len(first["steps"]["contact_time"]) == first["results"]["contact_time"]["n"]
    assert first["settings"]["threshold_N"] == 50.0
    assert "libraries" in answer["provenance"]


def test_one_speed_for_all_files_is_noted(data: Path) -> None:
    arguments = _arguments(data)
    arguments = [*arguments[: arguments.index("--speed")], "--speed", "3.0"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    note = "speed 3.0 is taken for all 3 files: ground forces do not show whether it was;"
    assert result.output.splitlines()[-1].startswith(note)
    answer = json.loads(CliRunner().invoke(command, [*arguments, "--json"]).stdout)
    assert answer["notes"][0].startswith(note)
    own = json.loads(CliRunner().invoke(command, _arguments(data, "--json")).stdout)
    assert own["notes"] == []


def test_plot_is_written_for_each_recording(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "steps.png"
    arguments = [a for a in _arguments(data) if "4.5" not in a][:-1]
    result = CliRunner().invoke(
        command, [*arguments, "--plot", str(target)], catch_exceptions=False
    )
    assert result.exit_code == 0
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == [
        "steps_RBDS011_run_2.5ms_300Hz_12s.png",
        "steps_RBDS011_run_3.5ms_300Hz_12s.png",
    ]
    assert all(path.stat().st_size > 20_000 for path in tmp_path.iterdir())


def test_one_bad_file_does_not_hide_the_others(data: Path, tmp_path: Path) -> None:
    good = str(data / "RBDS011_run_2.5ms_300Hz_12s.csv")
    bad, absent = tmp_path / "bad.csv", tmp_path / "absent.csv"
    bad.write_text("time_s,fx_ap_N,fy_ml_N,fz_vert_N\n0,1,2,x\n")
    person = ["--mass", "75", "--height", "1.795", "--speed", "2.5"]
    arguments = [str(bad), good, str(absent), *person]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 1
    assert "ground contact" in result.stdout
    assert f"{bad}, line 2: fz_vert_N = 'x'" in result.stderr
    assert str(result.exception) == f"{absent}: no such file"
    result = CliRunner().invoke(command, [*arguments, "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert [r["file"] for r in answer["recordings"]] == [good]
    assert [r["file"] for r in answer["refused"]] == [str(bad), str(absent)]
    assert answer["refused"][0]["reason"].startswith(f"{bad}, line 2: fz_vert_N = 'x'")


def test_files_of_one_name_are_told_by_their_folders(data: Path, tmp_path: Path) -> None:
    files = []
    for folder, speed in (("slow", "2.5"), ("fast", "3.5")):
        (tmp_path / folder).mkdir()
        files.append(tmp_path / folder / "grf.csv")
        files[-1].symlink_to(data / f"RBDS011_run_{speed}ms_300Hz_12s.csv")
    person = ["--mass", "75", "--height", "1.795", "--speed", "2.5", "--speed", "3.5"]
    plot = ["--plot", str(tmp_path / "steps.png")]
    arguments = [*map(str, files), *person, *plot]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    header = next(line for line in result.output.splitlines() if "unit" in line.split())
    assert header.split() == ["unit", "slow/grf", "fast/grf"]
    written = sorted(path.name for path in tmp_path.glob("*.png"))
    assert written == ["steps_fast_grf.png", "steps_slow_grf.png"]


CASES: dict[str, tuple[dict[str, float], str]] = {
    "feet_cross_belts.mot": ({}, "columns are belts or plates, not feet"),
    "nan_cop_in_swing.mot": ({}, ""),
    "rate_100Hz.csv": ({"contact_time": 0.223, "flight_time": 0.127}, "--filter 40 Hz"),
    "quoted_header.csv": ({}, ""),
    "labels_FP1_FP2.mot": ({}, ""),
    "foot_half_off_plate.csv": ({"contact_time": 0.221}, "the step at 1.86 s carries 40 %"),
    "empty_plate_before_run.csv": ({}, ""),
}


@pytest.mark.parametrize("case", CASES)
def test_awkward_recordings(case: str, shared: Path) -> None:
    expected, warning = CASES[case]
    person = ["--mass", "72", "--height", "1.78", "--speed", "3.5", "--json"]
    path = str(shared / "cases" / case)
    result = CliRunner().invoke(command, [path, *person], catch_exceptions=False)
    (record,) = json.loads(result.stdout)["recordings"]
    found = {name: entry["value"] for name, entry in record["results"].items()}
    wanted = {"contact_time": 0.222, "flight_time": 0.128, "step_frequency": 1 / 0.35} | expected
    for name, value in wanted.items():
        assert found[name] == pytest.approx(value, abs=1.5e-3, rel=2e-3), name
    assert record["effective_mass"] == pytest.approx(72.0, rel=0.01)
    assert found["peak_vertical_force"] == pytest.approx(2.444, rel=0.003)
    assert len(record["warnings"]) == (1 if warning else 0)
    assert all(warning in text for text in record["warnings"])
    sides = record["steps"]["side"]
    assert all(one != other for one, other in itertools.pairwise(sides))


def test_spike_on_one_plate_is_quoted_as_it_stands(shared: Path) -> None:
    path = str(shared / "cases" / "left_plate_spike.mot")
    person = ["--mass", "72", "--height", "1.78", "--speed", "3.5"]
    with pytest.raises(InputError, match=r"mot, line 137: L_ground_force_vy = 5000: a spike"):
        CliRunner().invoke(command, [path, *person], catch_exceptions=False)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--speed", "3"], "speed: 4 given for 3 files; permitted"),
        (["--plot", "steps.gif"], r"steps\.gif: figures are written as \.svg, \.pdf, \.png"),
        (["--plot", "/absent/steps.png"], "no such folder"),
        (["--threshold", "50 kg"], "threshold = '50 kg'"),
        (["--filter", "200"], "cut-off = 200 Hz: permitted: below"),
        (["--mass", "60"], "permitted: within 15 %"),
    ],
)
def test_bad_options_get_one_line(data: Path, more: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CliRunner().invoke(command, _arguments(data, *more), catch_exceptions=False)


def test_help_has_an_example_and_imports_nothing_heavy() -> None:
    script = (
        "import sys; from stridesim.cli.measure import command\n"
        "command(['-h'], standalone_mode=False)\n"
        "heavy = {'jax', 'numpy', 'scipy', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Example" in done.stdout


def test_options_arrive_as_one_argument() -> None:
    seen = []

    @click.command()
    @measure_options
    @click.option("--other")
    def taking(analysis: ForceAnalysis, other: str) -> None:
        seen.append((analysis, other))

    arguments = ["--threshold", "5 % BW", "--filter", "40", "--keep-baseline", "--other", "x"]
    result = CliRunner().invoke(taking, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert seen == [(ForceAnalysis("5 % BW", "40", None, True), "x")]
    assert "--horizontal-filter" in CliRunner().invoke(taking, ["--help"]).output
