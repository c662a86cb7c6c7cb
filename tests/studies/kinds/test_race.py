"""A distance run as a study, on made-up strides that tire in a known way."""

from pathlib import Path
from typing import Any

import pytest
from fake_strides import FATIGUED, strides
from studies.made_experiment import fake_effects

from stridesim.evidence import effect
from stridesim.parameter import get_value
from stridesim.results import InputError
from stridesim.runner import GROUPS
from stridesim.studies.claim import ChangeConfig
from stridesim.studies.kinds import study_kind
from stridesim.studies.race import race
from stridesim.tasks import distance_run as module

FILE = Path("x.toml")
RACE = {
    "distance": "10 km",
    "paces": ["4:00/km", "5:00/km"],
    "points": 5,
    "outputs": ["cost_of_transport", "contact_time"],
}
CHANGE = ChangeConfig.model_validate({"words": "w", "source": "s", "sd": 0.5})


def study(**settings: Any) -> Any:
    tables = {"name": "x", "title": "Ten", "race": RACE | settings}
    return study_kind("race").declared(tables, FILE)


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())


def test_every_pace_is_a_runner() -> None:
    found = study()
    assert [variant.name for variant in found.variants] == RACE["paces"]
    speeds = [float(variant.runner.task.speed) for variant in found.variants]
    assert speeds == pytest.approx([1000 / 240, 1000 / 300])
    assert float(found.runner.task.speed) == speeds[0]
    assert found.title == "Ten"
    assert found.rows == len(race(found.variants, distance="10 km", points=5).stations)


def test_the_numbers_are_those_of_the_race() -> None:
    found, told = study(), []
    outcome = found.compute(lambda done, _failed: told.append(done))
    direct = race(found.variants, distance="10 km", points=5)
    assert sum(told) == found.rows == len(direct.stations)
    numbers = outcome.numbers
    assert numbers["distance"]["values"] == pytest.approx(list(direct.distance))
    assert numbers["distance"]["values"][-1] == 10.0
    for i, (one, pace) in enumerate(zip(numbers["runners"], RACE["paces"], strict=True)):
        assert one["pace"] == pace
        assert set(one["results"]) == set(RACE["outputs"])
        cost = one["results"]["cost_of_transport"]
        assert cost["values"] == pytest.approx(list(direct.along("cost_of_transport", i)))
        assert cost["fresh"] == pytest.approx(3.5 + 0.2 * (1 - _hip(found, i)))
        assert cost["values"][-1] > cost["fresh"]
        assert set(one["capacity"]) == set(GROUPS)
        assert one["capacity"]["soleus"] == pytest.approx(list(direct.capacity("soleus", i)))
        assert one["published"] == direct.published(i)
    assert outcome.rows == {"failures": {}}
    assert outcome.conditions.endswith(f"n = 1 runner, {2 * 2 * len(direct.stations)} strides")


def _hip(found: Any, i: int) -> float:
    return float(found.variants[i].runner.hip.strength)


def test_no_rates_are_no_drift() -> None:
    for one in study(rates=0.0).compute().numbers["runners"]:
        cost = one["results"]["cost_of_transport"]
        assert cost["values"] == pytest.approx([cost["fresh"]] * len(cost["values"]))
        assert set(one["capacity"]["soleus"]) == {1.0}


def test_runners_whose_form_breaks_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides(limit=0.08))
    outcome = study().compute()
    assert outcome.rows == {"failures": {"activation_above_one": 2}}
    assert outcome.numbers["runners"][0]["results"]["cost_of_transport"]["values"][-1] is None


@pytest.mark.parametrize("limit", [2.0, 0.08])
def test_the_verdict_is_about_tired_against_fresh(
    monkeypatch: pytest.MonkeyPatch, limit: float
) -> None:
    """Before: what is tired at the last station that is run; after: nothing is."""
    monkeypatch.setattr(module, "results_at", strides(limit=limit))
    found = study()
    asked = found.asked(CHANGE)
    assert (asked.outcome, asked.sd, asked.metabolic) == (CHANGE.outcome, 0.5, found.metabolic)
    answer = race(found.variants, distance="10 km", points=5)
    strain = "tendon.soleus.strain_at_peak_force"
    for i, (pace, runner, (tired, fresh)) in enumerate(asked.runners):
        last = answer.stations[answer.last(i)]
        assert (limit > 1) == (last is answer.stations[-1])
        assert pace == RACE["paces"][i]
        assert tired[FATIGUED] == pytest.approx(last.fatigued[i, GROUPS.index("soleus")])
        assert 0 == fresh[FATIGUED] < tired[FATIGUED]
        assert tired["hip.strength"] < fresh["hip.strength"] == _hip(found, i)
        loss = answer.fatigue.achilles_loss(last.seconds)[i]
        assert fresh[strain] == pytest.approx(float(get_value(runner, strain)))
        assert tired[strain] == pytest.approx(fresh[strain] / (1 - loss))


def test_an_effect_for_every_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effect, "effects_of", fake_effects)
    found, told = study(), []
    effects = found.effects(CHANGE, lambda done, _failed: told.append(done))
    assert [one.condition for one in effects] == RACE["paces"]
    assert told
    assert found.effect_rows(CHANGE) == effect.rows_of(found.asked(CHANGE))


def test_the_small_run_is_short_and_keeps_the_runners() -> None:
    whole = study(distance="marathon", points=40)
    small = whole.smaller(4)
    assert small.rows < whole.rows / 3
    assert small.variants == whole.variants
    assert small.compute().numbers["distance"]["values"][-1] == 4.0
    assert small.identity["design_hash"] != whole.identity["design_hash"]


def test_what_is_run_decides_the_identity() -> None:
    def own(**settings: Any) -> Any:
        return study(**settings).identity["design_hash"]

    assert own() == own()
    for other in ({"distance": "9 km"}, {"paces": ["5:00/km"]}, {"rates": 0.5}, {"points": 6}):
        assert own(**other) != own()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"paces": ["fast"]}, "x.toml: race: pace = 'fast'"),
        ({"distance": "far"}, "x.toml: race: distance"),
        ({"outputs": ["beauty"]}, "x.toml: race: unknown result 'beauty'"),
        ({"paces": []}, "x.toml: race.paces"),
        ({"rates": -1}, "x.toml: race.rates"),
        ({"shoes": "red"}, "x.toml: unknown key 'race.shoes'"),
        ({"runner": "nobody.toml"}, "x.toml: race: nobody.toml"),
    ],
)
def test_what_cannot_be_run_is_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        study(**settings)
    assert str(refused.value).startswith(said)
