"""Programmes as a study, on made-up programmes and strides: what one does more than another."""

from pathlib import Path
from typing import Any

import pytest
from fake_strides import strides
from studies.made_experiment import fake_effects

from stridesim.evidence import effect
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds import study_kind
from stridesim.training import effect as module

FILE = Path("x.toml")
CHANGE = ChangeConfig.model_validate({"words": "w", "source": "s"})
HIP, WIDTH = "hip.strength", "gait.step_width"

HIPS = """
[[change]]
parameters = ["hip.strength"]
percent = [-10, 2]
weeks = 8
transfer = [0.2, 0.6]
transfer_source = "made up"
source = "made up"
"""
WIDER = """
[[change]]
parameters = ["gait.step_width"]
amount = ["2 cm", "1 cm"]
source = "made up"
"""
PUBLISHED = """
[[published]]
percent = [-3, -5, -1]
words = "a trial"
source = "made up"
"""


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    """Programmes of four weeks: nothing much, hips twice, hips and wider steps."""
    texts = {"little": WIDER, "hips": HIPS + HIPS + PUBLISHED, "both": HIPS + WIDER}
    for name, text in texts.items():
        head = f'name = "{name}"\ntitle = "All of {name}"\nweeks = 4\n'
        (tmp_path / f"{name}.toml").write_text(head + text)
    return {name: str(tmp_path / f"{name}.toml") for name in texts}


def study(programmes: list[str], against: str, **settings: Any) -> Any:
    own = {"programmes": programmes, "against": against, "draws_log2": 4} | settings
    return study_kind("training").declared({"name": "x", "title": "T", "training": own}, FILE)


def compared(files: dict[str, str], **settings: Any) -> Any:
    """The study of all three, in which `little` is what the others are compared with."""
    return study(list(files.values()), files["little"], **settings)


def test_the_verdict_compares_the_runner_after_each_with_the_one_after_another(
    files: dict[str, str],
) -> None:
    asked = compared(files).asked(CHANGE)
    usual = Runner.load().at_speed()
    hip, width = (float(get_value(usual, path)) for path in (HIP, WIDTH))
    ends = {name: ends for name, _, ends in asked.runners}
    assert list(ends) == ["All of hips", "All of both"]
    before, after = ends["All of hips"]
    assert before == {WIDTH: pytest.approx(width + 0.02), HIP: pytest.approx(hip)}
    # Twice 10 % less after eight weeks, so half of it after four; two fifths of that transfer.
    assert after == {WIDTH: pytest.approx(width), HIP: pytest.approx(hip * 0.98**2)}
    before, after = ends["All of both"]
    assert before == {WIDTH: pytest.approx(width + 0.02), HIP: pytest.approx(hip)}
    assert after == {WIDTH: pytest.approx(width + 0.02), HIP: pytest.approx(hip * 0.98)}


def test_numbers_stand_beside_the_published(files: dict[str, str]) -> None:
    told: list[int] = []
    outcome = compared(files).compute(lambda done, _failed: told.append(done))
    assert told == [1, 1, 1]
    little, hips, both = outcome.numbers["programmes"]
    assert [one["name"] for one in (little, hips, both)] == ["little", "hips", "both"]
    cost = hips["results"]["cost_of_transport"]
    assert cost["unit"] == "%"
    assert 0 < cost["low"] < cost["median"] < cost["high"]  # a weaker hip is dearer here
    assert little["results"]["cost_of_transport"]["median"] == 0.0
    assert 0 < both["results"]["cost_of_transport"]["median"] < cost["median"]
    assert hips["published"] == [
        {"words": "a trial", "source": "made up", "mean": -3.0, "low": -5.0, "high": -1.0}
    ]
    assert len(hips["cost_alone"]) == 2
    # A draw of the runner's own errors may lie out of bounds; none fails for another reason.
    assert list(outcome.rows) == list(files)
    for row in outcome.rows.values():
        assert row["draws"] == 16
        assert set(row["failed"]) <= {"out_of_bounds"}
    assert outcome.conditions.endswith("n = 1 runner, 16 draws of each programme")


def test_draws_without_a_stride_are_counted(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(runner: Any, points: Any, *, metabolic: str = "") -> Any:
        found = strides()(runner, points)
        wide = points.get(WIDTH, 0 * found["cost_of_transport"])
        found["status"][wide > wide[0] + 0.019] = "no_flight"
        return found

    monkeypatch.setattr(module, "results_at", without)
    rows = compared(files).compute().rows
    assert "no_flight" not in rows["hips"]["failed"]
    assert 0 < rows["little"]["failed"]["no_flight"] <= 16


def test_an_effect_for_each_programme_but_the_one_compared_with(
    files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(effect, "effects_of", fake_effects)
    found, told = compared(files), []
    effects = found.effects(CHANGE, lambda done, _failed: told.append(done))
    assert [one.condition for one in effects] == ["All of hips", "All of both"]
    assert told == [1, 1]
    assert found.effect_rows(CHANGE) == effect.rows_of(found.asked(CHANGE))


def test_the_runner_is_the_file_s_with_what_is_set(files: dict[str, str]) -> None:
    found = compared(files, set={"task.speed": "12 km/h"})
    assert float(found.runner.task.speed) == pytest.approx(12 / 3.6)
    asked = found.asked(CHANGE)
    assert all(runner is found.runner for _, runner, _ in asked.runners)
    assert "3.33 m/s" in found.compute().conditions


@pytest.mark.parametrize(("points", "draws"), [(2, 8), (3, 8), (5, 32)])
def test_the_small_study_has_few_draws(files: dict[str, str], points: int, draws: int) -> None:
    small = compared(files, draws_log2=8).smaller(points)
    assert small.rows == 3
    assert {row["draws"] for row in small.compute().rows.values()} == {draws}


def test_what_is_trained_decides_the_identity_and_not_where_its_file_lies(
    files: dict[str, str], tmp_path: Path
) -> None:
    own = compared(files).identity["design_hash"]
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    elsewhere = {name: str(moved / f"{name}.toml") for name in files}
    for name, path in files.items():
        Path(elsewhere[name]).write_text(Path(path).read_text())
    assert compared(elsewhere).identity["design_hash"] == own
    text = Path(files["hips"]).read_text()
    Path(elsewhere["hips"]).write_text(text.replace("[-10, 2]", "[-11, 2]"))
    assert compared(elsewhere).identity["design_hash"] != own


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"against": "yoga"},
            "x.toml: training.against = 'yoga': expected one of heavy, drills",
        ),
        ({"programmes": ["heavy", "yoga"]}, "x.toml: training: unknown programme 'yoga'"),
        ({"programmes": ["heavy"]}, "x.toml: training.programmes"),
        ({"draws_log2": 2}, "x.toml: training.draws_log2"),
        ({"set": {"task.speed": "9 s"}}, "x.toml: training: task.speed"),
        ({"runner": "nobody.toml"}, "x.toml: training: nobody.toml"),
    ],
)
def test_what_cannot_be_trained_is_refused(settings: dict[str, Any], said: str) -> None:
    own = {"programmes": ["heavy", "drills"], "against": "heavy"} | settings
    with pytest.raises(InputError) as refused:
        study(**own)
    assert str(refused.value).startswith(said)
