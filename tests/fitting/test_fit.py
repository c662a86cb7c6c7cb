"""A runner who is known: his recordings, made by the model, must give him back.

The forces of the solved steps, mirrored step by step, are written as 12 s of force plate at
300 Hz and go through reading, filtering, step detection and the fit. The threshold of contact is
5 N here: at 50 N every contact is measured 5 ms short, and the fit would follow that.
"""

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from economy.shipped import shipped
from scipy.interpolate import CubicSpline

from stridesim.economy import Evaluation
from stridesim.elementary import horner
from stridesim.fitting.fit import (
    FITTED,
    Comparison,
    Fit,
    fit_runner,
    unknown_to_recordings,
)
from stridesim.fitting.problem import TOLERANCES, _straightness
from stridesim.posture.timeline import STANCE_NODES
from stridesim.recordings import ForceRecording, MeasureSettings, StepMeasures, measure_steps
from stridesim.recordings.readers import read_forces
from stridesim.results import InputError
from stridesim.runner import PARAMETERS, Runner
from stridesim.runner.curves import stance_polynomial

SPEEDS = (2.8, 3.4)
KNOWN: dict[str, Any] = {"leg__stiffness": 19e3, "leg__loss": 0.14, "posture__cop_excursion": 0.95}


def _known(speed: float) -> Evaluation:
    return shipped(speed, **KNOWN)


def _force(found: Evaluation, time: np.ndarray) -> np.ndarray:
    """(n, 3) N: the step's force, again and again, left and right mirrored."""
    line = found.stride.timeline
    step = float(line.period) / 2
    count = np.floor(time / step)
    since = time - count * step
    contact = float(line.contact_time)
    on_ground = since < contact
    side = np.where(count % 2 == 0, 1.0, -1.0)
    at = np.linspace(0.0, contact, line.force.x.size)
    x, y, z = (CubicSpline(at, f)(since) for f in (line.force.x, line.force.y, line.force.z))
    return np.where(on_ground[:, None], np.stack([x, side * y, z], axis=1), 0.0)


def _recorded(speed: float, folder: Path) -> tuple[ForceRecording, StepMeasures]:
    time = np.arange(12 * 300) / 300 + 0.0123
    rows = np.column_stack([time, _force(_known(speed), time)])
    path = folder / f"known_{speed}.csv"
    header = "time_s,fx_ap_N,fy_ml_N,fz_vert_N"
    np.savetxt(path, rows, delimiter=",", header=header, comments="", fmt="%.5f")
    recording = read_forces(path)
    body = _known(speed).runner.body
    measures = measure_steps(
        recording,
        speed=speed,
        height=float(body.height),
        stated_mass=float(body.mass),
        settings=MeasureSettings(threshold=5.0),
    )
    return recording, measures


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("known_runner")


@functools.cache
def _fitted(folder: Path) -> Fit:
    return fit_runner([_recorded(speed, folder) for speed in reversed(SPEEDS)], name="known")


def test_stiffness_and_frequency_come_back(folder: Path) -> None:
    habits = _fitted(folder).runner.habits
    assert habits.speeds == SPEEDS
    found = dict(zip(habits.paths, habits.values, strict=True))
    frequency = [float(_known(speed).results["step_frequency"]) for speed in SPEEDS]
    assert found["gait.step_frequency"] == pytest.approx(frequency, rel=0.005)
    assert found["leg.stiffness"] == pytest.approx([19e3, 19e3], rel=0.03)


def test_loss_and_travel_of_the_pressure_come_back_roughly(folder: Path) -> None:
    """They shape the force, which the filter shapes too."""
    runner = _fitted(folder).runner
    assert float(runner.leg.loss) == pytest.approx(0.14, abs=0.04)
    assert float(runner.posture.cop_excursion) == pytest.approx(0.95, abs=0.08)


def test_the_mass_that_stops_comes_back_roughly(folder: Path) -> None:
    known = float(_known(3.4).runner.leg.impact_mass)
    assert float(_fitted(folder).runner.leg.impact_mass) == pytest.approx(known, abs=0.015)


def test_mass_comes_from_the_force(folder: Path) -> None:
    mass = float(_known(3.4).runner.body.mass)
    assert float(_fitted(folder).runner.body.mass) == pytest.approx(mass, rel=0.005)


def test_every_target_is_met_and_reported(folder: Path) -> None:
    fitted = _fitted(folder)
    named = [(c.speed, c.name) for c in fitted.comparisons]
    assert named == [(speed, name) for speed in SPEEDS for name in TOLERANCES]
    for c in fitted.comparisons:
        assert c.difference == pytest.approx(c.fitted / c.measured - 1)
        assert abs(c.difference) < (0.05 if c.name == "com_drop_in_stance" else 0.025), c


def test_provenance_says_where_it_came_from(folder: Path) -> None:
    recordings = _fitted(folder).provenance["recordings"]
    assert [r["file"] for r in recordings] == [f"known_{speed}.csv" for speed in SPEEDS]
    assert all(len(r["sha256"]) == 64 for r in recordings)
    assert _fitted(folder).provenance["force_threshold"] == "5 N"


def test_what_the_recordings_do_not_show_keeps_its_default(folder: Path) -> None:
    runner = _fitted(folder).runner
    assert float(runner.hip.strength) == PARAMETERS["hip.strength"].default
    unknown = unknown_to_recordings()
    assert "tendon.soleus.slack_length" in unknown
    assert not {"leg.stiffness", "gait.step_frequency", "body.mass"} & set(unknown)
    assert "muscle.strength_scale" in unknown


def test_the_runner_carries_the_errors_of_what_was_fitted(folder: Path) -> None:
    """Steps that repeat themselves leave the grid of the recording and what the filter distorts."""
    fitted = _fitted(folder)
    errors = fitted.runner.uncertainty
    assert set(errors.paths) == {
        "gait.step_frequency",
        "posture.cop_excursion",
        "leg.impact_mass",
        "leg.stiffness",
        "leg.loss",
    }
    assert set(errors.speeds) == {*SPEEDS, None}
    assert "muscle.strength_scale" not in errors.paths
    found = dict(zip(zip(errors.paths, errors.speeds, strict=True), errors.sds, strict=True))
    assert found["leg.stiffness", 3.4] < 0.06 * 19e3
    assert found["gait.step_frequency", 3.4] < 0.01
    assert np.linalg.eigvalsh(errors.correlation).min() > -1e-9
    assert abs(fitted.estimates.values[0] - 19e3) < 3 * fitted.estimates.sds[0]


def test_one_speed_makes_a_runner_without_habits(folder: Path) -> None:
    fitted = fit_runner([_recorded(3.4, folder)], name="one speed")
    runner = fitted.runner
    # One recording makes the same muscles as two.
    assert runner.muscle == _fitted(folder).runner.muscle == Runner().muscle
    assert [(r.recording, r.ok) for r in fitted.runs.recorded] == [("known_3.4.csv", True)]
    assert runner.habits.paths == ()
    assert float(runner.leg.stiffness) == pytest.approx(19e3, rel=0.03)
    assert float(runner.task.speed) == 3.4


def test_two_recordings_of_one_speed_are_refused(folder: Path) -> None:
    pair = _recorded(3.4, folder)
    with pytest.raises(InputError, match="two recordings at the same speed"):
        fit_runner([pair, pair], name="twice")


@pytest.mark.parametrize("speed", SPEEDS)
def test_the_leg_at_take_off_is_as_straight_as_its_knee(speed: float) -> None:
    """From the linkage, whose smoothing may move the hip by 4 mm: the unloaded soft tissue gives
    nothing, and the heel is put back to where the mean runner has it."""
    found = _known(speed)
    body, posture = found.runner.body, found.stride.posture
    thigh, shank = float(body.thigh_length), float(body.shank_length)
    angles = np.asarray(posture.segments.angle)[:, STANCE_NODES - 1]
    # In the plane of the leg, x + i z, from the centre of pressure.
    ankle = -complex(*np.asarray(posture.cop_from_ankle)[:, -1])
    hip = ankle + 1j * (thigh * np.exp(1j * angles[0]) + shank * np.exp(1j * angles[1]))
    turned = angles[2] - float(horner(stance_polynomial("foot_pitch", speed), 1.0))
    reach = abs(hip - ankle * np.exp(-1j * turned))
    straight = float(_straightness(found.stride, found.runner))  # type: ignore[arg-type]
    assert straight == pytest.approx(reach / (thigh + shank), abs=4e-3 / (thigh + shank))


@pytest.mark.parametrize(
    ("path", "why"),
    [*((path, "is fitted to the recordings") for path in FITTED), ("task.speed", "is stated")],
)
def test_what_is_fitted_cannot_be_held(folder: Path, path: str, why: str) -> None:
    with pytest.raises(InputError, match=rf"^{path} = 0\.9: {why}.* cannot be held; permitted"):
        fit_runner([_recorded(3.4, folder)], name="held", overrides={path: 0.9})


@pytest.mark.parametrize(
    ("name", "fitted", "doubtful"),
    [
        ("braking_impulse", 1.16, True),
        ("flight_time", 0.84, True),
        ("peak_vertical_force", 1.14, False),
        ("com_drop_in_stance", 1.3, True),
    ],
)
def test_a_misfit_that_speed_or_mass_would_explain(
    name: str, fitted: float, doubtful: bool
) -> None:
    assert Comparison("run.csv", 3.5, name, 1.0, fitted).doubtful == doubtful
