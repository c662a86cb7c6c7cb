"""The answer to `measure`: means by name, every step behind them, refused files with reasons."""

from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
import pytest
from half_sine import HalfSineRun, csv_lines

from stridesim.recordings import measure_steps, read_forces
from stridesim.results import InputError, quantity
from stridesim.studies.force_analysis import ForceAnalysis
from stridesim.studies.measurement import MeasurementAnswer, labels, measure

RUN: Final[dict[str, Any]] = {"mass": 70, "height": "175 cm", "speed": "12.6 km/h"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two runs that differ in their contact time."""
    for name, contact in (("slow", 0.26), ("fast", 0.20)):
        recording = HalfSineRun(contact=contact).recording(rate=300.0, duration=4.0)
        (tmp_path / f"{name}.csv").write_text("\n".join([*csv_lines(recording), ""]))
    return tmp_path


@pytest.fixture
def answer(folder: Path) -> MeasurementAnswer:
    return measure([folder / "slow.csv", folder / "fast.csv"], **RUN)


def test_numbers_are_those_of_measuring_each_file(folder: Path, answer: MeasurementAnswer) -> None:
    assert answer.ok
    assert [one.label for one in answer.recordings] == ["slow", "fast"]
    for one in answer.recordings:
        alone = measure_steps(
            read_forces(folder / f"{one.label}.csv"), speed=3.5, height=1.75, stated_mass=70.0
        )
        assert one.speed == pytest.approx(3.5)
        for name in alone.steps:
            assert one[name].value == alone.mean(name)
            assert one[name].unit == quantity(name).unit
            np.testing.assert_array_equal(one.measures.steps[name], alone.steps[name])


def test_a_recording_is_found_by_its_label(answer: MeasurementAnswer) -> None:
    assert answer["slow"].contact_time > answer["fast"].contact_time
    with pytest.raises(InputError, match="no recording 'middle'; permitted: slow, fast"):
        answer["middle"]


def test_one_speed_for_several_files_is_noted(folder: Path, answer: MeasurementAnswer) -> None:
    assert answer.notes[0].startswith("speed 12.6 km/h is taken for all 2 files")
    assert measure(folder / "slow.csv", **RUN).notes == ()


def test_files_that_cannot_be_measured_have_their_reasons(folder: Path) -> None:
    absent = folder / "absent.csv"
    some = measure([folder / "slow.csv", absent], **RUN)
    assert some.ok
    assert [(r.file, r.reason) for r in some.refused] == [(str(absent), f"{absent}: no such file")]
    none = measure([absent, folder / "none.csv"], **RUN)
    assert (none.status, none.reason) == ("refused", none.refused[-1].reason)
    with pytest.raises(InputError, match="no such file"):
        measure(absent, **RUN)


def test_the_record_is_plain_and_whole(answer: MeasurementAnswer) -> None:
    whole = answer.to_dict()
    assert whole["schema"]["kind"] == "measurement"
    first = whole["recordings"][0]
    assert len(first["steps"]["contact_time"]) == answer.recordings[0].measures.n
    assert whole["provenance"]["libraries"].keys() == {"numpy", "scipy"}
    columns, rows = answer.table()
    assert columns == ("quantity", "unit", "slow", "slow SD", "fast", "fast SD")
    contact = next(row for row in rows if row[0] == "contact_time")
    assert contact[2:4] == (answer["slow"].contact_time, answer["slow"].measures.sd("contact_time"))


def test_the_analysis_is_as_asked(folder: Path) -> None:
    usual = measure(folder / "slow.csv", **RUN)
    high = measure(folder / "slow.csv", **RUN, analysis=ForceAnalysis(threshold="12 % BW"))
    assert high.recordings[0].contact_time < usual.recordings[0].contact_time


def test_a_figure_for_each_recording(folder: Path, answer: MeasurementAnswer) -> None:
    written = answer.plot(folder / "steps.png")
    assert [path.name for path in written] == ["steps_slow.png", "steps_fast.png"]
    assert all(path.stat().st_size > 20_000 for path in written)
    with pytest.raises(InputError, match="plot: 2 recordings"):
        answer.plot()
    figure = measure(folder / "fast.csv", **RUN).plot()
    assert "fast" in figure.get_suptitle()
    plt.close(figure)


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["a/run.csv"], ["run"]),
        (["a/run.csv", "b/walk.csv"], ["run", "walk"]),
        (["a/grf.mot", "b/grf.mot", "b/x.mot"], ["a/grf", "b/grf", "x"]),
        (["a/1/grf.mot", "b/1/grf.mot"], ["a/1/grf", "b/1/grf"]),
        (["/d/grf.mot", "grf.mot"], ["d/grf", "grf"]),
        (["a/grf.mot", "a/grf.csv"], ["a/grf-1", "a/grf-2"]),
    ],
)
def test_labels_tell_files_apart(sources: list[str], names: list[str]) -> None:
    assert labels(sources) == names
