import json

import pytest
from click.testing import CliRunner

from stridesim.cli import main
from stridesim.runner import CHOICES, PARAMETERS


def _output(*arguments: str) -> str:
    result = CliRunner().invoke(main, ["params", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_table_has_every_parameter_with_unit_bounds_and_source() -> None:
    title, header, *lines = _output().splitlines()
    known = {*PARAMETERS, *CHOICES}
    assert title == f"{len(known)} of {len(known)} parameters"
    assert header.split() == ["parameter", "default", "unit", "permitted", "meaning", "source"]
    listed = [line.split()[0] for line in lines]
    assert [path for path in listed if path in PARAMETERS] == list(PARAMETERS)
    assert set(listed) == known
    assert listed.index("gait.strategy") == listed.index("gait.step_width") + 1
    strategy = next(line for line in lines if line.startswith("gait.strategy"))
    assert " measured or fixed " in " ".join(strategy.split())
    speed = next(line for line in lines if line.startswith("task.speed"))
    assert " ".join(speed.split()) == (
        "task.speed 3.33 m/s 1.5 to 9 mean forward speed the user's choice"
    )
    assert "required" in next(line for line in lines if line.startswith("body.mass"))


def test_json_says_which_units_are_accepted() -> None:
    answer = json.loads(_output("--json"))["parameters"]
    assert set(answer) == {*PARAMETERS, *CHOICES}
    assert answer["gait.strategy"]["choices"] == ["measured", "fixed", "optimal"]
    assert answer["gait.strategy"]["default"] == "measured"
    assert answer["body.mass"]["default"] is None
    assert answer["task.speed"] == {
        "unit": "m/s",
        "accepted_units": ["m/s", "km/h", "mph", "min/km", "min/mile", "s/km"],
        "default": 3.33,
        "bounds": [1.5, 9.0],
        "meaning": "mean forward speed",
        "source": "the user's choice",
    }


@pytest.mark.parametrize(
    ("pattern", "paths"),
    [
        ("leg.stiffness", ["leg.stiffness"]),
        (
            "STEP_FREQ",
            [
                "gait.step_frequency",
                "adaptation.frequency_uphill",
                "adaptation.stiffness_with_frequency",
                "adaptation.frequency_with_support",
            ],
        ),
        ("tendon.soleus.*", ["tendon.soleus.strain_at_peak_force", "tendon.soleus.slack_length"]),
        ("rise over run", ["task.slope"]),
        ("strategy", ["gait.strategy"]),
    ],
)
def test_a_pattern_chooses(pattern: str, paths: list[str]) -> None:
    assert list(json.loads(_output(pattern, "--json"))["parameters"]) == paths


def test_nothing_found_is_one_line_with_the_nearest() -> None:
    result = CliRunner().invoke(main, ["params", "task.spede"])
    assert result.exit_code == 1
    assert result.stderr == (
        "stridesim: error: no parameter matches 'task.spede'; did you mean 'task.speed'? "
        "('stridesim params' lists them all)\n"
    )
    result = CliRunner().invoke(main, ["params", "zzz"])
    assert result.exit_code == 1
    assert result.stderr.startswith("stridesim: error: no parameter matches 'zzz' (")
