"""A leg press as a study: what the start posture does, by made-up pushes with known ratios."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stridesim.results import InputError
from stridesim.studies.answer import Table
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds import leg_press as module
from stridesim.studies.kinds import study_kind
from stridesim.studies.leg_press import STARTS

FILE = Path("x.toml")
CHANGE = ChangeConfig.model_validate({"words": "w", "source": "s"})


class Pushes:
    """In place of `leg_press`: force grows with the start, work is even, there is no power."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def __call__(self, _runner: Any, **amounts: Any) -> Any:
        self.asked.append(amounts)
        return self

    status, reason, ok, notes = "ok", "", True, ("a note",)
    requested = {"mass": 150.0, "incline": 45.0}  # noqa: RUF012 - a made-up answer
    by_start = {  # noqa: RUF012 - a made-up answer
        "static_force": 20 * STARTS,
        "work": np.full(STARTS.shape, 300.0),
        "peak_power": np.zeros(STARTS.shape),
    }

    def record(self) -> dict[str, Any]:
        return {"by_start": {"work": self.by_start["work"] / 7}}

    def table(self) -> Table:
        return Table(("a",), [(1,)])


@pytest.fixture
def pushes(monkeypatch: pytest.MonkeyPatch) -> Pushes:
    made = Pushes()
    monkeypatch.setattr(module, "leg_press", made)
    return made


def press(**settings: Any) -> Any:
    own = {"bent": 90, "straight": 15, "mass": "150 kg"} | settings
    return study_kind("leg_press").declared({"name": "x", "leg_press": own}, FILE)


def effects(of: Any, told: Callable[..., object] | None = None) -> dict[str, Any]:
    return {effect.condition: effect for effect in of.effects(CHANGE, told)}


def test_the_effect_is_the_straight_start_over_the_bent_one(pushes: Pushes) -> None:
    found = effects(press())
    assert list(found) == ["static force", "work", "peak power"]
    assert found["static force"].value == pytest.approx(100 * (15 / 90 - 1))
    assert found["work"].value == 0.0
    assert math.isnan(found["peak power"].value)  # no power before: no share of it


def test_a_start_between_two_steps_is_read_between_them(pushes: Pushes) -> None:
    found = effects(press(bent=87.5, straight=22.5))
    assert found["static force"].value == pytest.approx(100 * (22.5 / 87.5 - 1))


def test_each_start_is_known_to_one_step(pushes: Pushes) -> None:
    """The ratio's ends are 20/85 and 10/95; a rectangular distribution between them."""
    spread = effects(press())["static force"].uncertainty
    width = 100 * (20 / 85 - 10 / 95)
    assert spread == {"start posture": pytest.approx(width / math.sqrt(12))}
    assert effects(press())["work"].uncertainty == {"start posture": 0.0}


def test_the_press_is_pushed_once_with_its_own_amounts(pushes: Pushes) -> None:
    study, rows = press(incline="30 deg"), []
    outcome = study.compute(lambda done, _failed: rows.append(done))
    effects(study, lambda done, _failed: rows.append(done))
    assert pushes.asked == [{"mass": "150 kg", "incline": "30 deg"}]
    assert rows == [study.rows, study.effect_rows(CHANGE)] == [1, 3]
    assert outcome.numbers["by_start"]["work"][0] == pytest.approx(300 / 7, rel=1e-6)
    assert outcome.notes == ("a note",)
    assert "both legs · sled of 150 kg on a rail that rises 45 deg" in outcome.conditions


@pytest.mark.parametrize(
    ("end", "value"),
    [("bent", 110), ("bent", None), ("straight", 10), ("straight", "15 deg"), ("bent", math.nan)],
)
def test_a_start_without_a_step_on_either_side_is_refused(end: str, value: Any) -> None:
    with pytest.raises(InputError) as refused:
        press(**{end: value})
    said = f"x.toml: leg_press.{end} = {value!r}: expected 15 to 105 deg"
    assert str(refused.value) == said


def test_an_amount_that_cannot_be_names_the_file() -> None:
    with pytest.raises(InputError, match=r"^x\.toml: leg_press: unknown amount 'weight'"):
        press(weight="3 kg").compute()
