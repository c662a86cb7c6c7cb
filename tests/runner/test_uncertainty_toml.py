"""The table `uncertainty` of a runner file: there and back, and one line for what is wrong."""

import numpy as np
import pytest

from stridesim.results import InputError
from stridesim.runner import Runner, apply_overrides
from stridesim.runner.runner import runner_from_tables
from stridesim.runner.toml import parse_toml

FILE = """
name = "someone"
[body]
mass = "72 kg"
height = "181 cm"
[leg]
loss = "100 ms/m"
[gait]
step_frequency = 2.8
[habits]
speed = ["2.5 m/s", "12.6 km/h"]
leg.stiffness = ["16 kN/m", "17 kN/m"]
"""
ERRORS = """
[uncertainty]
source = "made up"
parameters = ["leg.stiffness at 2.5 m/s", "leg.stiffness at 12.6 km/h", "hip.neutral_adduction"]
standard_deviations = ["0.3 kN/m", 200, "0.5 deg"]
correlation = [[1, 0.2, 0], [0.2, 1, -0.5], [0, -0.5, 1]]
"""


def _load(text: str) -> Runner:
    return runner_from_tables(parse_toml(text, "a.toml"), "a.toml")


def test_units_are_read_at_the_door() -> None:
    errors = _load(FILE + ERRORS).uncertainty
    assert errors.paths == ("leg.stiffness", "leg.stiffness", "hip.neutral_adduction")
    assert errors.speeds == (2.5, 3.5, None)
    assert errors.sds == pytest.approx((300.0, 200.0, np.deg2rad(0.5)), rel=1e-12)
    assert errors.covariance()[0, 1] == pytest.approx(0.2 * 300 * 200, rel=1e-12)
    assert errors.source == "made up"


@pytest.mark.parametrize("runner", [Runner.load(), _load(FILE + ERRORS)])
def test_what_is_written_is_read_as_the_same_errors(runner: Runner) -> None:
    text = runner.to_toml()
    again = _load(text)
    assert again.uncertainty.paths == runner.uncertainty.paths
    assert again.uncertainty.speeds == pytest.approx(runner.uncertainty.speeds)
    assert again.uncertainty.sds == pytest.approx(runner.uncertainty.sds, rel=5e-4)
    np.testing.assert_allclose(
        again.uncertainty.correlation, runner.uncertainty.correlation, atol=1e-4
    )
    assert again.to_toml() == text


def test_what_is_set_by_hand_is_written_without() -> None:
    changed = apply_overrides(_load(FILE + ERRORS), {"leg.stiffness": "16 kN/m"})
    assert _load(changed.to_toml()).uncertainty.paths == ("hip.neutral_adduction",)
    certain = apply_overrides(changed, {"hip.neutral_adduction": 5})
    assert "uncertainty" not in certain.to_toml()


def test_a_file_without_the_table_is_as_good_as_ever() -> None:
    assert _load(FILE).uncertainty.paths == ()
    assert Runner.load().uncertainty.paths


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source", "sauce", "uncertainty.sauce: expected one of source, parameters, "),
        ("parameters = ", "parameters = 3 #", "uncertainty.parameters: expected a list"),
        ("leg.stiffness at 2.5", "leg.stifness at 2.5", "unknown parameter 'leg.stifness'"),
        ("hip.neutral_adduction", "leg.loss at 2.5 m/s", "leg.loss is no habit of this runner"),
        ("at 2.5 m/s", "at 2.6 m/s", "expected a speed of the habits (2.5, 3.5)"),
        ("at 2.5 m/s", "at 2.5 kg", "kg is a unit of mass"),
        ("at 12.6 km/h", "at 2.5 m/s", "the same parameter stands there twice"),
        (", 200,", ",", "uncertainty.standard_deviations: expected a list of 3 values"),
        ("200", "-200", "standard_deviations of leg.stiffness = -200: expected 0 or more"),
        ("0.5 deg", "0.5 N", "standard_deviations of hip.neutral_adduction = '0.5 N': N is a"),
        ("200", "nan", "standard_deviations of leg.stiffness = nan: not finite"),
        ("[[1, 0.2, 0], ", "[", "uncertainty.correlation: expected 3 rows of 3 numbers"),
        ("[0, -0.5, 1]", "[0, -0.5]", "uncertainty.correlation: expected 3 rows of 3 numbers"),
        ("[0, -0.5, 1]", "[0, 0.5, 1]", "uncertainty.correlation: not symmetric"),
        ("[0, -0.5, 1]", "[0, -0.5, 2]", "uncertainty.correlation: expected 1 on the diagonal"),
        ("0.5,", "1.5,", "uncertainty.correlation: not "),
        ("[uncertainty]", "[[uncertainty]]", "expected a table"),
    ],
)
def test_a_bad_table_is_one_line_that_names_key_and_value(old: str, new: str, message: str) -> None:
    assert old in ERRORS
    with pytest.raises(InputError) as caught:
        _load(FILE + ERRORS.replace(old, new, 1))
    assert str(caught.value).startswith("a.toml: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_correlations_that_cannot_hold_together_are_refused() -> None:
    text = (
        ERRORS.replace("0.2", "0.9").replace("-0.5", "-0.9").replace("[1, 0.9, 0]", "[1, 0.9, 0]")
    )
    with pytest.raises(InputError, match=r"not positive semi-definite \(eigenvalue -0\.2"):
        _load(FILE + text)
