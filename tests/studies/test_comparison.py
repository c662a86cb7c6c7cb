"""The answer to `compare`: differences from the first, and reasons where there are none."""

import math

import jax
import numpy as np
import pytest

from stridesim.economy import Evaluation, evaluate
from stridesim.economy.compared import difference
from stridesim.results import InputError, Status
from stridesim.runner import Runner
from stridesim.studies.comparison import compare
from stridesim.words.everyday import everyday_difference, everyday_value


@pytest.fixture(scope="module")
def solved() -> Evaluation:
    with jax.numpy_rank_promotion("allow"):
        found = evaluate(Runner.load())
    return found._replace(stride=jax.tree.map(np.asarray, found.stride))


def test_differences_are_absolute_and_per_cent_of_the_first() -> None:
    found = difference("contact_time", 0.220, 0.200)
    assert found.absolute == pytest.approx(0.02)
    assert found.percent == pytest.approx(10.0)
    assert difference("lateral_leakage", 0.1, 0.0).percent is None
    assert difference("peak_knee_flexion", 45.0, 40.0).percent is None
    assert everyday_value("contact_time", 0.2204) == "220 ms"
    assert everyday_value("achilles_peak_strain", 0.05) == "5.00 %"


def _law(solved: Evaluation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cost is 3 + tendon stiffness scale; a scale above 2 fails."""

    def law(runner: Runner, metabolic: str) -> Evaluation:
        scale = float(runner.tendon.stiffness_scale)
        results = solved.results | {"cost_of_transport": 3.0 + scale}
        status = Status.strength_too_low if scale > 2 else Status.ok
        return solved._replace(runner=runner, results=results, status=status)

    monkeypatch.setattr("stridesim.studies.comparison.evaluate", law)


def _scaled(scale: float) -> Runner:
    return Runner.load().with_({"tendon.stiffness_scale": scale})


def test_named_runners_are_compared_with_the_first(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _law(solved, monkeypatch)
    answer = compare({"a": _scaled(1), "b": _scaled(1.5), "c": _scaled(2.5)}, ["contact_time"])
    assert answer.ok
    assert answer.reference.variant.name == "a"
    assert list(answer.differences) == ["b"]
    assert answer.costs["b"].percent == pytest.approx(12.5)
    columns, rows = answer.table()
    assert columns[:3] == ("variant", "quantity", "value")
    assert [row[:2] for row in rows] == [(name, "contact_time") for name in "abc"]
    assert rows[1][4:] == (0.0, 0.0)
    assert rows[2][2] is None
    told = answer.to_dict()
    assert told["schema"]["kind"] == "comparison"
    assert [one["status"] for one in told["variants"]] == ["ok", "ok", "strength_too_low"]
    assert told["variants"][0]["against_first"] is None


def test_a_first_without_a_result_is_the_answer_s_reason(
    solved: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _law(solved, monkeypatch)
    answer = compare({"a": _scaled(2.5), "b": _scaled(1)})
    assert answer.status == "strength_too_low"
    assert answer.reason.startswith("a, the first, has no result")
    assert answer.differences == {}
    lonely = compare({"a": _scaled(1), "b": _scaled(2.5)})
    assert not lonely.ok
    assert "none of the others" in lonely.reason


def test_one_alone_and_unknown_results_are_refused() -> None:
    with pytest.raises(InputError, match="two are needed"):
        compare({"a": Runner.load()})
    with pytest.raises(InputError, match="unknown result 'cost'"):
        compare({"a": Runner.load(), "b": Runner.load()}, ["cost"])


def test_a_difference_is_that_of_the_numbers_shown() -> None:
    """3.644 and 3.6765 are shown as 3.64 and 3.68; their difference, 0.03, as 0.04."""
    assert everyday_difference("cost_of_transport", 3.6765, 3.644) == "+0.04"
    assert everyday_difference("cost_of_transport", 3.6449, 3.6351) == "±0.00"
    assert everyday_difference("contact_time", 0.2204, 0.2306) == "−11"
    assert everyday_difference("caloric_cost", 1.0, math.nan) == "no result"
