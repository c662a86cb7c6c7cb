"""What the options of measuring become: settings of the analysis."""

import click
import pytest
from click.testing import CliRunner

from stridesim.cli._measure_options import MeasureOptions, measure_options
from stridesim.constants import GRAVITY
from stridesim.results import InputError


@pytest.mark.parametrize(
    ("text", "mass", "newtons"),
    [
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
    text: str | None, mass: float, newtons: float
) -> None:
    assert MeasureOptions(threshold=text).settings(mass).threshold == pytest.approx(newtons)


@pytest.mark.parametrize("text", ["50 kg", "% BW", "BW", "five", "-5 % BW", "60000 N", "nan % BW"])
def test_no_threshold(text: str) -> None:
    with pytest.raises(InputError, match="threshold = ") as caught:
        MeasureOptions(threshold=text).settings(75.0)
    assert "\n" not in str(caught.value)


def test_only_a_default_cutoff_follows_the_rate() -> None:
    usual = MeasureOptions().settings(75.0)
    assert usual.at_rate(300.0).cutoff == 50.0
    assert usual.at_rate(100.0).cutoff == 40.0
    assert usual.at_rate(60.0).cutoff == 24.0
    chosen = MeasureOptions(cutoff="45 Hz").settings(75.0)
    assert chosen.at_rate(60.0).cutoff == 45.0


def test_options_arrive_as_one_argument() -> None:
    seen = []

    @click.command()
    @measure_options
    @click.option("--other")
    def command(analysis: MeasureOptions, other: str) -> None:
        seen.append((analysis, other))

    arguments = ["--threshold", "5 % BW", "--filter", "40", "--keep-baseline", "--other", "x"]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    assert seen == [(MeasureOptions("5 % BW", "40", None, True), "x")]
    assert "--horizontal-filter" in CliRunner().invoke(command, ["--help"]).output
