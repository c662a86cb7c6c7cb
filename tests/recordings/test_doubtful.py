"""Recordings with a fault that leaves plausible numbers: it is named, or the numbers are right."""

import dataclasses
import itertools
import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from stridesim.constants import GRAVITY
from stridesim.recordings import ForceRecording, MeasureSettings, StepMeasures, measure_steps
from stridesim.recordings.recording import Foot
from stridesim.results import InputError


def _measure(
    recording: ForceRecording,
    speed: float = 3.5,
    mass: float = 70.0,
    settings: MeasureSettings | None = None,
) -> StepMeasures:
    return measure_steps(recording, speed=speed, height=1.75, stated_mass=mass, settings=settings)


def _left(run: Any, time: np.ndarray) -> np.ndarray:
    """Whether the step under way is a left one: those of an even count."""
    return np.floor((time - run.start) / run.step) % 2 == 0


def _on_two_plates(
    run: Any, on_left: np.ndarray, recording: ForceRecording, *, noise: float = 2.0, **more: Any
) -> ForceRecording:
    """`recording` on columns L and R, with noise on both."""
    rng = np.random.default_rng(7)
    feet: dict[Foot, np.ndarray] = {
        "left": recording.force * on_left[:, None],
        "right": recording.force * ~on_left[:, None],
    }
    feet = {foot: force + noise * rng.standard_normal(force.shape) for foot, force in feet.items()}
    raw = {f"{foot[0].upper()}_vy": force[:, 2] for foot, force in feet.items()}
    return ForceRecording(
        recording.time, feet["left"] + feet["right"], "run.mot", feet=feet, raw=raw, **more
    )


def _warned(measures: StepMeasures, *words: str) -> bool:
    return any(all(word in warning for word in words) for warning in measures.warnings)


def test_a_good_run_has_no_warning(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    assert _measure(recording).notes() == []
    assert _measure(_on_two_plates(run, _left(run, recording.time), recording)).notes() == []


@pytest.mark.parametrize("share", [0.8, 0.9, 0.97])
def test_one_clipped_plate_of_two_is_named(half_sine, share: float) -> None:
    run = half_sine()
    recording = run.recording()
    both = _on_two_plates(run, _left(run, recording.time), recording, noise=3.0)
    right = np.minimum(both.raw["R_vy"], round(share * run.peak))
    feet = {**both.feet, "right": np.column_stack([both.feet["right"][:, :2], right])}
    clipped = dataclasses.replace(
        both,
        feet=feet,
        force=feet["left"] + feet["right"],
        raw={**both.raw, "R_vy": right},
        lines=np.arange(len(right)) + 8,
    )
    with pytest.raises(InputError, match=rf"line \d+: R_vy stands at {round(share * run.peak)} "):
        _measure(clipped)


@pytest.mark.parametrize("case", ["drift", "noise", "both"])
def test_a_plate_that_was_clipped_before_drift_or_noise_is_named(half_sine, case: str) -> None:
    run = half_sine()
    recording = run.recording(rate=300.0)
    force = recording.force.copy()
    force[:, 2] = np.minimum(force[:, 2], 0.95 * run.peak)
    if case != "noise":
        force[:, 2] += 5.0 * recording.time
    if case != "drift":
        force[:, 2] += np.random.default_rng(3).normal(0.0, 1.5, len(force))
    measures = _measure(ForceRecording(recording.time, force, "run.csv"))
    assert _warned(measures, "fz stays within 0.5 % of its largest value", "range exceeded")


def test_a_plate_that_reads_too_little_is_named(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    both = _on_two_plates(run, _left(run, recording.time), recording)
    feet = {**both.feet, "right": 0.88 * both.feet["right"]}
    weak = dataclasses.replace(both, feet=feet, force=feet["left"] + feet["right"], raw={})
    assert _warned(_measure(weak), "right foot carry 1", "less than those of the left foot")


def test_a_missing_contact_of_a_fast_run_is_no_long_flight(half_sine) -> None:
    """At this pace a flight with a lost contact is still shorter than the longest flight."""
    run = half_sine(contact=0.11, flight=0.125)
    recording = run.recording()
    plain = _measure(recording, speed=6.5)
    start, end = plain.contacts.touchdown[5] - 0.02, plain.contacts.take_off[5] + 0.02
    lost = (recording.time > start) & (recording.time < end)
    force = np.where(lost[:, None], 0.0, recording.force)
    measures = _measure(ForceRecording(recording.time, force, "lost"), speed=6.5)
    assert measures.mean("flight_time") == pytest.approx(plain.mean("flight_time"), rel=2e-3)
    assert measures.effective_mass == pytest.approx(70.0, rel=2e-3)
    assert measures.n == plain.n - 2
    assert _warned(measures, "lost in 1 place", f"after {plain.contacts.take_off[4]:.2f} s")


@pytest.mark.parametrize(
    "cross", [[2, 5, 6, 9, 11, 13], range(0, 40, 2), range(1, 40, 2), [3, 4, 5, 6, 10, 12]]
)
def test_feet_that_cross_belts_have_no_sides_of_columns(half_sine, cross) -> None:
    run = half_sine()
    recording = run.recording()
    count = np.floor((recording.time - run.start) / run.step)
    on_left = _left(run, recording.time) ^ np.isin(count, list(cross))
    measures = _measure(_on_two_plates(run, on_left, recording))
    assert set(measures.sides) == {"a", "b"}
    assert all(one != next_ for one, next_ in itertools.pairwise(measures.sides))
    assert _warned(measures, "columns are belts or plates, not feet")
    assert measures.curves.mean[50, 1] > 0


def test_centre_of_pressure_tells_feet_that_cross_belts(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    count = np.floor((recording.time - run.start) / run.step)
    left = _left(run, recording.time)
    pressure = np.where(left, 0.05, -0.05) + 0.01 * np.sin(recording.time)
    on_left = left ^ np.isin(count, [2, 5, 6, 9, 11, 13])
    crossed = _on_two_plates(run, on_left, recording, cop_left=pressure)
    measures = _measure(crossed)
    assert measures.sides[:4] == ("right", "left", "right", "left")
    assert _warned(measures, "not feet", "sides follow the centre of pressure")


def test_one_step_on_the_other_belt_keeps_its_side(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    count = np.floor((recording.time - run.start) / run.step)
    on_left = _left(run, recording.time) ^ (count == 6)
    measures = _measure(_on_two_plates(run, on_left, recording))
    assert measures.sides[:8] == ("right", "left") * 4
    assert _warned(measures, "1 of 16 steps load the other foot's column")


def test_lateral_sign_is_not_doubted_where_the_feet_are_confirmed(half_sine) -> None:
    """Some runners push outward in mid-stance; the centre of pressure says which foot it is."""
    run = half_sine()
    recording = run.recording()
    left = _left(run, recording.time)
    outward = dataclasses.replace(recording, force=recording.force * [1.0, -1.0, 1.0])
    doubted = _measure(_on_two_plates(run, left, outward))
    assert any("outward" in note for note in doubted.notes())
    place = np.where(left, 0.06, -0.06)
    confirmed = _measure(_on_two_plates(run, left, outward, cop_left=place))
    assert confirmed.notes() == []
    assert confirmed.curves.mean[50, 1] < 0
    exchanged = _measure(_on_two_plates(run, left, outward, cop_left=-place))
    assert _warned(exchanged, "left foot lies right of the right foot's")


@pytest.mark.parametrize("share", [0.0, 0.2, 0.7])
def test_a_foot_beside_the_plate_is_left_out_and_named(half_sine, share: float) -> None:
    run = half_sine()
    recording = run.recording()
    count = np.floor((recording.time - run.start) / run.step)
    force = recording.force * np.where(count == 6, max(share, 0.15), 1.0)[:, None]
    measures = _measure(ForceRecording(recording.time, force, "half"))
    assert measures.effective_mass == pytest.approx(70.0, rel=2e-3)
    peak = run.peak / (run.mass * GRAVITY)
    assert measures.mean("peak_vertical_force") == pytest.approx(peak, rel=5e-3)
    assert measures.mean("flight_time") == pytest.approx(
        _measure(recording).mean("flight_time"), rel=2e-3
    )
    (warning,) = measures.warnings
    told = re.match(r"the step at (\d\.\d\d) s carries \d\d % .* left out", warning)
    assert told
    assert float(told[1]) == pytest.approx(run.start + 6 * run.step, abs=0.02)


DRIFTS = {
    "late": lambda t: 120.0 * np.clip((t - 9.0) / 3.0, 0.0, None) ** 1.0,
    "exponential": lambda t: 120.0 * np.exp((t - 12.0) / 1.5),
    "step": lambda t: np.where(t > 8.0, 60.0, 0.0),
}


@pytest.mark.parametrize("case", DRIFTS)
def test_drift_does_not_drown_the_last_steps(half_sine, case: str) -> None:
    run = half_sine()
    recording = run.recording(duration=12.0)
    plain = _measure(recording)
    force = recording.force + DRIFTS[case](recording.time)[:, None] * [0.0, 0.0, 1.0]
    measures = _measure(ForceRecording(recording.time, force, case))
    assert measures.n >= plain.n - 1
    assert measures.mean("contact_time") == pytest.approx(plain.mean("contact_time"), rel=0.01)
    assert _warned(measures, "drifts", "N off a straight line")


def test_steps_that_drown_are_named(half_sine) -> None:
    run = half_sine()
    recording = run.recording(duration=12.0)
    force = recording.force + DRIFTS["late"](recording.time)[:, None] * [0.0, 0.0, 1.0]
    drifting = ForceRecording(recording.time, force, "late")
    measures = _measure(drifting, settings=MeasureSettings(subtract_baseline=False))
    assert measures.contacts.touchdown[-1] < 10.6
    assert _warned(measures, "no steps are found from 10.", "to 12.00 s")
    assert _warned(measures, "drifts", "it is not subtracted")


@pytest.mark.parametrize("percent", [-8.0, -3.0, 2.0, 6.0])
def test_slope_or_tilt_is_told_with_its_size(half_sine, percent: float) -> None:
    recording = half_sine().recording()
    angle = np.arctan(percent / 100)
    tilted = recording.force.copy()
    tilted[:, 0] = np.cos(angle) * recording.force[:, 0] + np.sin(angle) * recording.force[:, 2]
    tilted[:, 2] = np.cos(angle) * recording.force[:, 2] - np.sin(angle) * recording.force[:, 0]
    measures = _measure(ForceRecording(recording.time, tilted, "tilted"))
    assert _warned(measures, "does not cancel", f"slope of {percent:+.1f} %")


def test_empty_plate_is_no_wrong_unit(half_sine) -> None:
    # From flight to flight: a contact that is cut would be another runner's.
    recording = half_sine(start=-0.3).recording(duration=4.2)
    plain = _measure(recording)
    for before, after in ((6.0, 0.0), (0.0, 9.0), (4.0, 20.0)):
        rows = [np.zeros((round(1000 * pause), 3)) for pause in (before, after)]
        force = np.concatenate([rows[0], recording.force, rows[1]])
        measures = _measure(ForceRecording(np.arange(len(force)) / 1000, force, "empty"))
        assert measures.effective_mass == pytest.approx(70.0, rel=3e-3)
        assert measures.mean("contact_time") == pytest.approx(plain.mean("contact_time"), rel=1e-3)
        assert measures.warnings == ()


def test_a_light_runner_is_measured_like_a_heavy_one(half_sine) -> None:
    def relative(mass: float, threshold: float | None = None) -> Mapping[str, float]:
        run = half_sine(mass=mass, fore_aft=3.5 * mass, lateral=mass)
        settings = MeasureSettings(threshold=threshold) if threshold else None
        measures = _measure(run.recording(), mass=mass, settings=settings)
        return {name: measures.mean(name) for name in ("contact_time", "flight_time")}

    adult, child = relative(70.0), relative(30.0)
    assert child["contact_time"] == pytest.approx(adult["contact_time"], rel=0.01)
    assert child["flight_time"] == pytest.approx(adult["flight_time"], rel=0.015)
    # 50 N of a child of 30 kg are 17 % of body weight.
    assert relative(30.0, threshold=50.0)["contact_time"] < 0.98 * adult["contact_time"]
    same = relative(30.0, threshold=50.0 * 30 / 70)
    assert same["contact_time"] == pytest.approx(adult["contact_time"], rel=1e-3)


def test_a_high_threshold_and_a_lowered_filter_are_told(half_sine) -> None:
    run = half_sine(mass=30.0, fore_aft=100.0, lateral=30.0)
    high = _measure(run.recording(), mass=30.0, settings=MeasureSettings(threshold=50.0))
    assert _warned(high, "threshold of 50 N is 17 % of body weight")
    for rate, cutoff in ((100.0, 40.0), (60.0, 24.0)):
        slow = _measure(half_sine().recording(rate=rate, duration=8.0))
        assert slow.settings.cutoff == cutoff
        assert _warned(slow, f"{rate:g} samples a second", f"--filter {cutoff:g} Hz")
        assert slow.mean("contact_time") == pytest.approx(0.22, rel=0.04)
    refused = MeasureSettings(cutoff_follows_rate=False)
    with pytest.raises(InputError, match=r"half sine: filter cut-off = 50 Hz.*--filter 40"):
        _measure(half_sine().recording(rate=100.0), settings=refused)
