"""Rows of the record in words: what was measured, and at which speed or under which condition.

`contact_2.5` is "contact time, 2.5 m/s", `slope_ratio_5` "net cost ratio, slope +5 %". The words
come from the record's own columns; what it abbreviates is spelled out here.
"""

import re
from typing import Final

from stridesim.evidence.literature import Row

_SPELLED: Final = (
    (r"\bCOM\b", "centre-of-mass"),
    (r"\bTFL\b", "tensor fasciae latae"),
    (r"\bMTU\b", "muscle-tendon unit"),
    (r"\bRFD\b", "rate of force development"),
    (r"\+-\s*", "±"),
    (r"\bF0\b", "peak force"),
    (r"cost of transport level\b", "cost of transport on the level"),
)
_SPEED: Final = re.compile(r"\d+(?:\.\d+)?(?:(?: to |-)\d+(?:\.\d+)?)? m/s")
_SUBJECTS: Final = re.compile(r"(^| )n=\d.*")
_BRACKETS: Final = re.compile(r"\s*\(.*\)")


def row_words(row: Row) -> str:
    """`peak vertical force, 3.5 m/s`; no two rows have the same words."""
    words = _BRACKETS.sub("", row.quantity)
    for short, long in _SPELLED:
        words = re.sub(short, long, words)
    if row.topic == "tasks":
        condition = _SUBJECTS.sub("", row.condition)
        return f"{words}, {condition}" if condition else words
    speed = _SPEED.search(row.condition)
    if speed is None or "m/s" in words:
        return words
    return f"{words}, {speed[0].replace('-', ' to ')}"
