"""The answer to `race`: drifts, where form breaks, published numbers, Ctrl-C."""

import json

import numpy as np
import pytest
from fake_strides import strides

from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies.race import OUTPUTS, RaceAnswer, count_of_stations, race
from stridesim.tasks import distance_run as module
from stridesim.tasks.distance_run import Fatigue


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> RaceAnswer:
    monkeypatch.setattr(module, "results_at", strides())
    return race(Runner.load(), distance="marathon", pace="4:30/km")


def test_a_drift_is_against_the_fresh_runner(answer: RaceAnswer) -> None:
    assert answer.ok
    lost = 1 - answer.capacity("soleus")[-1]
    assert answer.drift("cost_of_transport")[0] == 0.0
    strength = float(answer.variants[0].runner.hip.strength)
    weaker = 0.2 * strength * (1 - answer.capacity("gluteus_medius")[-1])
    fresh = answer.along("cost_of_transport", fresh=True)[-1]
    expected = 100 * (3.5 * 0.1 * lost + weaker) / fresh
    assert answer.drift("cost_of_transport")[-1] == pytest.approx(expected)
    assert answer.distance[-1] == pytest.approx(42.195)
    assert answer.breaks == [None]
    assert "form holds" in answer.sentence


def test_the_whole_is_json_and_a_table(answer: RaceAnswer) -> None:
    record = json.loads(json.dumps(answer.to_dict()))
    assert record["schema"]["kind"] == "race"
    runner = record["runners"][0]
    assert set(runner["results"]) == set(OUTPUTS)
    assert len(runner["capacity"]["soleus"]) == len(record["distance"]["values"])
    columns, rows = answer.table()
    assert len(rows) == count_of_stations("marathon", None)
    assert len(columns) == len(rows[0])
    assert {"time [s]", "step_frequency [Hz]", "contact_time [s]"} <= set(columns)


def test_published_drifts_stand_beside_the_own(answer: RaceAnswer) -> None:
    rows = {(row["of"], row["published"]): row for row in answer.published()}
    strength = rows["plantarflexor_strength", -17.0]
    assert strength["model"] == pytest.approx(100 * (answer.capacity("soleus")[-1] - 1))
    assert rows["contact_time", 13.1]["model"] == pytest.approx(0.0, abs=0.01)
    assert rows["cost_of_transport", 0.0]["source"].startswith("doi:")


def test_a_shorter_run_has_no_number_for_kilometre_forty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())
    short = race(Runner.load(), distance=10, points=5)
    row = next(row for row in short.published() if row["of"] == "contact_time")
    assert row["model"] is None


def test_ctrl_c_keeps_what_was_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides(interrupt_at=7))
    cut = race(Runner.load(), distance="10 km")
    assert cut.status == "interrupted"
    assert len(cut.stations) == 7
    assert cut.reason.startswith("interrupted: ")
    assert "of 10 km were run" in cut.reason
    assert np.isfinite(cut.drift("cost_of_transport")).all()
    cut.to_dict()


def test_a_runner_who_breaks_is_told_with_reason_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides(limit=0.08))
    found = race({"a": Runner.load(), "b": Runner.load().with_(speed=3)}, distance="10 km")
    first = found.breaks[0]
    assert first is not None
    assert first.status == "activation_above_one"
    assert "a: After" in found.sentence
    assert f"form breaks by {first.distance / 1000:.1f} km (activation_above_one" in found.sentence


def test_without_a_first_stride_there_is_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides(limit=-1.0))
    none = race(Runner.load(), distance="10 km")
    assert not none.ok
    assert none.status == "activation_above_one"
    assert none.reason.startswith("no stride to begin with")
    with pytest.raises(InputError, match="nothing to draw"):
        none.plot()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "distance: it must be given, or a profile that has one"),
        ({"distance": "10 km", "points": 1}, "points = 1: outside its permitted range 2 to 400"),
        ({"distance": "10 km", "pace": "fast"}, "pace = 'fast'"),
        ({"distance": "10 km", "metabolic": "magic"}, "metabolic = 'magic'"),
    ],
)
def test_what_cannot_be_run_is_refused(asked: dict[str, object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        race(Runner.load(), **asked)  # type: ignore[arg-type]
    assert str(caught.value).startswith(message)


def test_no_fatigue_is_no_drift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())
    fresh = race(Runner.load(), distance="5 km", points=4, fatigue=Fatigue(rates=0.0))
    for name in OUTPUTS:
        assert not fresh.drift(name).any(), name
