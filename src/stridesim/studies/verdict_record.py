"""Verdicts in the types of JSON, with the numbers and the sources that they follow from."""

from typing import Any

from stridesim.evidence.verdict import COVERAGE, Effect, EvidenceVerdict, ModelVerdict
from stridesim.studies.claim import ChangeConfig


def verdict_record(
    model: ModelVerdict | None, evidence: EvidenceVerdict | None, change: ChangeConfig | None
) -> dict[str, Any]:
    """Model and studies side by side; a part is null where it was not asked."""
    return {
        "model": None if model is None or change is None else _model(model, change),
        "evidence": None if evidence is None else _evidence(evidence),
    }


def _evidence(evidence: EvidenceVerdict) -> dict[str, Any]:
    return {
        "verdict": str(evidence.verdict),
        "weight_for": evidence.supports,
        "weight_against": evidence.contradicts,
        "weight_of_no_effect": evidence.null,
        "findings": [found._asdict() for found in evidence.findings],
    }


def _model(model: ModelVerdict, change: ChangeConfig) -> dict[str, Any]:
    return {
        "verdict": str(model.verdict),
        "change": change.words,
        "from": change.start or "the runner's own",
        "to": change.to,
        "source": change.source,
        "outcome": change.outcome,
        "claimed": change.claimed,
        "smallest_worthwhile": {
            "value": model.worthwhile,
            "unit": "%",
            "source": change.worthwhile_source,
        },
        "coverage_factor": COVERAGE,
        "effects": [
            _effect(effect, str(verdict))
            for effect, verdict in zip(model.effects, model.by_condition, strict=True)
        ],
    }


def _effect(effect: Effect, verdict: str) -> dict[str, Any]:
    return {
        "condition": effect.condition,
        "verdict": verdict,
        "unit": "%",
        "value": rounded(effect.value),
        "low": rounded(effect.low),
        "high": rounded(effect.high),
        "standard_uncertainty": {k: rounded(v) for k, v in effect.uncertainty.items()},
        "by": {
            kind: {name: rounded(value) for name, value in answers.items()}
            for kind, answers in effect.details.items()
        },
    }


def rounded(value: float) -> float:
    """A per cent to the third decimal: what machines agree in."""
    return round(value, 3)
