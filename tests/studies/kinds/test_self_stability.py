"""Self-stability as a study: what is asked, told and refused, on made-up regions."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridesim.gait.spring_mass import STEPS_TO_COUNT, Region, SpringMass
from stridesim.results import InputError
from stridesim.studies import self_stability as module
from stridesim.studies.kinds import study_kind

FILE = Path("x.toml")
ASKED: list[SpringMass] = []


def made_region(runner: SpringMass, angles: np.ndarray, stiffnesses: np.ndarray) -> Region:
    """Runners above 4 m/s run on every leg, others on none."""
    ASKED.append(runner)
    steps = np.full((stiffnesses.size, angles.size), STEPS_TO_COUNT * (runner.speed > 4))
    return Region(runner, angles, stiffnesses, steps)


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    ASKED.clear()
    monkeypatch.setattr(module, "region", made_region)


def study(**settings: Any) -> Any:
    own = {"speeds": ["3 m/s", "18 km/h"], "angles": 7, "stiffnesses": 6} | settings
    tables = {"name": "x", "title": "Legs", "self_stability": own}
    return study_kind("self_stability").declared(tables, FILE)


def test_every_leg_is_run_at_every_speed() -> None:
    found, told = study(), []
    outcome = found.compute(lambda done, _failed: told.append(done))
    assert [runner.speed for runner in ASKED] == [3.0, 5.0]
    assert told == [42, 42]
    assert sum(told) == found.rows
    slow, quick = outcome.numbers["regions"]
    assert (slow["stable_share"], quick["stable_share"]) == (0.0, 1.0)
    assert np.shape(quick["steps"]) == (6, 7)
    assert outcome.conditions.startswith("planar spring-mass runner of 80 kg")
    assert outcome.conditions.endswith("n = 84 legs")
    assert found.title == "Legs"


def test_the_small_study_has_the_speeds_and_few_legs() -> None:
    whole = study(angles=51, stiffnesses=41)
    assert whole.smaller(6).rows == 2 * 6 * 6
    assert whole.smaller(2).rows == 2 * 5 * 5  # no map has fewer
    assert whole.smaller(6).speeds == whole.speeds
    assert whole.smaller(6).identity["design_hash"] != whole.identity["design_hash"]
    assert study().identity == study().identity


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"speeds": ["3 kg"]}, "x.toml: self_stability: speeds"),
        ({"speeds": ["20 m/s"]}, "x.toml: self_stability: speeds = 20.0 m/s: permitted: 1 to 15"),
        ({"speeds": ["3 m/s"] * 4}, "x.toml: self_stability: speeds: 4 given; permitted: 1 to 3"),
        ({"angles": 4}, "x.toml: self_stability: points = 4: permitted: 5 to 201"),
        ({"metabolic": "any"}, "x.toml: unknown key 'self_stability.metabolic'"),
    ],
)
def test_what_cannot_be_mapped_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        study(**settings)
    assert str(refused.value).startswith(said)
