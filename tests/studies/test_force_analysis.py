"""What a person says of the analysis becomes its settings."""

import pytest

from stridesim.constants import GRAVITY
from stridesim.results import InputError
from stridesim.studies.force_analysis import ForceAnalysis, paths_of, speeds_of, stated_speeds


@pytest.mark.parametrize(
    ("text", "mass", "newtons"),
    [
        (60, 75.0, 60.0),
        (None, 75.0, 50.0),
        (None, 57.05, 50.0),
        (None, 30.0, 0.09 * 30.0 * GRAVITY),
        ("50 N", 30.0, 50.0),
        ("50", 30.0, 50.0),
        ("0.05 kN", 75.0, 50.0),
        ("5 % BW", 30.0, 0.05 * 30.0 * GRAVITY),
        ("5%BW", 30.0, 0.05 * 30.0 * GRAVITY),
        ("5 %", 30.0, 0.05 * 30.0 * GRAVITY),
        ("0.05 bw", 30.0, 0.05 * 30.0 * GRAVITY),
        ("5 % of body weight", 30.0, 0.05 * 30.0 * GRAVITY),
    ],
)
def test_threshold_in_newtons_or_body_weights(
    text: str | float | None, mass: float, newtons: float
) -> None:
    assert ForceAnalysis(threshold=text).settings(mass).threshold == pytest.approx(newtons)


@pytest.mark.parametrize("text", ["50 kg", "% BW", "BW", "five", "-5 % BW", "60000 N", "nan % BW"])
def test_no_threshold(text: str) -> None:
    with pytest.raises(InputError, match="threshold = ") as caught:
        ForceAnalysis(threshold=text).settings(75.0)
    assert "\n" not in str(caught.value)


def test_only_a_default_cutoff_follows_the_rate() -> None:
    usual = ForceAnalysis().settings(75.0)
    assert usual.at_rate(300.0).cutoff == 50.0
    assert usual.at_rate(100.0).cutoff == 40.0
    assert usual.at_rate(60.0).cutoff == 24.0
    chosen = ForceAnalysis(cutoff="45 Hz").settings(75.0)
    assert chosen.at_rate(60.0).cutoff == 45.0


def test_one_file_and_one_speed_need_no_list() -> None:
    assert [path.name for path in paths_of("a/run.csv")] == ["run.csv"]
    assert speeds_of(stated_speeds("12.6 km/h"), 1, one_for_all=False) == pytest.approx([3.5])
    assert speeds_of(stated_speeds(3.5), 2, one_for_all=True) == [3.5, 3.5]


@pytest.mark.parametrize(
    ("one_for_all", "permitted"), [(True, "one for all files"), (False, "one per file$")]
)
def test_speeds_that_do_not_fit_the_files(one_for_all: bool, permitted: str) -> None:
    with pytest.raises(InputError, match=f"speed: 2 given for 3 files; permitted: {permitted}"):
        speeds_of([2.5, 3.5], 3, one_for_all=one_for_all)


def test_no_file_is_refused() -> None:
    with pytest.raises(InputError, match="files: none given"):
        paths_of([])
