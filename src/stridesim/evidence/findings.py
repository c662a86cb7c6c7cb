"""What was published about a claim: findings for it, against it, of nothing, and around it.

`data/findings.csv` holds them with their sources. A study that found nothing counts like one that
found something; a finding that only says what surrounds a claim (`context`) decides nothing.
"""

import csv
import functools
import importlib.resources
from collections.abc import Iterable
from typing import Final, NamedTuple

SIGNS: Final = ("supports", "contradicts", "null", "context")

DESIGNS: Final = {"meta": 4, "rct": 3, "trial": 2, "cross": 1, "model": 1, "theory": 0}
"""Designs of studies and what a finding of each weighs: the order is that of the levels of evidence
(Oxford Centre for Evidence-Based Medicine 2011), meta-analyses of trials first."""


class Finding(NamedTuple):
    """One published finding; `effect`, `low`, `high` in `unit`, None where only a direction is
    given. `n` is the number of people or studies, as text."""

    claim: str
    finding: str
    effect: float | None
    low: float | None
    high: float | None
    unit: str
    n: str
    design: str
    sign: str
    source: str
    certainty: str

    @property
    def weight(self) -> int:
        """What it weighs in a verdict; nothing where it neither supports nor contradicts."""
        return 0 if self.sign == "context" else DESIGNS[self.design]


@functools.cache
def findings() -> tuple[Finding, ...]:
    """Every finding, in the order of the file."""
    resource = importlib.resources.files("stridesim.evidence").joinpath("data/findings.csv")
    lines = [line for line in resource.read_text("utf-8").splitlines() if not line.startswith("#")]
    return tuple(_finding(row) for row in csv.DictReader(lines))


def findings_on(claims: Iterable[str]) -> tuple[Finding, ...]:
    """The findings on some claims (`C1` and so on), in the order of the file."""
    asked = set(claims)
    return tuple(found for found in findings() if found.claim in asked)


def _finding(row: dict[str, str]) -> Finding:
    numbers = {key: float(row[key]) if row[key] else None for key in ("effect", "low", "high")}
    return Finding(**{**row, **numbers})
