"""The model against the published record: no row is lost, and the score does not fall."""

import functools
import json
from pathlib import Path

import pytest

from stridesim.constants import DEFAULT_METABOLIC_MODEL
from stridesim.energetics import METABOLIC_MODELS
from stridesim.evidence import Validation, judge
from stridesim.evidence.literature import TOPICS, literature
from stridesim.evidence.models import changes_by_model
from stridesim.evidence.predictions import NOT_ADDRESSED, PREDICTIONS
from stridesim.evidence.validation import Score
from stridesim.results import QUANTITIES, InputError
from stridesim.runner import Runner, apply_overrides

COMMITTED = Path(__file__).resolve().parents[2] / "figures" / "validation.json"


@functools.cache
def shipped_validation() -> Validation:
    return judge(Runner.load(), DEFAULT_METABOLIC_MODEL)


def test_every_row_has_a_prediction_or_says_why_not() -> None:
    rows = {row.id for row in literature()}
    assert rows == set(PREDICTIONS) | set(NOT_ADDRESSED)
    assert not set(PREDICTIONS) & set(NOT_ADDRESSED)
    assert all(row.topic in TOPICS for row in literature())


@pytest.mark.parametrize("name", ["literature.csv", "tasks.csv"])
def test_the_record_is_the_shared_one(shared: Path, name: str) -> None:
    ours = Path(__file__).resolve().parents[2] / "src/stridesim/evidence/data" / name
    assert ours.read_text("utf-8") == (shared / "reference" / name).read_text("utf-8")


def test_no_name_means_two_things() -> None:
    """A row called as a result of a stride would be taken for it."""
    assert not {row.id for row in literature()} & set(QUANTITIES)


def test_a_strategy_that_no_row_would_follow_is_refused() -> None:
    choosing = apply_overrides(Runner.load(), {"gait.strategy": "optimal"})
    with pytest.raises(InputError, match=r"gait\.strategy = 'optimal'.*permitted: measured, fixed"):
        judge(choosing, DEFAULT_METABOLIC_MODEL)


def test_no_row_is_lost() -> None:
    found = shipped_validation()
    assert [v.row.id for v in found.verdicts] == [row.id for row in literature()]
    for verdict in found.verdicts:
        if verdict.inside is None or verdict.predicted is None:
            assert verdict.why
        else:
            row = verdict.row
            assert row.low is not None
            assert row.high is not None
            assert verdict.inside == (row.low <= verdict.predicted <= row.high)


def test_the_score_does_not_fall() -> None:
    """`figures/validation.json` holds the score that was reached (`stridesim validate --json`)."""
    committed = json.loads(COMMITTED.read_text("utf-8"))["score"]
    found = shipped_validation()
    assert found.score().inside >= committed["inside"]
    assert found.score(only="predicted").inside >= committed["predicted_only"]["inside"]


def test_the_score_of_what_tasks_change_does_not_fall() -> None:
    committed = json.loads(COMMITTED.read_text("utf-8"))["score"]["topics"]["tasks"]
    found = shipped_validation().score("tasks")
    assert found.addressed >= committed["addressed"]
    assert found.inside >= committed["inside"]


def test_every_metabolic_model_prices_the_strides_that_the_rows_are_judged_by() -> None:
    """Rows are a batch priced by one model, `changes_by_model` single strides priced by all: under
    the default the changes of cost are the same."""
    by_model = changes_by_model(Runner.load())
    assert set(by_model) == set(METABOLIC_MODELS)
    rows = [c for c in shipped_validation().changes if c.is_cost]
    for one, other in zip(by_model[DEFAULT_METABOLIC_MODEL], rows, strict=True):
        assert one.row == other.row
        assert one.predicted == pytest.approx(other.predicted, rel=1e-5, abs=1e-5)
    assert len({told[0].predicted for told in by_model.values()}) == len(METABOLIC_MODELS)


def test_curves_cover_every_variable_and_speed() -> None:
    curves = shipped_validation().curves
    assert len({(c.variable, c.speed) for c in curves}) == len(curves) == 27
    for curve in curves:
        assert 0.0 <= curve.inside <= 1.0


def test_a_runner_too_weak_to_run_is_outside_not_absent() -> None:
    weak = Validation(
        tuple(v._replace(inside=False, predicted=None) for v in shipped_validation().verdicts), ()
    )
    assert weak.score().inside == 0
    assert weak.score().addressed >= shipped_validation().score().addressed


def test_score_of_nothing() -> None:
    assert Score(0, 0).share == 1.0
    assert Score(1, 4).share == pytest.approx(0.25)
