"""Recordings that are read well and are still not the ground force of this runner."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridesim.constants import GRAVITY
from stridesim.recordings import ForceRecording, MeasureSettings, measure_steps, read_forces
from stridesim.recordings.checks import SPIKE, _beyond_neighbours
from stridesim.results import InputError

WEIGHT = 70.0 * GRAVITY

BAD = {
    "vertical in y": (lambda f: f[:, [0, 2, 1]], r"column fz: its mean .* smaller than that of fy"),
    "vertical in x": (lambda f: f[:, [2, 1, 0]], r"column fz: its mean .* smaller than that of fx"),
    "upside down": (lambda f: -f, r"column fz: mean -6\d\d.* points down; permitted: .*upward"),
    "body weights": (lambda f: f / WEIGHT, r"mean 1\.\d+ \(is it in BW\?\); permitted: newtons"),
    "kilonewtons": (
        lambda f: f / 1000,
        r"mean 0\.69\d+ \(is it in kN\?\); permitted: newtons",
    ),
    "millinewtons": (lambda f: f * 1000, r"mean 6\.\d+e\+05; permitted: newtons"),
    "pounds": (lambda f: f * 0.2248, r"\(is it in lbf\?\); permitted: newtons"),
    "another mass": (lambda f: f * 1.2, r"carries 84\.\d kg; permitted: within 15 % of .* 70 kg"),
    "backward forward": (
        lambda f: f * [-1.0, 1.0, 1.0],
        r"column fx: mean \+\d+ N in the first half of contact.*braking \(negative\) first",
    ),
    "swapped horizontals": (
        lambda f: f[:, [1, 0, 2]],
        r"column fx: rms .* smaller than that of fy",
    ),
    "standing": (lambda f: np.full_like(f, 1.0) * [0, 0, WEIGHT], r"lowest force near .* flight"),
    "nothing": (lambda f: 0.0 * f, r"column fz is all zero; permitted"),
    "no fore-aft": (lambda f: f * [0.0, 1.0, 1.0], r"column fx is all zero; permitted"),
}


@pytest.mark.parametrize("case", BAD)
def test_wrong_axis_sign_or_unit_gets_one_line(half_sine, case: str) -> None:
    spoil, message = BAD[case]
    recording = half_sine().recording()
    spoiled = ForceRecording(recording.time, spoil(recording.force), "run.csv")
    with pytest.raises(InputError) as caught:
        measure_steps(spoiled, speed=3.5, height=1.75, stated_mass=70.0)
    text = str(caught.value)
    assert re.search(message, text), text
    assert text.startswith("run.csv: column")
    assert "\n" not in text
    assert "permitted" in text


def test_no_lateral_force_is_noted(half_sine) -> None:
    """A plate of two axes still gives times, peaks and impulses."""
    recording = half_sine(lateral=0.0).recording()
    measures = measure_steps(recording, speed=3.5, height=1.75, stated_mass=70.0)
    assert measures.notes() == ["the lateral force is all zero: nothing about it is measured"]


SPIKES = {
    "huge": ([1234], 2, 99999.0, r"fz = 99999: a spike, 146 body weights beyond"),
    "down": ([1234], 2, -5000.0, r"fz = -5000: a spike"),
    "two samples": ([1234, 1235], 2, 5000.0, r"fz = 5000: a spike"),
    "fore-aft": ([1234], 0, 2000.0, r"fx = 2000: a spike, 2\.\d+ body weights beyond"),
    "plateau": (list(range(1234, 1284)), 2, 9000.0, r"fz = 9000: a spike"),
    "first sample": ([0], 2, 4000.0, r"fz = 4000: a spike"),
    "last sample": ([-1], 1, -4000.0, r"fy = -4000: a spike"),
}


@pytest.mark.parametrize("case", SPIKES)
def test_a_spike_is_found_with_its_line(half_sine, case: str) -> None:
    rows, axis, value, message = SPIKES[case]
    recording = half_sine().recording()
    force = recording.force.copy()
    force[rows, axis] = value
    lines = np.arange(len(force)) + 2
    spoiled = ForceRecording(recording.time, force, "run.csv", lines=lines)
    with pytest.raises(InputError, match=message) as caught:
        measure_steps(spoiled, speed=3.5, height=1.75, stated_mass=70.0)
    assert any(str(caught.value).startswith(f"run.csv, line {lines[row]}: ") for row in rows)
    assert "permitted" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_the_noisiest_recording_does_is_no_spike(data: Path) -> None:
    """Real belts shake by less than a third of what counts as a spike."""
    for path in [*data.glob("RBDS011_*.csv"), *data.glob("formats/*.mot")]:
        recording = read_forces(path)
        limit = SPIKE / 3 * float(recording.force[:, 2].mean())
        assert all(_beyond_neighbours(axis).max() < limit for axis in recording.force.T), path


@pytest.mark.parametrize(("share", "rate"), [(0.8, 300.0), (0.95, 1000.0), (0.98, 300.0)])
def test_a_clipped_plate_is_named_with_value_and_count(
    half_sine, share: float, rate: float
) -> None:
    run = half_sine()
    recording = run.recording(rate=rate)
    top = round(share * run.peak)
    force = recording.force.copy()
    force[:, 2] = np.minimum(force[:, 2], top)
    spoiled = ForceRecording(recording.time, force, "run.csv")
    count = np.count_nonzero(force[:, 2] == top)
    says = rf"run\.csv, row \d+: fz stands at {top} for \d+ samples in a row \({count} in all\)"
    with pytest.raises(InputError, match=says):
        measure_steps(spoiled, speed=3.5, height=1.75, stated_mass=70.0)


@pytest.mark.parametrize("rate", [300.0, 1000.0, 2000.0])
def test_forces_in_whole_newtons_are_not_clipped(half_sine, rate: float) -> None:
    recording = half_sine().recording(rate=rate)
    whole = ForceRecording(recording.time, np.round(recording.force), "run.csv")
    assert measure_steps(whole, speed=3.5, height=1.75, stated_mass=70.0).n > 10


def test_too_few_steps(half_sine) -> None:
    with pytest.raises(InputError, match=r"2 complete steps; permitted: at least 4"):
        measure_steps(half_sine().recording(duration=1.2), speed=3.5, height=1.75, stated_mass=70.0)


def test_no_contacts_above_threshold(half_sine) -> None:
    run = half_sine(contact=0.06, flight=0.29)
    with pytest.raises(InputError, match=r"no contacts of 0\.08 to 0\.5 s above 50 N; permitted"):
        measure_steps(run.recording(), speed=3.5, height=1.75, stated_mass=70.0)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"speed": 16.0}, r"speed = 16 m/s: permitted: 0\.5 to 13"),
        ({"speed": 12.0}, r"speed = 12 m/s: half of the path in contact .* \(km/h given\?\)"),
        ({"height": 175.0}, r"height = 175 m: permitted: 0\.8 to 2\.5"),
        ({"stated_mass": 700.0}, r"mass = 700 kg: permitted: 20 to 250"),
    ],
)
def test_runner_out_of_range(half_sine, changed: dict[str, float], message: str) -> None:
    runner: dict[str, Any] = {"speed": 3.5, "height": 1.75, "stated_mass": 70.0} | changed
    with pytest.raises(InputError, match=message):
        measure_steps(half_sine().recording(), **runner)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"threshold": 0.0}, r"threshold = 0 N: permitted: 1 to 500"),
        ({"cutoff": float("nan")}, r"cutoff = nan Hz: permitted: 5 to 1000"),
    ],
)
def test_settings_out_of_range(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        MeasureSettings(**changed)


def test_recording_refuses_arrays_that_do_not_fit() -> None:
    time = np.arange(300) / 100.0
    with pytest.raises(InputError, match=r"force has shape \(300, 2\); permitted: \(300, 3\)"):
        ForceRecording(time, np.zeros((300, 2)), "a")
    spoiled = np.zeros((300, 3))
    spoiled[7, 1] = np.nan
    with pytest.raises(InputError, match=r"a, row 8: force = .* permitted: finite"):
        ForceRecording(time, spoiled, "a")
    with pytest.raises(InputError, match=r"a, row 3: time = 0\.02 s follows 0\.5 s"):
        ForceRecording(np.where(time == 0.01, 0.5, time), np.zeros((300, 3)), "a")
