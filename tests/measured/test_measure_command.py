import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from stridesim.cli.measure import command
from stridesim.results import InputError

SPEEDS = ("2.5", "12.6 km/h", "4.5")


def _arguments(data: Path, *more: str) -> list[str]:
    files = [str(data / f"RBDS011_run_{v}ms_300Hz_12s.csv") for v in ("2.5", "3.5", "4.5")]
    speeds = [part for speed in SPEEDS for part in ("--speed", speed)]
    return [*files, "--mass", "75", "--height", "179.5 cm", *speeds, *more]


def test_table_states_threshold_and_filter(data: Path) -> None:
    result = CliRunner().invoke(command, _arguments(data), catch_exceptions=False)
    assert result.exit_code == 0
    assert "Contact above 50 N" in result.output
    assert "low-pass 50 Hz" in result.output
    contact = next(line for line in result.output.splitlines() if line.startswith("contact_time"))
    words = " ".join(contact.split())
    assert words == "contact_time s 0.277 ± 0.005 0.223 ± 0.006 0.194 ± 0.007"


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


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--speed", "3"], "speed: 4 given for 3 files; permitted"),
        (["--plot", "steps.gif"], r"plot = 'steps\.gif': permitted: .*\.svg, \.png or \.pdf"),
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
