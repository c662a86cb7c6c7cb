"""Half-sine runs have every measure in closed form; real runs obey momentum."""

import math
from pathlib import Path

import numpy as np
import pytest

from stridesim.constants import GRAVITY
from stridesim.recordings import ForceRecording, MeasureSettings, measure_steps, read_forces
from stridesim.recordings.recording import Foot
from stridesim.results import QUANTITIES

# A cut-off far above the force's content and a low threshold: what remains is the method.
SHARP = MeasureSettings(threshold=5.0, cutoff=400.0, horizontal_cutoff=400.0)
HEIGHT = 1.75


def _measure(recording: ForceRecording, settings: MeasureSettings = SHARP, speed: float = 3.5):
    return measure_steps(recording, speed=speed, height=HEIGHT, stated_mass=70.0, settings=settings)


@pytest.mark.parametrize(("contact", "flight"), [(0.28, 0.09), (0.22, 0.13), (0.19, 0.14)])
def test_half_sine_is_measured_exactly(half_sine, contact: float, flight: float) -> None:
    run = half_sine(contact=contact, flight=flight)
    measures = _measure(run.recording(rate=2000.0))
    weight = run.mass * GRAVITY
    leg = 0.53 * HEIGHT
    shortening = run.drop + leg - math.sqrt(leg**2 - (3.5 * contact / 2) ** 2)
    one_way = run.fore_aft * contact / math.pi / run.mass
    expected = {
        "contact_time": (contact, 5e-3),
        "flight_time": (flight, 8e-3),
        "step_frequency": (1 / run.step, 1e-4),
        "step_length": (3.5 * run.step, 1e-4),
        "duty_factor": (contact / (2 * run.step), 5e-3),
        "peak_vertical_force": (run.peak / weight, 1e-3),
        "peak_braking_force": (run.fore_aft / weight, 2e-3),
        "peak_propulsive_force": (run.fore_aft / weight, 2e-3),
        "peak_mediolateral_force": (run.lateral / weight, 2e-3),
        "vertical_impulse": (GRAVITY * run.step, 1e-3),
        "braking_impulse": (one_way, 2e-3),
        "propulsive_impulse": (one_way, 2e-3),
        "vertical_oscillation": (run.oscillation, 2e-3),
        "com_drop_in_stance": (run.drop, 1e-2),
        "vertical_stiffness": (run.peak / run.drop, 1e-2),
        "leg_stiffness": (run.peak / shortening, 1e-2),
        # For a half sine the sine-wave estimate is the truth.
        "vertical_stiffness_sine_wave": (run.peak / run.drop, 1.5e-2),
        "leg_stiffness_sine_wave": (run.peak / shortening, 1.5e-2),
    }
    assert set(expected) == set(measures.steps)
    for name, (value, tolerance) in expected.items():
        assert measures.mean(name) == pytest.approx(value, rel=tolerance), name
        assert measures.sd(name) < tolerance * value, name
    assert measures.effective_mass == pytest.approx(run.mass, rel=1e-3)


def test_default_filter_biases_are_known(half_sine) -> None:
    """50 Hz and 50 N on a half sine: what the convention itself does to the numbers."""
    run = half_sine()
    measures = _measure(run.recording(), MeasureSettings())
    late = run.crossings(50.0)
    assert measures.mean("contact_time") == pytest.approx(run.contact - 2 * late, abs=4e-3)
    assert measures.mean("peak_vertical_force") == pytest.approx(
        run.peak / (run.mass * GRAVITY), rel=5e-3
    )
    assert measures.mean("vertical_oscillation") == pytest.approx(run.oscillation, rel=5e-3)


def test_time_shift_and_mirror_change_nothing(half_sine) -> None:
    recording = half_sine().recording()
    plain = _measure(recording, MeasureSettings())
    later = ForceRecording(recording.time + 123.456, recording.force, "later")
    mirrored = ForceRecording(recording.time, recording.force * [1.0, -1.0, 1.0], "mirrored")
    for other in (later, mirrored):
        measures = _measure(other, MeasureSettings())
        for name, values in plain.steps.items():
            np.testing.assert_allclose(measures.steps[name], values, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(measures.curves.mean, plain.curves.mean, atol=1e-9)


def test_belt_vibration_stays_out_of_horizontal_peaks(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    shake = 60.0 * np.sin(2 * np.pi * 41.0 * recording.time)
    shaken = ForceRecording(
        recording.time, recording.force + shake[:, None] * [1.0, 0.0, 0.0], "shaken"
    )
    stated = run.fore_aft / (run.mass * GRAVITY)
    quiet = _measure(shaken, MeasureSettings())
    loud = _measure(shaken, MeasureSettings(horizontal_cutoff=50.0))
    assert quiet.mean("peak_braking_force") == pytest.approx(stated, rel=0.05)
    assert loud.mean("peak_braking_force") > 1.12 * stated


def test_offset_and_drift_do_not_reach_the_measures(half_sine) -> None:
    plain = _measure(half_sine().recording(), MeasureSettings())
    shifted = _measure(half_sine(offset=(9.0, 5.0, 40.0), drift=4.0).recording(), MeasureSettings())
    for name in plain.steps:
        assert shifted.mean(name) == pytest.approx(plain.mean(name), rel=5e-3), name


def test_medial_is_positive_for_either_foot(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    measures = _measure(recording)
    medial = measures.curves.mean[:, 1] * run.mass * GRAVITY
    assert medial[50] == pytest.approx(run.lateral, rel=1e-2)
    assert measures.curves.medial_in_mid_stance
    assert set(measures.sides) == {"a", "b"}


def test_feet_in_separate_columns_name_the_sides(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    count = np.floor((recording.time - run.start) / run.step)
    on_left = (count % 2 == 0)[:, None]
    feet: dict[Foot, np.ndarray] = {
        "left": recording.force * on_left,
        "right": recording.force * ~on_left,
    }
    measures = _measure(ForceRecording(recording.time, recording.force, "feet", feet=feet))
    # The contact under way at the start is the left one.
    assert measures.sides[:3] == ("right", "left", "right")
    assert measures.curves.mean[50, 1] > 0
    outward: dict[Foot, np.ndarray] = {
        foot: force * [1.0, -1.0, 1.0] for foot, force in feet.items()
    }
    flipped = _measure(
        ForceRecording(recording.time, outward["left"] + outward["right"], "flipped", feet=outward)
    )
    assert flipped.curves.mean[50, 1] < 0
    assert any("outward" in note for note in flipped.notes())


def test_lost_step_is_noted_and_keeps_the_feet(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    plain = _measure(recording)
    start, end = plain.contacts.touchdown[5] - 0.02, plain.contacts.take_off[5] + 0.02
    lost = (recording.time > start) & (recording.time < end)
    force = np.where(lost[:, None], 0.0, recording.force)
    measures = _measure(ForceRecording(recording.time, force, "lost"))
    assert measures.n == plain.n - 2
    assert any("lost" in note for note in measures.notes())
    assert measures.curves.mean[50, 1] == pytest.approx(plain.curves.mean[50, 1], rel=1e-2)


def test_every_name_has_a_unit(half_sine) -> None:
    summary = _measure(half_sine().recording()).summary()
    assert set(summary) <= set(QUANTITIES)
    assert summary["contact_time"]["unit"] == "s"
    assert summary["speed"] == {"value": 3.5, "sd": None, "unit": "m/s", "n": summary["speed"]["n"]}


@pytest.mark.parametrize("speed", [2.5, 3.5, 4.5])
def test_treadmill_runs_obey_momentum_and_published_bands(data: Path, speed: float) -> None:
    recording = read_forces(data / f"RBDS011_run_{speed}ms_300Hz_12s.csv")
    measures = measure_steps(recording, speed=speed, height=1.795, stated_mass=75.0)
    assert measures.n >= 30
    balance = measures.mean("vertical_impulse") * measures.mean("step_frequency") / GRAVITY
    assert balance == pytest.approx(1.0, abs=0.01)
    net = measures.mean("propulsive_impulse") - measures.mean("braking_impulse")
    assert abs(net) < 0.03 * measures.mean("braking_impulse")
    # README of the recordings: 72.9 kg by mean force, stated 75.0.
    assert measures.effective_mass == pytest.approx(72.7, abs=0.6)
    # Group means and SD over 26 runners (reference/literature.csv): within two SD of them.
    group = {
        2.5: {"contact_time": (0.269, 0.024), "flight_time": (0.103, 0.022),
              "step_frequency": (2.70, 0.16), "peak_vertical_force": (2.37, 0.14),
              "braking_impulse": (0.178, 0.023), "vertical_oscillation": (0.085, 0.012),
              "vertical_stiffness": (24.2e3, 2.6e3)},
        3.5: {"contact_time": (0.224, 0.017), "flight_time": (0.127, 0.018),
              "step_frequency": (2.86, 0.18), "peak_vertical_force": (2.61, 0.16),
              "peak_braking_force": (0.39, 0.04), "peak_propulsive_force": (0.32, 0.04),
              "braking_impulse": (0.215, 0.025), "vertical_oscillation": (0.084, 0.012),
              "vertical_stiffness": (30.0e3, 2.9e3), "leg_stiffness": (12.0e3, 1.4e3)},
        4.5: {"contact_time": (0.195, 0.015), "flight_time": (0.133, 0.019),
              "step_frequency": (3.07, 0.23), "peak_vertical_force": (2.74, 0.19),
              "braking_impulse": (0.238, 0.025), "vertical_oscillation": (0.076, 0.012),
              "vertical_stiffness": (37.3e3, 4.3e3)},
    }[speed]  # fmt: skip
    for name, (mean, sd) in group.items():
        assert abs(measures.mean(name) - mean) < 2 * sd, name


def test_contact_time_falls_with_the_threshold(data: Path) -> None:
    recording = read_forces(data / "RBDS011_run_2.5ms_300Hz_12s.csv")
    times = [
        measure_steps(
            recording, speed=2.5, height=1.795, stated_mass=75.0,
            settings=MeasureSettings(threshold=threshold),
        ).mean("contact_time")
        for threshold in (20.0, 30.0, 50.0, 100.0)
    ]  # fmt: skip
    # Group means of the recordings' README: 286, 279, 269, 253 ms; the differences carry over.
    np.testing.assert_allclose(np.diff(times), [-0.007, -0.010, -0.016], atol=0.002)


def test_other_laboratory(data: Path) -> None:
    recording = read_forces(data / "formats" / "hamner2013_subject01_run_3.0ms.mot")
    measures = measure_steps(recording, speed=3.0, height=1.8, stated_mass=72.84)
    assert measures.sides == ("left", "right") * 6
    assert measures.effective_mass == pytest.approx(72.84, rel=0.02)
    assert measures.mean("contact_time") == pytest.approx(0.261, abs=0.005)
    balance = measures.mean("vertical_impulse") * measures.mean("step_frequency") / GRAVITY
    assert balance == pytest.approx(1.0, abs=0.01)
