"""The rule of verdicts on made-up evidence whose answers are known."""

import math

import pytest

from stridesim.evidence.findings import DESIGNS, SIGNS, Finding, findings, findings_on
from stridesim.evidence.verdict import (
    COVERAGE,
    Effect,
    Verdict,
    judge_effect,
    judge_evidence,
    judge_model,
)
from stridesim.words.verdict_words import verdict_words


def effect(value: float, half: float, condition: str = "3 m/s") -> Effect:
    return Effect(condition, value, {"runner": half / COVERAGE})


def finding(sign: str, design: str = "rct") -> Finding:
    return Finding("C1", "x", None, None, None, "", "", design, sign, "doi:x", "abstract")


@pytest.mark.parametrize(
    ("value", "half", "claimed", "verdict"),
    [
        (-4.0, 3.0, "lower", "supported"),
        (-4.0, 5.0, "lower", "undecided"),
        (4.0, 3.0, "lower", "contradicted"),
        (4.0, 3.0, "higher", "supported"),
        (-4.0, 3.0, "higher", "contradicted"),
        (0.5, 1.0, "lower", "too small to matter"),
        (-0.5, 1.0, "lower", "too small to matter"),
        (-2.0, 1.0, "lower", "undecided"),
        (0.0, 3.0, "lower", "undecided"),
        (-2.4, 2.3, "lower", "supported"),
        (math.nan, 1.0, "lower", "undecided"),
    ],
)
def test_the_verdict_under_one_condition(
    value: float, half: float, claimed: str, verdict: str
) -> None:
    assert judge_effect(effect(value, half), claimed, 2.4) == verdict  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((-4, -5, -3), "supported"),
        ((-4, -5, 0.1), "supported in a range"),
        ((-4, 5, 5), "supported in a range"),
        ((0.1, 0.2, 0.0), "too small to matter"),
        ((4, 5, 0.1), "contradicted"),
        ((4, 5, 6), "contradicted"),
        ((-2, -2, 0.1), "undecided"),
        ((), "undecided"),
    ],
)
def test_the_verdict_over_conditions(values: tuple[float, ...], verdict: str) -> None:
    found = judge_model([effect(v, 1.0, f"{k} m/s") for k, v in enumerate(values)], "lower", 2.4)
    assert found.verdict == verdict


def test_no_change_of_the_model_is_too_small_to_matter() -> None:
    nothing = [Effect("3 m/s", 0.0, {"runner": 0.0, "metabolic model": 0.0})]
    assert judge_model(nothing, "lower").verdict is Verdict.too_small


def test_uncertainties_add_as_squares() -> None:
    both = Effect("3 m/s", 1.0, {"runner": 0.3, "strategy": 0.4})
    assert both.half_width == pytest.approx(COVERAGE * 0.5)
    assert (both.low, both.high) == pytest.approx((0.0, 2.0))


@pytest.mark.parametrize(
    ("signs", "verdict"),
    [
        ([], "no study found"),
        (["context"], "no study found"),
        (["supports"], "supported"),
        (["supports", "supports", "null"], "supported"),
        (["supports", "null"], "undecided"),
        (["null"], "no effect found"),
        (["null", "null", "contradicts"], "no effect found"),
        (["contradicts", "contradicts", "supports"], "contradicted"),
        (["contradicts", "null"], "contradicted"),
        (["supports", "context", "context"], "supported"),
    ],
)
def test_findings_of_nothing_count(signs: list[str], verdict: str) -> None:
    assert judge_evidence([finding(sign) for sign in signs]).verdict == verdict


def test_one_meta_analysis_outweighs_three_correlations() -> None:
    many = [finding("contradicts", "cross"), finding("null", "cross")]
    assert judge_evidence([finding("supports", "meta"), *many]).verdict == "supported"
    assert judge_evidence([finding("null", "theory")]).verdict == "no study found"


def test_the_record_is_two_sided_and_sourced() -> None:
    every = findings()
    assert len(every) == 45
    for found in every:
        assert found.sign in SIGNS
        assert found.design in DESIGNS
        assert found.source
    nulls = {found.claim for found in every if found.sign in ("null", "contradicts")}
    assert {"C4", "C8", "C11"} <= nulls
    assert judge_evidence(findings_on(["C10"])).verdict == "no study found"
    assert judge_evidence(findings_on(["C1"])).verdict == "supported"


def test_a_verdict_in_words_names_effect_interval_and_counts() -> None:
    model = judge_model([effect(-4.0, 1.0, "3 m/s"), effect(0.0, 1.0, "4 m/s")], "lower")
    told = verdict_words(model, judge_evidence([finding("null")]), "tendons 16 % stiffer")
    assert told == (
        (
            "Model: supported in a range (3 m/s). Tendons 16 % stiffer: −4.0 to ±0.0 %, ± 1.0 "
            "at most, at 3 to 4 m/s (matters from 2.4 %)."
        ),
        "Studies: no effect found: 0 findings for, 0 against, 1 of no effect.",
    )
    two = judge_evidence([finding("null"), finding("supports")])
    assert verdict_words(None, two, None)[0].endswith("1 of no effect (trials weigh more).")
    barely = judge_model([effect(1.8, 2.0)], "lower")
    assert "undecided (too small or contradicted)" in verdict_words(barely, told_nothing(), "x")[0]


def told_nothing():
    return judge_evidence([])
