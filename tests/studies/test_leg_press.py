"""The answer of `leg_press`: arrays with units, refusals, its figure and command."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from stridesim.cli import main
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.leg_press import LOADS, SHOWN, STARTS, leg_press


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ({"weight": 3}, "unknown amount 'weight': expected one of mass, incline"),
        ({"mass": "-3 kg"}, "mass = -3 kg: outside its permitted range 1 to 2000 kg"),
        ({"incline": "100 deg"}, "incline = 100 deg: outside its permitted range 0 to 90 deg"),
        ({"flexion": "3 kg"}, "flexion"),
    ],
)
def test_amounts_that_cannot_be(amounts: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        leg_press(Runner.load(), begin=lambda: None, **amounts)


def test_answer_command_and_figure(tmp_path: Path) -> None:
    answer = leg_press(Runner.load(), mass="300 kg")
    assert set(answer.by_start) == set(SHOWN)
    assert all(values.shape == STARTS.shape for values in answer.by_start.values())
    force, speed = answer.force_velocity
    assert (np.diff(speed[LOADS < 0.9]) < 0).all()  # a heavier load moves slower
    assert force.shape == speed.shape == LOADS.shape
    assert answer.best["static_force"] < answer.best["work"]
    assert len(answer.table().rows) == STARTS.size
    assert f"{answer.best['work']:.0f} deg" in answer.sentence

    path = tmp_path / "press.svg"
    answer.plot(path)
    assert "from which posture do the legs push most?" in path.read_text()
    done = CliRunner().invoke(main, ["legpress", "--mass", "300 kg", "--json"])
    assert done.exit_code == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["by_start"]["work"]["value"] == pytest.approx(list(answer.by_start["work"]))
    assert told["rate_of_force_development"]["ankle_push"]["0-50 ms"]["unit"] == "N m/s"
    assert told["asked"]["mass"] == {"value": 300.0, "unit": "kg"}
    printed = CliRunner().invoke(main, ["legpress", "--mass", "2000 kg", "--incline", "90 deg"])
    assert "note: the sled is too heavy to move from" in printed.stdout
