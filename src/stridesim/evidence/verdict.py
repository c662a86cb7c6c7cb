"""The rule by which a claim is judged: once by the model, once by what was published.

**Model.** A claim says that a realistic change makes an outcome lower or higher. The model answers
with an effect (per cent of the outcome) and an interval. The benefit b is the effect in the claimed
direction, its interval l to h, and w the smallest worthwhile change:

    supported             b >= w and l > 0
    contradicted          b <= -w and h < 0
    too small to matter   -w < l and h < w
    undecided             all else, and where the model has no result

For cost w is 2.4 %: what Saunders 2004 (doi:10.1249/01.MSS.0000145468.17329.9F, n = 70) gives as
the smallest change of running economy that is real and worthwhile, 0.2 SD between runners (Hopkins
2009, doi:10.1249/MSS.0b013e31818cb278, whose scheme of intervals against thresholds this is).

Over several conditions (speeds): the same verdict everywhere is the verdict. Supported somewhere
and contradicted nowhere, or supported at some and contradicted at others, is `supported in a
range`, which names where. Contradicted somewhere and supported nowhere is contradicted; otherwise
what is left is undecided.

**Interval.** Standard uncertainties are combined as the Guide to the Expression of Uncertainty in
Measurement does (JCGM 100:2008, sections 4.3.7, 5.1.2, 6.2), with a coverage factor of 2 (about
95 %). They are the SD over draws of the runner's fitted numbers, the SD over metabolic models, the
strategy (gait held or chosen anew: a rectangular distribution between the two answers, whose middle
is the effect), and the size of the change itself where its source gives an SD.

**Studies.** A finding weighs by its design (`findings.DESIGNS`). Of the weights for, against and of
nothing, s, c and n with the sum t:

    supported         s >= 2/3 t
    contradicted      c + n >= 2/3 t and c >= n
    no effect found   c + n >= 2/3 t and n > c
    undecided         all else
    no study found    t = 0
"""

import enum
import math
from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple

from stridesim.evidence.findings import Finding

WORTHWHILE_COST: Final = 2.4
"""Per cent; smallest worthwhile change of running economy."""

WORTHWHILE_SOURCE: Final = "Saunders 2004, doi:10.1249/01.MSS.0000145468.17329.9F"

COVERAGE: Final = 2.0
MAJORITY: Final = 2 / 3

Direction = Literal["lower", "higher"]


class Verdict(enum.StrEnum):
    """What comes of a claim, in words."""

    supported = "supported"
    in_a_range = "supported in a range"
    too_small = "too small to matter"
    contradicted = "contradicted"
    undecided = "undecided"
    no_effect = "no effect found"
    no_study = "no study found"


class Effect(NamedTuple):
    """What a change does to an outcome under one condition, per cent.

    `uncertainty` are the standard uncertainties by where they come from; `details` are the single
    answers behind `value` (by metabolic model, by strategy). NaN where the model has no result.
    """

    condition: str
    value: float
    uncertainty: Mapping[str, float]
    details: Mapping[str, Mapping[str, float]] = {}

    @property
    def half_width(self) -> float:
        """Of the interval, per cent."""
        return COVERAGE * math.hypot(*self.uncertainty.values())

    @property
    def low(self) -> float:
        """Lower end of the interval, per cent."""
        return self.value - self.half_width

    @property
    def high(self) -> float:
        """Upper end of the interval, per cent."""
        return self.value + self.half_width


class ModelVerdict(NamedTuple):
    """The model's verdict, and the one under each condition."""

    verdict: Verdict
    by_condition: tuple[Verdict, ...]
    effects: tuple[Effect, ...]
    worthwhile: float
    claimed: Direction

    @property
    def excluded(self) -> str:
        """Where all intervals exclude a worthwhile benefit, `contradicted` (that or too small is
        what is left); where they exclude a worthwhile harm, `supported`; else nothing."""
        sides = [_benefit(effect, self.claimed) for effect in self.effects]
        if all(high < self.worthwhile for _, _, high in sides):
            return "contradicted"
        if all(low > -self.worthwhile for _, low, _ in sides):
            return "supported"
        return ""

    @property
    def supported_at(self) -> tuple[str, ...]:
        """The conditions under which the claim is supported."""
        pairs = zip(self.effects, self.by_condition, strict=True)
        return tuple(effect.condition for effect, verdict in pairs if verdict == "supported")


class EvidenceVerdict(NamedTuple):
    """The verdict of what was published, and the weights behind it."""

    verdict: Verdict
    supports: int
    contradicts: int
    null: int
    findings: tuple[Finding, ...]


def judge_effect(effect: Effect, claimed: Direction, worthwhile: float) -> Verdict:
    """The verdict under one condition; `worthwhile` is per cent, above zero."""
    benefit, low, high = _benefit(effect, claimed)
    if not math.isfinite(low):
        return Verdict.undecided
    if benefit >= worthwhile and low > 0:
        return Verdict.supported
    if benefit <= -worthwhile and high < 0:
        return Verdict.contradicted
    if low > -worthwhile and high < worthwhile:
        return Verdict.too_small
    return Verdict.undecided


def judge_model(
    effects: Sequence[Effect], claimed: Direction, worthwhile: float = WORTHWHILE_COST
) -> ModelVerdict:
    """The model's verdict over all conditions; undecided where there is none."""
    each = tuple(judge_effect(effect, claimed, worthwhile) for effect in effects)
    return ModelVerdict(_together(each), each, tuple(effects), worthwhile, claimed)


def judge_evidence(findings: Sequence[Finding]) -> EvidenceVerdict:
    """The verdict of published findings."""
    supports, contradicts, null = (
        sum(found.weight for found in findings if found.sign == sign)
        for sign in ("supports", "contradicts", "null")
    )
    total = supports + contradicts + null
    if not total:
        verdict = Verdict.no_study
    elif supports >= MAJORITY * total:
        verdict = Verdict.supported
    elif contradicts + null >= MAJORITY * total:
        verdict = Verdict.contradicted if contradicts >= null else Verdict.no_effect
    else:
        verdict = Verdict.undecided
    return EvidenceVerdict(verdict, supports, contradicts, null, tuple(findings))


def _benefit(effect: Effect, claimed: Direction) -> tuple[float, float, float]:
    """The effect and the ends of its interval in the claimed direction, per cent."""
    benefit = effect.value if claimed == "higher" else -effect.value
    return benefit, benefit - effect.half_width, benefit + effect.half_width


def _together(each: Sequence[Verdict]) -> Verdict:
    found = set(each)
    if not found:
        return Verdict.undecided
    if len(found) == 1:
        return each[0]
    if Verdict.supported in found:
        return Verdict.in_a_range
    return Verdict.contradicted if Verdict.contradicted in found else Verdict.undecided
