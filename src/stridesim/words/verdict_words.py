"""What model and studies say of a claim, in a sentence each."""

import math

from stridesim.evidence.verdict import Effect, EvidenceVerdict, ModelVerdict, Verdict
from stridesim.words.wording import change, listed


def verdict_words(
    model: ModelVerdict | None, evidence: EvidenceVerdict | None, changed: str | None
) -> tuple[str, ...]:
    """`Model: ...` and `Studies: ...`, each left out where there is no verdict; `changed` says
    which change was judged."""
    said = () if model is None else (f"Model: {model_words(model, changed or '')}",)
    studies = () if evidence is None else (f"Studies: {evidence_words(evidence)}",)
    return said + studies


def model_words(model: ModelVerdict, changed: str) -> str:
    """`too small to matter. Tendons 16 % stiffer: −0.3 ± 0.9 % (matters from 2.4 %).`"""
    where = ""
    if model.verdict is Verdict.in_a_range:
        where = f" ({listed(model.supported_at)})"
    elif model.verdict is Verdict.undecided and model.excluded:
        where = f" (too small or {model.excluded})"
    return (
        f"{model.verdict}{where}. {changed[:1].upper()}{changed[1:]}: {_effects_words(model)} "
        f"(matters from {model.worthwhile:g} %)."
    )


def evidence_words(evidence: EvidenceVerdict) -> str:
    """`undecided: 3 findings for, 2 against, 1 of no effect (trials weigh more).`"""
    if evidence.verdict is Verdict.no_study:
        return f"{evidence.verdict}."
    counted = {
        sign: sum(found.sign == sign and found.weight > 0 for found in evidence.findings)
        for sign in ("supports", "contradicts", "null")
    }
    weighed = " (trials weigh more)" if sum(counted.values()) > 1 else ""
    return (
        f"{evidence.verdict}: {counted['supports']} {_findings(counted['supports'])} for, "
        f"{counted['contradicts']} against, {counted['null']} of no effect{weighed}."
    )


def _findings(count: int) -> str:
    return "finding" if count == 1 else "findings"


def _effects_words(model: ModelVerdict) -> str:
    """`−0.3 ± 0.9 %`; of several speeds `−0.3 to +0.2 %, ± 0.9 at most, at 2.5 to 4.5 m/s`; of
    conditions without an order each: `work +120 ± 8 %, peak power +40 ± 5 %`."""
    known = [effect for effect in model.effects if math.isfinite(effect.value)]
    if not known:
        return "no result"
    low, high = (
        change(choose(effect.value for effect in known)).removesuffix(" %") for choose in (min, max)
    )
    wide = max(effect.half_width for effect in known)
    if len(model.effects) == 1:
        return f"{low} ± {wide:.1f} %"
    if not model.effects[0].condition[0].isdigit():
        return ", ".join(_one(effect) for effect in model.effects)
    ends = f"{low} to {high}" if low != high else low
    where = f"{model.effects[0].condition.split()[0]} to {model.effects[-1].condition}"
    failed = [effect.condition for effect in model.effects if effect not in known]
    none = f", no result at {listed(failed)}" if failed else ""
    return f"{ends} %, ± {wide:.1f} at most, at {where}{none}"


def _one(effect: Effect) -> str:
    """A condition with its effect."""
    said = change(effect.value).removesuffix(" %") if math.isfinite(effect.value) else ""
    value = f"{said} ± {effect.half_width:.1f} %" if said else "no result"
    return f"{effect.condition[:1].lower()}{effect.condition[1:]} {value}"
