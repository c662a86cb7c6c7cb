import numpy as np
import pytest

from stridesim.recordings import MeasureSettings, find_contacts
from stridesim.recordings.conditioning import condition, low_pass
from stridesim.results import InputError

RATE = 300.0
TENTH_OF_A_SAMPLE = 0.1 / RATE


@pytest.mark.parametrize("start", np.linspace(-0.35, 0.0, 8))
def test_unfiltered_crossings_are_found_between_samples(half_sine, start: float) -> None:
    run = half_sine(start=start)
    recording = run.recording(rate=RATE)
    settings = MeasureSettings()
    found = find_contacts(recording.time, recording.force[:, 2], settings)
    delay = run.crossings(settings.threshold)
    count = np.rint((found.touchdown - start) / run.step)
    landing = start + count * run.step
    np.testing.assert_allclose(found.touchdown, landing + delay, atol=TENTH_OF_A_SAMPLE)
    leaving = landing + run.contact - delay
    np.testing.assert_allclose(found.take_off, leaving, atol=TENTH_OF_A_SAMPLE)
    assert len(found.touchdown) >= 15


def test_sampling_rate_does_not_move_filtered_contacts(half_sine) -> None:
    run = half_sine()
    settings = MeasureSettings()
    coarse, fine = (
        find_contacts(signal.time, signal.force[:, 2], settings).with_next()
        for signal in (condition(run.recording(rate=r), settings) for r in (RATE, 3000.0))
    )
    np.testing.assert_allclose(coarse.touchdown, fine.touchdown, atol=TENTH_OF_A_SAMPLE)
    np.testing.assert_allclose(coarse.take_off, fine.take_off, atol=TENTH_OF_A_SAMPLE)


def test_incomplete_contacts_at_the_ends_are_dropped(half_sine) -> None:
    run = half_sine(start=-0.1)
    # Ends 0.1 s into a contact.
    recording = run.recording(duration=10 * run.step)
    found = find_contacts(recording.time, recording.force[:, 2], MeasureSettings())
    assert found.touchdown[0] > 0.2
    assert len(found.touchdown) == 9
    # The last touchdown is seen, which completes the step before it.
    assert len(found.with_next().touchdown) == 9
    assert found.next_touchdown[-1] == pytest.approx(3.4 + run.crossings(50.0), abs=1e-4)


def test_short_dips_and_pulses_are_no_events(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    settings = MeasureSettings()
    clean = find_contacts(recording.time, recording.force[:, 2], settings)
    spoiled = recording.force[:, 2].copy()
    since = recording.time - (clean.touchdown[3])
    spoiled[(since > 0.100) & (since < 0.105)] = 0.0
    spoiled[(since > 0.280) & (since < 0.290)] = 200.0
    again = find_contacts(recording.time, spoiled, settings)
    np.testing.assert_array_equal(again.touchdown, clean.touchdown)
    np.testing.assert_array_equal(again.take_off, clean.take_off)


def test_lost_step_leaves_a_gap_and_no_false_step(half_sine) -> None:
    run = half_sine()
    recording = run.recording()
    settings = MeasureSettings()
    clean = find_contacts(recording.time, recording.force[:, 2], settings)
    spoiled = recording.force[:, 2].copy()
    lost = (recording.time > clean.touchdown[5] - 0.05) & (
        recording.time < clean.take_off[5] + 0.05
    )
    spoiled[lost] = 0.0
    found = find_contacts(recording.time, spoiled, settings)
    assert len(found.touchdown) == len(clean.touchdown) - 1
    assert np.isnan(found.next_touchdown[4])
    assert found.with_next().touchdown.size == clean.with_next().touchdown.size - 2


def test_no_contact_at_all() -> None:
    time = np.arange(300) / 100.0
    for level in (0.0, 700.0):
        assert find_contacts(time, np.full(300, level), MeasureSettings()).touchdown.size == 0


def test_filter_has_no_phase_and_3_db_at_its_cutoff() -> None:
    time = np.arange(6000) / 1000.0
    inner = slice(1000, -1000)
    for frequency, gain in ((5.0, 1.0), (50.0, 2**-0.5), (400.0, 0.0)):
        wave = np.sin(2 * np.pi * frequency * time)
        filtered = low_pass(wave, 1000.0, 50.0)
        expected = gain * wave[inner]
        np.testing.assert_allclose(filtered[inner], expected, atol=2e-3)


def test_filter_beyond_the_sampling_rate_is_refused() -> None:
    with pytest.raises(InputError, match=r"cut-off = 50 Hz: permitted: below 50 Hz, half"):
        low_pass(np.zeros(100), 100.0, 50.0)


def test_baseline_and_drift_are_found_and_removed(half_sine) -> None:
    settings = MeasureSettings()
    plain = condition(half_sine().recording(), settings)
    shifted = condition(half_sine(offset=(4.0, -6.0, 60.0), drift=8.0).recording(), settings)
    # Mid-recording value of 60 N + 8 N/s t.
    np.testing.assert_allclose(shifted.baseline, [4.0, -6.0, 84.0], atol=0.3)
    np.testing.assert_allclose(shifted.drift, [0.0, 0.0, 8.0], atol=0.05)
    inner = slice(200, -200)
    np.testing.assert_allclose(shifted.force[inner], plain.force[inner], atol=0.5)


def test_baseline_can_be_kept(half_sine) -> None:
    recording = half_sine(offset=(0.0, 0.0, 20.0)).recording()
    kept = condition(recording, MeasureSettings(subtract_baseline=False))
    assert kept.baseline[2] == pytest.approx(20.0, abs=0.3)
    assert kept.force[:, 2].mean() == pytest.approx(recording.force[:, 2].mean(), rel=1e-3)
