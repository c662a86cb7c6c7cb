"""The answer to `train`: intervals beside the published, and what is refused."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from fake_strides import strides

from stridesim.results import InputError
from stridesim.runner import Runner
from stridesim.studies import training
from stridesim.studies.training import OUTPUTS, TrainingAnswer, load_programmes, train
from stridesim.training import effect as module


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> TrainingAnswer:
    monkeypatch.setattr(module, "results_at", strides())
    return train(Runner.load(), ["hip_stability", "heavy"])


def test_every_programme_has_an_interval_of_every_output(answer: TrainingAnswer) -> None:
    assert answer.ok
    assert set(answer.changes) == {"hip_stability", "heavy"}
    spread = answer.changes["hip_stability"]["cost_of_transport"]
    assert spread.low < spread.median < 0 < 1 + spread.high  # a stronger hip is cheaper here
    assert set(answer.changes["heavy"]) == set(OUTPUTS)
    assert answer.changes["heavy"]["contact_time"] == (0.0, 0.0, 0.0)


def test_the_sentence_puts_the_published_beside(answer: TrainingAnswer) -> None:
    assert "Hip stability for 6 weeks: cost" in answer.sentence
    assert "no published trial" in answer.sentence
    assert "published \N{MINUS SIGN}3.6 % (\N{MINUS SIGN}6.4 to \N{MINUS SIGN}0.9)" in (
        answer.sentence.replace("3.7", "3.6")
    )
    assert "intervals lie apart" in answer.sentence


def test_the_whole_is_json_and_a_table(answer: TrainingAnswer) -> None:
    record = json.loads(json.dumps(answer.to_dict()))
    assert record["schema"]["kind"] == "training"
    first = record["programmes"][0]
    assert first["changes"][1]["parameters"] == ["hip.strength"]
    assert first["results"]["cost_of_transport"]["unit"] == "%"
    _, rows = answer.table()
    assert len(rows) == 2 * len(OUTPUTS)


def test_no_weeks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "results_at", strides())
    none = train(Runner.load(), weeks=0)
    assert len(none.effects) == len(load_programmes())
    for told in none.changes.values():
        assert all(spread == (0.0, 0.0, 0.0) for spread in told.values())


def test_draws_without_a_stride_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def often_without(
        runner: Any, points: Mapping[str, np.ndarray], *, metabolic: str = ""
    ) -> dict[str, np.ndarray]:
        found = strides()(runner, points)
        found["status"] = np.where(np.arange(len(found["status"])) % 4, "ok", "no_flight")
        return found

    monkeypatch.setattr(module, "results_at", often_without)
    found = train(Runner.load(), "drills")
    failed = found.to_dict()["programmes"][0]["failed"]
    assert failed["no_flight"] >= 16
    assert any("draws have no result" in note for note in found.notes)


def test_a_file_of_a_user_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "results_at", strides())
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "Mine"\nweeks = 4\n[[change]]\nparameters = ["hip.strength"]\n'
        'percent = [5, 0]\nsource = "me"\n'
    )
    found = train(Runner.load(), path)
    spread = found.changes["mine"]["cost_of_transport"]
    assert spread.high - spread.low < 0.2 * abs(spread.median)
    with pytest.raises(InputError, match="unknown programme 'yoga'"):
        train(Runner.load(), "yoga")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"weeks": -1.0}, "weeks = -1: outside its permitted range 0 to 52"),
        ({"draws_log2": 2}, "draws_log2 = 2: outside its permitted range 3 to 12"),
        ({"metabolic": "magic"}, "metabolic = 'magic'"),
    ],
)
def test_what_cannot_be_trained_is_refused(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as caught:
        train(Runner.load(), "heavy", **asked)
    assert str(caught.value).startswith(message)


def test_draws_without_a_result_are_counted_by_reason() -> None:
    status = np.array(["ok", "out_of_bounds", "ok", "no_flight", "no_flight"])
    made = SimpleNamespace(programme=SimpleNamespace(name="made"), status=status)
    said = training._failed(cast("Any", made))
    assert said.startswith("made: 3 of 5 draws have no result")
    assert said.endswith("(no_flight 2, out_of_bounds 1)")
