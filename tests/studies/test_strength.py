"""The answer of `strength`: curves with units beside what is measured, refusals, its figure."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.testing import assert_allclose

from stridesim.cli import main
from stridesim.evidence.dynamometry import anderson2007
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.strength import StrengthAnswer, strength
from stridesim.tasks.strength import EXERTIONS


@pytest.fixture(scope="module")
def answer() -> StrengthAnswer:
    return strength(Runner.load())


def test_record_and_table(answer: StrengthAnswer) -> None:
    record = answer.to_dict()
    json.dumps(record, allow_nan=False)
    assert set(record["exertions"]) == set(EXERTIONS)
    knee = record["exertions"]["knee_extension"]
    assert knee["peak_torque"]["unit"] == "N m"
    assert knee["peak_torque"]["value"] == max(knee["torque"]["value"])
    assert record["voluntary_activation"]["value"] == 0.9
    columns, rows = answer.table()
    assert len(rows) == sum(curve.angle.size for curve in answer.curves.values())
    assert all(len(row) == len(columns) for row in rows)
    assert len(answer.summary().rows) == len(EXERTIONS)
    assert "knee_extension" in repr(answer)


def test_the_measured_curve_is_the_published_cosine() -> None:
    """Men of 18 to 25 years: 0.163 body weight times height at 1.133 rad."""
    found = anderson2007("knee_extension", "men", np.array([np.rad2deg(1.133)]), 70.0, 1.75)
    assert found is not None
    assert_allclose(found.torque, 0.163 * 70 * 9.80665 * 1.75)
    assert anderson2007("hip_abduction", "men", np.zeros(1), 70.0, 1.75) is None
    beyond = anderson2007("hip_flexion", "men", np.array([130.0]), 70.0, 1.75)
    assert beyond is not None
    assert np.isnan(beyond.torque).all()


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ({"knee": 3}, "held joint 'knee': expected one of hip_flexion"),
        ({"hip_flexion": 170}, "held hip_flexion = 170: outside its permitted range -20 to 110"),
        ({"hip_flexion": "3 kg"}, "hip_flexion"),
    ],
)
def test_joints_that_cannot_be_held(held: dict[str, str | float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        strength(Runner.load(), held=held)


def test_figure_and_command(tmp_path: Path, answer: StrengthAnswer) -> None:
    path = tmp_path / "strength.svg"
    done = CliRunner().invoke(
        main, ["strength", "--plot", str(path), "--hold", "ankle_dorsiflexion=10 deg"]
    )
    assert done.exit_code == 0, done.stderr
    assert "knee extension" in done.stdout
    assert "Anderson 2007" in done.stdout
    drawn = path.read_text()
    assert "How strong is the leg at each joint angle?" in drawn
    assert f"strongest at {answer.curves['knee_extension'].angle_of_active_peak:.0f}" in drawn
    told = CliRunner().invoke(main, ["strength", "--json", "--set", "muscle.strength_scale=1"])
    record = json.loads(told.stdout)
    assert record["runner"]["set"] == {"muscle.strength_scale": "1"}
    whole = answer.curves["knee_extension"].peak
    found = record["exertions"]["knee_extension"]["peak_torque"]["value"]
    assert_allclose(found, whole / 1.25, rtol=1e-6)
