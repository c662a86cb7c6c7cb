"""`stridesim perturb`: its answer to people and programs, and one line for what is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from made_optimum import made_optimum

from stridesim.cli import main
from stridesim.results import QUANTITIES, Status

STABLE = ("--retraction", "150 deg/s", "--lateral-placement", "0.3 s", "--set", "hip.damping=0.1")
COORDINATES = ["z", "roll", "vx", "vy", "roll_rate"]


def _perturb(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["perturb", *arguments], prog_name="stridesim")


def test_json_of_a_runner_who_falls() -> None:
    result = _perturb("--ground-drop", "3 cm", "--steps", "12", "--json")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert answer["status"] == "ok"
    assert answer["outcome"] == "fell"
    assert answer["fall"] in {"tipped_over", "no_flight"}
    for name, entry in answer["results"].items():
        assert entry["unit"] == QUANTITIES[name].unit
    done = answer["results"]["steps_completed"]["value"]
    assert 0 < done < 12
    assert answer["results"]["final_deviation"]["value"] is None
    multipliers = answer["floquet_multipliers"]
    assert len(multipliers) == 5
    assert multipliers[0]["magnitude"] == answer["results"]["spectral_radius"]["value"] > 1
    assert answer["basin"] is None
    assert list(answer["steps"]) == [*COORDINATES, "deviation"]
    heights = answer["steps"]["z"]["value"]
    assert len(heights) == 2 + 12 + 1
    assert heights[2] == pytest.approx(answer["nominal"]["z"]["value"] + 0.03)
    assert sum(h is not None for h in heights) == 2 + done + 1
    assert answer["asked"] == {"ground_drop": "3 cm"}


def test_the_table_of_a_runner_who_recovers() -> None:
    result = _perturb("--push", "0.1 m/s", "--steps", "20", *STABLE)
    assert result.exit_code == 0, result.stderr
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "push 0.1 m/s" in lines
    assert "set hip.damping = 0.1" in lines
    assert sum(line.endswith("perturbed") for line in lines) == 1
    assert any(line.startswith("20 1.0") for line in lines)
    assert any(line.startswith("spectral_radius 0.9") for line in lines)
    assert any(line.startswith("sideways velocity -") for line in lines)
    assert lines[-1].startswith("Recovered: after 20 steps")
    assert "Stable" in lines[-1]


def test_without_a_gait_there_is_a_reason() -> None:
    result = _perturb("--set", "leg.stiffness=5 kN/m", "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert Status[answer["status"]] != Status.ok
    assert answer["results"]["spectral_radius"] == {"value": None, "unit": "1"}
    assert len(result.stderr.splitlines()) == 1


def test_the_figure_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        "stridesim.plots.perturbed.save_perturbed_run", lambda *given: asked.append(given)
    )
    target = tmp_path / "run.svg"
    result = _perturb("--ground-drop", "3 cm", "--steps", "12", "--plot", str(target))
    assert result.exit_code == 0
    assert result.stderr.endswith(f"wrote {target}\n")
    assert asked[0][1:5] == (target, "rbds011", {"ground_drop": "3 cm"}, None)
    assert asked[0][5].startswith("measured: ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--push", "3 kg"], "push = '3 kg'"),
        (["--ground-drop", "nan"], "ground_drop"),
        (["--retraction", "3 m"], "retraction = '3 m'"),
        (["--ground-drop", "9"], "ground_drop = 9: outside its permitted range -0.5 to 0.5 m"),
        (["--plot", "run.gif"], "run.gif: figures are written as"),
        (["--plot", "/absent/run.png"], "no such folder"),
        (["--region"], "permitted: together with --plot"),
        (["--set", "task.speed=99"], "task.speed = 99: outside its permitted range"),
        (["absent.toml"], "absent.toml: no such file"),
    ],
)
def test_bad_input_is_one_line_before_any_work(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    def work(*_: Any) -> None:
        pytest.fail("computed before the input was checked")

    monkeypatch.setattr("stridesim.studies.perturbation.periodic", work)
    result = _perturb(*arguments)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert message in result.stderr


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys; from stridesim.cli.perturb import command\n"
        "command(['-h'], standalone_mode=False)\n"
        "heavy = {'jax', 'numpy', 'scipy', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Example" in done.stdout


def test_a_runner_who_chooses_is_perturbed_in_the_chosen_gait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "stridesim.studies.optimum.optimise_points",
        lambda *_, **__: made_optimum(["gait.step_frequency"]),
    )
    direct = json.loads(
        _perturb("--set", "gait.step_frequency=2.7", "--steps", "3", "--json").stdout
    )
    found = _perturb("--set", "gait.strategy=optimal", "--steps", "3", "--json")
    assert found.exit_code == 0, found.stderr
    answer = json.loads(found.stdout)
    assert answer["results"] == direct["results"]
    said = "chosen at least cost (umberger2010): gait.step_frequency 2.7 Hz"
    assert answer["notes"] == [said]
    text = _perturb("--set", "gait.strategy=optimal", "--steps", "3").stdout
    assert f"note: {said}" in text


def test_without_a_gait_to_choose_there_is_none_to_perturb(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = made_optimum(["gait.step_frequency"])._replace(status=np.array(["no_flight"]))
    monkeypatch.setattr("stridesim.studies.optimum.optimise_points", lambda *_, **__: lost)
    result = _perturb("--set", "gait.strategy=optimal")
    assert result.exit_code == 1
    assert "gait.strategy = 'optimal': no_flight: no gait near the habit has" in result.stderr


def test_settings_without_a_part_in_it_are_named() -> None:
    given = ("--set", "tendon.stiffness_scale=0.8", "--set", "hip.damping=0.1")
    notes = json.loads(_perturb(*given, "--steps", "3", "--json").stdout)["notes"]
    assert notes == ["tendon.stiffness_scale: no part of a perturbed run, which has no muscles"]
